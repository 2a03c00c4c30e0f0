"""Who votes at a meeting, as the register stands on a day. Read at the notice (whom to tell) and at the opening (the snapshot)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from koopset.apps.meetings.models import AgendaItem
from koopset.apps.meetings.rules.electorate import (
    Electorate,
    Holding,
    Unit,
    board_by_head,
    members_by_area,
    members_by_head,
    owners_by_area,
    owners_by_head,
    owners_by_unit,
)
from koopset.apps.meetings.rules.law import Voters, Weight
from koopset.apps.meetings.rules.profile import Profile
from koopset.apps.organisations.selectors import role_rows
from koopset.apps.register.selectors.units import areas_at, member_person_ids, owners_at, unit_ids_at
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role
from koopset.kernel.violations import RuleViolation

#: Rights of the register that give a vote; an estate has nobody to vote for it, a lease counts where nobody owns (217-ФЗ art. 3, 5).
_OWNED = frozenset({"share", "joint"})
_LEASE = "lease"


def voters_needed(profile: Profile, keys: Iterable[str]) -> dict[Voters, Weight]:
    """The electorates that an agenda needs, each with its weight.

    Raises meetings.item_unknown, meetings.mixed_weights: two items would weigh one electorate in two ways.
    """
    found: dict[Voters, Weight] = {}
    for key in keys:
        item = profile.item(key)
        kinds = (
            (Voters.MEMBERS, Voters.OWNERS) if item.voters is Voters.MEMBERS_AND_OWNERS else (item.voters,)
        )
        for voters in kinds:
            if found.setdefault(voters, item.weight) is not item.weight:
                raise RuleViolation("meetings.mixed_weights", field="items", item=key)
    return found


def board_of(organisation_id: int, on: date) -> tuple[list[int], int | None]:
    """Cards of the board on a day, and its chair's, who is one of them."""
    rows = [row for row in role_rows(SYSTEM, organisation_id, on) if row.holds]
    chair = next((row.person.id for row in rows if row.role == Role.CHAIR.value), None)
    members = {row.person.id for row in rows if row.role in (Role.BOARD.value, Role.CHAIR.value)}
    return sorted(members), chair


def holdings_on(organisation_id: int, on: date, units: Sequence[int]) -> list[Holding]:
    """Shares that give a vote, of units in the register on the day."""
    known = set(units)
    found = []
    for unit, owners in owners_at(organisation_id, None, on).items():
        if unit not in known:
            continue
        has_owner = any(owner.right != _LEASE for owner in owners)
        found += [
            Holding(unit, owner.person_id, owner.share)
            for owner in owners
            if owner.right in _OWNED or (owner.right == _LEASE and not has_owner)
        ]
    return found


def electorates_on(
    organisation_id: int, profile: Profile, keys: Iterable[str], on: date
) -> tuple[Electorate, ...]:
    """The electorates of an agenda with exact weights, in a stable order. Asks no right.

    Raises meetings.mixed_weights, meetings.nobody_votes (an electorate without people), and what `rules.electorate` raises for a register
    that is not in order: meetings.area_unknown, meetings.shares_exceed.
    """
    needed = voters_needed(profile, keys)
    members = member_person_ids(organisation_id, on)
    units: list[int] = []
    holdings: list[Holding] = []
    if Voters.OWNERS in needed or Weight.AREA in needed.values():
        units = list(unit_ids_at(organisation_id, on))
        holdings = holdings_on(organisation_id, on, units)
    areas = areas_at(organisation_id, on) if Weight.AREA in needed.values() else {}
    rows = [Unit(unit, areas.get(unit)) for unit in units]
    found: list[Electorate] = []
    for voters in sorted(needed):
        weight = needed[voters]
        if voters is Voters.BOARD:
            board, chair = board_of(organisation_id, on)
            found.append(board_by_head(board, chair))
        elif voters is Voters.MEMBERS:
            by_area = weight is Weight.AREA
            found.append(members_by_area(rows, holdings, members) if by_area else members_by_head(members))
        elif weight is Weight.AREA:
            found.append(owners_by_area(rows, holdings))
        elif profile.word("owners.weight", "head") == "unit":
            found.append(owners_by_unit(holdings, members))
        else:
            found.append(owners_by_head(holdings, members))
    main = [one for one in found if one.voters is not Voters.OWNERS] or found
    if not main or not any(one.electors for one in main):
        raise RuleViolation("meetings.nobody_votes")
    return tuple(found)


def persons_to_tell(
    organisation_id: int, profile: Profile, items: Iterable[AgendaItem], on: date
) -> list[int]:
    """Whom a notice is for: everybody with a vote on any item. Raises what `electorates_on` raises."""
    found = electorates_on(organisation_id, profile, [item.key for item in items], on)
    return sorted(frozenset().union(*(one.persons for one in found)))
