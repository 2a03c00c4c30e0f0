"""Goods come: counted and weighed good by good, in as many parts as they come; then what really came is shared out by the round's rule."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from koopset.apps.purchases.models import AllocationRun, Line, Round, RoundGood, WantRecord
from koopset.apps.purchases.rules import VERSION
from koopset.apps.purchases.rules.allotment import (
    allot,
    digest_of_inputs,
    digest_of_result,
    facts_of,
    inputs_of,
)
from koopset.apps.purchases.selectors import goods_of, inputs_for, wants_by_good
from koopset.apps.purchases.services import round_move_for_room
from koopset.apps.purchases.settlement import events
from koopset.apps.purchases.settlement.models import IntakeRow
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.rules import intake as rules
from koopset.apps.purchases.settlement.selectors.intake import came_by_good
from koopset.apps.purchases.settlement.services.photos import OF_INTAKE, Photo, photo_keep
from koopset.apps.purchases.settlement.services.pickups import pickups_ensure
from koopset.apps.purchases.settlement.services.terms import get_round
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: States in which goods may be counted. After the settlement nothing is received any more.
OPEN = frozenset({Round.State.SENT, Round.State.PARTLY})


@service(SettlementRight.INTAKE_WRITE)
def intake_add(
    *,
    actor: Actor,
    organisation_id: int,
    round_id: int,
    good_id: int,
    outcome: str,
    quantity: int,
    key: str,
    instead: str = "",
    note: str = "",
    photo: Photo | None = None,
    now: datetime,
) -> IntakeRow:
    """Write what came of a good, in its units; a negative quantity takes back a slip. The same `key` gives the same row.

    `photo`: what was spoilt, short or came instead of another; seen by those who run the round and by whose claim rests on it.

    Raises settlement.round_unknown, settlement.not_sent, settlement.received_already, settlement.good_unknown, settlement.choice_unknown,
    settlement.quantity_zero, settlement.quantity_too_large, settlement.more_than_came, settlement.instead_required,
    settlement.not_a_photo, files.*.
    """
    row = get_round(organisation_id, round_id)
    known = f"{row.pk} {key}"[:80]
    standing = IntakeRow.objects.filter(organisation_id=organisation_id, key=known).first()
    if standing is not None:
        return standing
    _require_open(row)
    good = RoundGood.objects.filter(organisation_id=organisation_id, round_id=row.pk, pk=good_id).first()
    if good is None:
        raise RuleViolation("settlement.good_unknown")
    if outcome not in list(rules.Outcome):
        raise RuleViolation("settlement.choice_unknown", field="outcome")
    rules.check_row(came_by_good(row, [good])[good.pk], rules.Outcome(outcome), quantity)
    if outcome == rules.Outcome.SUBSTITUTE and quantity > 0 and not instead.strip():
        raise RuleViolation("settlement.instead_required", field="instead")
    made = IntakeRow.objects.create(
        organisation_id=organisation_id,
        round=row,
        good=good,
        outcome=outcome,
        quantity=quantity,
        instead=instead.strip()[:200],
        note=note.strip()[:300],
        photo=photo_keep(actor, organisation_id, photo, OF_INTAKE, now=now),
        key=known,
        at=now,
        by=actor.login_id,
    )
    if row.state == Round.State.SENT:
        round_move_for_room(organisation_id=organisation_id, round_id=row.pk, to=Round.State.PARTLY)
    return made


@service(SettlementRight.INTAKE_WRITE)
def intake_finish(*, actor: Actor, organisation_id: int, round_id: int, now: datetime) -> Round:
    """Nothing more will come: what came is shared out by the rule of the round, each line says why, codes to fetch it are given.

    Raises settlement.round_unknown, settlement.not_sent, settlement.received_already.
    """
    row = get_round(organisation_id, round_id)
    _require_open(row)
    goods = goods_of(organisation_id, row.pk)
    found = came_by_good(row, goods)
    inputs = inputs_for(goods, {pk: one.usable for pk, one in found.items()})
    wants = wants_by_good(organisation_id, row.pk)
    _totals, lines = allot(inputs, wants, row.rule)
    last = WantRecord.objects.filter(organisation_id=organisation_id, round_id=row.pk).order_by("-pk").first()
    AllocationRun.objects.create(
        organisation_id=organisation_id,
        round=row,
        stage=AllocationRun.Stage.INTAKE,
        rule=row.rule,
        version=VERSION,
        last_want_id=last.pk if last else 0,
        inputs=inputs_of(inputs),
        inputs_sha256=digest_of_inputs(inputs, wants, row.rule),
        result_sha256=digest_of_result(facts_of(line) for line in lines),
        at=now,
        by=actor.login_id,
    )
    got: dict[int, dict[int, int]] = defaultdict(dict)
    reasons = {}
    for line in lines:
        got[line.good][line.who] = line.units
        reasons[line.good, line.who] = dict(line.reason)
    rows = list(Line.objects.filter(organisation_id=organisation_id, round_id=row.pk).order_by("pk"))
    for one in rows:
        one.received = got[one.good_id].get(one.participant_id, 0)
        one.received_reason = reasons.get((one.good_id, one.participant_id), {})
        one.state = Line.State.RECEIVED
    Line.objects.bulk_update(rows, ["received", "received_reason", "state"], batch_size=500)
    if row.state == Round.State.SENT:  # nothing came at all
        round_move_for_room(organisation_id=organisation_id, round_id=row.pk, to=Round.State.PARTLY)
    done = round_move_for_room(organisation_id=organisation_id, round_id=row.pk, to=Round.State.RECEIVED)
    pickups_ensure(done, {one.participant_id for one in rows if one.received}, now=now)
    publish(events.RoundReceived(organisation_id, row.pk))
    return done


def _require_open(row: Round) -> None:
    if row.state in {Round.State.RECEIVED, Round.State.SETTLED}:
        raise RuleViolation("settlement.received_already")
    if row.state not in OPEN:
        raise RuleViolation("settlement.not_sent")
