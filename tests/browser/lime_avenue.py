"""An invented settlement as its chair keeps it: a table of plots and owners such as boards have in Excel, with its bad lines.

СНТ «Липовая аллея»: 120 plots on three lanes, joint owners in exact shares, members and owners without membership, one plot whose
owner nobody knows. Three plots are written wrongly, as happens. Whoever reads the sums here
reads them from the table itself, not from the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import xlsxwriter

from koopset.portal.demo.names import InventedPerson, invent_people
from koopset.portal.demo.requisites import BANK_NAME, BIC, account, correspondent, inn, ogrn

NAME = "СНТ «Липовая аллея»"
FULL_NAME = "Садоводческое некоммерческое товарищество «Липовая аллея»"
INN, OGRN = inn("470412345"), ogrn("102470012345")
ACCOUNT, CORRESPONDENT = account("40703810", "00000001704"), correspondent()
BANK, BANK_CODE = BANK_NAME, BIC
PLACE = "Гатчинский район — Вырица"

#: One of them is not what our fields are called: its column is named by hand.
DEED_HEADING = "Чем подтверждено"
HEADING = (
    "№ п/п", "Улица", "№ участка", "Площадь, соток", "Собственник (ФИО)", "Доля", DEED_HEADING, "Член товарищества",
    "Телефон", "Эл. почта",
)  # fmt: skip
STREETS = ("Липовая", "Рябиновая", "Кленовая")
PLOTS = 120
#: Sotkas, one after another; their sum over the plots is exact.
AREAS = ("6", "6,2", "8", "5,85", "10", "6", "7,4", "12")
#: plot → shares of its owners, where there are several.
JOINT = {
    12: (Fraction(1, 2), Fraction(1, 2)),
    15: (Fraction(1, 2), Fraction(1, 2)),
    33: (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)),
    90: (Fraction(2, 5), Fraction(3, 5)),
}
WITHOUT_OWNER = 100
#: Every so many owners has not joined.
NOT_A_MEMBER_EACH = 11
#: plot → what is wrong with it in the table as it was: shares above the whole, an area in words, an impossible share.
WRONG = (15, 66, 104)
#: Every so many plots has an owner with an e-mail; one of them is the resident of the journey.
EMAIL_EACH, RESIDENT_PLOT = 6, 7
#: Roubles a sotka a month, by the decision of the meeting.
RATE_KOP = 150_00


@dataclass(frozen=True)
class Line:
    """A line of the table: an owner of a plot."""

    plot: int
    street: str
    area: str
    owner: InventedPerson | None
    share: Fraction
    is_member: bool
    email: str


def lines() -> list[Line]:
    """The settlement as it is."""
    people = iter(invent_people(PLOTS + 20, seed=1704))
    found: list[Line] = []
    for plot in range(1, PLOTS + 1):
        street, area = STREETS[(plot - 1) * len(STREETS) // PLOTS], AREAS[plot % len(AREAS)]
        if plot == WITHOUT_OWNER:
            found.append(Line(plot, street, area, None, Fraction(1), False, ""))
            continue
        for share in JOINT.get(plot, (Fraction(1),)):
            email = f"plot{plot}@example.org" if plot % EMAIL_EACH == 1 else ""
            is_member = (len(found) + 1) % NOT_A_MEMBER_EACH != 0
            found.append(Line(plot, street, area, next(people), share, is_member, email))
    return found


def owner_of(plot: int) -> InventedPerson:
    """The first owner of a plot that has one."""
    return next(line.owner for line in lines() if line.plot == plot and line.owner is not None)


def hundredths(area: str) -> int:
    """Square metres, which are hundredths of a sotka, of an area as it is written."""
    whole, _, part = area.partition(",")
    return int(whole) * 100 + int((part + "00")[:2])


def areas() -> dict[int, int]:
    """plot → m²."""
    return {line.plot: hundredths(line.area) for line in lines()}


def fee_of(plot: int) -> int:
    """Kopecks a month for a plot: area × rate, half a kopeck up."""
    return (areas()[plot] * RATE_KOP + 50) // 100


def write_table(path: Path) -> None:
    """The table as XLSX, with its three bad plots."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Реестр")
    sheet.write(0, 0, f"Список садоводов {NAME}")
    sheet.write_row(2, 0, HEADING)
    for index, line in enumerate(lines()):
        share, area = ("" if line.share == 1 else str(line.share)), line.area
        if line.plot == WRONG[0]:
            share = "2/3"
        elif line.plot == WRONG[1]:
            area = "шесть"
        elif line.plot == WRONG[2]:
            share = "пополам"
        person = line.owner
        sheet.write_row(
            3 + index, 0,
            [
                index + 1, line.street, str(line.plot), area, person.full if person else "", share,
                "договор купли-продажи" if person else "", ("да" if line.is_member else "нет") if person else "",
                person.phone if person else "", line.email,
            ],
        )  # fmt: skip
    book.close()
