"""Gate: the Russian catalogues are complete, agree with the sources and with each other.

No untranslated, fuzzy or obsolete message; the same placeholders; four plural forms; nothing that extraction would add or
drop; one text has one translation in all rooms (Django merges catalogues, so the second would silently lose; say
`pgettext` where two meanings are meant).
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

from catalogues import CATALOGUE, ROOT, Key, extracted, key, owners

PLURAL_FORMS = 4
PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?[#0\- +]*\d*(?:\.\d+)?[sdifFrgGeExXo]")
BRACES = re.compile(r"(?<!\{)\{([a-zA-Z_]\w*)[^{}]*\}(?!\})")


def placeholders(text: str, flags: list[str]) -> list[str]:
    """Return the placeholders of a message; a bare per cent sign in plain prose is none."""
    matches = PERCENT.finditer(text.replace("%%", ""))
    found = [match["name"] or match[0] for match in matches if match["name"] or "python-format" in flags]
    if "python-brace-format" in flags:
        found += BRACES.findall(text)
    return sorted(found)


def complaints_of_entry(entry: polib.POEntry) -> Iterator[str]:
    if entry.obsolete:
        yield "obsolete"
        return
    if entry.fuzzy:
        yield "fuzzy"
    if entry.msgid_plural:
        forms = {index: text for index, text in entry.msgstr_plural.items() if text.strip()}
        if sorted(forms) != list(range(PLURAL_FORMS)):
            yield f"{len(forms)} plural forms instead of {PLURAL_FORMS}"
        allowed = [placeholders(text, entry.flags) for text in (entry.msgid, entry.msgid_plural)]
        for index, text in forms.items():
            if placeholders(text, entry.flags) not in allowed:
                yield f"other placeholders in plural form {index}"
        return
    if not entry.msgstr.strip():
        yield "not translated"
    elif placeholders(entry.msgid, entry.flags) != placeholders(entry.msgstr, entry.flags):
        yield "other placeholders"
    elif entry.msgid.startswith("\n") != entry.msgstr.startswith("\n") or entry.msgid.endswith(
        "\n"
    ) != entry.msgstr.endswith("\n"):
        yield "begins or ends with a line break on one side only"


def complaints_of_header(catalogue: polib.POFile) -> Iterator[str]:
    if f"nplurals={PLURAL_FORMS}" not in catalogue.metadata.get("Plural-Forms", ""):
        yield f"Plural-Forms must say nplurals={PLURAL_FORMS}"
    if "utf-8" not in catalogue.metadata.get("Content-Type", "").lower():
        yield "Content-Type must say charset=UTF-8"


def complaints_of_catalogue(path: Path) -> Iterator[str]:
    catalogue = polib.pofile(str(path))
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    yield from (f"{name}: {text}" for text in complaints_of_header(catalogue))
    seen: set[Key] = set()
    for entry in catalogue:
        for text in complaints_of_entry(entry):
            yield f"{name}:{entry.linenum}: {text}: {entry.msgid!r}"
        if key(entry) in seen:
            yield f"{name}:{entry.linenum}: written twice: {entry.msgid!r}"
        seen.add(key(entry))


def complaints_of_msgfmt(path: Path) -> Iterator[str]:
    """What gettext itself refuses: it reads the syntax and the formats more strictly than polib."""
    command = ["msgfmt", "--check-format", "--check-header", "--check-domain", "-o", os.devnull, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C.UTF-8"})
    if done.returncode != 0:
        yield from done.stderr.strip().splitlines()


def complaints_of_extraction() -> Iterator[str]:
    with extracted() as copies:
        for owner, copy in copies.items():
            path = owner / CATALOGUE
            name = path.relative_to(ROOT)
            # msgmerge has dropped from the copy what the sources no longer say, and added what is new.
            wanted = {key(entry): entry for entry in polib.pofile(str(copy))} if copy.exists() else {}
            present = (
                {key(entry): entry for entry in polib.pofile(str(path)) if not entry.obsolete}
                if path.exists()
                else {}
            )
            for missing in sorted(wanted.keys() - present.keys()):
                where = ", ".join(file for file, _line in wanted[missing].occurrences)
                yield f"{name}: lacks {missing[1]!r} ({where})"
            for needless in sorted(present.keys() - wanted.keys()):
                yield f"{name}:{present[needless].linenum}: no longer in the sources: {needless[1]!r}"


def complaints_of_conflicts(paths: list[Path]) -> Iterator[str]:
    first: dict[tuple[str, str], tuple[str, Path]] = {}
    for path in paths:
        for entry in polib.pofile(str(path)):
            if entry.obsolete or not entry.translated():
                continue
            text = entry.msgstr or "|".join(
                entry.msgstr_plural[index] for index in sorted(entry.msgstr_plural)
            )
            said, where = first.setdefault((entry.msgctxt or "", entry.msgid), (text, path))
            if said != text:
                names = f"{where.relative_to(ROOT)} and {path.relative_to(ROOT)}"
                yield f"{names}: two translations of {entry.msgid!r}: {said!r}, {text!r}"


def main() -> int:
    paths = [owner / CATALOGUE for owner in owners() if (owner / CATALOGUE).exists()]
    complaints = [complaint for path in paths for complaint in complaints_of_catalogue(path)]
    complaints += [complaint for path in paths for complaint in complaints_of_msgfmt(path)]
    complaints += complaints_of_conflicts(paths)
    complaints += complaints_of_extraction()
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
