"""Bank statements: the list, bringing a file, what pressing «Провести» will do, the result."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koopset.apps.billing.payments import selectors, services
from koopset.apps.billing.payments.forms import StatementForm
from koopset.apps.billing.payments.models import BankLine, BankStatement
from koopset.apps.billing.payments.permissions import PaymentRight
from koopset.foundation.jobs import Job
from koopset.foundation.refusals import text_of, text_of_code
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

PAGE_SIZE = 50
_STATE_ROLES = {"checked": "wait", "posting": "wait", "posted": "ok", "refused": "over"}


@page(PaymentRight.PAYMENT_VIEW)
def statements(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Statements, the latest first."""
    rows = (
        BankStatement.objects.filter(organisation_id=organisation_id)
        .select_related("file")
        .order_by("-created_at", "-pk")
    )
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "organisation_id": organisation_id,
        "page": shown,
        "rows": [(one, _STATE_ROLES[one.state], sum(one.report.get("counts", {}).values())) for one in shown],
        "may_bring": request.actor.can(PaymentRight.STATEMENT_IMPORT, organisation_id),
    }
    return render(request, "payments/statements.html", context)


@page(PaymentRight.STATEMENT_IMPORT)
def statement_bring(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Take a file and show what it would do."""
    form = StatementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        known = BankStatement.objects.filter(organisation_id=organisation_id).count()
        try:
            statement = services.statement_bring(
                actor=request.actor,
                organisation_id=organisation_id,
                name=file.name,
                content=file,
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            again = BankStatement.objects.filter(organisation_id=organisation_id).count() == known
            if again and statement.state == BankStatement.State.POSTED:
                tell(request, _("This very file was posted before. Nothing has changed."))
            return redirect("payments:statement", organisation_id=organisation_id, statement_id=statement.pk)
    context = {"organisation_id": organisation_id, "form": form}
    return render(request, "payments/statement_bring.html", context)


def _groups(report: dict[str, Any], *, is_posted: bool) -> list[dict[str, Any]]:
    """The rows of «Что будет проведено»: icon, title, note, count, sum."""
    words: list[tuple[str, str, str, str]] = [
        ("post", "check", _("Payments of residents"), _("The account is found, the debt becomes smaller")),
        ("wait", "user", _("To be sorted"), _("The money is counted, you choose the account later")),
        ("own", "arrow-right", _("Between own accounts"), _("Counted once, whichever statement comes first")),
        ("out", "arrow-right", _("Money that went out"), _("You name the chart account later")),
        (
            "asked",
            "history",
            _("Like ones that are here: you will be asked"),
            _("Not counted until you answer"),
        ),
        ("repeat", "history", _("Left out: posted already"), _("They were in an earlier statement")),
        ("before", "history", _("Left out: before the books begin"), _("They are in the opening balances")),
        (
            "refused",
            "alert-triangle",
            _("Not taken: the balances do not add up"),
            _("Bring a mended file for these days"),
        ),
        ("empty", "file-text", _("Left out: without a sum"), ""),
    ]
    counts, sums = report.get("counts", {}), report.get("sums", {})
    return [
        {
            "name": name,
            "icon": icon,
            "title": title,
            "note": note,
            "count": counts[name],
            "kop": sums.get(name, 0),
        }
        for name, icon, title, note in words
        if counts.get(name)
    ]


@page(PaymentRight.PAYMENT_VIEW)
def statement(request: PageRequest, organisation_id: int, statement_id: int) -> HttpResponse:
    """A statement that waits, is being posted, is posted, or is refused with what to do."""
    row = get_object_or_404(
        BankStatement.objects.select_related("file"), organisation_id=organisation_id, pk=statement_id
    )
    report: dict[str, Any] = row.report
    refusal = report.get("refusal") if row.state == BankStatement.State.REFUSED else None
    job = Job.objects.filter(organisation_id=organisation_id, pk=row.job_id).first() if row.job_id else None
    lines = BankLine.objects.filter(organisation_id=organisation_id, statement_id=statement_id).order_by(
        "posted_on", "pk"
    )
    shown = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    counts = report.get("counts", {})
    context: dict[str, Any] = {
        "organisation_id": organisation_id,
        "statement": row,
        "report": report,
        "groups": _groups(report, is_posted=row.state == BankStatement.State.POSTED),
        "findings": report.get("findings", []),
        "fresh": sum(counts.get(name, 0) for name in ("post", "wait", "own", "out", "asked")),
        "waiting": counts.get("wait", 0),
        "failure": text_of_code(refusal["code"], refusal.get("params", {})) if refusal else "",
        "job": job,
        "page": shown,
        "lines": selectors.line_cards(organisation_id, shown),
        "may_post": request.actor.can(PaymentRight.STATEMENT_IMPORT, organisation_id),
        "steps": _steps(row.state),
    }
    if unknown := report.get("unknown_accounts"):
        query = urlencode({"number": unknown[0], **report.get("unknown_bank", {})})
        url = reverse("organisations:bank_account_new", args=[organisation_id])
        context["add_account_url"] = f"{url}?{query}"
        context["unknown_account"] = unknown[0]
    return render(request, "payments/statement.html", context)


def _steps(state: str) -> list[dict[str, str]]:
    done = {"checked": 1, "refused": 1, "posting": 2, "posted": 3}[state]
    titles = (_("File"), _("Check"), _("Posting"))
    return [
        {"title": title, "state": "done" if number < done else "now" if number == done else ""}
        for number, title in enumerate(titles)
    ]


@page(PaymentRight.STATEMENT_IMPORT)
@require_POST
def statement_start(request: PageRequest, organisation_id: int, statement_id: int) -> HttpResponse:
    """Post what was seen. A second click comes to the same work."""
    get_object_or_404(BankStatement, organisation_id=organisation_id, pk=statement_id)
    try:
        services.statement_start(
            actor=request.actor,
            organisation_id=organisation_id,
            statement_id=statement_id,
            now=timezone.now(),
        )
    except RuleViolation as violation:
        tell(request, text_of(violation), level=40)
    return redirect("payments:statement", organisation_id=organisation_id, statement_id=statement_id)
