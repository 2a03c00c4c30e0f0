"""Months: which are closed, what holds an open one, closing and opening again."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.ledger import selectors, services
from koopset.apps.ledger.forms import BookForm, ReopenForm
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.views.frame import show
from koopset.apps.people.selectors import login_names
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


def _month(number: int) -> Month:
    try:
        return Month.from_number(number)
    except RuleViolation as unknown:
        raise Http404 from unknown


@page(LedgerRight.BOOK_VIEW)
def months(request: PageRequest, organisation_id: int) -> HttpResponse:
    """All months of the books and what stands against closing the next one."""
    states = selectors.month_states(request.actor, organisation_id, today=timezone.localdate())
    names = login_names(
        {state.changed_by for state in states if state.changed_by}, organisation_id=organisation_id
    )
    upcoming = next((state for state in reversed(states) if state.can_close), None)
    blockers = (
        selectors.blockers_before(request.actor, organisation_id, upcoming.month)[0][1]
        if upcoming is not None
        else []
    )
    return show(
        request,
        organisation_id,
        "months",
        "months",
        states=[(state, names.get(state.changed_by or 0, "")) for state in states],
        upcoming=upcoming,
        blockers=blockers,
    )


@page(LedgerRight.MONTH_CLOSE)
def month_close(request: PageRequest, organisation_id: int, month: int) -> HttpResponse:
    """Close a month with all open ones before it, after seeing what stands against it."""
    upto = _month(month)
    if upto > Month.of(timezone.localdate()):
        raise Http404
    form = BookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.month_close(
                actor=request.actor, organisation_id=organisation_id, month=upto, now=timezone.now()
            )
            tell(request, _("The month is closed."))
            return redirect("ledger:months", organisation_id)
        except RuleViolation as violation:
            form.refuse(violation)
    waiting = selectors.blockers_before(request.actor, organisation_id, upto)
    return show(
        request,
        organisation_id,
        "month_close",
        "months",
        form=form,
        month=upto,
        waiting=waiting,
        is_blocked=any(found for _each, found in waiting),
    )


@page(LedgerRight.MONTH_REOPEN)
def month_reopen(request: PageRequest, organisation_id: int, month: int) -> HttpResponse:
    """Open the last closed month again, with a reason."""
    asked = _month(month)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.month_reopen(
                actor=request.actor,
                organisation_id=organisation_id,
                month=asked,
                now=timezone.now(),
                **form.cleaned_data,
            )
            tell(request, _("The month is open again."))
            return redirect("ledger:months", organisation_id)
        except RuleViolation as violation:
            form.refuse(violation)
    return show(request, organisation_id, "month_reopen", "months", form=form, month=asked)
