"""Gate: the docs name no file, link or command of `make` that does not exist.

Looked at: links, and words in backticks that read as a path of this repository. A path may be written from the root, from
the document or from src/koopset; a bare file name must exist somewhere. What a program makes later (var/, .venv/) passes.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
BASES = (ROOT, ROOT / "src", ROOT / "src" / "koopset", ROOT / "src" / "koopset" / "apps")
GENERATED = ("var", ".venv", "static-collected", "build", "dist", "locale", ".cache", ".mypy_cache")
SUFFIXES = frozenset(
    ".py .md .toml .po .lock .sh .cfg .ini .html .css .js .json .yml .yaml .xml .svg .txt .csv .service .typ .conf".split()
)
# Bare names with these endings are files of ours; `kl_to_1c.txt` in prose is somebody else's.
OWN_SUFFIXES = frozenset({".py", ".md", ".toml", ".lock", ".sh"})
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)")
TICKED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
MAKE = re.compile(r"\bmake ([a-z][a-z-]+)\b")
FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
PLAIN = re.compile(r"[\w.\-/]+")


def documents() -> list[Path]:
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")]
    return sorted(path for path in found if "vendor" not in path.parts)


@cache
def file_names() -> frozenset[str]:
    folders = ("src", "tests", "scripts", "docs", "bench", "oracles", ".ci")
    inside = {path.name for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    return frozenset(inside | {path.name for path in ROOT.iterdir() if path.is_file()})


@cache
def make_targets() -> frozenset[str]:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return frozenset(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


def blanked(match: re.Match[str]) -> str:
    """Keep the line numbers of what follows."""
    return "\n" * match[0].count("\n")


def exists(name: str, document: Path) -> bool:
    clean = name.rstrip("/")
    return any((base / clean).exists() for base in (document.parent, *BASES))


def reads_as_path(word: str) -> bool:
    if not PLAIN.fullmatch(word) or word.startswith(("/", "-", "..")):
        return False
    path = Path(word)
    if "/" not in word:
        return path.suffix in OWN_SUFFIXES and bool(path.stem)
    first = path.parts[0]
    rooted = first not in (".", "..") and any((base / first).is_dir() for base in BASES)
    return path.suffix in SUFFIXES or (rooted and word.endswith("/")) or (rooted and (ROOT / first).is_dir())


def is_wrong_path(word: str, document: Path) -> bool:
    if not reads_as_path(word) or any(part in GENERATED for part in Path(word).parts):
        return False
    if "/" not in word:
        return word not in file_names() and not exists(word, document)
    return not exists(word, document)


def complaints_of(document: Path) -> Iterator[str]:
    text = document.read_text("utf-8")
    name = document.relative_to(ROOT)
    commands = [(match.start(), match[1]) for match in MAKE.finditer(text)]
    prose = FENCE.sub(blanked, text)
    for match in LINK.finditer(prose):
        target = unquote(match[1].split("#", 1)[0])
        if target and not re.match(r"[a-z][a-z0-9+.-]*:", target) and not (document.parent / target).exists():
            yield f"{name}:{prose.count(chr(10), 0, match.start()) + 1}: no such file: {match[1]}"
    for match in TICKED.finditer(prose):
        # `services.py::charge_post`, `rules.py:120`
        word = re.split(r"::|:\d", match[1].strip())[0]
        if is_wrong_path(word, document):
            yield f"{name}:{prose.count(chr(10), 0, match.start()) + 1}: no such file: {match[1]}"
    for position, target in commands:
        ticked = text.rfind("\n", 0, position) + 1
        line = text[ticked : position + len(target) + 6]
        if target not in make_targets() and ("`" in line or line.lstrip().startswith(("make ", "$ make "))):
            yield f"{name}:{text.count(chr(10), 0, position) + 1}: no such command: make {target}"


def main() -> int:
    complaints = [complaint for document in documents() for complaint in complaints_of(document)]
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
