"""One's own pages: what the family uses, prices by shop, wishes."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from koopset.apps.needs.demand import services
from koopset.apps.needs.demand.forms import WishForm
from koopset.apps.needs.demand.models import Wish
from koopset.apps.needs.demand.selectors import household
from koopset.apps.needs.demand.selectors.household import KindPage
from koopset.apps.needs.demand.selectors.wording import goods, unit
from koopset.apps.needs.demand.views.frame import own_page
from koopset.foundation.rights.actors import Forbidden
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.charts import Chart, Series
from koopset.foundation.ui.templatetags.ks import month_name
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

ROLES = ("act", "wait", "ink", "quiet")
SHOWN_SHOPS = len(ROLES)


@own_page
@require_safe
def uses(request: PageRequest) -> HttpResponse:
    """What the family uses in a month, by kind, and when it will be over."""
    found = household.uses_of(request.actor, timezone.localdate())
    context = {
        "uses": found,
        "soon": [one for one in found if one.is_soon][:3],
        "spent_kop": sum(one.spent_kop for one in found),
    }
    return render(request, "demand/uses.html", context)


@own_page
def kind(request: PageRequest, kind: str) -> HttpResponse:
    """One kind: use by months and prices by shop."""
    found = household.kind_page(request.actor, kind, timezone.localdate())
    if found is None:
        raise Http404
    return render(
        request,
        "demand/kind.html",
        {"page": found, "use": found.use, "amounts": amounts_chart(found), "prices": prices_chart(found)},
    )


def amounts_chart(found: KindPage) -> Chart:
    """What was bought, month by month."""
    return Chart(
        title=_("Bought by months"),
        x_label=_("Month"),
        labels=[month_name(line.month) for line in found.months],
        series=[Series(goods(found.use.kind), [line.amount for line in found.months])],
        unit=unit(found.use.unit),
    )


def prices_chart(found: KindPage) -> Chart | None:
    """Prices of one unit by shop; None where nothing was paid."""
    shops = sorted(found.shops, key=lambda one: -one.purchases)[:SHOWN_SHOPS]
    if not shops:
        return None
    return Chart(
        title=_("Price by shops"),
        x_label=_("Month"),
        labels=[month_name(line.month) for line in found.months],
        series=[
            Series(shop.name or _("shop without a name"), list(shop.by_month), role=ROLES[number], money=True)  # type: ignore[arg-type]
            for number, shop in enumerate(shops)
        ],
        unit=_("₽ for 1 %(unit)s") % {"unit": unit(found.use.unit)},
        kind="lines",
    )


@own_page
@require_safe
def wishes(request: PageRequest) -> HttpResponse:
    """What the family wishes for."""
    found = household.wishes_of(request.actor)
    open_ones = [one for one in found if one.state == Wish.State.OPEN]
    context = {"wishes": open_ones, "former": [one for one in found if one.state != Wish.State.OPEN][:30]}
    return render(request, "demand/wishes.html", context)


@own_page
def wish_new(request: PageRequest) -> HttpResponse:
    """Tell a wish."""
    chosen = request.GET.get("kind", "")
    form = WishForm(
        request.POST or None,
        kinds=household.wishable_kinds(),
        initial={"kind": chosen, "rhythm": Wish.Rhythm.MONTH},
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            services.wish_make(
                actor=request.actor,
                kind=typed["kind"],
                amount=typed["amount"],
                rhythm=typed["rhythm"],
                needed_on=typed["needed_on"],
                max_price_kop=typed["max_price"],
                budget_kop=typed["budget"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The wish is kept."))
            return redirect("demand:wishes")
    return render(request, "demand/wish_new.html", {"form": form})


@own_page
def wish_end(request: PageRequest, wish_id: int) -> HttpResponse:
    """A wish is met or taken back. Only looked at, the address leads to the list, for whose wish it is."""
    if request.method != "POST":
        if all(one.id != wish_id for one in household.wishes_of(request.actor)):
            raise Http404
        return redirect("demand:wishes")
    met = request.POST.get("met") == "1"
    try:
        services.wish_end(actor=request.actor, wish_id=wish_id, met=met, now=timezone.now())
    except (Wish.DoesNotExist, RuleViolation, Forbidden) as refusal:
        raise Http404 from refusal
    tell(request, _("Good that it is met.") if met else _("The wish is taken back."))
    return redirect("demand:wishes")
