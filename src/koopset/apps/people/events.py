"""What this room tells: who lives with whom. `organisation_id` is None: a household is of no organisation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HouseholdJoined:
    """A login came into a household; with `bring` what was kept of the former one, in which nobody stays, comes along."""

    organisation_id: int | None
    login_id: int
    from_id: int | None
    to_id: int
    bring: bool


@dataclass(frozen=True, slots=True)
class HouseholdLeft:
    """A login is not in a household any more."""

    organisation_id: int | None
    login_id: int
    household_id: int
