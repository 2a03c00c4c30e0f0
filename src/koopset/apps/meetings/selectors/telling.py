"""Who was told of a meeting, on which day, by which proof."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from koopset.apps.meetings.models import Meeting, Notice, NoticeProof, NoticeRow
from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.notifications.models import Delivery, MailState
from koopset.foundation.rights.actors import Actor, Forbidden

_PART = 5000


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A person to be told. `on`: the first day that is proven, None for nobody told yet; `channel`: «email» or a word of NoticeProof."""

    person_id: int
    on: date | None
    channel: str


def standing_notice(meeting: Meeting) -> Notice | None:
    """The notice that was not withdrawn."""
    return Notice.objects.filter(
        organisation_id=meeting.organisation_id, meeting_id=meeting.pk, withdrawn_at__isnull=True
    ).first()


def _letters(rows: list[tuple[int, int | None]]) -> dict[int, date]:
    """person → the day on which the letter went out; a letter that did not is no proof."""
    by_letter = {letter: person for person, letter in rows if letter is not None}
    found: dict[int, date] = {}
    ids = sorted(by_letter)
    for at in range(0, len(ids), _PART):
        sent = Delivery.objects.filter(
            notification_id__in=ids[at : at + _PART], channel="mail", outcome=MailState.SENT
        )
        for letter, moment in sent.values_list("notification_id", "at"):
            person, day = by_letter[letter], timezone.localdate(moment)
            found[person] = min(day, found.get(person, day))
    return found


def told_of(notice: Notice) -> list[ToldRow]:
    """Every person of a notice with the first day that is proven. A posting tells everybody who has no earlier proof."""
    pk = notice.organisation_id
    rows = list(
        NoticeRow.objects.filter(organisation_id=pk, notice_id=notice.pk)
        .order_by("person_id")
        .values_list("person_id", "notification_id")
    )
    first: dict[int, tuple[date, str]] = {person: (day, "email") for person, day in _letters(rows).items()}
    posted: tuple[date, str] | None = None
    proofs = NoticeProof.objects.filter(organisation_id=pk, notice_id=notice.pk)
    for proof in proofs:
        told = (proof.on, proof.channel)
        if proof.person_id is None:
            posted = min(posted or told, told)
        else:
            first[proof.person_id] = min(first.get(proof.person_id, told), told)
    found = []
    for person, _letter in rows:
        known = [one for one in (first.get(person), posted) if one is not None]
        found.append(ToldRow(person, *min(known)) if known else ToldRow(person, None, ""))
    return found


def noticed_on(notice: Notice) -> date | None:
    """The day on which the last of them was told; None while somebody was not."""
    return last_told(told_of(notice))


def last_told(rows: Collection[ToldRow]) -> date | None:
    """The same of rows that are known."""
    known = [row.on for row in rows if row.on is not None]
    return max(known) if known and len(known) == len(rows) else None


def told_rows(actor: Actor, organisation_id: int, meeting_id: int) -> list[ToldRow]:
    """Who was told by the notice that stands, and how. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_PREPARE, organisation_id)
    row = Meeting.objects.filter(organisation_id=organisation_id, pk=meeting_id).first()
    if row is None:
        raise Forbidden(MeetingRight.MEETING_PREPARE)
    notice = standing_notice(row)
    return told_of(notice) if notice is not None else []


def told_count(organisation_id: int, meeting_id: int) -> tuple[int, int] | None:
    """(told, all) by the notice that stands; None without one. Asks no right: the page has."""
    notice = Notice.objects.filter(
        organisation_id=organisation_id, meeting_id=meeting_id, withdrawn_at__isnull=True
    ).first()
    if notice is None:
        return None
    rows = told_of(notice)
    return sum(row.on is not None for row in rows), len(rows)
