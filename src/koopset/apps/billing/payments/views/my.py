"""A resident's own payments: was it counted, and for what (H7)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from koopset.apps.billing import selectors as billing
from koopset.apps.billing.payments import selectors
from koopset.foundation.rights.actors import Forbidden
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.offline import kept_offline


@kept_offline
@page(Gate.HOUSEHOLD)
def payments(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Payments of my accounts."""
    accounts = billing.accounts_of_actor(request.actor, organisation_id)
    rows = selectors.payments_of_accounts(organisation_id, [one.id for one in accounts], limit=500)
    shown = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {
        "organisation_id": organisation_id,
        "page": shown,
        "rows": list(shown),
        "several": len(accounts) > 1,
    }
    return render(request, "payments/my_payments.html", context)


@kept_offline
@page(Gate.HOUSEHOLD)
def payment(request: PageRequest, organisation_id: int, payment_id: int) -> HttpResponse:
    """The way of one of my payments."""
    own = {one.id for one in billing.accounts_of_actor(request.actor, organisation_id)}
    try:
        card = selectors.payment_card(request.actor, organisation_id, payment_id)
    except Forbidden as refused:
        raise Http404 from refused
    if card.row.account is None or card.row.account.id not in own:
        raise Http404
    context = {"organisation_id": organisation_id, "card": card, "is_office": False, "may_reverse": False}
    return render(request, "payments/payment.html", context)
