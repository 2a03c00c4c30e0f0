"""Draw the icons of the installed application from the mark: `scripts/make_icons.py` (`--check` compares and writes nothing).

icon-*.png is the mark as it is; maskable-*.png and icon-180.png fill the square, with the mark within the four fifths that no
phone cuts off.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import typst

FOLDER = Path(__file__).resolve().parent.parent / "src/koopset/foundation/ui/static/ui"
MARK = FOLDER / "mark.svg"
#: Name → side in pixels, whether the square is filled.
ICONS = {
    "icon-180.png": (180, True),
    "icon-192.png": (192, False),
    "icon-512.png": (512, False),
    "maskable-192.png": (192, True),
    "maskable-512.png": (512, True),
}
#: A phone may cut a filled icon to a circle of 80 % of its side: of the mark without its square, that holds all.
SIDE = 36


def drawn(size: int, *, filled: bool) -> bytes:
    """The picture as PNG."""
    mark = MARK.read_text("utf-8")
    ground = re.search(r'<rect[^>]*fill="(#[0-9a-f]{6})"', mark)
    assert ground, "the mark has its square"
    fill = f'rgb("{ground[1]}")' if filled else "none"
    part = "92%" if filled else "100%"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "mark.svg").write_text(mark, "utf-8")
        page = Path(folder, "icon.typ")
        page.write_text(
            f"#set page(width: {SIDE}pt, height: {SIDE}pt, margin: 0pt, fill: {fill})\n"
            f'#align(center + horizon, image("mark.svg", width: {part}))\n',
            "utf-8",
        )
        made = typst.compile(page, format="png", ppi=72 * size / SIDE)
    assert isinstance(made, bytes)
    return made


def main(words: list[str]) -> int:
    wrong = []
    for name, (size, filled) in ICONS.items():
        picture, path = drawn(size, filled=filled), FOLDER / name
        if words == ["--check"]:
            if not path.exists() or path.read_bytes() != picture:
                wrong.append(name)
        else:
            path.write_bytes(picture)
    for name in wrong:
        sys.stderr.write(f"{name}: not as the mark is now, run scripts/make_icons.py\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
