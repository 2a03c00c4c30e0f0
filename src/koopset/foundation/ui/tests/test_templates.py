"""Every template of the project keeps the content policy; every component stands in the gallery; a first load is light."""

import gzip
import re
from pathlib import Path

import pytest

import koopset
from koopset.foundation.ui.templatetags.ks import icon_names

ROOT = Path(koopset.__file__).parent
UI = ROOT / "foundation" / "ui"
TEMPLATES = sorted(path for path in ROOT.rglob("templates/**/*.html"))
COMPONENTS = sorted(path.stem for path in (UI / "templates/cotton").glob("*.html"))

FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[a-z][^>]*\son[a-z]{3,}\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script with text": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")", re.IGNORECASE
    ),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "an expression that htmx would evaluate": re.compile(r"\bhx-on\b|\bhx-vals=['\"]js:|hx-headers=['\"]js:"),
    "text marked safe": re.compile(r"\|\s*safe\b|{%\s*autoescape off"),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_keeps_the_content_policy(path: Path) -> None:
    # Letters are read by programs of mail, which know no style sheets.
    if "mail" in path.parts or "letters" in path.parts:
        pytest.skip("a letter")
    text = path.read_text("utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_icons_of_template_are_in_the_sprite(path: Path) -> None:
    text = path.read_text("utf-8")
    named = set(re.findall(r"{% icon \"([^\"]+)\"", text)) | set(
        re.findall(r"<c-[a-z-]+[^>]*?\sicon=\"([a-z0-9-]+)\"", text)
    )
    assert named - icon_names() - {"none"} == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_names_components_that_exist(path: Path) -> None:
    named = {name.replace("-", "_") for name in re.findall(r"<c-([a-z][a-z-]*)", path.read_text("utf-8"))} - {
        "vars",
        "slot",
    }
    assert named - set(COMPONENTS) == set()


@pytest.mark.parametrize("name", COMPONENTS)
def test_component_is_in_the_gallery(name: str) -> None:
    pages = "".join(path.read_text("utf-8") for path in (UI / "templates/ui").glob("gallery*.html"))
    assert re.search(rf"<c-{name.replace('_', '-')}[\s/>]", pages)


@pytest.mark.parametrize("name", COMPONENTS)
def test_component_brings_no_stray_space(name: str) -> None:
    text = (UI / f"templates/cotton/{name}.html").read_text("utf-8")
    assert not text.endswith("\n"), "a component may stand inside a line: its file ends without a line break"


def test_first_load_is_light() -> None:
    """Styles, fonts of a Russian page, the sprite, scripts: under 150 KB gzipped, with 10 KB left for the page itself."""
    static = UI / "static"
    import django_htmx

    files = [
        *(static / "vendor" / name for name in ("golos.css", "tabler.min.css", "icons.svg")),
        *(static / "ui" / name for name in ("tokens.css", "house.css", "ks.js")),
        Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js",
    ]
    packed = sum(len(gzip.compress(path.read_bytes(), 9)) for path in files)
    fonts = sum(
        (static / f"vendor/golos-text-{name}.woff2").stat().st_size for name in ("cyrillic", "core", "rouble")
    )
    assert packed + fonts < 140 * 1024
