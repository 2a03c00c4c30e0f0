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
