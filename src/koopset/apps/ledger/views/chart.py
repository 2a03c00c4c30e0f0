"""The chart of accounts and the history of the books."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.ledger import selectors, services
from koopset.apps.ledger.forms import ChartAccountForm, RenameForm
from koopset.apps.ledger.models import ChartAccount
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.views.frame import show
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(LedgerRight.BOOK_VIEW)
def chart(request: PageRequest, organisation_id: int) -> HttpResponse:
    """All accounts."""
    lines = selectors.chart(request.actor, organisation_id)
    subjects, kinds = dict(ChartAccount.Subject.choices), dict(ChartAccount.Kind.choices)
    return show(request, organisation_id, "chart", "chart", lines=lines, subjects=subjects, kinds=kinds)


@page(LedgerRight.CHART_EDIT)
def chart_account_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Add an account or a sub-account."""
    form = ChartAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.chart_account_add(
                actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **form.cleaned_data
            )
            tell(request, _("The account is added."))
            return redirect("ledger:chart", organisation_id)
        except RuleViolation as violation:
            form.refuse(violation)
    return show(request, organisation_id, "chart_account_new", "chart", form=form)


@page(LedgerRight.CHART_EDIT)
def chart_account(request: PageRequest, organisation_id: int, code: str) -> HttpResponse:
    """Rename an account, close it for entries, open it again."""
    line = next((one for one in selectors.chart(request.actor, organisation_id) if one.code == code), None)
    if line is None:
        raise Http404
    asked = request.POST.get("act", "")
    form = RenameForm(request.POST if asked else None, initial={"name": line.title})
    act = {
        "close": services.chart_account_close,
        "reopen": services.chart_account_reopen,
    }.get(asked)
    try:
        if act is not None:
            act(actor=request.actor, organisation_id=organisation_id, code=code, now=timezone.now())
            tell(request, _("Saved."))
            return redirect("ledger:chart", organisation_id)
        if asked == "rename" and form.is_valid():
            services.chart_account_rename(
                actor=request.actor,
                organisation_id=organisation_id,
                code=code,
                now=timezone.now(),
                **form.cleaned_data,
            )
            tell(request, _("Saved."))
            return redirect("ledger:chart", organisation_id)
    except RuleViolation as violation:
        form = RenameForm({"name": line.title})
        form.is_valid()
        form.refuse(violation)
    return show(request, organisation_id, "chart_account", "chart", form=form, line=line)


@page(LedgerRight.BOOK_VIEW)
def history(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Who closed and opened months and changed the chart."""
    records = selectors.book_changes(request.actor, organisation_id)
    return show(request, organisation_id, "history", "history", records=records)
