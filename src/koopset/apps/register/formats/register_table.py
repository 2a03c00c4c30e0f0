"""Lines of a register's table as boards keep them, gathered into plots: several lines of one plot, shares made whole.

Pure; `formats.register_columns` tells where the fields stand and what their cells mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from koopset.apps.people.rules import LEGAL, CardData, card_from_name, email_normal, phone_normal
from koopset.apps.register.formats.register_columns import (
    Cell,
    Layout,
    TableRow,
    decimal_of,
    heading_key,
    parse_area,
    parse_day,
    parse_kind,
    parse_yes,
    text_of_cell,
)
from koopset.apps.register.rules import number_normal
from koopset.kernel.fractions import parse_share
from koopset.kernel.names import fold
from koopset.kernel.requisites import cadastral_check, inn_ok
from koopset.kernel.violations import RuleViolation

MAX_LINES_OF_UNIT = 200
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)

TEXTS = {
    "register.row_no_number": "Нет номера участка или квартиры",
    "register.row_bad_cadastral": "Кадастровый номер «%(value)s» записан неверно",
    "register.row_bad_area": "Площадь «%(value)s» не число больше нуля",
    "register.row_area_sotka": "Площади похожи на сотки и пересчитаны: 1 сотка = 100 м²",
    "register.row_bad_share": "Доля «%(value)s» непонятна: пишут 1/2, 1/3, 50 %%",
    "register.row_bad_date": "Дата «%(value)s» непонятна: пишут 15.06.2020",
    "register.row_future_date": "Дата «%(value)s» ещё не наступила",
    "register.row_bad_email": "Почта «%(value)s» непонятна и не будет внесена",
    "register.row_bad_phone": "Телефон «%(value)s» непонятен и не будет внесён",
    "register.row_bad_inn": "ИНН «%(value)s» неверен и не будет внесён",
    "register.row_bad_member": "«%(value)s» в столбце членства: ждали «да» или «нет»",
    "register.row_unknown_kind": "Вид «%(value)s» непонятен",
    "register.row_number_above": "Номер не повторён: отнесли к участку %(number)s строкой выше",
    "register.row_owner_twice": "Собственник %(name)s назван дважды, доли не складывали",
    "register.row_areas_differ": "В строках участка %(number)s разные площади",
    "register.row_cadastrals_differ": "В строках участка %(number)s разные кадастровые номера",
    "register.row_cadastral_twice": "Кадастровый номер %(value)s уже стоит у участка %(number)s",
    "register.row_shares_exceed": "Доли участка %(number)s в сумме больше целого на %(over)s",
    "register.row_shares_gap": "У участка %(number)s не учтена доля %(gap)s",
    "register.row_too_many_lines": "У участка %(number)s больше 200 строк",
    "register.no_number_column": "Не нашли столбец с номером участка или квартиры",
    "register.empty_table": "В таблице нет строк",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a line: an error keeps its plot out, a warning does not."""

    line: int
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    is_error: bool = True

    def text(self) -> str:
        """In Russian, for a machine without the catalogues."""
        return TEXTS.get(self.code, self.code) % dict(self.params)


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """An owner as a line of the file has it."""

    line: int
    card: CardData
    share: Fraction | None
    right: str
    since: date | None
    deed: str
    member: bool | None
    member_since: date | None
    card_number: str


@dataclass(slots=True)
class PlotGroup:
    """All lines of one plot: loaded together or not at all. `owners` have their shares filled in."""

    kind: str
    street: str
    number: str
    lines: list[int] = field(default_factory=list)
    cadastral_number: str = ""
    area_m2: Decimal | None = None
    note: str = ""
    owners: list[OwnerLine] = field(default_factory=list)
    extras: dict[str, tuple[int, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]

    def shares(self) -> list[Fraction]:
        """The owners' shares; called after `_finish` has filled them."""
        return [owner.share for owner in self.owners if owner.share is not None]


class _Rows:
    """One pass over the lines of a file."""

    def __init__(
        self, layout: Layout, *, default_kind: str, extras: Iterable[str], today: date, area_unit: str
    ) -> None:
        self.layout, self.default_kind, self.today, self.area_unit = layout, default_kind, today, area_unit
        self.extras = [key for key in extras if key in layout.columns]
        self.groups: dict[tuple[str, str, str], PlotGroup] = {}
        self.loose: list[PlotGroup] = []
        self.last: PlotGroup | None = None

    def cell(self, cells: Sequence[Cell], name: str) -> Cell:
        index = self.layout.columns.get(name)
        return cells[index] if index is not None and index < len(cells) else None

    def text(self, cells: Sequence[Cell], name: str) -> str:
        return text_of_cell(self.cell(cells, name))

    def take(self, line: int, cells: Sequence[Cell]) -> None:
        problems: list[Problem] = []
        number = number_normal(self.text(cells, "number"))
        owners = self._owners(line, cells, problems)
        street = " ".join(self.text(cells, "street").split())[:100]
        if not number and owners and self.last is not None:
            group = self.last
            problems.append(
                Problem(line, "register.row_number_above", {"number": group.number}, is_error=False)
            )
        elif not number:
            if not owners and not self.text(cells, "cadastral_number"):
                return  # «Итого», a signature, an empty line of a form
            group = PlotGroup(self.default_kind, street, "", [line])
            group.problems = [Problem(line, "register.row_no_number"), *problems]
            self.loose.append(group)
            return
        else:
            kind = parse_kind(self.text(cells, "kind"), self.default_kind)
            if kind is None:
                problems.append(
                    Problem(line, "register.row_unknown_kind", {"value": self.text(cells, "kind")[:60]})
                )
            key = (kind or self.default_kind, fold(street), number)
            group = self.groups.setdefault(key, PlotGroup(key[0], street, number))
        self.last = group
        group.lines.append(line)
        group.problems += problems
        group.owners += owners
        if len(group.lines) == MAX_LINES_OF_UNIT + 1:
            group.problems.append(Problem(line, "register.row_too_many_lines", {"number": group.number}))
        self._unit(line, cells, group)

    def _unit(self, line: int, cells: Sequence[Cell], group: PlotGroup) -> None:
        cadastral = self.text(cells, "cadastral_number")
        if cadastral and cadastral not in ("-", "—", "нет"):
            try:
                cadastral = cadastral_check(cadastral)
            except RuleViolation:
                group.problems.append(Problem(line, "register.row_bad_cadastral", {"value": cadastral[:60]}))
            else:
                if group.cadastral_number and group.cadastral_number != cadastral:
                    group.problems.append(
                        Problem(line, "register.row_cadastrals_differ", {"number": group.number})
                    )
                group.cadastral_number = cadastral
        area_cell = self.cell(cells, "area")
        if text_of_cell(area_cell) not in ("", "-", "—"):
            area = parse_area(area_cell, self.area_unit)
            if area is None:
                group.problems.append(
                    Problem(line, "register.row_bad_area", {"value": text_of_cell(area_cell)[:60]})
                )
            elif group.area_m2 is not None and group.area_m2 != area:
                group.problems.append(Problem(line, "register.row_areas_differ", {"number": group.number}))
            else:
                group.area_m2 = area
        group.note = group.note or self.text(cells, "note")[:300]
        for key in self.extras:
            if key not in group.extras and (text := self.text(cells, key)):
                group.extras[key] = (line, text)

    def _owners(self, line: int, cells: Sequence[Cell], problems: list[Problem]) -> list[OwnerLine]:
        card_texts = self._names(cells)
        if not card_texts:
            return []
        share: Fraction | None = None
        if text := self.text(cells, "share"):
            try:
                cell = self.cell(cells, "share")
                share = parse_share(text if not isinstance(cell, Decimal) else format(cell, "f"))
                if share.denominator > 1_000_000_000:
                    raise RuleViolation("fractions.bad_share")
                if isinstance(cell, Decimal) or "/" not in text:
                    share = share.limit_denominator(10_000)
            except RuleViolation:
                problems.append(Problem(line, "register.row_bad_share", {"value": text[:60]}))
        since = self._day(line, cells, "since", problems)
        member_text = self.text(cells, "member")
        member = parse_yes(member_text) if member_text else None
        member_since = self._day(line, cells, "member_since", problems)
        if member_text and member is None:
            if (day := parse_day(self.cell(cells, "member"))) is not None:
                member, member_since = (
                    True,
                    member_since or day,
                )  # boards write the date of admission instead of «да»
            else:
                problems.append(
                    Problem(line, "register.row_bad_member", {"value": member_text[:60]}, is_error=False)
                )
        if member is None and member_since is not None:
            member = True
        found = []
        for index, card in enumerate(card_texts):
            found.append(
                OwnerLine(
                    line=line,
                    card=self._contacts(line, cells, card, problems) if index == 0 else card,
                    share=share / len(card_texts) if share is not None else None,
                    right=_right(self.text(cells, "right")),
                    since=since,
                    deed=" ".join(self.text(cells, "deed").split())[:200],
                    member=member,
                    member_since=member_since,
                    card_number=self.text(cells, "card_number")[:30] if index == 0 else "",
                )
            )
        return found

    def _names(self, cells: Sequence[Cell]) -> list[CardData]:
        last, first, middle = (
            " ".join(self.text(cells, name).split()) for name in ("last_name", "first_name", "middle_name")
        )
        if last:
            whole = card_from_name(last)
            if first or middle:
                return [CardData(last_name=last[:100], first_name=first[:100], middle_name=middle[:100])]
            return [whole]
        text = self.text(cells, "owner").strip(" -—")
        names = [" ".join(part.split()) for part in re.split(r"[;\n]", text)]
        return [card_from_name(name) for name in names if re.search(r"[^\W\d_]{2,}", name)][:20]

    def _contacts(
        self, line: int, cells: Sequence[Cell], card: CardData, problems: list[Problem]
    ) -> CardData:
        email_text, phone_text = self.text(cells, "email"), self.text(cells, "phone")
        email = phone = inn = ""
        try:
            email = email_normal(re.split(r"[;,\s]+", email_text.strip())[0] if email_text else "")
        except RuleViolation:
            problems.append(
                Problem(line, "register.row_bad_email", {"value": email_text[:60]}, is_error=False)
            )
        try:
            phone = phone_normal(re.split(r"[;,\n]", phone_text)[0])
        except RuleViolation:
            problems.append(
                Problem(line, "register.row_bad_phone", {"value": phone_text[:60]}, is_error=False)
            )
        if inn_text := self.text(cells, "inn"):
            inn = inn_text if inn_ok(inn_text) and (len(inn_text) == 10) == (card.kind == LEGAL) else ""
            if not inn:
                problems.append(
                    Problem(line, "register.row_bad_inn", {"value": inn_text[:60]}, is_error=False)
                )
        address = " ".join(self.text(cells, "postal_address").split())[:300]
        return CardData(
            card.kind, card.last_name, card.first_name, card.middle_name, card.body_name, inn, email, phone, address
        )  # fmt: skip

    def _day(self, line: int, cells: Sequence[Cell], name: str, problems: list[Problem]) -> date | None:
        text = self.text(cells, name)
        if text in ("", "-", "—"):
            return None
        day = parse_day(self.cell(cells, name))
        if day is None or not _EARLIEST <= day < _LATEST:
            problems.append(Problem(line, "register.row_bad_date", {"value": text[:60]}))
            return None
        if day > self.today:
            problems.append(Problem(line, "register.row_future_date", {"value": text[:60]}))
            return None
        return day


def _right(text: str) -> str:
    key = heading_key(text)
    if "СОВМЕСТН" in key or "JOINT" in key:
        return "joint"
    return "lease" if re.search(r"АРЕНД|ПОЛЬЗОВ|LEASE", key) else "share"


def read_groups(
    rows: Iterable[TableRow],
    layout: Layout,
    *,
    default_kind: str,
    today: date,
    extras: Iterable[str] = (),
    area_unit: str = "",
) -> tuple[list[PlotGroup], list[Problem]]:
    """Plots with their lines, in the order of the file, and findings about the whole file.

    Lines at or above the heading are passed over. Errors of a line stand in its plot; a plot with errors is not to be loaded.
    """
    findings: list[Problem] = []
    if "number" not in layout.columns:
        return [], [Problem(layout.heading_line or 1, "register.no_number_column")]
    unit = area_unit or layout.area_unit
    held: list[TableRow] | None = None
    if not unit and "area" in layout.columns:
        held = list(rows)
        unit = _unit_by_values(held, layout.columns["area"], layout.heading_line)
        if unit == "sotka":
            findings.append(Problem(layout.heading_line or 1, "register.row_area_sotka", is_error=False))
    reading = _Rows(layout, default_kind=default_kind, extras=extras, today=today, area_unit=unit or "m2")
    for line, cells in held if held is not None else rows:
        if layout.heading_line is None or line > layout.heading_line:
            reading.take(line, cells)
    groups = sorted([*reading.groups.values(), *reading.loose], key=lambda group: group.lines[0])
    cadastral: dict[str, str] = {}
    for group in groups:
        _finish(group)
        if group.cadastral_number:
            taken = cadastral.setdefault(group.cadastral_number, group.number)
            if taken is not group.number and cadastral[group.cadastral_number] != group.number:
                params = {"value": group.cadastral_number, "number": taken}
                group.problems.append(Problem(group.lines[0], "register.row_cadastral_twice", params))
    return groups, findings


def _unit_by_values(rows: Sequence[TableRow], index: int, heading_line: int | None) -> str:
    """Sotkas where nearly all areas are below 50: no plot has 50 m², few have half a hectare."""
    values = [
        number
        for line, cells in rows
        if (heading_line is None or line > heading_line)
        and index < len(cells)
        and (number := decimal_of(text_of_cell(cells[index]))) is not None
    ]
    return "sotka" if values and sum(number < 50 for number in values) > 0.9 * len(values) else "m2"


def _finish(group: PlotGroup) -> None:
    """One line an owner, shares filled in and added up."""
    if len(group.owners) == 1 and group.owners[0].share == 1:
        return  # the usual plot
    seen: dict[tuple[str, str, str], int] = {}
    owners: list[OwnerLine] = []
    for owner in group.owners:
        name = " ".join(
            filter(
                None,
                (owner.card.body_name, owner.card.last_name, owner.card.first_name, owner.card.middle_name),
            )
        )
        key = (fold(name), owner.card.email, owner.card.inn)
        if key in seen:
            problem = Problem(
                owner.line,
                "register.row_owner_twice",
                {"name": name[:80]},
                is_error=owners[seen[key]].share != owner.share,
            )
            group.problems.append(problem)
            continue
        seen[key] = len(owners)
        owners.append(owner)
    named = [owner.share for owner in owners if owner.share is not None]
    total = sum(named, Fraction(0))
    rest = len(owners) - len(named)
    if rest and total < 1:
        part = (1 - total) / rest
        owners = [_with_share(owner, part) if owner.share is None else owner for owner in owners]
        total = Fraction(1)
    elif rest:
        owners = [_with_share(owner, Fraction(1)) if owner.share is None else owner for owner in owners]
        total += rest
    if not group.errors and owners:
        # «0,33» three times means thirds: decimals cannot say it better.
        if (
            0 < abs(1 - total) <= Fraction(len(owners), 100)
            and len({owner.share for owner in owners}) == 1
            and total != 1
        ):
            owners = [_with_share(owner, Fraction(1, len(owners))) for owner in owners]
            total = Fraction(1)
        if total > 1:
            group.problems.append(
                Problem(
                    group.lines[0],
                    "register.row_shares_exceed",
                    {"number": group.number, "over": str(total - 1)},
                )
            )
        elif total < 1:
            group.problems.append(
                Problem(
                    group.lines[0],
                    "register.row_shares_gap",
                    {"number": group.number, "gap": str(1 - total)},
                    is_error=False,
                )
            )
    group.owners = owners


def _with_share(owner: OwnerLine, share: Fraction) -> OwnerLine:
    return OwnerLine(
        owner.line, owner.card, share, owner.right, owner.since, owner.deed, owner.member, owner.member_since, owner.card_number
    )  # fmt: skip


def iter_problems(groups: Iterable[PlotGroup]) -> Iterator[Problem]:
    """All findings about lines, in the order of lines."""
    return iter(
        sorted((problem for group in groups for problem in group.problems), key=lambda problem: problem.line)
    )
