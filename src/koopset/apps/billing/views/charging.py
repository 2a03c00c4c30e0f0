"""Charging a month: chosen, previewed, confirmed, followed, seen."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from koopset.apps.billing import selectors, services
from koopset.apps.billing.models import ChargeRun, Fee
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors.preview import fees_due
from koopset.apps.billing.selectors.wording import arithmetic_text, failure_text
from koopset.apps.ledger import selectors as ledger
from koopset.apps.organisations import selectors as organisations
from koopset.apps.register import selectors as register
from koopset.foundation.jobs import Job
from koopset.foundation.refusals import text_of, text_of_code
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

SAMPLE = 20


def asked_month(text: str, organisation_id: int) -> Month:
    """The month of the address; else the current one, or the first of the books when that is later."""
    try:
        return Month.parse(text)
    except RuleViolation:
        today = Month.of(timezone.localdate())
        first = ledger.first_open_month(organisation_id)
        return max(today, first) if first else today


def _fee_ids(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isdigit() and len(value) < 19]


@page(BillingRight.CHARGE_VIEW)
def charge_month(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Choose the month and its fees, look at the sums before anything is written."""
    month = asked_month(request.GET.get("month", ""), organisation_id)
    due = fees_due(organisation_id, month)
    own = {fee.pk for fee in due}
    asked = [pk for pk in _fee_ids(request.GET.getlist("fee")) if pk in own]
    chosen = asked or [fee.pk for fee in due if fee.kind != Fee.Kind.PENALTY]
    runs = ChargeRun.objects.filter(organisation_id=organisation_id).order_by("-month", "-pk")[:24]
    context: dict[str, object] = {
        "organisation_id": organisation_id,
        "month": month,
        "previous": str(month.previous()),
        "next": str(month.next()),
        "fees": [(fee, fee.pk in chosen) for fee in due],
        "has_fees": Fee.objects.filter(organisation_id=organisation_id).exists(),
        "state": ledger.month_state(organisation_id, month),
        "runs": runs,
        "may_post": request.actor.can(BillingRight.CHARGE_POST, organisation_id),
        "refusal": "",
    }
    if refused := organisations.collecting_refused(organisation_id):
        context |= {"refusal": text_of(refused)}
    if chosen:
        preview = selectors.charge_preview(request.actor, organisation_id, month, chosen)
        sample = list(preview.lines(SAMPLE))
        labels = selectors.account_labels(organisation_id, {line.account_id for line in sample})
        units = register.unit_labels(
            organisation_id,
            {line.unit_id for line in sample if line.unit_id}
            | {pk for warn in preview.warnings for pk in warn.unit_ids},
        )
        context |= {
            "preview": preview,
            "sample": [
                (
                    line,
                    labels.get(line.account_id),
                    units[line.unit_id].text if line.unit_id in units else "",
                    arithmetic_text(line.arithmetic),
                )
                for line in sample
            ],
            "warnings": [
                (
                    text_of_code(warn.code, warn.params),
                    ", ".join(units[pk].text for pk in warn.unit_ids[:10] if pk in units),
                )
                for warn in preview.warnings
            ],
        }
    return render(request, "billing/charge_month.html", context)


@page(BillingRight.CHARGE_POST)
@require_POST
def charge_start(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Confirm what was seen. A second click comes to the same run."""
    month = asked_month(request.POST.get("month", ""), organisation_id)
    fee_ids = _fee_ids(request.POST.getlist("fee"))
    try:
        run = services.charge_run_start(
            actor=request.actor,
            organisation_id=organisation_id,
            month=month,
            fee_ids=fee_ids,
            fingerprint=request.POST.get("fingerprint", ""),
            now=timezone.now(),
        )
    except RuleViolation as violation:
        tell(request, text_of(violation), level=40)
        return redirect(f"{reverse('billing:charge-month', args=[organisation_id])}?month={month}")
    return redirect("billing:charge-run", organisation_id=organisation_id, run_id=run.pk)


@page(BillingRight.CHARGE_VIEW)
def charge_run(request: PageRequest, organisation_id: int, run_id: int) -> HttpResponse:
    """A run under way, posted, or refused with what to do."""
    run = get_object_or_404(ChargeRun, organisation_id=organisation_id, pk=run_id)
    month = Month.from_number(run.month)
    job = Job.objects.filter(organisation_id=organisation_id, pk=run.job_id).first() if run.job_id else None
    totals: list[tuple[str, int]] = []
    if run.state == ChargeRun.State.POSTED:
        totals = _totals(run)
    failure = failure_text(run) if run.failure else ""
    if not failure and job is not None and job.error_code and run.state != ChargeRun.State.POSTED:
        failure = job.error_text
    context = {
        "organisation_id": organisation_id,
        "run": run,
        "month": month,
        "job": job,
        "totals": totals,
        "failure": failure,
        "again": f"{reverse('billing:charge-month', args=[organisation_id])}?month={month}",
        "may_issue": request.actor.can(BillingRight.DOCUMENT_ISSUE, organisation_id),
    }
    return render(request, "billing/charge_run.html", context)


def _totals(run: ChargeRun) -> list[tuple[str, int]]:
    """Sums by fee of a posted run."""
    titles = dict(
        Fee.objects.filter(organisation_id=run.organisation_id, pk__in=run.fee_ids).values_list("pk", "title")
    )
    return [(titles.get(int(pk), ""), kop) for pk, kop in run.totals.items()]
