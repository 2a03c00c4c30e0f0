"""Translation catalogues: where they lie and what the sources say they should hold."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polib

Key = tuple[str, str, str]

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "koopset"
LANGUAGE = "ru"
CATALOGUE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: ru\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : '
    'n%10==0 || (n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14)? 2 : 3);\\n"\n'
)


def owners() -> list[Path]:
    """Return the folders that own a catalogue: every room, the foundation, the roof, the wiring; and whoever else keeps one."""
    rooms = [path.parent for path in sorted((PACKAGE / "apps").glob("*/__init__.py"))]
    floors = [
        folder for name in ("foundation", "portal", "api", "config") if (folder := PACKAGE / name).is_dir()
    ]
    inner = [path.parent for path in sorted(PACKAGE.rglob("locale")) if path.is_dir()]
    return list(dict.fromkeys([*rooms, *floors, *inner]))


def key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


@contextmanager
def _working_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def extract(folder: Path) -> None:
    """Renew the catalogue in `folder` from the sources beside it (needs gettext's xgettext and msgmerge)."""
    from django.conf import settings
    from django.core.management import call_command
    from django.core.management.commands.makemessages import Command

    if not settings.configured:
        settings.configure(USE_I18N=True)
    catalogue = folder / CATALOGUE
    made = not catalogue.exists()
    if made:
        catalogue.parent.mkdir(parents=True, exist_ok=True)
        catalogue.write_text(HEADER, "utf-8")
    with _working_folder(folder):
        call_command(
            Command(),
            locale=[LANGUAGE],
            ignore_patterns=["tests/*", "*/tests/*", "migrations/*", "static/*"],
            no_obsolete=True,
            no_wrap=True,
            add_location="file",
            verbosity=0,
        )
    if made and not list(polib.pofile(str(catalogue))):
        shutil.rmtree(folder / "locale")


@contextmanager
def extracted() -> Iterator[dict[Path, Path]]:
    """Extract all catalogues in a temporary copy; yield {owner: catalogue in the copy}."""
    ignore = shutil.ignore_patterns("__pycache__", "*.mo", "static", "tests", "migrations")
    with tempfile.TemporaryDirectory(prefix="koopset-messages-") as scratch:
        whole = Path(shutil.copytree(PACKAGE, Path(scratch) / PACKAGE.name, ignore=ignore))
        copies = {owner: whole / owner.relative_to(PACKAGE) for owner in owners()}
        for copy in copies.values():
            extract(copy)
        yield {owner: copy / CATALOGUE for owner, copy in copies.items()}
