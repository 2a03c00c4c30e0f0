"""Charging a month: started from a preview, posted once, whatever is clicked twice or killed in the middle."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.billing.events import ChargesPosted
from koopset.apps.billing.models import ChargeRun
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.rules.charging import Lines
from koopset.apps.billing.selectors.preview import MonthLines, month_lines
from koopset.apps.billing.services.charge_rows import insert_charges, reserve_charge_ids
from koopset.apps.billing.services.locks import lock_billing
from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger.services import accounts_for, operation_post_for_room
from koopset.apps.organisations import selectors as organisations
from koopset.foundation.events import publish
from koopset.foundation.jobs import enqueue
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

KIND = "billing.charge"
JOB = "billing.charge_post"


def posting_day(month: Month, today: date) -> date:
    """The day a month's charges stand on in the books: today inside the month, its nearer end otherwise."""
    return min(max(today, month.first), month.last)


def month_text(month: Month) -> str:
    """«ноябрь 2026» in the language that is on."""
    return date_format(month.first, "F Y").lower()


@service(BillingRight.CHARGE_POST)
def charge_run_start(
    *,
    actor: Actor,
    organisation_id: int,
    month: Month,
    fee_ids: Collection[int],
    fingerprint: str,
    now: datetime,
) -> ChargeRun:
    """Confirm a preview: the run is written down and its job is asked for. The same preview again gives the same run.

    Raises what organisations.selectors.require_collecting raises (K11), billing.month_closed, billing.month_before_books,
    billing.fees_not_chosen, billing.preview_changed (no such preview).
    """
    if not fee_ids:
        raise RuleViolation("billing.fees_not_chosen", field="fees")
    if len(fingerprint) != 64:
        raise RuleViolation("billing.preview_changed")
    organisations.require_collecting(organisation_id, now=now)
    lock_billing(organisation_id)
    check_month_open(organisation_id, month)
    run, made = ChargeRun.objects.select_for_update().get_or_create(
        organisation_id=organisation_id,
        month=month.number,
        fingerprint=fingerprint,
        defaults={"fee_ids": sorted(set(fee_ids)), "created_at": now, "created_by": actor.login_id},
    )
    if run.state == ChargeRun.State.POSTED:
        return run
    if not made:
        run.state, run.failure, run.fee_ids = ChargeRun.State.WAITING, "", sorted(set(fee_ids))
    with override("ru"):
        title = _("Charging for %(month)s") % {"month": month_text(month)}
    job = enqueue(
        JOB,
        actor=actor,
        organisation_id=organisation_id,
        title=title,
        args={"charge_run_id": run.pk},
        key=f"billing.charge-run {run.pk}",
        link=reverse("billing:charge-run", kwargs={"organisation_id": organisation_id, "run_id": run.pk}),
        now=now,
    )
    run.job_id = job.pk
    run.save()
    return run


def check_month_open(organisation_id: int, month: Month) -> None:
    """Raises billing.month_closed, billing.month_before_books."""
    state = ledger.month_state(organisation_id, month)
    if state == "closed":
        raise RuleViolation("billing.month_closed", field="month", month=str(month))
    if state == "before":
        raise RuleViolation("billing.month_before_books", field="month", month=str(month))


@service(BillingRight.CHARGE_POST)
def charge_run_post(*, actor: Actor, organisation_id: int, run_id: int, now: datetime) -> ChargeRun:
    """Write the charges of a run and their entries: all or none, once.

    The lines are computed anew under the lock; when they differ from what was confirmed by so much as a kopeck, nothing is written.
    Raises ChargeRun.DoesNotExist, what organisations.selectors.require_collecting raises (K11), billing.preview_changed,
    billing.nothing_to_charge, ledger.month_closed and what the books refuse.
    """
    lock_billing(organisation_id)
    run = ChargeRun.objects.select_for_update().get(organisation_id=organisation_id, pk=run_id)
    if run.state == ChargeRun.State.POSTED:
        return run
    organisations.require_collecting(organisation_id, now=now)
    month = Month.from_number(run.month)
    computed = month_lines(organisation_id, month, run.fee_ids)
    if computed.fingerprint != run.fingerprint:
        raise RuleViolation("billing.preview_changed")
    if not len(computed.lines):
        raise RuleViolation("billing.nothing_to_charge")
    try:
        with transaction.atomic():
            return _write(actor, run, computed, month, now)
    except IntegrityError as twice:
        # The last wall behind the lock: a line that is there already.
        raise RuleViolation("billing.charged_already") from twice


def _write(actor: Actor, run: ChargeRun, computed: MonthLines, month: Month, now: datetime) -> ChargeRun:
    organisation_id, lines = run.organisation_id, computed.lines
    ids = reserve_charge_ids(len(lines))
    with override("ru"):
        title = _("Charged for %(month)s") % {"month": month_text(month)}
    operation = operation_post_for_room(
        actor=actor,
        organisation_id=organisation_id,
        kind=KIND,
        key=f"run {run.pk}",
        on_date=posting_day(month, timezone.localdate(now)),
        title=title,
        lines=_entries(organisation_id, computed, lines, ids),
        source_id=run.pk,
        now=now,
    )
    insert_charges(
        organisation_id,
        ids=ids,
        lines=lines,
        month=month,
        rates={fee_id: f"{fee.rate:f}" for fee_id, fee in computed.fees.items()},
        run_id=run.pk,
        operation_id=operation.pk,
        now=now,
        login_id=actor.login_id,
    )
    run.state, run.failure = ChargeRun.State.POSTED, ""
    run.operation_id, run.posted_at = operation.pk, now
    run.lines_count, run.total_kop = len(lines), operation.total_kop
    run.totals = {str(fee_id): kop for fee_id, (_count, kop) in lines.totals_by_fee().items()}
    run.divided_by = {str(fee_id): quantity for fee_id, quantity in lines.divided_by.items()}
    run.save()
    assert run.total_kop == lines.total_kop, "the books and the charges differ"
    publish(ChargesPosted(organisation_id, run.pk, run.month))
    return run


def _entries(
    organisation_id: int, computed: MonthLines, lines: Lines, ids: Collection[int]
) -> Iterator[tuple[int, int, int, int]]:
    """Debt of the personal account to income of the fee, a line at a time."""
    fees = [computed.fees[terms.fee_id] for terms in lines.fees]
    used = {
        (fees[index].debit_code, account)
        for index, account in zip(lines.fee_indexes, lines.accounts, strict=True)
    }
    accounts = accounts_for(organisation_id, used | {(fee.credit_code, 0) for fee in fees})
    credits = [accounts[fee.credit_code, 0] for fee in fees]
    debits: dict[str, dict[int, int]] = {fee.debit_code: {} for fee in fees}
    for (code, subject), account_id in accounts.items():
        if code in debits:
            debits[code][subject] = account_id
    by_fee = [debits[fee.debit_code] for fee in fees]
    return (
        (by_fee[index][account], credits[index], amount, charge_id)
        for index, account, amount, charge_id in zip(
            lines.fee_indexes, lines.accounts, lines.amounts, ids, strict=True
        )
    )


@service(BillingRight.CHARGE_POST)
def charge_run_fail(
    *, actor: Actor, organisation_id: int, run_id: int, code: str, now: datetime
) -> ChargeRun:
    """Remember why a run was refused, so that its page can say it. A posted run stays posted."""
    run = ChargeRun.objects.select_for_update().get(organisation_id=organisation_id, pk=run_id)
    if run.state != ChargeRun.State.POSTED:
        run.state, run.failure = ChargeRun.State.FAILED, code
        run.save()
    return run
