"""What was decided, with the arithmetic, and what waits to be carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from koopset.apps.meetings.models import EffectRow, ItemResult, Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.rights.actors import Actor, Forbidden


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A verdict. `data` holds the arithmetic as fractions; `to_be_checked`: pages say «проверьте по действующей редакции»."""

    item_id: int
    key: str
    title: str
    outcome: str
    article: str
    to_be_checked: bool
    law_version: str
    law_digest: str
    decision_id: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EffectLine:
    """Something adopted that a room has not done yet."""

    id: int
    meeting_id: int
    item_id: int
    title: str
    effect: str
    decision_id: int | None


def results(actor: Actor, organisation_id: int, meeting_id: int) -> list[ResultRow]:
    """Verdicts of a meeting in the order of its agenda; none before the closing. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_VIEW, organisation_id)
    meeting = Meeting.objects.filter(organisation_id=organisation_id, pk=meeting_id).first()
    if meeting is None:
        raise Forbidden(MeetingRight.MEETING_VIEW)
    return result_rows(meeting)


def result_rows(meeting: Meeting) -> list[ResultRow]:
    """The same of a meeting that is at hand. Asks no right."""
    rows = ItemResult.objects.filter(organisation_id=meeting.organisation_id, meeting_id=meeting.pk)
    return [
        ResultRow(
            row.item_id,
            row.item.key,
            row.item.title,
            row.outcome,
            row.article,
            row.to_be_checked,
            row.law_version,
            row.law_digest,
            row.decision_id,
            row.data,
        )
        for row in rows.select_related("item").order_by("item__position", "item_id")
    ]


def effects_waiting(actor: Actor, organisation_id: int) -> list[EffectLine]:
    """What was adopted and is not carried out yet, the oldest first. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_HOLD, organisation_id)
    rows = EffectRow.objects.filter(organisation_id=organisation_id, state=EffectRow.State.OFFERED)
    return [
        EffectLine(
            row.pk,
            row.result.meeting_id,
            row.result.item_id,
            row.result.item.title,
            row.effect,
            row.result.decision_id,
        )
        for row in rows.select_related("result__item").order_by("pk")
    ]


@dataclass(frozen=True, slots=True)
class EffectCard:
    """What was adopted, with what the agenda said of it."""

    id: int
    meeting_id: int
    meeting_title: str
    title: str
    wording: str
    effect: str
    data: Mapping[str, Any]
    decision_id: int | None
    is_done: bool
    note: str


def effect_card(actor: Actor, organisation_id: int, effect_id: int) -> EffectCard:
    """One effect. Raises Forbidden, also where there is none."""
    actor.require(MeetingRight.MEETING_HOLD, organisation_id)
    row = (
        EffectRow.objects.filter(organisation_id=organisation_id, pk=effect_id)
        .select_related("result__item", "result__meeting")
        .first()
    )
    if row is None:
        raise Forbidden(MeetingRight.MEETING_HOLD)
    result = row.result
    return EffectCard(
        row.pk,
        result.meeting_id,
        result.meeting.title,
        result.item.title,
        result.item.wording,
        row.effect,
        row.data,
        result.decision_id,
        row.state == EffectRow.State.DONE,
        row.note,
    )
