"""Lines of a month: fees × units and personal accounts.

All arithmetic is in integers and each line is rounded once, half up: areas in 1/100 m², rates in micro-roubles, quantities in
millionths, sums in kopecks. A divided sum goes by largest remainder, a tie to the unit that stands earlier in the register, so the parts
add up to the kopeck whatever the order of input.

Whole months only: a unit is charged for the whole month to whoever holds it first in that month (its seller, when it is sold in the
middle; its first owner, when it joins in the middle), so that nobody is charged twice and nothing is silently reduced.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from koopset.kernel.money import split
from koopset.kernel.period import Month

MICRO = 1_000_000

ACCOUNT, UNIT, AREA, SOTKA, SHARE = "account", "unit", "area", "sotka", "share"
RATE, SPLIT = "rate", "split"
EVERYBODY, MEMBERS, NON_MEMBERS = "all", "members", "non-members"
_STEP = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """What charging needs of a fee. `rate_micro` is micro-roubles: for one unit of the base (RATE) or the whole sum (SPLIT)."""

    fee_id: int
    base: str
    method: str
    rate_micro: int
    audience: str
    period: str
    from_month: int
    to_month: int | None
    due_day: int
    position: int = 100


@dataclass(frozen=True, slots=True)
class Holding:
    """A unit in a month with the personal account it is billed on.

    `area_100` is 1/100 m², None when unknown; `share` is the part of the common property; `parts` are (account, share) when the
    owners chose split bills, else empty: all on `account_id`.
    """

    account_id: int
    unit_id: int
    sort_key: str
    area_100: int | None
    is_member: bool
    share: Fraction | None = None
    parts: tuple[tuple[int, Fraction], ...] = ()


class Line(NamedTuple):
    """A line of the month. `unit_id` 0: of the account as a whole. `quantity_micro` is millionths of the base's unit."""

    account_id: int
    unit_id: int
    fee_index: int
    quantity_micro: int
    amount_kop: int


@dataclass(slots=True)
class Lines:
    """Lines in columns of machine integers: 34,000 plots with four fees take 6 MB, not a hundred."""

    fees: tuple[FeeTerms, ...]
    accounts: array[int] = field(default_factory=lambda: array("q"))
    units: array[int] = field(default_factory=lambda: array("q"))
    fee_indexes: array[int] = field(default_factory=lambda: array("q"))
    quantities: array[int] = field(default_factory=lambda: array("q"))
    amounts: array[int] = field(default_factory=lambda: array("q"))
    #: fee → what its sum was divided by, in millionths of the base's unit.
    divided_by: dict[int, int] = field(default_factory=dict)
    #: fee → lines already charged before, left out.
    repeated: dict[int, int] = field(default_factory=dict)
    #: fee → units that could not be charged: no area, no share in common property.
    unmeasured: dict[int, list[int]] = field(default_factory=dict)
    #: units whose split bills do not make a whole.
    incomplete_units: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.amounts)

    def __iter__(self) -> Iterator[Line]:
        return map(
            Line._make,
            zip(self.accounts, self.units, self.fee_indexes, self.quantities, self.amounts, strict=True),
        )

    @property
    def total_kop(self) -> int:
        """The sum of all lines."""
        return sum(self.amounts)

    def totals_by_fee(self) -> dict[int, tuple[int, int]]:
        """fee → (lines, kopecks), in the order of the fees."""
        counts, sums = [0] * len(self.fees), [0] * len(self.fees)
        for index, amount in zip(self.fee_indexes, self.amounts, strict=True):
            counts[index] += 1
            sums[index] += amount
        return {fee.fee_id: (counts[at], sums[at]) for at, fee in enumerate(self.fees)}

    def fingerprint(self, month: int) -> str:
        """A digest of what would be posted: equal only when every line, sum and due day is equal."""
        digest = hashlib.sha256(f"{month}".encode())
        for fee in self.fees:
            digest.update(f"|{fee.fee_id},{fee.base},{fee.method},{fee.rate_micro},{fee.due_day}".encode())
        for column in (self.accounts, self.units, self.fee_indexes, self.quantities, self.amounts):
            digest.update(column.tobytes())
        return digest.hexdigest()


def half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator rounded half up (both not negative)."""
    return (2 * numerator + denominator) // (2 * denominator)


def rate_micro_of(rate: Decimal) -> int:
    """Micro-roubles of a tariff in roubles with up to six decimals, exactly. Raises ValueError for more decimals."""
    micro = rate.scaleb(6)
    if micro != micro.to_integral_value():
        raise ValueError("a tariff has at most six decimals")
    return int(micro)


def area_100_of(area_m2: Decimal | None) -> int | None:
    """An area in 1/100 m²; None stays None."""
    return None if area_m2 is None else int(area_m2.scaleb(2).to_integral_value())


def is_charged_in(fee: FeeTerms, month: Month) -> bool:
    """Whether the fee is charged in the month: quarters and years are counted from its first month, `once` is that month alone."""
    if month.number < fee.from_month or (fee.to_month is not None and month.number > fee.to_month):
        return False
    if fee.period == "once":
        return month.number == fee.from_month
    first = Month.from_number(fee.from_month)
    distance = (month.year - first.year) * 12 + month.month - first.month
    return distance % _STEP[fee.period] == 0


def due_on(month: Month, due_day: int) -> date:
    """The day by which a month's charge is to be paid: `due_day` of the month after."""
    following = month.next()
    return date(following.year, following.month, due_day)


def quantity_micro_of(base: str, area_100: int | None, share: Fraction | None) -> int | None:
    """The quantity of the base in millionths: pieces, m², сотки (100 m²), shares. None when it is unknown."""
    if base in (ACCOUNT, UNIT):
        return MICRO
    if base == AREA:
        return None if area_100 is None else area_100 * 10_000
    if base == SOTKA:
        return None if area_100 is None else area_100 * 100
    return None if share is None else half_up(share.numerator * MICRO, share.denominator)


def rate_amount(fee: FeeTerms, area_100: int | None, share: Fraction | None) -> int | None:
    """Kopecks of one unit at a rate: rounded once, half up; None when the base is unknown.

    micro-roubles × 100 / 1 000 000 are kopecks; area in 1/100 m² adds 100 (m²) or 10 000 (сотки) below the line.
    """
    if fee.base in (ACCOUNT, UNIT):
        return half_up(fee.rate_micro, 10_000)
    if fee.base == AREA:
        return None if area_100 is None else half_up(area_100 * fee.rate_micro, 1_000_000)
    if fee.base == SOTKA:
        return None if area_100 is None else half_up(area_100 * fee.rate_micro, 100_000_000)
    return None if share is None else half_up(fee.rate_micro * share.numerator, 10_000 * share.denominator)


def divide(total_kop: int, weights: Sequence[int]) -> list[int]:
    """Parts of a sum in proportion to integer weights by largest remainder; a tie goes to the earlier one.

    The twin of kernel.money.split for hundreds of thousands of parts. An empty or weightless list gives zeros.
    """
    whole = sum(weights)
    if not whole or not total_kop:
        return [0] * len(weights)
    parts = [total_kop * weight // whole for weight in weights]
    left = total_kop - sum(parts)
    if left:
        order = sorted(range(len(weights)), key=lambda at: -(total_kop * weights[at] % whole))
        for at in order[:left]:
            parts[at] += 1
    return parts


def charge_lines(
    fees: Iterable[FeeTerms],
    holdings: Iterable[Holding],
    month: Month,
    *,
    charged: Set[tuple[int, int, int]] = frozenset(),
) -> Lines:
    """The lines of a month. `charged` holds (account, unit or 0, fee) of what was charged before: such lines are left out and counted.

    A divided sum of which something was charged before is left out whole: it cannot be divided twice. Lines stand by account, then by the
    unit's place in the register, then by the fee's position. A fee not due in the month, and a line of nothing, give no line.
    """
    due = sorted(
        (fee for fee in fees if is_charged_in(fee, month)), key=lambda fee: (fee.position, fee.fee_id)
    )
    ordered = sorted(holdings, key=lambda held: (held.sort_key, held.unit_id))
    lines = Lines(tuple(due))
    columns: list[dict[int, int] | None] = [
        _divided(lines, fee, ordered, charged) if fee.method == SPLIT and fee.base != ACCOUNT else None
        for fee in due
    ]
    by_account: dict[int, list[Holding]] = {}
    incomplete: set[int] = set()
    for held in ordered:
        for account_id, _share in held.parts or ((held.account_id, Fraction(1)),):
            by_account.setdefault(account_id, []).append(held)
        if held.parts and sum(share for _account, share in held.parts) != 1:
            incomplete.add(held.unit_id)
    lines.incomplete_units = sorted(incomplete)
    whole_accounts = {
        at: _of_accounts(lines, fee, by_account, charged) for at, fee in enumerate(due) if fee.base == ACCOUNT
    }
    _fill(lines, due, columns, by_account, whole_accounts, charged)
    return lines


def _fill(
    lines: Lines,
    due: Sequence[FeeTerms],
    columns: Sequence[Mapping[int, int] | None],
    by_account: Mapping[int, Sequence[Holding]],
    whole_accounts: Mapping[int, Mapping[int, int]],
    charged: Set[tuple[int, int, int]],
) -> None:
    add_account, add_unit = lines.accounts.append, lines.units.append
    add_fee, add_quantity, add_amount = (
        lines.fee_indexes.append,
        lines.quantities.append,
        lines.amounts.append,
    )
    # Plots of one area repeat by the hundred: their sums are computed once.
    known: list[dict[int | Fraction | None, tuple[int | None, int | None]]] = [{} for _fee in due]
    of_units = [(at, fee) for at, fee in enumerate(due) if fee.base != ACCOUNT]
    for account_id in sorted(by_account):
        for at, sums in whole_accounts.items():
            if account_id in sums:
                add_account(account_id)
                add_unit(0)
                add_fee(at)
                add_quantity(MICRO)
                add_amount(sums[account_id])
        for held in by_account[account_id]:
            area_100 = held.area_100
            for at, fee in of_units:
                if fee.audience != EVERYBODY and (fee.audience == MEMBERS) != held.is_member:
                    continue
                key = held.share if fee.base == SHARE else area_100
                found = known[at].get(key)
                if found is None:
                    found = known[at][key] = (
                        quantity_micro_of(fee.base, held.area_100, held.share),
                        rate_amount(fee, held.area_100, held.share),
                    )
                quantity, amount = found
                if quantity is None or amount is None:
                    if not held.parts or held.parts[0][0] == account_id:
                        lines.unmeasured.setdefault(fee.fee_id, []).append(held.unit_id)
                    continue
                column = columns[at]
                if column is not None:
                    amount = column.get(held.unit_id, 0)
                if held.parts:
                    quantity, amount = _part(held, account_id, quantity, amount)
                if not amount:
                    continue
                if charged and (account_id, held.unit_id, fee.fee_id) in charged:
                    lines.repeated[fee.fee_id] = lines.repeated.get(fee.fee_id, 0) + 1
                    continue
                add_account(account_id)
                add_unit(held.unit_id)
                add_fee(at)
                add_quantity(quantity)
                add_amount(amount)


def _part(held: Holding, account_id: int, quantity: int, amount: int) -> tuple[int, int]:
    """One account's part of a unit with split bills: the parts make the whole to the kopeck, or leave a gap that a warning names."""
    shares: list[tuple[int, Fraction]] = list(held.parts)
    gap = 1 - sum((share for _account, share in shares), Fraction(0))
    if gap > 0:
        shares.append((0, gap))
    return split(quantity, shares)[account_id], split(amount, shares)[account_id]


def _of_audience(fee: FeeTerms, held: Holding) -> bool:
    return fee.audience == EVERYBODY or (fee.audience == MEMBERS) == held.is_member


def _of_accounts(
    lines: Lines,
    fee: FeeTerms,
    by_account: Mapping[int, Sequence[Holding]],
    charged: Set[tuple[int, int, int]],
) -> dict[int, int]:
    """Sums of a fee by account: one for each account that has a unit of the audience."""
    payers = [
        account_id
        for account_id, held in by_account.items()
        if fee.audience == EVERYBODY or any(_of_audience(fee, one) for one in held)
    ]
    again = {account_id for account_id in payers if (account_id, 0, fee.fee_id) in charged}
    if again:
        lines.repeated[fee.fee_id] = len(again)
    if fee.method == SPLIT:
        lines.divided_by[fee.fee_id] = len(payers) * MICRO
        if again:
            return {}
        sums = dict(zip(payers, divide(half_up(fee.rate_micro, 10_000), [1] * len(payers)), strict=True))
    else:
        sums = dict.fromkeys(payers, half_up(fee.rate_micro, 10_000))
    return {account_id: kop for account_id, kop in sums.items() if kop and account_id not in again}


def _divided(
    lines: Lines, fee: FeeTerms, ordered: Sequence[Holding], charged: Set[tuple[int, int, int]]
) -> dict[int, int]:
    """unit → its part of a divided sum; empty when something of the sum was charged before."""
    bearers = [held for held in ordered if _of_audience(fee, held)]
    quantities = [quantity_micro_of(fee.base, held.area_100, held.share) for held in bearers]
    again = sum(
        1
        for held in bearers
        for account_id, _share in held.parts or ((held.account_id, None),)
        if (account_id, held.unit_id, fee.fee_id) in charged
    )
    if again:
        lines.repeated[fee.fee_id] = again
        return {}
    if fee.base == SHARE:
        # Exact: shares are fractions, their common denominator makes integers of them.
        denominator = (
            lcm(*(held.share.denominator for held in bearers if held.share is not None)) if bearers else 1
        )
        weights = [
            0 if held.share is None else held.share.numerator * (denominator // held.share.denominator)
            for held in bearers
        ]
    else:
        weights = [quantity or 0 for quantity in quantities]
    lines.divided_by[fee.fee_id] = sum(quantity or 0 for quantity in quantities)
    parts = divide(half_up(fee.rate_micro, 10_000), weights)
    return {held.unit_id: part for held, part in zip(bearers, parts, strict=True)}
