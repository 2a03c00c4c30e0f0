"""What the counting commission sees: people with their plots, hands in the hall, written decisions, powers, ballots of one on one item."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from koopset.apps.meetings.models import CurrentVote, Elector, Meeting, MeetingPower, PaperDecision, Presence
from koopset.apps.meetings.rules.law import Voters
from koopset.apps.meetings.selectors import BallotRow, ballot_rows, power_rows
from koopset.apps.meetings.selectors.frozen import Frozen, frozen_of, weights_of_persons
from koopset.apps.meetings.selectors.hall import hall_of, proxies_of
from koopset.apps.meetings.voting.selectors.agenda import AgendaItemRow, agenda_rows
from koopset.apps.people.selectors import full_names, matching
from koopset.apps.register.selectors.units import owner_ids_at, unit_ids_by_number, units_of_persons
from koopset.foundation.rights.actors import Actor

#: People of one list.
MOST = 60


@dataclass(frozen=True, slots=True)
class DeskPerson:
    """Somebody at the door. `for_names`: whose powers were handed in for this person; `by_name`: who holds this person's."""

    id: int
    name: str
    units: str
    voters: tuple[str, ...]
    is_here: bool
    came_by: str
    has_sent: bool
    for_names: tuple[str, ...]
    by_name: str


def desk_people(row: Meeting, text: str, *, only_here: bool = False) -> tuple[list[DeskPerson], int]:
    """People found by a name or by the number of a plot, or all who are here; at most `MOST`, and how many there are.

    Asks no right: the caller has, and notes the look.
    """
    ids = _here(row) if only_here else _found(row, text)
    names = full_names(ids, organisation_id=row.organisation_id)
    chosen = sorted(ids, key=lambda one: (names.get(one, ""), one))[:MOST]
    return _people(row, chosen, names), len(ids)


def _here(row: Meeting) -> set[int]:
    return set(hall_of(row).here)


def _found(row: Meeting, text: str) -> set[int]:
    wanted = " ".join(text.split())
    if not wanted:
        return set()
    key = {"organisation_id": row.organisation_id, "meeting_id": row.pk}
    electors = Elector.objects.filter(**key)
    found = set(electors.filter(matching(wanted, "person__")).values_list("person_id", flat=True)[: MOST * 4])
    agents = MeetingPower.objects.filter(**key)
    found |= set(agents.filter(matching(wanted, "agent__")).values_list("agent_id", flat=True)[:MOST])
    units = unit_ids_by_number(row.organisation_id, [wanted]).get(wanted, [])
    if units:
        owners = owner_ids_at(row.organisation_id, units, row.on)
        persons = {one for found_here in owners.values() for one in found_here}
        found |= set(electors.filter(person_id__in=sorted(persons)).values_list("person_id", flat=True))
    return found


def _people(row: Meeting, ids: list[int], names: dict[int, str]) -> list[DeskPerson]:
    pk = row.organisation_id
    key = {"organisation_id": pk, "meeting_id": row.pk}
    voters: dict[int, list[str]] = {}
    for person, kind in Elector.objects.filter(**key, person_id__in=ids).values_list("person_id", "voters"):
        voters.setdefault(person, []).append(kind)
    units: dict[int, list[str]] = {}
    for unit in units_of_persons(pk, ids, row.on):
        units.setdefault(unit.person_id, []).append(unit.text)
    last: dict[int, tuple[str, str]] = {}
    moves = Presence.objects.filter(**key, person_id__in=ids).order_by("at", "pk")
    for person, move, way in moves.values_list("person_id", "move", "way"):
        last[person] = (move, way)
    sent = set(
        CurrentVote.objects.filter(**key, person_id__in=ids, is_from_afar=True).values_list(
            "person_id", flat=True
        )
    )
    powers = list(
        MeetingPower.objects.filter(**key, revoked_on__isnull=True).values_list("principal_id", "agent_id")
    )
    others = {one for pair in powers for one in pair if pair[0] in ids or pair[1] in ids}
    named = names | full_names(others - names.keys(), organisation_id=pk)
    return [
        DeskPerson(
            id=person,
            name=names.get(person, ""),
            units=", ".join(dict.fromkeys(units.get(person, ()))),
            voters=tuple(sorted(voters.get(person, ()))),
            is_here=last.get(person, ("", ""))[0] == Presence.Move.IN,
            came_by=last.get(person, ("", ""))[1],
            has_sent=person in sent,
            for_names=tuple(named.get(one, "") for one, agent in powers if agent == person),
            by_name=next((named.get(agent, "") for one, agent in powers if one == person), ""),
        )
        for person in ids
    ]


@dataclass(frozen=True, slots=True)
class HandRow:
    """Somebody whose hand is counted. `agent_id`: who raises it for the elector; `mark`: what counts now, "" for nothing."""

    elector_id: int
    agent_id: int | None
    name: str
    by_name: str
    mark: str
    channel: str


def hands_of(row: Meeting, item_key: str, key: str) -> list[HandRow]:
    """Everybody in the hall with a vote on an item, and those whom they stand for; `key`: the item's or a candidate's. Asks no right."""
    frozen = frozen_of(row)
    here = hall_of(row).here
    agents = {
        principal: agent
        for (principal, item), agent in proxies_of(row, frozen.profile, frozen.items).agents.items()
        if item == key and agent in here
    }
    wanted = here | agents.keys()
    weights = weights_of_persons(row, wanted)
    voters = frozen.voters_of(item_key)
    electors = [one for one in wanted if any(kind in weights.get(one, {}) for kind in voters)]
    names = full_names({*electors, *agents.values()}, organisation_id=row.organisation_id)
    current = {
        person: (choice, channel)
        for person, choice, channel in CurrentVote.objects.filter(
            organisation_id=row.organisation_id, meeting_id=row.pk, item=key, person_id__in=electors
        ).values_list("person_id", "choice", "ballot__channel")
    }
    rows = []
    for person in electors:
        agent = agents.get(person) if person not in here else None
        mark, channel = current.get(person, ("", ""))
        by_name = names.get(agent, "") if agent is not None else ""
        rows.append(HandRow(person, agent, names.get(person, ""), by_name, mark, channel))
    return sorted(rows, key=lambda one: (one.name, one.elector_id))


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A written decision. `mine`: entered by the actor, who may not confirm it."""

    id: int
    elector_id: int
    name: str
    agent_name: str
    marks: dict[str, list[str]]
    received_at: datetime
    file_id: int | None
    state: str
    state_text: str
    reason: str
    entered_at: datetime
    mine: bool


def papers_of(actor: Actor, row: Meeting) -> list[PaperRow]:
    """All written decisions of a meeting, those that wait first. Asks no right: the caller has."""
    rows = PaperDecision.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk).order_by(
        "-pk"
    )
    found = _paper_rows(actor, row, list(rows[:400]))
    return sorted(found, key=lambda one: one.state != PaperDecision.State.ENTERED)


def paper_of(actor: Actor, row: Meeting, paper_id: int) -> PaperRow | None:
    """One of them."""
    rows = PaperDecision.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk, pk=paper_id)
    return next(iter(_paper_rows(actor, row, list(rows))), None)


def _paper_rows(actor: Actor, row: Meeting, papers: list[PaperDecision]) -> list[PaperRow]:
    ids = {one.elector_id for one in papers} | {one.agent_id for one in papers if one.agent_id is not None}
    names = full_names(ids, organisation_id=row.organisation_id)
    return [
        PaperRow(
            id=one.pk,
            elector_id=one.elector_id,
            name=names.get(one.elector_id, ""),
            agent_name=names.get(one.agent_id, "") if one.agent_id is not None else "",
            marks=one.marks,
            received_at=one.received_at,
            file_id=one.file_id,
            state=one.state,
            state_text=str(PaperDecision.State(one.state).label),
            reason=one.reason,
            entered_at=one.entered_at,
            mine=one.entered_by == actor.login_id,
        )
        for one in papers
    ]


def voices_of_elector(row: Meeting, elector_id: int) -> tuple[Frozen, tuple[AgendaItemRow, ...]]:
    """The frozen law, and items on which a written decision of a person is taken: open ones, of the person's electorate, not barred."""
    frozen = frozen_of(row)
    votes: Collection[Voters] = weights_of_persons(row, [elector_id]).get(elector_id, {})
    return frozen, tuple(
        item
        for item in agenda_rows(row, frozen.barred)
        if not item.is_secret
        and not item.is_barred
        and any(voters in votes for voters in frozen.voters_of(item.key))
    )


@dataclass(frozen=True, slots=True)
class PowerLine:
    """A power handed in, with the names. `refused`: (code, article, item's key or "") of what does not hold."""

    id: int
    principal: str
    agent: str
    issued_on: date | None
    until: date | None
    revoked_on: date | None
    number: str
    file_id: int | None
    refused: tuple[tuple[str, str, str], ...]


def powers_of_meeting(actor: Actor, row: Meeting) -> list[PowerLine]:
    """Powers of a meeting; once it is open, with why one does not hold. Asks no right: the caller has. Raises Forbidden."""
    refused: dict[int, tuple[tuple[str, str, str], ...]] = {}
    if row.opened_at is not None:
        refused = {one.id: one.refused for one in power_rows(actor, row.organisation_id, row.pk)}
    rows = list(
        MeetingPower.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk).order_by("pk")
    )
    ids = {one.principal_id for one in rows} | {one.agent_id for one in rows}
    names = full_names(ids, organisation_id=row.organisation_id)
    return [
        PowerLine(
            one.pk,
            names.get(one.principal_id, ""),
            names.get(one.agent_id, ""),
            one.issued_on,
            one.until,
            one.revoked_on,
            one.number,
            one.file_id,
            refused.get(one.pk, ()),
        )
        for one in rows
    ]


def duplicates(actor: Actor, row: Meeting) -> list[tuple[str, str, list[BallotRow]]]:
    """(name, item's key, ballots in the order in which they came) of everybody who gave more than one on an item. Raises Forbidden."""
    places: dict[tuple[int, str], list[BallotRow]] = {}
    for one in ballot_rows(actor, row.organisation_id, row.pk, only_duplicates=True):
        places.setdefault((one.elector, one.item), []).append(one)
    names = full_names({person for person, _item in places}, organisation_id=row.organisation_id)
    found = [(names.get(person, ""), item, rows) for (person, item), rows in places.items()]
    return sorted(found, key=lambda one: one[:2])


def agents_of(row: Meeting, principal_id: int) -> list[tuple[str, str]]:
    """(key, name) of those to whom a person gave a power that was handed in: who may have signed the paper."""
    agents = MeetingPower.objects.filter(
        organisation_id=row.organisation_id, meeting_id=row.pk, principal_id=principal_id
    ).values_list("agent_id", flat=True)
    names = full_names(agents, organisation_id=row.organisation_id)
    return [(str(person), name) for person, name in sorted(names.items())]
