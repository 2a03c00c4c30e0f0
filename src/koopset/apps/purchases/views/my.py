"""Pages of a household: rounds near it, a round with its wants, the way in by a link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.purchases import ports, selectors, services
from koopset.apps.purchases.forms import wanted_typed
from koopset.apps.purchases.selectors import RoundCard
from koopset.apps.purchases.views.parts import parts_drawn
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.actors import Forbidden
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

#: Goods of one page.
PER_PAGE = 60


@page(Gate.SIGNED_IN)
def rounds(request: PageRequest) -> HttpResponse:
    """What may be joined nearby, what one is in, what is over."""
    found = selectors.rounds_for_buyer(request.actor)
    return render(request, "purchases/my_rounds.html", {"found": found})


def _seen(request: PageRequest, round_id: int) -> RoundCard:
    card = selectors.round_for_buyer(request.actor, round_id)
    if card is None:
        raise Http404
    return card


@page(Gate.SIGNED_IN)
def round_page(request: PageRequest, round_id: int) -> HttpResponse:
    """A round with its goods as cards."""
    return _shown(request, _seen(request, round_id))


def _shown(
    request: PageRequest,
    card: RoundCard,
    *,
    refusal: str = "",
    wrong: Mapping[int, str] | None = None,
    typed: Mapping[str, Any] | None = None,
) -> HttpResponse:
    text = request.GET.get("q", "")[:100].strip()
    own = request.GET.get("own") == "1"
    goods = [
        good
        for good in card.goods
        if (not text or text.lower() in f"{good.name} {good.article}".lower())
        and (not own or good.mine_firm or good.mine_extra)
    ]
    money = None
    if card.participant_id is not None:
        money = ports.buyer_money(
            organisation_id=card.organisation_id, round_id=card.id, participant_id=card.participant_id
        )
    context = {
        "card": card,
        "page": Paginator(goods, PER_PAGE).get_page(request.GET.get("page")),
        "sought": bool(text or own),
        "own": own,
        "is_long": len(card.goods) > 12,
        "refusal": refusal,
        "wrong": wrong or {},
        "typed": typed or {},
        "money": money,
        "before": _before(request, card),
        "parts": parts_drawn(
            request,
            organisation_id=card.organisation_id,
            round_id=card.id,
            organiser=False,
            participant_id=card.participant_id,
        ),
        "organiser_url": reverse("purchases:round", args=[card.organisation_id, card.id])
        if request.actor.can("purchases:round:view", card.organisation_id)
        else "",
    }
    response = render(request, "purchases/my_round.html", context)
    if refusal or wrong:
        response.status_code = 422
    return response


def _before(request: PageRequest, card: RoundCard) -> bool:
    """Whether the household may want what it wanted in the round before."""
    return (
        card.is_wanted_now
        and not card.mine_count
        and card.repeats_id is not None
        and selectors.wanted_before(request.actor, card.organisation_id, card.id) != {}
    )


@page(Gate.SIGNED_IN)
def wants(request: PageRequest, round_id: int) -> HttpResponse:
    """Save wants: of one good (`only`) or of all that the page shows."""
    card = _seen(request, round_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    only = request.POST.get("only", "")
    wanted, wrong = wanted_typed(
        request.POST,
        {good.id: good.by_weight for good in card.goods},
        only=int(only) if only.isascii() and only.isdigit() and len(only) < 19 else None,
    )
    if wrong:
        return _shown(
            request,
            card,
            refusal=_("Look at the numbers that are marked. Nothing is saved yet."),
            wrong=wrong,
            typed=request.POST,
        )
    try:
        made = services.wants_set(
            actor=request.actor,
            organisation_id=card.organisation_id,
            round_id=round_id,
            wanted=wanted,
            now=timezone.now(),
        )
    except RuleViolation as violation:
        marked = {}
        if violation.field and violation.field.rpartition("_")[2].isdigit():
            marked = {int(violation.field.rpartition("_")[2]): text_of(violation)}
        return _shown(
            request,
            _seen(request, round_id),
            refusal=text_of(violation),
            wrong=marked,
            typed=request.POST,
        )
    except Forbidden as refusal:
        raise Http404 from refusal
    tell(request, _("Saved.") if made else _("Nothing has changed."))
    return redirect(f"{reverse('purchases:my-round', args=[round_id])}{f'#good-{only}' if only else ''}")


@page(Gate.SIGNED_IN)
def wants_again(request: PageRequest, round_id: int) -> HttpResponse:
    """Want what was wanted in the round before."""
    card = _seen(request, round_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        services.wants_repeat(
            actor=request.actor, organisation_id=card.organisation_id, round_id=round_id, now=timezone.now()
        )
    except RuleViolation as violation:
        return _shown(request, card, refusal=text_of(violation))
    tell(request, _("Wants are as last time. Change what you like."))
    return redirect("purchases:my-round", round_id=round_id)


@page(Gate.SIGNED_IN)
def packs(request: PageRequest, round_id: int) -> HttpResponse:
    """How full packs are now: parts that a page swaps in by itself."""
    card = _seen(request, round_id)
    response = render(request, "purchases/packs.html", {"card": card, "swap": True})
    response["Cache-Control"] = "no-store"
    return response


@page(Gate.SIGNED_IN)
def join(request: PageRequest, round_id: int, code: str) -> HttpResponse:
    """The way in by a link of invitation: asked before a household is in."""
    found = selectors.invited_to(round_id, code)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            services.round_join(
                actor=request.actor,
                organisation_id=found.organisation_id,
                round_id=round_id,
                code=code,
                now=timezone.now(),
            )
        except Forbidden as refusal:
            raise Http404 from refusal
        return redirect("purchases:my-round", round_id=round_id)
    return render(request, "purchases/join.html", {"found": found, "code": code})
