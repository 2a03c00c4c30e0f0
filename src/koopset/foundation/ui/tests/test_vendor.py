"""The files of others are those of the manifest, and nothing in them asks for what is not there."""

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import koopset

ROOT = Path(koopset.__file__).parent.parent.parent
VENDOR = ROOT / "src/koopset/foundation/ui/static/vendor"


@pytest.fixture(scope="module")
def vendor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor_script", ROOT / "scripts/vendor.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_files_are_those_of_the_manifest(vendor: ModuleType) -> None:
    assert vendor.main(["--check"]) == 0


def test_changed_file_is_noticed(
    vendor: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.css").write_text("a{}")
    (tmp_path / "manifest.json").write_text(
        json.dumps({"files": [{"path": "a.css", "sha256": "0" * 64}, {"path": "b.css", "sha256": ""}]})
    )
    monkeypatch.setattr(vendor, "VENDOR", tmp_path)
    assert vendor.main(["--check"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "a.css: differs from the manifest, is missing or is not listed",
        "b.css: differs from the manifest, is missing or is not listed",
    ]


def test_every_package_has_a_licence_that_may_be_shipped() -> None:
    packages = json.loads((VENDOR / "manifest.json").read_text("utf-8"))["packages"]
    assert {one["licence"] for one in packages} <= {"MIT", "OFL-1.1", "Apache-2.0", "BSD-3-Clause"}


@pytest.mark.parametrize("path", sorted(VENDOR.rglob("*.[cj]s*")), ids=lambda path: path.name)
def test_no_source_maps_and_no_foreign_addresses(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "sourceMappingURL" not in text
    assert re.findall(r"url\(\s*['\"]?(https?:)?//", text) == []


def test_files_named_by_styles_exist() -> None:
    for sheet in VENDOR.rglob("*.css"):
        for address in re.findall(r"url\(\s*['\"]?([^'\")]+)", sheet.read_text("utf-8")):
            assert address.startswith("data:") or (sheet.parent / address).is_file(), address


def test_cut_keeps_families_and_drops_the_rest(vendor: ModuleType) -> None:
    sheet = vendor.cut(
        ":root{--a:1;--b:2}.btn,.carousel{color:var(--a)}.carousel-item{color:red}@media (min-width:1px){.card{x:y}.toast{x:y}}"
        ".btn{animation:turn 1s}@keyframes turn{to{x:y}}@keyframes never{to{x:y}}/*# sourceMappingURL=a.map */"
    )
    assert sheet.splitlines()[1] == (
        ":root{--a:1}.btn{color:var(--a)}@media (min-width:1px){.card{x:y}}.btn{animation:turn 1s}@keyframes turn{to{x:y}}"
    )
