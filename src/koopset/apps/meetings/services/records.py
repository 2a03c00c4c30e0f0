"""The minutes are signed: decisions enter the register of decisions, and what follows from them is offered to the rooms that know how."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.meetings import events
from koopset.apps.meetings.models import EffectRow, Elector, ItemResult, Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.ports import Offer, taker_of
from koopset.apps.meetings.rules.law import Effect
from koopset.apps.meetings.services.chain import chain_append
from koopset.apps.meetings.services.locks import lock_meeting, require_move
from koopset.apps.meetings.services.telling import tell_results
from koopset.apps.people.selectors import full_names
from koopset.apps.register.selectors.decisions import decision_label
from koopset.apps.register.services import decision_record
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


@service(MeetingRight.MEETING_HOLD)
def meeting_record(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    number: str,
    file_id: int | None = None,
    now: datetime,
) -> Meeting:
    """Enter that the minutes are signed, under their number: each adopted decision enters the register of decisions with the day of the
    closing, and the electors are told.

    The actor also needs the right to record decisions. Raises meetings.state, meetings.no_number and what `decision_record` raises
    (register.decision_known, register.unknown_file).
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_move(row, Meeting.State.RECORDED)
    clean = " ".join(number.split())[:40]
    if not clean:
        raise RuleViolation("meetings.no_number", field="number")
    assert row.closed_at is not None
    day = timezone.localdate(row.closed_at)
    results = list(
        ItemResult.objects.filter(organisation_id=organisation_id, meeting_id=row.pk)
        .select_related("item")
        .order_by("item__position", "item_id")
    )
    adopted = []
    for at, result in enumerate(results, 1):
        if result.outcome != ItemResult.Outcome.ADOPTED:
            continue
        decision = decision_record(
            actor=actor,
            organisation_id=organisation_id,
            body="board" if row.kind == Meeting.Kind.BOARD else "meeting",
            decided_on=day,
            number=clean,
            item=str(at),
            title=result.item.title,
            wording=_wording(result),
            article=result.article,
            file_id=file_id,
            now=now,
        )
        result.decision_id = decision.pk
        result.save(update_fields=["decision"])
        adopted.append(result)
        _offer(result, now)
        publish(
            events.DecisionAdopted(organisation_id, row.pk, result.item_id, decision.pk, result.item.effect)
        )
    told = {str(one.item.key): one.decision_id for one in adopted}
    chain_append(row, "recorded", {"number": clean, "decisions": told}, at=now)
    row.state, row.number, row.recorded_at = Meeting.State.RECORDED, clean, now
    row.save()
    _tell(row, results, now)
    return row


def _wording(result: ItemResult) -> str:
    """The decision's words; of an election with those who were elected."""
    elected = result.data.get("elected") or []
    if not elected:
        return result.item.wording
    names = full_names(elected, organisation_id=result.organisation_id)
    return f"{result.item.wording}\n{', '.join(names.get(who, str(who)) for who in elected)}"


def _offer(result: ItemResult, now: datetime) -> None:
    item = result.item
    if item.effect == Effect.NONE.value:
        return
    data = dict(item.effect_data)
    if result.data.get("elected"):
        data["elected"] = result.data["elected"]
    EffectRow.objects.create(
        organisation_id=result.organisation_id,
        result=result,
        effect=item.effect,
        data=data,
        offered_at=now,
    )


def _tell(row: Meeting, results: list[ItemResult], now: datetime) -> None:
    lines = [f"{one.item.title}: {ItemResult.Outcome(one.outcome).label}" for one in results]
    persons = Elector.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk).values_list(
        "person_id", flat=True
    )
    tell_results(row, "\n".join(lines), set(persons), now=now)


@service(MeetingRight.MEETING_HOLD)
def effect_carry_out(
    *,
    actor: Actor,
    organisation_id: int,
    effect_id: int,
    data: Mapping[str, Any] | None = None,
    now: datetime,
) -> EffectRow:
    """Have the room that knows how do what was decided, with the decision attached; once. `data` adds what the agenda did not say.

    The room asks its own right. Raises meetings.item_gone, meetings.effect_done, meetings.no_taker (no room knows: it is done by hand),
    and what the room refuses with.
    """
    row = EffectRow.objects.select_for_update().filter(organisation_id=organisation_id, pk=effect_id).first()
    if row is None:
        raise RuleViolation("meetings.item_gone", field="effect")
    if row.state == EffectRow.State.DONE:
        raise RuleViolation("meetings.effect_done")
    taker = taker_of(row.effect)
    if taker is None:
        raise RuleViolation("meetings.no_taker")
    result = ItemResult.objects.get(organisation_id=organisation_id, pk=row.result_id)
    meeting = Meeting.objects.get(organisation_id=organisation_id, pk=result.meeting_id)
    assert result.decision_id is not None
    assert meeting.closed_at is not None
    offer = Offer(
        organisation_id=organisation_id,
        meeting_id=result.meeting_id,
        item_id=result.item_id,
        effect=row.effect,
        data={**(data or {}), **row.data},
        decision_id=result.decision_id,
        decided_on=timezone.localdate(meeting.closed_at),
        basis=decision_label(organisation_id, result.decision_id),
    )
    taker.check(organisation_id=organisation_id, data=offer.data)
    note = taker.carry_out(actor=actor, offer=offer, now=now)
    row.state, row.done_at, row.done_by = EffectRow.State.DONE, now, actor.login_id
    row.note = (note or _("carried out"))[:300]
    row.save()
    return row


@service(MeetingRight.MEETING_HOLD)
def effect_by_hand(
    *, actor: Actor, organisation_id: int, effect_id: int, note: str, now: datetime
) -> EffectRow:
    """Write down that a decision was carried out by hand, and how; once. Raises meetings.item_gone, meetings.effect_done,
    meetings.no_note.
    """
    row = EffectRow.objects.select_for_update().filter(organisation_id=organisation_id, pk=effect_id).first()
    if row is None:
        raise RuleViolation("meetings.item_gone", field="effect")
    if row.state == EffectRow.State.DONE:
        raise RuleViolation("meetings.effect_done")
    clean = " ".join(note.split())[:300]
    if not clean:
        raise RuleViolation("meetings.no_note", field="note")
    row.state, row.done_at, row.done_by, row.note = EffectRow.State.DONE, now, actor.login_id, clean
    row.save()
    return row
