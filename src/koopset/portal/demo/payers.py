"""How people of the town pay: most on time, some late, some not at all. Everything follows from the seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from koopset.kernel.period import Month


class Habit(StrEnum):
    PROMPT = "prompt"  # pays what the receipt says
    LATE_IN_MONTH = (
        "late"  # the same, in the last days: the current month's payment is left for the visitor to load
    )
    LAGGING = "lagging"  # pays every second month
    QUARTERLY = "quarterly"
    ROUND = "round"  # rounds up to hundreds, so there is an advance
    AHEAD = "ahead"  # pays half a year ahead
    DEBTOR = "debtor"  # paid until `stops`


@dataclass(slots=True)
class Payer:
    """`stops` is the number of the month (from 0) since which a debtor pays nothing; `writes` is the manner of the purpose."""

    account_id: int
    code: str
    number: str
    name: str
    units: str
    habit: Habit
    writes: str = "code"
    stops: int = 99


@dataclass(frozen=True, slots=True)
class Coming:
    """A payment that will come to the bank."""

    day: date
    payer_name: str
    amount_kop: int
    purpose: str
    account_id: int = 0


def purpose(payer: Payer, month: Month) -> str:
    """What the payer writes; the month is the one paid for."""
    named = f"{_NAMES[month.month - 1]} {month.year}"
    shown = f"{payer.code[:3]} {payer.code[3:6]} {payer.code[6:]}"
    match payer.writes:
        case "code":
            return f"Код платежа {shown}. Взносы за {named}, {payer.units}"
        case "bare-code":
            return f"{payer.code} {payer.name.split()[0]}, взносы {month.month:02d}.{month.year}"
        case "dashes":
            return (
                f"Оплата по квитанции, код {payer.code[:3]}-{payer.code[3:6]}-{payer.code[6:]}, {payer.units}"
            )
        case _:
            return f"Л/с {payer.number}, {payer.name}, членские взносы за {named}"


_NAMES = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split()


def coming_in(
    payers: Iterable[Payer],
    debts: Mapping[int, int],
    month: Month,
    index: int,
    *,
    seed: int,
    until: date | None = None,
) -> Iterator[Coming]:
    """Payments of a month by those whose habit it is; `debts` are what the accounts owe when the month begins (kopecks).

    `until` cuts the month at a day: nobody who pays late in the month has paid by then.
    """
    for payer in payers:
        random = Random(f"{seed} {payer.name} {payer.units} {month.number}")
        owed = debts.get(payer.account_id, 0)
        kop = _pays(payer, owed, index, random)
        if kop <= 0:
            continue
        late = payer.habit is Habit.LATE_IN_MONTH
        if until is not None and late:
            continue
        last = min(28, until.day) if until is not None else 28
        day = date(
            month.year, month.month, random.randint(21, 28) if late else random.randint(1, min(20, last))
        )
        yield Coming(day, payer.name, kop, purpose(payer, month.previous()), payer.account_id)


def _pays(payer: Payer, owed: int, index: int, random: Random) -> int:
    match payer.habit:
        case Habit.DEBTOR if index >= payer.stops:
            return 0
        case Habit.LAGGING if index % 2:
            return 0
        case Habit.QUARTERLY if index % 3:
            return 0
        case Habit.ROUND:
            return -(-owed // 50_000) * 50_000 if owed > 0 else 0
        case Habit.AHEAD:
            return owed + random.randint(4, 9) * 100_000 if owed > 0 else 0
        case _:
            return owed
