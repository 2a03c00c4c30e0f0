from __future__ import annotations

import io
import re
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from koopset.foundation.pdf import PdfFault, join, render, render_many

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEMPLATE = """
#let paper(data) = [
  #set page(paper: "a4")
  #set text(font: "Golos Text", lang: "ru", fallback: false)
  = Платёжный документ № #data.number
  #table(columns: (1fr, 30mm), ..data.lines.flatten())
  К оплате: *#data.sum ₽*
]
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "paper.typ"
    path.write_text(TEMPLATE, "utf-8")
    return path


def paper(number: int) -> dict[str, object]:
    return {"number": str(number), "lines": [["Членский взнос «Ёлка»", "7 000,00"]] * 5, "sum": "7 000,00"}


def test_equal_data_and_time_give_equal_bytes(template: Path) -> None:
    made = render(template, paper(1), created_at=NOW)
    assert made.startswith(b"%PDF-")
    assert made == render(template, paper(1), created_at=NOW)
    assert made != render(template, paper(2), created_at=NOW)
    assert made != render(template, paper(1), created_at=NOW.replace(year=2027))


def test_the_shipped_font_is_used_and_embedded(template: Path) -> None:
    made = render(template, paper(1), created_at=NOW)
    plain = b"".join(
        zlib.decompressobj().decompress(part)
        for part in re.split(rb"stream\r?\n", made)
        if part[:1] == b"\x78"
    )
    found = set(re.findall(rb"/FontName\s*/[A-Z]{6}\+([A-Za-z-]+)", made + plain))
    assert found == {b"GolosText-Regular", b"GolosText-Bold"}


def test_many_papers_are_what_each_would_be_alone_and_come_lazily(template: Path) -> None:
    taken: list[int] = []

    def papers():
        for number in range(7):
            taken.append(number)
            yield paper(number)

    made = render_many(template, papers(), created_at=NOW, chunk=3)
    first = next(made)
    assert taken == [0]
    rest = list(made)
    assert len(rest) == 6
    assert [first, *rest] == [render(template, paper(number), created_at=NOW) for number in range(7)]


def test_a_fault_of_the_template_is_told(template: Path) -> None:
    with pytest.raises(PdfFault) as fault:
        render(template, {"number": "1"}, created_at=NOW)
    assert "lines" in str(fault.value)


def test_a_template_sees_its_own_folder_only(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    inner = tmp_path / "inner"
    inner.mkdir()
    path = inner / "paper.typ"
    path.write_text('#let paper(data) = read("../secret.txt")')
    with pytest.raises(PdfFault, match="escape the project root"):
        render(path, {}, created_at=NOW)


@pytest.mark.parametrize(
    "text",
    [
        '#read("/etc/passwd") *x* $ #',
        '"))) #panic("out") #paper(json(bytes("{}',
        'C:\\ \\" \\\\" \\u{41} \\n',
        "\x00 \n \r \t \x7f \x85 \u2028 \u2029 \ufeff",
    ],
)
def test_text_of_data_is_never_markup(tmp_path: Path, text: str) -> None:
    """It comes to the template letter for letter, so there is nothing in it that ended the data and began a program."""
    path = tmp_path / "exact.typ"
    points = ", ".join(str(ord(letter)) for letter in text)
    path.write_text(
        "#let paper(data) = { assert.eq(data.sum.codepoints().map(str.to-unicode), ("
        + points
        + ",)); [in full] }"
    )
    assert render(path, {"sum": text}, created_at=NOW).startswith(b"%PDF-")
    with pytest.raises(PdfFault):
        render(path, {"sum": text + "."}, created_at=NOW)


@pytest.mark.bench
def test_a_paper_takes_six_milliseconds(template: Path) -> None:
    started = time.perf_counter()
    assert (
        sum(1 for _ in render_many(template, (paper(number) for number in range(200)), created_at=NOW)) == 200
    )
    assert (time.perf_counter() - started) / 200 < 0.006


def test_pieces_are_bound_in_their_order(template: Path) -> None:
    pieces = [render(template, paper(number), created_at=NOW) for number in (3, 1, 2)]
    target = io.BytesIO()
    assert join(iter(pieces), target) == 3
    with PdfDocument(target.getvalue()) as whole:
        texts = [page.get_textpage().get_text_bounded() for page in whole]
    assert [re.search(r"№ (\d)", text)[1] for text in texts] == ["3", "1", "2"]  # type: ignore[index]
