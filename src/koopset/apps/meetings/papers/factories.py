"""Held meetings of every law for tests of papers: with an election, owners without membership, written decisions, powers, a failed one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import services
from koopset.apps.meetings.factories import NOW
from koopset.apps.meetings.models import AgendaItem, Meeting
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.organisations.services import role_assign
from koopset.apps.people.factories import make_person
from koopset.apps.people.models import Person
from koopset.apps.register.factories import make_unit
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role

#: So early that the longest notice of all laws is given in time.
EARLY = datetime(2026, 10, 1, 9, tzinfo=UTC)
OPENED, EVE = NOW - timedelta(days=2), NOW - timedelta(days=1)
STREETS = ("Вишнёвая", "Полевая")

#: law → legal form of a body, form of the meeting, an item without candidates.
LAWS: dict[str, tuple[str, str, str]] = {
    "snt": ("snt", "in_person", "fees"),
    "snt-board": ("snt", "in_person", "contract"),
    "snt-founding": ("snt", "in_person", "charter"),
    "tsn": ("tsn", "mixed", "budget"),
    "tsj": ("tsj", "mixed", "budget"),
    "mkd": ("tsj", "mixed", "current-repair"),
    "jsk": ("jsk", "in_person", "budget"),
    "po": ("po", "absentia", "budget"),
    "spk-consumer": ("spk", "mixed", "budget"),
    "spk-production": ("spk", "in_person", "budget"),
    "board": ("tsn", "absentia", "contract"),
    "charter": ("coop", "mixed", "budget"),
}
_ELECTION = {"snt": "election", "tsn": "election", "tsj": "election", "po": "election", "charter": "election"}


def make_people(organisation_id: int, count: int, *, flats: bool = False) -> list[Person]:
    """Members with a plot or flat each, on two streets."""
    found = []
    for at in range(count):
        person = make_person(organisation_id)
        place: dict[str, Any] = {"kind": "flat"} if flats else {"street": STREETS[at % 2]}
        make_unit(organisation_id, owners=[person], member=True, area_m2=50 + at, **place)
        found.append(person)
    return found


def make_board(organisation_id: int, persons: list[Person]) -> None:
    """The first is the chair, the others the board."""
    for at, person in enumerate(persons):
        role_assign(
            actor=SYSTEM,
            organisation_id=organisation_id,
            person_id=person.pk,
            role=(Role.BOARD if at else Role.CHAIR).value,
            valid_from=datetime(2025, 1, 1, tzinfo=UTC).date(),
            basis="протокол № 1",
            now=EARLY,
        )


def told_meeting(law: str, count: int = 6, **fields: Any) -> tuple[Meeting, list[Person]]:
    """A meeting by a law, told of in time: an item, and an election where the law is one that has it."""
    form, held, item = LAWS[law]
    pk = make_organisation(form).pk
    persons = make_people(pk, count, flats=form in ("tsj", "jsk"))
    if law in ("snt-board", "board"):
        make_board(pk, persons[:4])
    values: dict[str, Any] = {"law": law, "form": held, "title": "Очередное собрание", "now": EARLY}
    if held == "absentia":
        values |= {"starts_at": None, "opens_on": OPENED.date(), "ends_at": NOW}
        if law in ("po", "board"):
            allow_absentia(pk, law)
    elif held == "mixed":
        values |= {"opens_on": OPENED.date()}
    items: list[dict[str, Any]] = [
        {"type": item, "title": "О смете на 2027 год", "wording": "Утвердить смету на 2027 год."}
    ]
    row = meetings.make_meeting(pk, items=(), **(values | fields))
    for one in items:
        meetings.make_item(row, now=EARLY, **one)
    if law in _ELECTION:
        meetings.make_item(
            row,
            now=EARLY,
            candidates=persons[:3],
            type=_ELECTION[law],
            title="О выборах правления",
            wording="Избрать правление.",
            seats=2,
            effect_data={"role": Role.BOARD.value},
        )
    return row, persons


def allow_absentia(organisation_id: int, law: str) -> None:
    """The charter lets people vote in absentia and electronically."""
    from koopset.apps.meetings.rules.charter import CharterFacts

    services.charter_save(
        actor=SYSTEM,
        organisation_id=organisation_id,
        key=law,
        clauses=(),
        facts=CharterFacts(electronic_clause="устав, п. 7.2", absentia_clause="устав, п. 7.1"),
        since=datetime(2026, 1, 1, tzinfo=UTC).date(),
        document="Устав от 16.05.2024",
        now=EARLY,
    )


def open_held(row: Meeting) -> Meeting:
    """Told on 1 October, open: from afar two days before."""
    meetings.tell(row, now=EARLY)
    return meetings.opened(row, now=NOW if row.form == Meeting.Form.IN_PERSON else OPENED)


def write_decision(row: Meeting, person: Person, marks: dict[str, list[str]], *, at: datetime = EVE) -> None:
    """A written decision comes, is entered by one and confirmed by another."""
    paper = services.paper_enter(
        actor=meetings.counter(row.organisation_id, 1),
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        elector_id=person.pk,
        marks=marks,
        received_at=at,
        now=at,
    )
    services.paper_confirm(
        actor=meetings.counter(row.organisation_id, 2),
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        paper_id=paper.pk,
        now=at,
    )


def vote_in(row: Meeting, persons: list[Person], *, came: int = 4) -> None:
    """Some come and vote by hand; of the rest one sends a decision in where the form lets him."""
    keys = open_keys(row)
    if row.form != Meeting.Form.IN_PERSON:
        write_decision(row, persons[-1], {key: ["against"] for key in keys})
    if row.form == Meeting.Form.ABSENTIA:
        for person in persons[: came - 1]:
            write_decision(row, person, {key: ["for"] for key in keys})
        return
    meetings.come(row, persons[:came])
    meetings.put(row)
    for key in keys:
        marks = dict.fromkeys(persons[: came - 1], "for") | {persons[came - 1]: "abstain"}
        meetings.show_hands(row, key, marks)


def open_keys(row: Meeting) -> list[str]:
    """Keys under which open votes are taken: of items, or of candidates."""
    from koopset.apps.meetings.models import Candidate
    from koopset.apps.meetings.rules.profile import candidate_key

    keys = []
    for item in AgendaItem.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk).order_by(
        "position", "pk"
    ):
        if item.is_secret:
            continue
        standing = Candidate.objects.filter(organisation_id=row.organisation_id, item=item).order_by(
            "position"
        )
        names = list(standing.values_list("person_id", flat=True))
        keys += [candidate_key(item.key, who) for who in names] or [item.key]
    return keys


def held_meeting(law: str, count: int = 6) -> tuple[Meeting, list[Person]]:
    """A meeting by a law from the notice to the count."""
    row, persons = told_meeting(law, count)
    row = open_held(row)
    who = persons[:4] if row.kind == Meeting.Kind.BOARD else persons
    came = len(who) if law == "snt-founding" else min(4, len(who) - (row.form != Meeting.Form.IN_PERSON))
    vote_in(row, who, came=came)
    return meetings.close(row), persons
