"""A table of opening balances as people bring it: account, number, debit, credit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from koopset.apps.ledger.rules import check_code
from koopset.kernel.money import parse_rub, rub_to_kop
from koopset.kernel.violations import RuleViolation

_HEADS = {
    "code": ("счет", "счёт", "код", "код счета", "код счёта", "account", "ledger account", "code"),
    "number": ("номер", "лицевой счет", "лицевой счёт", "л/с", "субконто", "аналитика", "number", "subject"),
    "debit": ("дебет", "дт", "долг", "debit"),
    "credit": ("кредит", "кт", "переплата", "аванс", "credit"),
}
_SEARCHED = 20


class TableRow(Protocol):
    """A row of a spreadsheet: its number and its cells."""

    @property
    def line(self) -> int: ...

    @property
    def cells(self) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """`number` is what people know the subject by; kopecks."""

    line: int
    code: str
    number: str
    debit_kop: int
    credit_kop: int


@dataclass(frozen=True, slots=True)
class OpeningTable:
    """What could be read, and what could not, line by line."""

    rows: list[OpeningRow]
    wrong: list[RuleViolation]


def read_opening_table(rows: Iterable[TableRow]) -> OpeningTable:
    """Read the rows below the head, which may stand in one of the first twenty lines. Raises ledger.no_columns."""
    places: dict[str, int] | None = None
    table = OpeningTable([], [])
    for count, row in enumerate(rows):
        if places is None:
            places = _places(row.cells)
            if places is None and count >= _SEARCHED:
                break
            continue
        try:
            found = _row(row, places)
        except RuleViolation as violation:
            table.wrong.append(RuleViolation(violation.code, field="file", line=row.line, **violation.params))
            continue
        if found is not None:
            table.rows.append(found)
    if places is None:
        raise RuleViolation("ledger.no_columns", field="file")
    return table


def _places(cells: Sequence[Any]) -> dict[str, int] | None:
    texts = [str(cell or "").strip().lower().rstrip(",₽ ").removesuffix(", руб.") for cell in cells]
    places: dict[str, int] = {}
    for name, words in _HEADS.items():
        for index, text in enumerate(texts):
            if text in words and index not in places.values():
                places[name] = index
                break
    return places if {"code", "debit", "credit"} <= places.keys() else None


def _row(row: TableRow, places: dict[str, int]) -> OpeningRow | None:
    def cell(name: str) -> Any:
        index = places.get(name)
        return row.cells[index] if index is not None and index < len(row.cells) else None

    code = cell("code")
    debit_kop, credit_kop = _kop(cell("debit")), _kop(cell("credit"))
    if code is None or not (debit_kop or credit_kop):
        return None
    if debit_kop < 0 or credit_kop < 0:
        raise RuleViolation("ledger.amount_not_positive")
    return OpeningRow(row.line, check_code(_code(code)), _text(cell("number")), debit_kop, credit_kop)


def _kop(value: Any) -> int:
    if value is None:
        return 0
    return rub_to_kop(value) if isinstance(value, Decimal) else parse_rub(str(value))


def _code(value: Any) -> str:
    """A spreadsheet takes 76.01 for a number, 76.10 for 76.1, and 000 for 0: give back what was meant."""
    if not isinstance(value, Decimal):
        return str(value)
    whole, dot, part = f"{value.normalize():f}".partition(".")
    if whole == "0" and not dot:
        return "000"
    return f"{whole.zfill(2)}.{part.ljust(2, '0')}" if dot else whole.zfill(2)


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value).strip()
