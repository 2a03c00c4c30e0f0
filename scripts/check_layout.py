"""Gate: what the import contracts cannot see of the house's plan.

No drawers for odds and ends; no file of Python grown past the point where nobody finds anything; packages of rooms empty, so
that their formats start without Django.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "tools", "shared"})
# "Some 400" is where a file should become a package; this is where it must. A list of cases in a test may be longer.
LONGEST = 600
LONGEST_TEST = 900


def python_files() -> Iterator[Path]:
    for folder in ("src", "tests", "scripts", "bench"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def drawers() -> Iterator[str]:
    for path in python_files():
        name = path.parent.name if path.name == "__init__.py" else path.stem
        if name in DRAWERS:
            yield f"{path.relative_to(ROOT)}: name it after what it holds"


def grown() -> Iterator[str]:
    for path in python_files():
        if "migrations" in path.parts:
            continue
        lines = len(path.read_text("utf-8").splitlines())
        if lines > (LONGEST_TEST if path.name.startswith("test_") else LONGEST):
            yield f"{path.relative_to(ROOT)}: {lines} lines; make it a package with a file for each use case"


def loud_packages() -> Iterator[str]:
    """A room's package and its `formats` start without Django, so their __init__.py must not pull the room in."""
    for path in sorted((ROOT / "src/koopset/apps").glob("*/__init__.py")):
        if path.read_text("utf-8").strip():
            yield f"{path.relative_to(ROOT)}: must stay empty"


def main() -> int:
    complaints = [*drawers(), *grown(), *loud_packages()]
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
