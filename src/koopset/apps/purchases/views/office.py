"""Pages of those who run rounds: the list, one round with its deeds, its settings and goods."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.catalogue.offers import selectors as offers
from koopset.apps.places import selectors as places
from koopset.apps.purchases import selectors, services
from koopset.apps.purchases.forms import GoodForm, SettingsForm, UntilForm
from koopset.apps.purchases.models import Round, RoundGood
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.apps.purchases.views.parts import parts_drawn
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

PER_PAGE = 60


@page(PurchaseRight.ROUND_VIEW)
def rounds(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Rounds of the body."""
    state, text = request.GET.get("state", ""), request.GET.get("q", "")[:100]
    found = selectors.rounds_of_body(request.actor, organisation_id, state=state, text=text)
    context = {
        "organisation_id": organisation_id,
        "rows": found,
        "states": [("now", _("going on")), *Round.State.choices],
        "state": state,
        "sought": bool(state or text.strip()),
        "may_run": request.actor.can(PurchaseRight.ROUND_RUN, organisation_id),
    }
    return render(request, "purchases/rounds.html", context)


def _row(organisation_id: int, round_id: int) -> Round:
    return get_object_or_404(Round, organisation_id=organisation_id, pk=round_id)


@page(PurchaseRight.ROUND_VIEW)
def round_page(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """One round for those who run it: how it stands, and what may be done, in words."""
    row = _row(organisation_id, round_id)
    return _shown(request, row)


def _shown(request: PageRequest, row: Round, *, refusal: str = "", asks: str = "") -> HttpResponse:
    card = selectors.round_of_body(request.actor, row.organisation_id, row.pk)
    stopping = (
        services.stop_refused(row, now=timezone.now()) if card.is_wanted_now or not card.opened_at else None
    )
    context = {
        "organisation_id": row.organisation_id,
        "card": card,
        "page": Paginator(card.goods, PER_PAGE).get_page(request.GET.get("page")),
        "may_run": request.actor.can(PurchaseRight.ROUND_RUN, row.organisation_id),
        "refusal": refusal,
        "asks": asks,
        "stop_refusal": text_of(stopping) if stopping is not None else "",
        "term_passed": card.until is not None and card.until <= timezone.now(),
        "until_form": UntilForm(initial={"until": (card.until or timezone.now()) + timedelta(days=3)}),
        "paper": selectors.order_paper(request.actor, row.organisation_id, row.pk),
        "invitation": request.build_absolute_uri(
            reverse("purchases:my-join", args=[row.pk, card.invite_code])
        )
        if card.access == Round.Access.INVITED
        else "",
        "territory": places.settlement_names([card.territory_id]).get(card.territory_id, "")
        if card.territory_id
        else "",
        "parts": parts_drawn(
            request,
            organisation_id=row.organisation_id,
            round_id=row.pk,
            organiser=True,
            participant_id=None,
        ),
    }
    response = render(request, "purchases/round.html", context)
    if refusal:
        response.status_code = 422
    return response


@page(PurchaseRight.ROUND_RUN)
def round_do(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """A deed: open, boxfill, stop, send, cancel, extend, repeat."""
    row = _row(organisation_id, round_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    deed = request.POST.get("deed", "")
    if deed not in _DEEDS:
        raise Http404
    service, said = _DEEDS[deed]
    more: dict[str, Any] = {}
    if deed == "extend":
        form = UntilForm(request.POST)
        if not form.is_valid():
            return _shown(request, row, refusal=_("Give the new term: a day and an hour."))
        more["until"] = form.cleaned_data["until"]
    elif deed == "cancel":
        more["reason"] = request.POST.get("reason", "")[:400]
    elif deed == "stop":
        more["below_minimum"] = request.POST.get("below_minimum") == "1"
    try:
        made = service(
            actor=request.actor,
            organisation_id=organisation_id,
            round_id=round_id,
            now=timezone.now(),
            **more,
        )
    except RuleViolation as violation:
        row.refresh_from_db()
        return _shown(request, row, refusal=text_of(violation), asks=violation.code)
    tell(request, said())
    return redirect("purchases:round", organisation_id=organisation_id, round_id=made.pk)


_DEEDS: dict[str, tuple[Callable[..., Round], Callable[[], str]]] = {
    "open": (services.round_open, lambda: _("The purchase is open. Those who may take part are told.")),
    "boxfill": (services.round_boxfill, lambda: _("Packs are being filled now.")),
    "stop": (services.round_stop, lambda: _("Stop. It is counted how many each gets.")),
    "send": (services.round_send, lambda: _("The order is made and frozen. Send it to the supplier.")),
    "cancel": (services.round_cancel, lambda: _("The purchase is called off.")),
    "extend": (services.round_extend, lambda: _("The term is moved.")),
    "repeat": (
        services.round_repeat,
        lambda: _("Here is a draft like it. Look at prices and set the terms."),
    ),
}


@page(PurchaseRight.ROUND_RUN)
def round_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """A new round: its settings; goods come next. Offers named in the address are taken at once."""
    chosen = [int(one) for one in request.GET.getlist("offer") if one.isascii() and one.isdigit()][:200]
    initial = SettingsForm.initial_of(
        services.Settings(title="", supplier_name=_supplier_of(chosen), tolerance_allowed=True)
    )
    form = SettingsForm(request.POST or None, places=places.territory_choices(), initial=initial)
    if request.method == "POST" and form.is_valid():
        call: dict[str, Any] = {
            "actor": request.actor,
            "organisation_id": organisation_id,
            "settings": form.settings(),
            "now": timezone.now(),
        }
        try:
            row = (
                services.round_from_offers(offer_ids=chosen, **call)
                if chosen
                else services.round_draft(**call)
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The draft is made. Now the goods."))
            return redirect("purchases:round", organisation_id=organisation_id, round_id=row.pk)
    context = {"organisation_id": organisation_id, "form": form, "card": None, "chosen": len(chosen)}
    return render(request, "purchases/round_form.html", context)


def _supplier_of(offer_ids: list[int]) -> str:
    found = offers.offers_by_ids(offer_ids[:1]) if offer_ids else {}
    return next((one.supplier_name for one in found.values()), "")


@page(PurchaseRight.ROUND_RUN)
def round_settings(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """Change how a draft is run."""
    row = _row(organisation_id, round_id)
    form = SettingsForm(
        request.POST or None,
        places=places.territory_choices(),
        initial=SettingsForm.initial_of(services.settings_of(row)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.round_settings_save(
                actor=request.actor,
                organisation_id=organisation_id,
                round_id=round_id,
                settings=form.settings(),
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved."))
            return redirect("purchases:round", organisation_id=organisation_id, round_id=round_id)
    card = selectors.round_of_body(request.actor, organisation_id, round_id)
    return render(
        request,
        "purchases/round_form.html",
        {"organisation_id": organisation_id, "form": form, "card": card, "chosen": 0},
    )


@page(PurchaseRight.ROUND_RUN)
def good_edit(
    request: PageRequest, organisation_id: int, round_id: int, good_id: int | None = None
) -> HttpResponse:
    """A good typed by hand, new or changed."""
    row = _row(organisation_id, round_id)
    good = (
        get_object_or_404(RoundGood, organisation_id=organisation_id, round_id=round_id, pk=good_id)
        if good_id is not None
        else None
    )
    form = GoodForm(request.POST or None, initial=GoodForm.initial_of(good) if good else None)
    if request.method == "POST" and form.is_valid():
        call: dict[str, Any] = {
            "actor": request.actor,
            "organisation_id": organisation_id,
            "round_id": round_id,
            "now": timezone.now(),
        }
        try:
            typed = form.typed(good)
            if good is not None:
                services.good_change(good_id=good.pk, good=typed, **call)
            else:
                services.good_add(good=typed, **call)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved."))
            if good is None and request.POST.get("more"):
                return redirect("purchases:good-new", organisation_id=organisation_id, round_id=round_id)
            return redirect("purchases:round", organisation_id=organisation_id, round_id=round_id)
    context = {
        "organisation_id": organisation_id,
        "round_id": round_id,
        "title": row.title,
        "form": form,
        "good": good,
        "is_draft": row.state == Round.State.DRAFT,
    }
    return render(request, "purchases/good_form.html", context)


@page(PurchaseRight.ROUND_RUN)
def good_remove(request: PageRequest, organisation_id: int, round_id: int, good_id: int) -> HttpResponse:
    """Take a good out of a draft."""
    row = _row(organisation_id, round_id)
    get_object_or_404(RoundGood, organisation_id=organisation_id, round_id=round_id, pk=good_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        services.good_remove(
            actor=request.actor,
            organisation_id=organisation_id,
            round_id=round_id,
            good_id=good_id,
            now=timezone.now(),
        )
    except RuleViolation as violation:
        return _shown(request, row, refusal=text_of(violation))
    tell(request, _("The good is out of the list."))
    return redirect("purchases:round", organisation_id=organisation_id, round_id=round_id)


@page(PurchaseRight.ROUND_RUN)
def offers_choose(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """Choose offers for a draft: of the body's own lists and of suppliers who serve its place."""
    row = _row(organisation_id, round_id)
    refusal = ""
    if request.method == "POST":
        chosen = [int(one) for one in request.POST.getlist("offer") if one.isascii() and one.isdigit()]
        try:
            made = services.goods_add_offers(
                actor=request.actor,
                organisation_id=organisation_id,
                round_id=round_id,
                offer_ids=chosen[:500],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            refusal = text_of(violation)
        else:
            tell(request, _("Goods added: %(count)s") % {"count": len(made)})
            return redirect("purchases:round", organisation_id=organisation_id, round_id=round_id)
    found = _offers_for(organisation_id, row, request.GET.get("q", "")[:100])
    context = {
        "organisation_id": organisation_id,
        "round_id": round_id,
        "title": row.title,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "sought": bool(request.GET.get("q", "").strip()),
        "refusal": refusal,
        "is_draft": row.state == Round.State.DRAFT,
    }
    response = render(request, "purchases/offers.html", context)
    if refusal:
        response.status_code = 422
    return response


def _offers_for(organisation_id: int, row: Round, text: str) -> list[offers.OfferInfo]:
    """Offers that may be chosen: own ones, then those of suppliers nearby; of the list of the first good, where there is one."""
    today = timezone.localdate()
    own = offers.offers_for(organisation_id, on=today, q=text)
    known = {one.id for one in own}
    place = places.location_of(organisation_id)
    near = offers.offers_near([place.territory_id], on=today, q=text) if place else []
    found = own + [one for one in near if one.id not in known]
    if row.price_list_id is not None:
        found = [one for one in found if one.price_list_id == row.price_list_id]
    taken = set(
        RoundGood.objects.filter(organisation_id=organisation_id, round_id=row.pk).values_list(
            "offer_id", flat=True
        )
    )
    return [one for one in found if one.id not in taken]


@page(PurchaseRight.ROUND_RUN)
def from_proposal(request: PageRequest, organisation_id: int, proposal_id: int) -> HttpResponse:
    """Open a draft for a proposal that people joined: asked first, made by POST."""
    found = selectors.proposal_to_open(organisation_id, proposal_id)
    if found is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            row = services.round_from_proposal(
                actor=request.actor,
                organisation_id=organisation_id,
                proposal_id=proposal_id,
                now=timezone.now(),
            )
        except RuleViolation as violation:
            refusal = text_of(violation)
        else:
            tell(
                request, _("The draft is made with the wants of those who joined. Set the terms and open it.")
            )
            return redirect("purchases:round", organisation_id=organisation_id, round_id=row.pk)
    context = {"organisation_id": organisation_id, "found": found, "refusal": refusal}
    return render(request, "purchases/from_proposal.html", context, status=422 if refusal else 200)
