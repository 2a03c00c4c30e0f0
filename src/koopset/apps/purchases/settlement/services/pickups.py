"""Where, when and by which code goods are fetched; what was given into whose hands."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Sum

from koopset.apps.purchases.models import Line, Round
from koopset.apps.purchases.selectors import household_id_of, participant_of
from koopset.apps.purchases.services import lock_round
from koopset.apps.purchases.settlement.models import HandoutPoint, HandoutRow, HandoutSlot, PickUp
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.rules.codes import DIGITS, make_code
from koopset.apps.purchases.settlement.selectors.intake import came_by_good
from koopset.apps.purchases.settlement.services.terms import get_round
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

GIVE_IN = frozenset({Round.State.RECEIVED, Round.State.SETTLED})


def pickups_ensure(row: Round, participant_ids: Collection[int], *, now: datetime) -> None:
    """A code for each who has none, under the lock of the round. A code is never changed: it may be on paper."""
    known = dict(
        PickUp.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).values_list(
            "participant_id", "code"
        )
    )
    taken = set(known.values())
    made = []
    for participant_id in sorted(set(participant_ids) - known.keys()):
        code = make_code(secrets.randbelow(10**DIGITS))
        while code in taken:
            code = make_code(secrets.randbelow(10**DIGITS))
        taken.add(code)
        made.append(
            PickUp(
                organisation_id=row.organisation_id,
                round=row,
                participant_id=participant_id,
                code=code,
                created_at=now,
            )
        )
    PickUp.objects.bulk_create(made, batch_size=500)


@service(SettlementRight.TERMS_EDIT)
def point_save(
    *,
    actor: Actor,
    organisation_id: int,
    name: str,
    address: str,
    note: str = "",
    point_id: int | None = None,
    is_closed: bool = False,
    now: datetime,
) -> HandoutPoint:
    """Add a place of handing out or change one.

    Raises settlement.point_unknown, settlement.point_name (empty or taken), settlement.point_address.
    """
    point = HandoutPoint(organisation_id=organisation_id)
    if point_id is not None:
        found = HandoutPoint.objects.filter(organisation_id=organisation_id, pk=point_id).first()
        if found is None:
            raise RuleViolation("settlement.point_unknown")
        point = found
    name, address = name.strip()[:120], address.strip()[:300]
    same = HandoutPoint.objects.filter(organisation_id=organisation_id, name=name).exclude(pk=point.pk)
    if not name or same.exists():
        raise RuleViolation("settlement.point_name", field="name")
    if not address:
        raise RuleViolation("settlement.point_address", field="address")
    point.name, point.address, point.note, point.is_closed = name, address, note.strip()[:300], is_closed
    point.save()
    return point


@service(SettlementRight.TERMS_EDIT)
def slot_add(
    *,
    actor: Actor,
    organisation_id: int,
    round_id: int,
    point_id: int,
    starts_at: datetime,
    ends_at: datetime,
    capacity: int = 0,
    now: datetime,
) -> HandoutSlot:
    """A time at a point for the round. Raises settlement.round_unknown, settlement.over, settlement.point_unknown, settlement.slot_time,
    settlement.slot_twice, settlement.number_out_of_range.
    """
    row = get_round(organisation_id, round_id)
    if row.state == Round.State.CANCELLED:
        raise RuleViolation("settlement.over")
    point = HandoutPoint.objects.filter(organisation_id=organisation_id, pk=point_id, is_closed=False).first()
    if point is None:
        raise RuleViolation("settlement.point_unknown", field="point")
    if ends_at <= starts_at or ends_at <= now:
        raise RuleViolation("settlement.slot_time", field="ends_at")
    if not 0 <= capacity <= 10_000:
        raise RuleViolation("settlement.number_out_of_range", field="capacity", most=10_000)
    same = HandoutSlot.objects.filter(
        organisation_id=organisation_id, round_id=row.pk, point_id=point.pk, starts_at=starts_at
    )
    if same.exists():
        raise RuleViolation("settlement.slot_twice", field="starts_at")
    return HandoutSlot.objects.create(
        organisation_id=organisation_id,
        round=row,
        point=point,
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=capacity,
    )


@service(None)
def slot_choose(*, actor: Actor, organisation_id: int, round_id: int, slot_id: int, now: datetime) -> PickUp:
    """A household chooses when it comes. Right: a household of the round. The last place goes to one of two who press at once.

    Raises Forbidden, settlement.slot_unknown, settlement.slot_over, settlement.slot_full.
    """
    participant = participant_of(organisation_id, household_id_of(actor))
    if participant is None:
        raise Forbidden("settlement: not of this round")
    row = lock_round(organisation_id, round_id)
    if not Line.objects.filter(
        organisation_id=organisation_id, round_id=row.pk, participant_id=participant.pk
    ).exists():
        raise Forbidden("settlement: not of this round")
    slot = HandoutSlot.objects.filter(organisation_id=organisation_id, round_id=row.pk, pk=slot_id).first()
    if slot is None:
        raise RuleViolation("settlement.slot_unknown")
    if slot.ends_at <= now:
        raise RuleViolation("settlement.slot_over")
    pickups_ensure(row, {participant.pk}, now=now)
    pickup = PickUp.objects.get(
        organisation_id=organisation_id, round_id=row.pk, participant_id=participant.pk
    )
    taken = (
        PickUp.objects.filter(organisation_id=organisation_id, slot_id=slot.pk).exclude(pk=pickup.pk).count()
    )
    if slot.capacity and taken >= slot.capacity:
        raise RuleViolation("settlement.slot_full")
    pickup.slot = slot
    pickup.save()
    return pickup


@service(SettlementRight.HANDOUT_GIVE)
def goods_give(
    *,
    actor: Actor,
    organisation_id: int,
    round_id: int,
    participant_id: int,
    quantities: Mapping[int, int],
    key: str,
    outcome: str = HandoutRow.Outcome.GIVEN,
    now: datetime,
) -> list[HandoutRow]:
    """Give lines into hands (line → units; of goods by weight what the scales show), or mark them not taken. Who gave is kept.

    The same `key` gives the same rows. Raises settlement.round_unknown, settlement.not_received, settlement.line_unknown,
    settlement.more_than_his (more than the line has), settlement.more_than_there_is (by weight: more than came), settlement.below_given
    (a correction takes back more than was given), settlement.nothing_given.
    """
    row = get_round(organisation_id, round_id)
    known = f"{row.pk} {key}"[:60]
    standing = list(
        HandoutRow.objects.filter(organisation_id=organisation_id, key__startswith=f"{known} ").order_by("pk")
    )
    if standing:
        return standing
    if row.state not in GIVE_IN:
        raise RuleViolation("settlement.not_received")
    quantities = {line_id: units for line_id, units in sorted(quantities.items()) if units}
    if not quantities:
        raise RuleViolation("settlement.nothing_given")
    lines = {
        line.pk: line
        for line in Line.objects.filter(
            organisation_id=organisation_id,
            round_id=row.pk,
            participant_id=participant_id,
            pk__in=list(quantities),
        ).select_related("good")
    }
    for line_id, units in quantities.items():
        if line_id not in lines:
            raise RuleViolation("settlement.line_unknown")
        _check_given(row, lines[line_id], units, outcome)
    return [
        HandoutRow.objects.create(
            organisation_id=organisation_id,
            round=row,
            line=lines[line_id],
            participant_id=participant_id,
            outcome=outcome,
            quantity=units,
            key=f"{known} {line_id}",
            at=now,
            by=actor.login_id,
        )
        for line_id, units in quantities.items()
    ]


def _check_given(row: Round, line: Line, units: int, outcome: str) -> None:
    rows = HandoutRow.objects.filter(organisation_id=row.organisation_id, line_id=line.pk)
    stands = dict(rows.values_list("outcome").annotate(units=Sum("quantity")).order_by("outcome"))
    if stands.get(outcome, 0) + units < 0:
        raise RuleViolation("settlement.below_given", name=line.good.name)
    done = sum(stands.values()) + units
    if line.good.by_weight:
        of_good = HandoutRow.objects.filter(organisation_id=row.organisation_id, line__good_id=line.good_id)
        given = of_good.aggregate(units=Sum("quantity"))["units"] or 0
        if given + units > came_by_good(row, [line.good])[line.good_id].usable:
            raise RuleViolation("settlement.more_than_there_is", name=line.good.name)
    elif done > (line.received or 0):
        raise RuleViolation("settlement.more_than_his", name=line.good.name)
