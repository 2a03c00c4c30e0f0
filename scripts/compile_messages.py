"""Compile every .po under src/ into the .mo beside it, without gettext's own tools. Fresh files are left alone."""

import os
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent / "src"


def is_fresh(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime_ns > catalogue.stat().st_mtime_ns


def compile_catalogue(catalogue: Path) -> None:
    """Write the .mo in one move, so that a running server never reads half a file."""
    # Imported late: nothing to compile is the usual case, and then this takes no time.
    import polib

    compiled = catalogue.with_suffix(".mo")
    partial = compiled.with_name(f".{compiled.name}.{os.getpid()}")
    try:
        polib.pofile(str(catalogue)).save_as_mofile(str(partial))
        partial.replace(compiled)
    finally:
        partial.unlink(missing_ok=True)


def main() -> int:
    failed = False
    for catalogue in sorted(SOURCES.rglob("locale/*/LC_MESSAGES/*.po")):
        if is_fresh(catalogue):
            continue
        try:
            compile_catalogue(catalogue)
        except (OSError, UnicodeDecodeError) as error:
            # polib reports a bad line as OSError "Syntax error in po file … (line N)".
            print(f"{catalogue}: {error}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
