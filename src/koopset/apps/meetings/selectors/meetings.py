"""Meetings of a body: a list, a card with its agenda, the next lawful step after one without a quorum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from koopset.apps.meetings.models import AgendaItem, Candidate, Material, Meeting, PaperDecision
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.repeat import NextStep, next_steps
from koopset.apps.meetings.selectors.law import law_on
from koopset.apps.meetings.selectors.officials import meeting_counted_by
from koopset.apps.meetings.selectors.plans import agenda_of, failed_meeting
from koopset.foundation.rights.actors import Actor, Forbidden


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in a list."""

    id: int
    title: str
    kind: str
    form: str
    state: str
    on: date
    place: str


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """An item of the agenda with its papers (files by their keys) and candidates (cards by their keys)."""

    id: int
    key: str
    title: str
    wording: str
    is_secret: bool
    seats: int
    effect: str
    candidates: tuple[int, ...]
    files: tuple[tuple[int, str, date], ...]


@dataclass(frozen=True, slots=True)
class MeetingCard:
    """A meeting with its agenda."""

    id: int
    title: str
    kind: str
    law: str
    form: str
    state: str
    on: date
    place: str
    starts_at: datetime | None
    opens_on: date | None
    ends_at: datetime | None
    repeats_id: int | None
    agenda: tuple[AgendaRow, ...]


@dataclass(frozen=True, slots=True)
class NextStepRow:
    """What may be held after a meeting without a quorum, when told on a day: exactly these items, between two days (None: no last)."""

    form: str
    items: tuple[str, ...]
    first_on: date
    last_on: date | None
    article: str


def seen_meeting(actor: Actor, organisation_id: int, meeting_id: int) -> Meeting:
    """A meeting; a draft is seen by whoever prepares it. Raises Forbidden, also where there is none."""
    actor.require(MeetingRight.MEETING_VIEW, organisation_id)
    row = Meeting.objects.filter(organisation_id=organisation_id, pk=meeting_id).first()
    hidden = row is not None and row.state == Meeting.State.DRAFT
    if row is None or (hidden and not actor.can(MeetingRight.MEETING_PREPARE, organisation_id)):
        raise Forbidden(MeetingRight.MEETING_VIEW)
    return row


def meetings(actor: Actor, organisation_id: int, *, limit: int = 200) -> list[MeetingRow]:
    """Meetings, the newest first; drafts for those who prepare them. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_VIEW, organisation_id)
    rows = Meeting.objects.filter(organisation_id=organisation_id)
    if not actor.can(MeetingRight.MEETING_PREPARE, organisation_id):
        rows = rows.exclude(state=Meeting.State.DRAFT)
    return [
        MeetingRow(row.pk, row.title, row.kind, row.form, row.state, row.on, row.place)
        for row in rows.order_by("-created_at", "-pk")[:limit]
    ]


def meeting_card(actor: Actor, organisation_id: int, meeting_id: int) -> MeetingCard:
    """A meeting with its agenda. Raises Forbidden, also where there is none."""
    row = seen_meeting(actor, organisation_id, meeting_id)
    agenda = tuple(agenda_rows(row))
    return MeetingCard(
        row.pk,
        row.title,
        row.kind,
        row.law,
        row.form,
        row.state,
        row.on,
        row.place,
        row.starts_at,
        row.opens_on,
        row.ends_at,
        row.repeats_id,
        agenda,
    )


def agenda_rows(row: Meeting) -> list[AgendaRow]:
    """The agenda with its papers and candidates. Asks no right."""
    pk = row.organisation_id
    papers: dict[int, list[tuple[int, str, date]]] = {}
    known = Material.objects.filter(organisation_id=pk, item__meeting_id=row.pk, withdrawn_at__isnull=True)
    for item, file, title, day in known.order_by("pk").values_list(
        "item_id", "file_id", "title", "published_on"
    ):
        papers.setdefault(item, []).append((file, title, day))
    standing = candidates_of(row)
    return [
        AgendaRow(
            item.pk,
            item.key,
            item.title,
            item.wording,
            item.is_secret,
            item.seats,
            item.effect,
            tuple(standing.get(item.pk, ())),
            tuple(papers.get(item.pk, ())),
        )
        for item in agenda_of(row)
    ]


def candidates_of(meeting: Meeting) -> dict[int, list[int]]:
    """item → cards of its candidates in their order."""
    found: dict[int, list[int]] = {}
    rows = Candidate.objects.filter(organisation_id=meeting.organisation_id, item__meeting_id=meeting.pk)
    for item, person in rows.order_by("position", "pk").values_list("item_id", "person_id"):
        found.setdefault(item, []).append(person)
    return found


def agenda_data(items: list[AgendaItem], candidates: dict[int, list[int]]) -> list[dict[str, object]]:
    """An agenda in plain data, as a notice tells it."""
    return [
        {
            "key": item.key,
            "title": item.title,
            "wording": item.wording,
            "is_secret": item.is_secret,
            "seats": item.seats,
            "candidates": candidates.get(item.pk, []),
            "effect": item.effect,
            "effect_data": item.effect_data,
        }
        for item in items
    ]


def next_steps_of(actor: Actor, organisation_id: int, meeting_id: int, *, told_on: date) -> list[NextStepRow]:
    """What is lawful after a meeting that had no quorum for some items, the law's own way first. Raises Forbidden."""
    row = seen_meeting(actor, organisation_id, meeting_id)
    return [
        NextStepRow(step.form.value, step.items, step.first_on, step.last_on, step.source.article)
        for step in steps_after(row, told_on)
    ]


def steps_after(row: Meeting, told_on: date) -> tuple[NextStep, ...]:
    """The same for services; none where every item had its quorum."""
    failed = failed_meeting(row)
    if not failed.items:
        return ()
    return next_steps(law_on(row.organisation_id, row.law, told_on).profile, failed, told_on)


def papers_waiting(actor: Actor, organisation_id: int, meeting_id: int) -> list[PaperDecision]:
    """Written decisions that wait for another to confirm them, the oldest first. Raises Forbidden."""
    meeting_counted_by(actor, organisation_id, meeting_id)
    rows = PaperDecision.objects.filter(
        organisation_id=organisation_id, meeting_id=meeting_id, state=PaperDecision.State.ENTERED
    )
    return list(rows.order_by("pk"))
