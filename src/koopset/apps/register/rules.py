"""The domain of the register in pure functions: order of numbers, shares, terms of ownership and membership."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from koopset.kernel.text import look_alike_fold
from koopset.kernel.violations import RuleViolation

OWNED = frozenset({"share", "joint"})
_DIGITS = re.compile(r"[0-9]+")


def number_normal(text: str) -> str:
    """A unit's number as it is stored: capitals, one space, Latin look-alikes as Cyrillic, no «№» and no «уч.» before it."""
    clean = look_alike_fold(" ".join(text.split())).upper()
    clean = re.sub(r"^(?:УЧАСТОК|УЧ\.?|КВАРТИРА|КВ\.?|№|N|#|\s)+(?=[\s0-9А-ЯA-Z])", "", clean)
    return clean.strip(" .,;")[:30]


def sort_key(street: str, number: str) -> str:
    """Orders «2» before «10» and «10» before «10А», within a street by its name."""

    def padded(text: str) -> str:
        return _DIGITS.sub(lambda match: match[0].lstrip("0").zfill(8)[-12:], text.upper().replace("Ё", "Е"))

    return f"{padded(street)[:28]} {padded(number)}"[:60]


# Shares


@dataclass(frozen=True, slots=True)
class Holding:
    """A person's part in a unit; `right` is "share", "joint" or "lease"."""

    person_id: int
    share: Fraction
    right: str = "share"


def shares_gap(holdings: Iterable[Holding]) -> Fraction:
    """What is missing to the whole (negative: what is too much). A lease counts only where nobody owns: the land is the state's then."""
    rows = list(holdings)
    owned = [row.share for row in rows if row.right in OWNED]
    return 1 - sum(owned or [row.share for row in rows], Fraction(0))


def equal_shares(count: int) -> Fraction:
    """The part of each of `count` owners whose parts are not named (ГК art. 245 part 1; joint owners, ГК art. 253)."""
    assert count > 0
    return Fraction(1, count)


def owners_checked(new: Sequence[Holding]) -> None:
    """Refuse owners that cannot be written down.

    register.no_owner; register.owner_twice; register.share_out_of_range; register.shares_exceed (more than the whole, with `over`).
    Less than the whole is let pass: a register that is being put in order knows not everybody, and the page names the gap.
    """
    if not new:
        raise RuleViolation("register.no_owner", field="owners")
    if len({row.person_id for row in new}) != len(new):
        raise RuleViolation("register.owner_twice", field="owners")
    for row in new:
        if not 0 < row.share <= 1 or row.share.denominator > 1_000_000_000:
            raise RuleViolation("register.share_out_of_range", field="owners", share=str(row.share))
    if (gap := shares_gap(new)) < 0:
        raise RuleViolation("register.shares_exceed", field="owners", over=str(-gap))


# Terms


@dataclass(frozen=True, slots=True)
class Term:
    """A row of ownership: both dates included, `valid_to` None is open."""

    key: int
    holding: Holding
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class TransferPlan:
    """What a transfer does: rows closed the day before, rows of the same day replaced (a correction), rows that go on, new rows."""

    closed: tuple[int, ...]
    replaced: tuple[int, ...]
    kept: tuple[int, ...]
    opened: tuple[Holding, ...]
    left: tuple[int, ...]  # persons who own nothing here from that day

    @property
    def changes(self) -> bool:
        return bool(self.closed or self.replaced or self.opened)


def day_before(day: date) -> date:
    """The last day of what ended when something else began."""
    return day - timedelta(days=1)


def transfer_plan(terms: Iterable[Term], new: Sequence[Holding], on: date) -> TransferPlan:
    """From `on` the owners are exactly `new`. What is the same goes on without a seam.

    Raises what `owners_checked` raises, and register.later_change when the register already knows of something after `on`:
    the past is corrected from its end.
    """
    owners_checked(new)
    rows = list(terms)
    later = [row.valid_from for row in rows if row.valid_from > on]
    later += [
        row.valid_to + timedelta(days=1) for row in rows if row.valid_to is not None and row.valid_to >= on
    ]
    if later:
        raise RuleViolation("register.later_change", field="on", date=min(later))
    current = [row for row in rows if row.valid_to is None]
    wanted = {(row.person_id, row.share, row.right): row for row in new}
    kept, closed, replaced = [], [], []
    for row in current:
        same = wanted.pop((row.holding.person_id, row.holding.share, row.holding.right), None)
        if same is not None:
            kept.append(row.key)
        elif row.valid_from == on:
            replaced.append(row.key)
        else:
            closed.append(row.key)
    stays = {row.person_id for row in new}
    left = sorted({row.holding.person_id for row in current} - stays)
    return TransferPlan(tuple(closed), tuple(replaced), tuple(kept), tuple(wanted.values()), tuple(left))


@dataclass(frozen=True, slots=True)
class Belonging:
    """A membership: both dates included, `valid_to` None is open."""

    valid_from: date
    valid_to: date | None


def membership_checked(known: Iterable[Belonging], valid_from: date, valid_to: date | None = None) -> None:
    """Refuse a membership that overlaps another of the same person: register.member_already with `since`."""
    for row in known:
        if row.valid_from <= (valid_to or date.max) and valid_from <= (row.valid_to or date.max):
            raise RuleViolation("register.member_already", field="on", since=row.valid_from)


def area_share(area_m2: Fraction | None, total_m2: Fraction) -> Fraction | None:
    """A unit's part of all areas: the weight of its vote in a house (ЖК art. 37, art. 48 part 3: areas of premises only)."""
    return area_m2 / total_m2 if area_m2 is not None and total_m2 > 0 else None
