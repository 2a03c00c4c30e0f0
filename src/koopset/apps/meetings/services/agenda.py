"""The agenda of a draft: items, candidates, papers to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from koopset.apps.meetings.models import AgendaItem, Candidate, Material, Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.ports import taker_of
from koopset.apps.meetings.rules.canonical import canonical
from koopset.apps.meetings.rules.law import Effect, Voters, Weight
from koopset.apps.meetings.rules.profile import Item, item_type
from koopset.apps.meetings.selectors.law import law_on
from koopset.apps.meetings.services.locks import item_of, lock_meeting, require_draft, require_state
from koopset.apps.people.selectors import persons_by_ids
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: Kind of a stored file: a paper to an item of an agenda.
MATERIAL_FILE = "meetings.material"
MOST_ITEMS, MOST_CANDIDATES, MOST_DATA = 60, 100, 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTyped:
    """An item as it is typed. `type`: a key of the law profile. `seats`: how many are elected, of candidates; 0 for a plain decision.

    `effect_data`: what a room needs to carry it out (an exclusion's key, a fee's rate), whole numbers and words only.
    """

    type: str
    title: str
    wording: str
    is_secret: bool = False
    seats: int = 0
    effect_data: Mapping[str, Any] = field(default_factory=dict)


@service(MeetingRight.MEETING_PREPARE)
def item_add(
    *, actor: Actor, organisation_id: int, meeting_id: int, item: ItemTyped, now: datetime
) -> AgendaItem:
    """Put an item on the agenda of a draft, last.

    Raises meetings.agenda_frozen, meetings.state, meetings.item_unknown, meetings.no_title, meetings.no_wording, meetings.too_many_items,
    meetings.secret_by_area, meetings.secret_in_absentia, meetings.bad_seats, meetings.effect_data, meetings.repeat_items, and what the
    room that carries such a decision out refuses its data with.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_draft(row)
    if row.repeats_id is not None:
        raise RuleViolation("meetings.repeat_items")
    known = list(AgendaItem.objects.filter(organisation_id=organisation_id, meeting_id=row.pk))
    if len(known) >= MOST_ITEMS:
        raise RuleViolation("meetings.too_many_items", most=MOST_ITEMS)
    made = AgendaItem(organisation_id=organisation_id, meeting=row)
    _apply(row, made, item)
    taken = {one.key for one in known}
    made.key, number = item_type(item.type), 1
    while made.key in taken:
        number += 1
        made.key = f"{item_type(item.type)}#{number}"
    made.position = max((one.position for one in known), default=0) + 1
    made.save()
    return made


@service(MeetingRight.MEETING_PREPARE)
def item_change(
    *, actor: Actor, organisation_id: int, meeting_id: int, item_id: int, item: ItemTyped, now: datetime
) -> AgendaItem:
    """Change an item of a draft; its type stays. Raises what `item_add` raises, meetings.item_gone, meetings.item_type."""
    row = lock_meeting(organisation_id, meeting_id)
    require_draft(row)
    found = item_of(row, item_id)
    if item_type(found.key) != item_type(item.type):
        raise RuleViolation("meetings.item_type", field="type")
    if row.repeats_id is not None and item.wording.strip() != found.wording:
        raise RuleViolation("meetings.repeat_items")
    _apply(row, found, item)
    found.save()
    return found


@service(MeetingRight.MEETING_PREPARE)
def item_remove(*, actor: Actor, organisation_id: int, meeting_id: int, item_id: int, now: datetime) -> None:
    """Take an item off a draft. Raises meetings.agenda_frozen, meetings.state, meetings.item_gone, meetings.item_has_papers."""
    row = lock_meeting(organisation_id, meeting_id)
    require_draft(row)
    found = item_of(row, item_id)
    if Material.objects.filter(organisation_id=organisation_id, item_id=found.pk).exists():
        raise RuleViolation("meetings.item_has_papers")
    found.delete()


def _apply(row: Meeting, made: AgendaItem, item: ItemTyped) -> None:
    law = law_on(row.organisation_id, row.law, row.on).profile.item(item_type(item.type))
    title, wording = " ".join(item.title.split())[:300], item.wording.strip()
    if not title:
        raise RuleViolation("meetings.no_title", field="title")
    if not wording:
        raise RuleViolation("meetings.no_wording", field="wording")
    if not 0 <= item.seats <= MOST_CANDIDATES:
        raise RuleViolation("meetings.bad_seats", field="seats")
    _secrecy_checked(row, law, item)
    made.title, made.wording, made.is_secret, made.seats = title, wording, item.is_secret, item.seats
    made.effect = law.effect.value
    made.effect_data = _data_checked(row.organisation_id, law, item.effect_data)


def _secrecy_checked(row: Meeting, law: Item, item: ItemTyped) -> None:
    if not item.is_secret:
        return
    if law.weight is not Weight.HEAD:
        raise RuleViolation("meetings.secret_by_area", field="is_secret")
    if row.form == Meeting.Form.ABSENTIA:
        raise RuleViolation("meetings.secret_in_absentia", field="is_secret")
    if item.seats and law.voters is Voters.MEMBERS_AND_OWNERS:
        raise RuleViolation("meetings.secret_two_electorates", field="is_secret")


def _data_checked(organisation_id: int, law: Item, data: Mapping[str, Any]) -> dict[str, Any]:
    try:
        if len(canonical(dict(data))) > MOST_DATA:
            raise RuleViolation("meetings.effect_data", field="effect_data")
    except TypeError as error:
        raise RuleViolation("meetings.effect_data", field="effect_data") from error
    taker = taker_of(law.effect.value)
    if taker is not None and data and law.effect is not Effect.NONE:
        taker.check(organisation_id=organisation_id, data=data)
    return dict(data)


@service(MeetingRight.MEETING_PREPARE)
def candidate_add(
    *, actor: Actor, organisation_id: int, meeting_id: int, item_id: int, person_id: int, now: datetime
) -> Candidate:
    """Enter a candidate of an election. Raises meetings.agenda_frozen, meetings.item_gone, meetings.no_election, people.unknown,
    meetings.candidate_known, meetings.too_many_items.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_draft(row)
    item = item_of(row, item_id)
    if not item.seats:
        raise RuleViolation("meetings.no_election", field="person")
    if not persons_by_ids([person_id], organisation_id=organisation_id):
        raise RuleViolation("people.unknown", field="person")
    count = Candidate.objects.filter(organisation_id=organisation_id, item_id=item.pk).count()
    if count >= MOST_CANDIDATES:
        raise RuleViolation("meetings.too_many_items", most=MOST_CANDIDATES)
    try:
        with transaction.atomic():
            return Candidate.objects.create(
                organisation_id=organisation_id, item=item, person_id=person_id, position=count + 1
            )
    except IntegrityError as error:
        raise RuleViolation("meetings.candidate_known", field="person") from error


@service(MeetingRight.MEETING_PREPARE)
def candidate_remove(
    *, actor: Actor, organisation_id: int, meeting_id: int, candidate_id: int, now: datetime
) -> None:
    """Take a candidate off. Raises meetings.agenda_frozen, meetings.item_gone."""
    row = lock_meeting(organisation_id, meeting_id)
    require_draft(row)
    found = Candidate.objects.filter(
        organisation_id=organisation_id, item__meeting_id=row.pk, pk=candidate_id
    ).first()
    if found is None:
        raise RuleViolation("meetings.item_gone", field="candidate")
    found.delete()


@service(MeetingRight.MEETING_PREPARE)
def material_add(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    item_id: int,
    file_id: int,
    title: str,
    now: datetime,
) -> Material:
    """Open a paper to be read from today on; also after the notice. The day is today's: papers are not opened backwards.

    Raises meetings.state, meetings.item_gone, meetings.no_title, meetings.unknown_file.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_state(row, Meeting.State.DRAFT, Meeting.State.NOTICED)
    item = item_of(row, item_id)
    clean = " ".join(title.split())[:200]
    if not clean:
        raise RuleViolation("meetings.no_title", field="title")
    stored = StoredFile.objects.filter(organisation_id=organisation_id, pk=file_id, kind=MATERIAL_FILE)
    if not stored.exists():
        raise RuleViolation("meetings.unknown_file", field="file")
    return Material.objects.create(
        organisation_id=organisation_id,
        item=item,
        file_id=file_id,
        title=clean,
        published_on=timezone.localdate(now),
        at=now,
        published_by=actor.login_id,
    )


@service(MeetingRight.MEETING_PREPARE)
def material_withdraw(
    *, actor: Actor, organisation_id: int, meeting_id: int, material_id: int, now: datetime
) -> Material:
    """Take a paper back, say for a mended one: the mended one's term begins on its own day. Raises meetings.state, meetings.item_gone."""
    row = lock_meeting(organisation_id, meeting_id)
    require_state(row, Meeting.State.DRAFT, Meeting.State.NOTICED)
    found = Material.objects.filter(
        organisation_id=organisation_id, item__meeting_id=row.pk, pk=material_id, withdrawn_at__isnull=True
    ).first()
    if found is None:
        raise RuleViolation("meetings.item_gone", field="material")
    found.withdrawn_at = now
    found.save(update_fields=["withdrawn_at"])
    return found
