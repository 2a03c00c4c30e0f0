"""Meetings of a body for whoever votes: what is coming, what waits for a vote, what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from koopset.apps.meetings.models import AgendaItem, CurrentVote, Elector, ItemResult, Meeting, SecretVoter
from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.rights.actors import Actor, Forbidden

#: Meetings on the list of a voter.
MOST = 60
_SHOWN = (
    Meeting.State.NOTICED,
    Meeting.State.OPEN,
    Meeting.State.CLOSED,
    Meeting.State.FAILED,
    Meeting.State.RECORDED,
    Meeting.State.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class MyMeeting:
    """A meeting in the list. `items`, `voted`: how many items it has, on how many the actor has voted (of the own card)."""

    id: int
    title: str
    form_text: str
    state: str
    state_text: str
    on: date
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    has_vote: bool
    items: int
    voted: int
    adopted: int
    decided: int
    cancel_reason: str

    @property
    def waits(self) -> bool:
        """Whether it is open and the actor has not voted on all of it."""
        return self.state == Meeting.State.OPEN and self.has_vote and self.voted < self.items


def meeting_seen(actor: Actor, organisation_id: int, meeting_id: int) -> Meeting:
    """A meeting that was told of, for anybody inside the body. Raises Forbidden, also for a draft and where there is none."""
    actor.require(MeetingRight.MEETING_VIEW, organisation_id)
    row = Meeting.objects.filter(organisation_id=organisation_id, pk=meeting_id, state__in=_SHOWN).first()
    if row is None:
        raise Forbidden(MeetingRight.MEETING_VIEW)
    return row


def my_meetings(actor: Actor, organisation_id: int) -> list[MyMeeting]:
    """Meetings that were told of, the newest first. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_VIEW, organisation_id)
    rows = list(
        Meeting.objects.filter(organisation_id=organisation_id, state__in=_SHOWN).order_by(
            "-created_at", "-pk"
        )[:MOST]
    )
    keys = [row.pk for row in rows]
    own = sorted(actor.person_ids)
    mine = dict.fromkeys(
        Elector.objects.filter(
            organisation_id=organisation_id, meeting_id__in=keys, person_id__in=own
        ).values_list("meeting_id", flat=True)
    )
    items = _counts(
        AgendaItem.objects.filter(organisation_id=organisation_id, meeting_id__in=keys)
        .values_list("meeting_id")
        .annotate(count=Count("pk"))
    )
    voted = _voted(organisation_id, keys, own)
    results = {
        pk: (adopted, decided)
        for pk, adopted, decided in ItemResult.objects.filter(
            organisation_id=organisation_id, meeting_id__in=keys
        )
        .order_by()
        .values_list("meeting_id")
        .annotate(adopted=Count("pk", filter=Q(outcome=ItemResult.Outcome.ADOPTED)), decided=Count("pk"))
    }
    return [
        MyMeeting(
            id=row.pk,
            title=row.title,
            form_text=str(Meeting.Form(row.form).label),
            state=row.state,
            state_text=str(Meeting.State(row.state).label),
            on=row.on,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place=row.place,
            has_vote=row.pk in mine,
            items=items.get(row.pk, 0),
            voted=voted.get(row.pk, 0),
            adopted=results.get(row.pk, (0, 0))[0],
            decided=results.get(row.pk, (0, 0))[1],
            cancel_reason=row.cancel_reason,
        )
        for row in rows
    ]


def _counts(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    return dict(rows)


def _voted(organisation_id: int, meeting_ids: list[int], person_ids: list[int]) -> dict[int, int]:
    """meeting → on how many items the persons voted, openly or in secret; a vote for each candidate is one on the item."""
    key = {"organisation_id": organisation_id, "meeting_id__in": meeting_ids, "person_id__in": person_ids}
    found: dict[int, set[str]] = {}
    for rows in (
        CurrentVote.objects.filter(**key).values_list("meeting_id", "item"),
        SecretVoter.objects.filter(**key).values_list("meeting_id", "item"),
    ):
        for meeting_id, item in rows:
            found.setdefault(meeting_id, set()).add(item.partition("/")[0])
    return {meeting_id: len(items) for meeting_id, items in found.items()}


def votes_waiting(actor: Actor, organisation_id: int) -> list[tuple[int, str]]:
    """(key, title) of open meetings that wait for the actor's own vote: one question, and more only where one is open. Asks no right."""
    own = sorted(actor.person_ids)
    rows = list(
        Meeting.objects.filter(
            organisation_id=organisation_id, state=Meeting.State.OPEN, electors__person_id__in=own
        )
        .order_by("pk")
        .distinct()
        .values_list("pk", "title")
    )
    if not rows:
        return []
    keys = [pk for pk, _title in rows]
    items = _counts(
        AgendaItem.objects.filter(organisation_id=organisation_id, meeting_id__in=keys)
        .values_list("meeting_id")
        .annotate(count=Count("pk"))
    )
    voted = _voted(organisation_id, keys, own)
    return [(pk, title) for pk, title in rows if voted.get(pk, 0) < items.get(pk, 0)]
