"""The start page of purchases, the list of receipts, the history of prices."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from koopset.apps.catalogue.selectors import categories, kinds
from koopset.apps.needs.forms import is_english
from koopset.apps.needs.models import Receipt
from koopset.apps.needs.ports import receipt_provider
from koopset.apps.needs.selectors import own
from koopset.apps.needs.views.frame import own_page
from koopset.foundation.rights.pages import PageRequest
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

PAGE_SIZE = 30
LAST = 5


def _month(request: PageRequest) -> Month:
    """The month in the address, else the present one."""
    present = Month.of(timezone.localdate())
    try:
        found = Month.parse(request.GET.get("month", "")) if request.GET.get("month") else present
    except RuleViolation:
        return present
    return min(found, present, key=lambda month: month.number)


@own_page
def home(request: PageRequest) -> HttpResponse:
    """My purchases: the month by category, the last receipts, what waits, one large button."""
    month = _month(request)
    household_id = own.own_household_id(request.actor)
    summary = own.month_summary(request.actor, month, english=is_english())
    last = own.receipt_rows(own.own_receipts(request.actor))[:LAST]
    present = Month.of(timezone.localdate())
    context = {
        "summary": summary,
        "month": month,
        "previous": month.previous(),
        "next": month.next() if month.number < present.number else None,
        "last": [own.receipt_row(row) for row in last],
        "questions": own.questions_count(household_id) if household_id else 0,
        "ever": bool(summary.receipts or summary.waiting)
        or (household_id and Receipt.objects.filter(household_id=household_id).exists()),
        "has_provider": receipt_provider() is not None,
    }
    return render(request, "needs/home.html", context)


@own_page
def receipts(request: PageRequest) -> HttpResponse:
    """All receipts, the latest first, or those that wait for their lines."""
    state = request.GET.get("state", "")
    state = state if state in Receipt.State.values else ""
    rows = own.receipt_rows(own.own_receipts(request.actor, state=state))
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "state": state,
        "page": shown,
        "rows": [own.receipt_row(row) for row in shown],
        "has_provider": receipt_provider() is not None,
    }
    return render(request, "needs/receipts.html", context)


@own_page
def prices(request: PageRequest) -> HttpResponse:
    """What a kind, a category or a name cost at each shop, as the own receipts tell."""
    kind, category = request.GET.get("kind", "")[:60], request.GET.get("category", "")[:40]
    name = request.GET.get("name", "")[:250]
    household_id = own.own_household_id(request.actor)
    asked = bool(kind or category or name)
    points = (
        own.price_points(household_id, request.actor.login_id or 0, kind=kind, category=category, name=name)
        if household_id and asked
        else []
    )
    english = is_english()
    info, known = categories().get(category), kinds().get(kind)
    if known is not None:
        title = known.title_en if english else known.title
    elif info is not None:
        title = info.title_en if english else info.title
    else:
        title = name or kind or category
    context = {
        "title": title,
        "asked": asked,
        "points": points,
        "shops": own.prices_by_shop(points),
        "often": own.frequent_kinds(household_id, request.actor.login_id or 0, english=english)
        if household_id
        else [],
    }
    return render(request, "needs/prices.html", context)
