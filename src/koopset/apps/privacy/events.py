"""What this room tells: a consent was given or withdrawn. Rooms that act by a consent stop at the latter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """`organisation_id` None: to the platform. `person_ids` are the cards of the login at that moment; `login_id` None: on paper, by
    somebody who does not sign in."""

    organisation_id: int | None
    login_id: int | None
    person_ids: tuple[int, ...]
    purpose: str
    version: int


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """Stop what was done by this consent; data gathered for it alone go within thirty days (152-ФЗ art. 21 part 5)."""

    organisation_id: int | None
    login_id: int | None
    person_ids: tuple[int, ...]
    purpose: str


@dataclass(frozen=True, slots=True)
class PersonErased:
    """A card or a login was erased, in part or whole. Told in the transaction, after all rooms have done their part."""

    organisation_id: int | None
    person_ids: tuple[int, ...]
    login_id: int | None
    is_whole: bool
