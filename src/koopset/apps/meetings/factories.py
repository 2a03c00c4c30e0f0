"""Meetings at each step for tests of this room and of the rooms above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from koopset.apps.meetings import services
from koopset.apps.meetings.models import AgendaItem, Meeting
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Person
from koopset.apps.register.factories import make_unit
from koopset.foundation.files import services as files
from koopset.foundation.rights.actors import SYSTEM, Actor, ActorKind, Grant
from koopset.foundation.rights.roles import Role

#: A notice of 2 November with two weeks between makes 17 November the first lawful day; the meeting is on the 21st.
PREPARED = datetime(2026, 11, 1, 9, tzinfo=UTC)
TOLD = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
FEES: dict[str, Any] = {
    "type": "fees",
    "title": "О размере членских взносов",
    "wording": "Установить членский взнос 1 500 рублей с участка в год.",
}


def make_members(
    count: int, organisation_id: int | None = None, form: str = "snt"
) -> tuple[int, list[Person]]:
    """A body with so many members, a plot each."""
    pk = make_organisation(form).pk if organisation_id is None else organisation_id
    persons = []
    for _at in range(count):
        person = make_person(pk)
        make_unit(pk, owners=[person], member=True)
        persons.append(person)
    return pk, persons


def voter(organisation_id: int, person: Person, role: Role = Role.MEMBER) -> Actor:
    """A member as an actor, with no login behind."""
    return Actor(
        kind=ActorKind.PERSON,
        login_id=800_000 + person.pk,
        person_ids=frozenset({person.pk}),
        grants=(Grant(organisation_id, role),),
    )


def counter(organisation_id: int, number: int = 1) -> Actor:
    """One who counts: a member of the board."""
    return Actor(
        kind=ActorKind.PERSON,
        login_id=700_000 + number,
        grants=(Grant(organisation_id, Role.CHAIR),),
    )


def make_meeting(
    organisation_id: int,
    *,
    items: Sequence[dict[str, Any]] = (FEES,),
    papers: bool = True,
    now: datetime = PREPARED,
    **fields: Any,
) -> Meeting:
    """A draft of a general meeting in person on 21 November with one item on fees, its paper open since 1 November."""
    values: dict[str, Any] = {
        "title": "Внеочередное собрание",
        "law": "snt",
        "starts_at": NOW,
        "place": "Дом правления",
    }
    row = services.meeting_draft(
        actor=SYSTEM,
        organisation_id=organisation_id,
        settings=services.Settings(**(values | fields)),
        now=now,
    )
    for item in items:
        make_item(row, papers=papers, now=now, **item)
    return row


def make_item(
    row: Meeting,
    *,
    papers: bool = True,
    candidates: Iterable[Person] = (),
    now: datetime = PREPARED,
    **fields: Any,
) -> AgendaItem:
    """An item of a draft: on fees, unless said otherwise."""
    made = services.item_add(
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        item=services.ItemTyped(**(FEES | fields)),
        now=now,
    )
    for person in candidates:
        services.candidate_add(
            actor=SYSTEM,
            organisation_id=row.organisation_id,
            meeting_id=row.pk,
            item_id=made.pk,
            person_id=person.pk,
            now=now,
        )
    if papers:
        add_paper(row, made, now=now)
    return made


def add_paper(row: Meeting, item: AgendaItem, *, now: datetime = PREPARED) -> None:
    """A paper to an item, open from the day of `now` on."""
    stored = files.file_store(
        organisation_id=row.organisation_id,
        name="Смета.txt",
        content=f"Смета к вопросу {item.pk}".encode(),
        kind=services.MATERIAL_FILE,
        actor=SYSTEM,
        now=now,
    )
    services.material_add(
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        item_id=item.pk,
        file_id=stored.pk,
        title="Смета",
        now=now,
    )


def tell(row: Meeting, *, now: datetime = TOLD, on: date | None = None) -> None:
    """The notice goes out and everybody signs for it on the day (or on `on`)."""
    from koopset.apps.meetings.models import NoticeRow

    notice = services.meeting_notice(
        actor=SYSTEM, organisation_id=row.organisation_id, meeting_id=row.pk, now=now
    )
    persons = NoticeRow.objects.filter(organisation_id=row.organisation_id, notice_id=notice.pk).values_list(
        "person_id", flat=True
    )
    services.notice_prove(
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        person_ids=list(persons),
        channel="signature",
        on=on or now.date(),
        now=max(now, datetime.combine(on or now.date(), now.timetz())),
    )


def open_meeting(organisation_id: int, *, now: datetime = NOW, **fields: Any) -> Meeting:
    """The same, told in time and open; its chair and secretary are named."""
    row = make_meeting(organisation_id, **fields)
    tell(row)
    return opened(row, now=now)


def opened(row: Meeting, *, now: datetime = NOW, officials: Sequence[Person] = ()) -> Meeting:
    """A meeting that was told of, opened; its chair and secretary are named: `officials`, or two who are made."""
    pk = row.organisation_id
    for role, person in zip(
        ("chair", "secretary"), officials or (make_person(pk), make_person(pk)), strict=True
    ):
        services.official_set(
            actor=SYSTEM,
            organisation_id=pk,
            meeting_id=row.pk,
            person_id=person.pk,
            role=role,
            now=now,
        )
    return services.meeting_open(
        actor=SYSTEM, organisation_id=row.organisation_id, meeting_id=row.pk, now=now
    )


def come(row: Meeting, persons: Iterable[Person], *, now: datetime = NOW) -> None:
    """Persons check in at the door."""
    for person in persons:
        services.person_check_in(
            actor=SYSTEM,
            organisation_id=row.organisation_id,
            meeting_id=row.pk,
            person_id=person.pk,
            now=now,
        )


def put(row: Meeting, *keys: str, now: datetime = NOW) -> None:
    """Items are put to the vote: those named, or all."""
    rows = AgendaItem.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk)
    for item in rows.filter(key__in=keys) if keys else rows:
        services.item_put(
            actor=SYSTEM, organisation_id=row.organisation_id, meeting_id=row.pk, item_id=item.pk, now=now
        )


def show_hands(
    row: Meeting, item: str, marks: dict[Person, str], *, now: datetime = NOW + timedelta(minutes=10)
) -> None:
    """Counters write down how people in the hall voted."""
    services.hall_votes_enter(
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        item=item,
        marks={person.pk: mark for person, mark in marks.items()},
        now=now,
    )


def close(row: Meeting, *, now: datetime = NOW + timedelta(hours=2)) -> Meeting:
    """The vote ends and is counted."""
    return services.meeting_close(
        actor=SYSTEM, organisation_id=row.organisation_id, meeting_id=row.pk, now=now
    )


def with_login(person: Person) -> Person:
    """The card united with a login that has an address."""
    person.login = make_login(password=None)
    person.save()
    return person
