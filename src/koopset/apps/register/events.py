"""What this room tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class UnitTransferred:
    """From `on` other persons own the unit. `person_ids` are the owners from then, the largest share first.

    Told in the transaction of the transfer; not told when only shares among the same persons changed.
    """

    organisation_id: int
    unit_id: int
    on: date
    person_ids: tuple[int, ...]
    previous_person_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterLoaded:
    """Units came into the register from a file; told once a part of the file, in its transaction."""

    organisation_id: int
    unit_ids: tuple[int, ...]
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    """A person became a member or ceased to be one; `on` is the first day of the new state."""

    organisation_id: int
    person_id: int
    on: date
    is_member: bool


@dataclass(frozen=True, slots=True)
class EstateOpened:
    """An owner of the unit has died on `on`; `person_ids` are the owners who live, the largest share first (none: all is an estate)."""

    organisation_id: int
    unit_id: int
    on: date
    deceased_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EstateReturned:
    """A death was entered by mistake: from `on` the person owns the share of the unit again that was an estate since `died_on`.
    `is_whole`: no heir took a part of it meanwhile."""

    organisation_id: int
    unit_id: int
    on: date
    died_on: date
    person_id: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class EstatePassed:
    """Heirs took an estate, or a part of it: from `on` they are among the owners. `person_ids` as in UnitTransferred, without the
    deceased; `heir_ids` are those who took."""

    organisation_id: int
    unit_id: int
    on: date
    deceased_id: int
    heir_ids: tuple[int, ...]
    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnitsRedrawn:
    """Units left the register the day before `on` and others came out of them on `on`: a division or a joining.

    `opened` holds (unit, its owners with the largest share first).
    """

    organisation_id: int
    on: date
    closed_unit_ids: tuple[int, ...]
    opened: tuple[tuple[int, tuple[int, ...]], ...]
