"""Renew every catalogue from the sources and report what has no translation yet."""

import polib

from catalogues import CATALOGUE, ROOT, extract, owners


def main() -> None:
    waiting = 0
    for owner in owners():
        extract(owner)
        path = owner / CATALOGUE
        if not path.exists():
            continue
        for entry in polib.pofile(str(path)):
            if not entry.translated():
                waiting += 1
                print(f"{path.relative_to(ROOT)}:{entry.linenum}: {entry.msgid!r}")
    print(f"Не переведено: {waiting} / untranslated: {waiting}")


if __name__ == "__main__":
    main()
