"""The agenda as a voter and the commission see it: wordings, papers, candidates, what can be marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from koopset.apps.meetings.models import Material, Meeting
from koopset.apps.meetings.rules.profile import candidate_key
from koopset.apps.meetings.selectors.meetings import candidates_of
from koopset.apps.meetings.selectors.plans import agenda_of
from koopset.apps.people.selectors import full_names


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """What is marked by itself: an item, or one candidate of it (`name`). `person_id`: the candidate's card."""

    key: str
    name: str
    person_id: int | None


@dataclass(frozen=True, slots=True)
class AgendaItemRow:
    """An item with what is marked on it. `files`: (key of the file, title, since when it could be read)."""

    id: int
    number: int
    key: str
    title: str
    wording: str
    is_secret: bool
    seats: int
    is_put: bool
    is_barred: bool
    files: tuple[tuple[int, str, date], ...]
    choices: tuple[ChoiceRow, ...]


def agenda_rows(meeting: Meeting, barred: frozenset[str] = frozenset()) -> tuple[AgendaItemRow, ...]:
    """Items in their order, three queries and one for names. Asks no right: the caller has."""
    pk = meeting.organisation_id
    files: dict[int, list[tuple[int, str, date]]] = {}
    known = Material.objects.filter(
        organisation_id=pk, item__meeting_id=meeting.pk, withdrawn_at__isnull=True
    )
    for item_id, file_id, title, day in known.order_by("pk").values_list(
        "item_id", "file_id", "title", "published_on"
    ):
        files.setdefault(item_id, []).append((file_id, title, day))
    items = agenda_of(meeting)
    standing = candidates_of(meeting) if any(item.seats for item in items) else {}
    names = full_names({one for found in standing.values() for one in found}, organisation_id=pk)
    return tuple(
        AgendaItemRow(
            id=item.pk,
            number=number,
            key=item.key,
            title=item.title,
            wording=item.wording,
            is_secret=item.is_secret,
            seats=item.seats,
            is_put=item.put_at is not None,
            is_barred=item.key in barred,
            files=tuple(files.get(item.pk, ())),
            choices=tuple(
                ChoiceRow(candidate_key(item.key, person), names.get(person, ""), person)
                for person in standing.get(item.pk, ())
            )
            if item.seats
            else (ChoiceRow(item.key, "", None),),
        )
        for number, item in enumerate(items, 1)
    )
