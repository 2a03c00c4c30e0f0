"""The way of a round: opened, packs filled, stopped, sent, called off. Each step under the lock of the round."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from koopset.apps.organisations import selectors as organisations
from koopset.apps.purchases import events
from koopset.apps.purchases.models import AllocationRun, Line, Round, RoundGood, WantRecord
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.apps.purchases.rules import VERSION
from koopset.apps.purchases.rules.allotment import (
    Allotted,
    GoodTotal,
    allot,
    digest_of_inputs,
    digest_of_result,
    facts_of,
    inputs_of,
)
from koopset.apps.purchases.selectors.wants import goods_of, inputs_for, wants_by_good
from koopset.apps.purchases.services import notices
from koopset.apps.purchases.services.locks import lock_round, require_move
from koopset.apps.purchases.services.papers import paper_make
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

BATCH = 500


@service(PurchaseRight.ROUND_RUN)
def round_open(*, actor: Actor, organisation_id: int, round_id: int, now: datetime) -> Round:
    """Let wants be said. From now on the settings and prices are frozen; the operator is named as the body is called today.

    A body that is not verified may open: it gathers wants and takes no money. Raises purchases.state, purchases.no_goods,
    purchases.deadline_passed.
    """
    row = lock_round(organisation_id, round_id)
    require_move(row, Round.State.OPEN)
    if not RoundGood.objects.filter(organisation_id=organisation_id, round_id=row.pk).exists():
        raise RuleViolation("purchases.no_goods")
    if row.open_until is not None and row.open_until <= now:
        raise RuleViolation("purchases.deadline_passed", field="open_until")
    card = organisations.organisation_card(organisation_id)
    row.operator_name, row.operator_form = card.name_full or card.name_short, card.form
    row.state, row.opened_at = Round.State.OPEN, now
    row.save()
    publish(events.RoundOpened(organisation_id, row.pk))
    notices.tell_opened(row, now=now)
    return row


@service(PurchaseRight.ROUND_RUN)
def round_boxfill(
    *, actor: Actor, organisation_id: int, round_id: int, until: datetime | None = None, now: datetime
) -> Round:
    """Begin to fill packs («добор»): only what helps may change. `until` (else what was set) is when it stops by itself.

    Raises purchases.state, purchases.earlier.
    """
    row = lock_round(organisation_id, round_id)
    require_move(row, Round.State.BOXFILL)
    if until is not None:
        row.boxfill_until = until
    if row.boxfill_until is not None and row.boxfill_until <= now:
        raise RuleViolation("purchases.earlier", field="until")
    row.state, row.boxfill_at = Round.State.BOXFILL, now
    row.save()
    notices.tell_boxfill(row, now=now)
    return row


def stop_refused(row: Round, *, now: datetime) -> RuleViolation | None:
    """Why this body may not stop the round today, for a page that says it beforehand: from «stop» on people owe money.

    A body that is no legal person buys nothing in its own name (54-ФЗ, 103-ФЗ): its organiser may be an agent of each buyer.
    """
    try:
        organisations.require_verified(row.organisation_id, now=now)
    except RuleViolation as violation:
        return violation
    if row.holder == Round.Holder.BODY:
        card = organisations.organisation_card(row.organisation_id)
        if not card.is_legal_person:
            return RuleViolation("purchases.no_legal_person", name=card.name_short)
    return None


@service(PurchaseRight.ROUND_RUN)
def round_stop(
    *, actor: Actor, organisation_id: int, round_id: int, below_minimum: bool = False, now: datetime
) -> Round:
    """«СТОП»: packs are counted, units shared out by the round's rule, prices frozen at the reached break. Whoever wanted owes from now on.

    `below_minimum`: the supplier agreed to less than the minimum. Raises purchases.state, purchases.nothing_wanted,
    purchases.nothing_ordered, purchases.below_minimum, purchases.no_legal_person, organisations.not_verified,
    organisations.verification_lapsed, and what a subscriber of RoundStopped refuses with.
    """
    row = lock_round(organisation_id, round_id)
    require_move(row, Round.State.STOP)
    refusal = stop_refused(row, now=now)
    if refusal is not None:
        raise refusal
    goods = goods_of(organisation_id, row.pk)
    inputs = inputs_for(goods)
    wants = wants_by_good(organisation_id, row.pk)
    totals, lines = allot(inputs, wants, row.rule)
    if not any(total.wanted for total in totals):
        raise RuleViolation("purchases.nothing_wanted")
    if not any(line.units for line in lines):
        raise RuleViolation("purchases.nothing_ordered")
    money = sum(line.sum_kop for line in lines)
    if money < row.minimum_kop and not below_minimum:
        raise RuleViolation("purchases.below_minimum", kop=row.minimum_kop, have_kop=money)
    _write_totals(goods, totals)
    _write_lines(row, lines)
    last = WantRecord.objects.filter(organisation_id=organisation_id, round_id=row.pk).order_by("-pk").first()
    AllocationRun.objects.create(
        organisation_id=organisation_id,
        round=row,
        stage=AllocationRun.Stage.STOP,
        rule=row.rule,
        version=VERSION,
        last_want_id=last.pk if last else 0,
        inputs=inputs_of(inputs),
        inputs_sha256=digest_of_inputs(inputs, wants, row.rule),
        result_sha256=digest_of_result(facts_of(line) for line in lines),
        at=now,
        by=actor.login_id,
    )
    row.state, row.stopped_at = Round.State.STOP, now
    row.save()
    publish(events.RoundStopped(organisation_id, row.pk))
    notices.tell_stopped(row, now=now)
    return row


def _write_totals(goods: list[RoundGood], totals: list[GoodTotal]) -> None:
    known = {total.good: total for total in totals}
    for good in goods:
        total = known[good.pk]
        good.ordered, good.reached_kop = total.units, total.price_kop
        good.ordered_packs = 0 if good.by_weight else total.units // good.pack
        good.save()


def _write_lines(row: Round, lines: list[Allotted]) -> None:
    """Lines of the round as the rules gave them."""
    found = {(line.good, line.who): line for line in lines}
    rows = list(Line.objects.filter(organisation_id=row.organisation_id, round_id=row.pk))
    for one in rows:
        line = found[one.good_id, one.participant_id]
        one.allocated, one.price_kop, one.sum_kop = line.units, line.price_kop, line.sum_kop
        one.reason, one.state = dict(line.reason), Line.State.ALLOCATED
    Line.objects.bulk_update(rows, ["allocated", "price_kop", "sum_kop", "reason", "state"], batch_size=BATCH)


@service(PurchaseRight.ROUND_RUN)
def round_send(*, actor: Actor, organisation_id: int, round_id: int, now: datetime) -> Round:
    """The order goes to the supplier: its paper is made and frozen. After it nothing is called off. Raises purchases.state."""
    row = lock_round(organisation_id, round_id)
    require_move(row, Round.State.SENT)
    row.state, row.sent_at = Round.State.SENT, now
    row.save()
    paper_make(row, by=actor.login_id, now=now)
    publish(events.RoundSent(organisation_id, row.pk))
    notices.tell_sent(row, now=now)
    return row


@service(PurchaseRight.ROUND_RUN)
def round_cancel(*, actor: Actor, organisation_id: int, round_id: int, reason: str, now: datetime) -> Round:
    """Call a round off before it is sent; everybody in it is told why. Raises purchases.state, purchases.no_reason."""
    row = lock_round(organisation_id, round_id)
    require_move(row, Round.State.CANCELLED)
    clean = " ".join(reason.split())[:300]
    was = row.state
    if not clean and was != Round.State.DRAFT:
        raise RuleViolation("purchases.no_reason", field="reason")
    row.state, row.cancelled_at, row.cancel_reason = Round.State.CANCELLED, now, clean
    row.save()
    publish(events.RoundCancelled(organisation_id, row.pk))
    if was != Round.State.DRAFT:
        notices.tell_cancelled(row, now=now)
    return row


@service(PurchaseRight.ROUND_RUN)
def round_deadline(*, actor: Actor, organisation_id: int, round_id: int, now: datetime) -> str:
    """What the clock does to a round whose stage is over: packs are filled next, or it stops. Its new state; "" for none.

    Raises what round_stop does: then a person decides.
    """
    row = lock_round(organisation_id, round_id)
    if row.state == Round.State.OPEN and row.open_until is not None and row.open_until <= now:
        if row.boxfill_until is not None and row.boxfill_until > now:
            return str(
                round_boxfill(actor=actor, organisation_id=organisation_id, round_id=round_id, now=now).state
            )
    elif not (
        row.state == Round.State.BOXFILL and row.boxfill_until is not None and row.boxfill_until <= now
    ):
        return ""
    return str(round_stop(actor=actor, organisation_id=organisation_id, round_id=round_id, now=now).state)


def round_stuck_tell(*, organisation_id: int, round_id: int, text: str, now: datetime) -> None:
    """Tell those who run the round that it could not stop by itself, and why."""
    row = Round.objects.filter(organisation_id=organisation_id).get(pk=round_id)
    title = _("The purchase did not stop by itself: %(title)s") % {"title": row.title}
    notices.tell_organisers(row, title, text, now=now)
