"""The rules of double entry in pure functions: numbers in, decisions out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

#: The counter-account of opening balances.
OPENING_CODE = "000"
#: Beyond this many days after today a date is a slip of the hand.
FARTHEST_DAYS = 366
_CODE = re.compile(r"[0-9]{2,3}(\.[0-9]{2}){0,2}")


def check_code(code: str) -> str:
    """The code of a chart account ("51", "76.01", "76.01.02", "000"). Raises ledger.bad_code."""
    code = code.strip()
    if not _CODE.fullmatch(code):
        raise RuleViolation("ledger.bad_code", field="code", account=code[:20])
    return code


def heading_of(code: str) -> str:
    """The code above: "76" of "76.01"; empty at the top."""
    return code.rpartition(".")[0]


def is_under(code: str, heading: str) -> bool:
    """Whether `code` is `heading` itself or lies below it."""
    return code == heading or code.startswith(f"{heading}.")


def check_on_date(on_date: date, *, today: date) -> None:
    """Refuse a day too far ahead to be meant. Raises ledger.date_too_far."""
    if (on_date - today).days > FARTHEST_DAYS:
        raise RuleViolation("ledger.date_too_far", field="on_date", date=on_date.strftime("%d.%m.%Y"))


def check_month(month: Month, *, first: Month, closed: bool) -> None:
    """Refuse a month that takes no entries. Raises ledger.before_book, ledger.month_closed."""
    if month < first:
        raise RuleViolation("ledger.before_book", field="on_date", month=str(month), first=str(first))
    if closed:
        raise RuleViolation("ledger.month_closed", field="on_date", month=str(month))


def check_amount(amount_kop: object, *, line: int) -> None:
    """Refuse what is not a positive whole number of kopecks. Raises ledger.amount_not_positive."""
    if type(amount_kop) is not int or amount_kop <= 0:
        raise RuleViolation("ledger.amount_not_positive", field="amount", line=line)


def months_between(first: Month, last: Month) -> Iterator[Month]:
    """Both included; empty where last is before first."""
    while first <= last:
        yield first
        first = first.next()


def months_to_close(*, first: Month, upto: Month, closed: Iterable[int], today: date) -> list[Month]:
    """The open months up to `upto`, in order: a month is closed only after all before it.

    Raises ledger.before_book, ledger.month_not_over (its last day has not passed), ledger.month_closed_already.
    """
    if upto < first:
        raise RuleViolation("ledger.before_book", field="month", month=str(upto), first=str(first))
    if today <= upto.last:
        raise RuleViolation("ledger.month_not_over", field="month", month=str(upto))
    done = set(closed)
    if upto.number in done:
        raise RuleViolation("ledger.month_closed_already", field="month", month=str(upto))
    return [month for month in months_between(first, upto) if month.number not in done]


def two_sides(balance_kop: int) -> tuple[int, int]:
    """A balance (debit minus credit) as the pair (debit, credit) of a statement."""
    return (balance_kop, 0) if balance_kop >= 0 else (0, -balance_kop)
