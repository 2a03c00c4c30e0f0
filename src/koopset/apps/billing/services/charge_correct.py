"""Corrections: what was charged stays; another line, signed, with its reason, mends it in an open month."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.billing.events import ChargeCorrected
from koopset.apps.billing.models import Charge, Fee, PersonalAccount
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.rules.charging import due_on as due_day_of
from koopset.apps.billing.services.charge_run import check_month_open, month_text, posting_day
from koopset.apps.billing.services.locks import lock_billing
from koopset.apps.ledger.services import EntryLine, accounts_for, operation_post_for_room
from koopset.apps.organisations import selectors as organisations
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.money import MAX_KOP
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

KIND = "billing.correction"


@service(BillingRight.CHARGE_CORRECT)
def charge_correct(
    *,
    actor: Actor,
    organisation_id: int,
    key: str,
    amount_kop: int,
    reason: str,
    now: datetime,
    corrects_id: int | None = None,
    account_id: int | None = None,
    fee_id: int | None = None,
    unit_id: int | None = None,
    month: Month | None = None,
    due_on: date | None = None,
) -> Charge:
    """Add to (or, below zero, take from) what an account was charged, in an open month (today's unless told), pointing to the old line.

    With `corrects_id` account, fee and unit are those of the corrected line; without it (a late fact that was never charged) they are
    named and the amount is positive. The same `key` again gives the same correction. Raises billing.correction_zero,
    billing.correction_reason, billing.charge_unknown, billing.correction_below_zero, billing.account_unknown, billing.fee_unknown,
    billing.month_closed, billing.month_before_books; and what adds to a debt, what organisations.selectors.require_collecting raises (K11).
    """
    if not reason.strip():
        raise RuleViolation("billing.correction_reason", field="reason")
    if not amount_kop or abs(amount_kop) > MAX_KOP:
        raise RuleViolation("billing.correction_zero", field="amount")
    lock_billing(organisation_id)
    standing = Charge.objects.filter(
        organisation_id=organisation_id, operation__kind=KIND, operation__key=key, kind=Charge.Kind.CORRECTION
    ).first()
    if standing is not None:
        return standing
    if amount_kop > 0:
        organisations.require_collecting(organisation_id, now=now)
    month = month or Month.of(timezone.localdate(now))
    check_month_open(organisation_id, month)
    target: Charge | None = None
    if corrects_id is not None:
        target = Charge.objects.filter(
            organisation_id=organisation_id, pk=corrects_id, amount_kop__gt=0
        ).first()
        if target is None:
            raise RuleViolation("billing.charge_unknown", field="charge")
        account_id, fee_id, unit_id = target.account_id, target.fee_id, target.unit_id
    fee = Fee.objects.filter(organisation_id=organisation_id, pk=fee_id or 0).first()
    if fee is None:
        raise RuleViolation("billing.fee_unknown", field="fee")
    account = PersonalAccount.objects.filter(organisation_id=organisation_id, pk=account_id or 0).first()
    if account is None:
        raise RuleViolation("billing.account_unknown", field="account")
    if amount_kop < 0:
        _check_room(organisation_id, target, amount_kop)
    debt, income = (fee.debit_code, account.pk), (fee.credit_code, 0)
    ids = accounts_for(organisation_id, [debt, income])
    sides = (ids[debt], ids[income]) if amount_kop > 0 else (ids[income], ids[debt])
    with override("ru"):
        title = (
            _("Correction of the charge for %(month)s")
            % {"month": month_text(Month.from_number(target.month))}
            if target
            else _("Charged late")
        )
    operation = operation_post_for_room(
        actor=actor,
        organisation_id=organisation_id,
        kind=KIND,
        key=key,
        on_date=posting_day(month, timezone.localdate(now)),
        title=title,
        lines=[EntryLine(*sides, abs(amount_kop), None)],
        source_id=account.pk,
        now=now,
    )
    charge = Charge.objects.create(
        organisation_id=organisation_id,
        kind=Charge.Kind.CORRECTION,
        account=account,
        unit_id=unit_id,
        fee=fee,
        month=month.number,
        quantity=Decimal(1),
        rate=Decimal(amount_kop) / 100,
        amount_kop=amount_kop,
        due_on=due_on or due_day_of(month, fee.due_day),
        corrects=target,
        reason=reason.strip()[:300],
        operation=operation,
        created_at=now,
        created_by=actor.login_id,
    )
    publish(ChargeCorrected(organisation_id, charge.pk, corrects_id, account.pk, amount_kop))
    return charge


def _check_room(organisation_id: int, target: Charge | None, amount_kop: int) -> None:
    """A correction takes no more than its line still has: a discount never becomes a gift."""
    if target is None:
        raise RuleViolation("billing.charge_unknown", field="charge")
    taken = Charge.objects.filter(
        organisation_id=organisation_id, corrects_id=target.pk, amount_kop__lt=0
    ).aggregate(kop=Sum("amount_kop"))["kop"]
    left = target.amount_kop + (taken or 0)
    if left + amount_kop < 0:
        raise RuleViolation(
            "billing.correction_below_zero", field="amount", left=f"{left // 100},{left % 100:02d}"
        )
