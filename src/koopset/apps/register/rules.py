"""The domain of the register in pure functions: order of numbers, shares, terms of ownership and membership."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol

from koopset.kernel.money import format_rub
from koopset.kernel.text import look_alike_fold
from koopset.kernel.violations import RuleViolation

ESTATE = "estate"
LETTER = "letter"
OWNED = frozenset({"share", "joint", ESTATE})
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
    """A person's part in a unit; `right` is "share", "joint", "lease" or "estate"."""

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


# Admission

#: The declared moves of an application: (state, verb) → state. What is not here is refused.
MOVES = {
    ("submitted", "ask"): "mending",
    ("submitted", "pass"): "board",
    ("submitted", "withdraw"): "withdrawn",
    ("mending", "mend"): "submitted",
    ("mending", "pass"): "board",
    ("mending", "withdraw"): "withdrawn",
    ("board", "ask"): "mending",
    ("board", "admit"): "admitted",
    ("board", "refuse"): "refused",
    ("board", "withdraw"): "withdrawn",
}


def moved(state: str, verb: str) -> str:
    """The state after the verb. Raises register.application_cannot."""
    if (state, verb) not in MOVES:
        raise RuleViolation("register.application_cannot")
    return MOVES[state, verb]


def verbs_of(state: str) -> frozenset[str]:
    """What may be done with an application in the state."""
    return frozenset(verb for known, verb in MOVES if known == state)


# Exclusion


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last where it has no such day (ГК art. 192 part 3)."""
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class Late(Protocol):
    """A late charge as `ports.LateLine` tells it."""

    @property
    def is_contribution(self) -> bool: ...

    @property
    def due_on(self) -> date: ...

    @property
    def left_kop(self) -> int: ...


@dataclass(frozen=True, slots=True)
class GroundLine:
    """A late charge and what of it the ground counts: `taken_kop` was paid ahead and is set off here, `ripe_on` is the first day on which
    a contribution is late for longer than the term (None: no contribution)."""

    charge: Late
    taken_kop: int
    ripe_on: date | None
    counts: bool

    @property
    def kop(self) -> int:
        """What is unpaid of it."""
        return self.charge.left_kop - self.taken_kop


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground of an exclusion with its arithmetic: contributions unpaid for longer than the term, and beside them what counts not."""

    lines: tuple[GroundLine, ...]

    @property
    def counted(self) -> tuple[GroundLine, ...]:
        return tuple(line for line in self.lines if line.counts)

    @property
    def young(self) -> tuple[GroundLine, ...]:
        """Contributions that are late, but not for long enough."""
        return tuple(line for line in self.lines if line.ripe_on is not None and not line.counts)

    @property
    def other(self) -> tuple[GroundLine, ...]:
        """What is no contribution: penalties, utilities, payments of other kinds."""
        return tuple(line for line in self.lines if line.ripe_on is None)

    @property
    def kop(self) -> int:
        return sum(line.kop for line in self.counted)

    @property
    def since(self) -> date | None:
        return min((line.charge.due_on for line in self.counted), default=None)


def ground_of(charges: Iterable[Late], months: int, today: date, ahead_kop: int = 0) -> Ground:
    """What of the late charges is a ground of exclusion: contributions unpaid for more than `months` since their due day, the moment at
    which the duty to pay them arose (217-ФЗ art. 13 part 4; art. 14 part 1 names the contributions).

    What was paid ahead and not set off goes to the oldest contributions, then to the rest: for the member, not against.
    """
    left, found = max(0, ahead_kop), []
    for charge in sorted(charges, key=lambda one: (not one.is_contribution, one.due_on)):
        taken = min(left, charge.left_kop)
        left -= taken
        if charge.left_kop <= taken:
            continue
        ripe = months_after(charge.due_on, months) + timedelta(days=1) if charge.is_contribution else None
        found.append(GroundLine(charge, taken, ripe, ripe is not None and ripe <= today))
    return Ground(tuple(found))


def ground_checked(ground: Ground, months: int) -> date:
    """The oldest due day that counts.

    Raises register.exclusion_no_debt; register.exclusion_other_debt with `sum` (something is late, but no contribution);
    register.exclusion_debt_young with `lawful`, the first day on which the oldest contribution is late for long enough.
    """
    if ground.since is not None:
        return ground.since
    if ground.young:
        oldest = min(ground.young, key=lambda line: line.charge.due_on)
        raise RuleViolation(
            "register.exclusion_debt_young", since=oldest.charge.due_on, lawful=oldest.ripe_on, months=months
        )
    if ground.other:
        raise RuleViolation(
            "register.exclusion_other_debt", sum=format_rub(sum(line.kop for line in ground.other))
        )
    raise RuleViolation("register.exclusion_no_debt")


def served_from(needed: Collection[str], sent: Mapping[str, Sequence[date]]) -> date | None:
    """The day from which a term after a notice runs, when it must go by each of the `needed` channels; None while one is missing.

    A registered letter sent again (it came back) counts anew; of the others the first counts.
    """
    if not needed or any(not sent.get(channel) for channel in needed):
        return None
    return max(max(sent[channel]) if channel == LETTER else min(sent[channel]) for channel in needed)


def meeting_checked(lawful_from: date | None, months: int, meeting_on: date, today: date) -> None:
    """Refuse an exclusion without a warning, or with one that was sent too late before the meeting (217-ФЗ art. 13 part 5).

    Raises register.exclusion_not_warned, register.exclusion_too_early; both with `lawful`, the first day the meeting may be held.
    """
    if lawful_from is None:
        raise RuleViolation("register.exclusion_not_warned", lawful=months_after(today, months))
    if meeting_on < lawful_from:
        raise RuleViolation(
            "register.exclusion_too_early", field="decision", lawful=lawful_from, held=meeting_on
        )


# Inheritance, division


def estate_passed(current: Sequence[Holding], deceased_id: int, heirs: Sequence[Holding]) -> list[Holding]:
    """The owners after heirs took parts of the estate: parts are of the whole unit; what is not taken stays an estate.

    An heir who owns here already has both parts as one. Raises register.no_estate, register.no_owner, register.owner_twice,
    register.share_out_of_range, register.heirs_exceed with `over`, register.heir_is_deceased.
    """
    left = next((row.share for row in current if row.person_id == deceased_id and row.right == ESTATE), None)
    if left is None:
        raise RuleViolation("register.no_estate")
    if any(row.person_id == deceased_id for row in heirs):
        raise RuleViolation("register.heir_is_deceased", field="owners")
    if not heirs:
        raise RuleViolation("register.no_owner", field="owners")
    if len({row.person_id for row in heirs}) != len(heirs):
        raise RuleViolation("register.owner_twice", field="owners")
    if any(not 0 < row.share <= 1 for row in heirs):
        raise RuleViolation("register.share_out_of_range", field="owners")
    left -= sum((row.share for row in heirs), Fraction(0))
    if left < 0:
        raise RuleViolation("register.heirs_exceed", field="owners", over=str(-left))
    taken = {row.person_id: row.share for row in heirs}
    found = [
        replace(row, share=row.share + taken.pop(row.person_id, Fraction(0)))
        for row in current
        if row.person_id != deceased_id
    ]
    found += [Holding(person_id, share) for person_id, share in taken.items()]
    if left:
        found.append(Holding(deceased_id, left, ESTATE))
    return found


def same_owners(units: Sequence[Sequence[Holding]]) -> tuple[Holding, ...]:
    """The owners of units that are to be joined. Raises register.merge_owners_differ: who gets which share is then theirs to agree."""
    first = frozenset(units[0])
    if any(frozenset(owners) != first for owners in units[1:]):
        raise RuleViolation("register.merge_owners_differ", field="units")
    return tuple(units[0])


# Powers of attorney

#: In what an agent may act; «papers» and «pay» open the principal's charges and papers, so they make a representative.
POWERS = frozenset({"vote", "papers", "sign", "pay"})
