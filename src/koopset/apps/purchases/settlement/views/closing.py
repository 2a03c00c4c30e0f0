"""The end of a round for the office: claims and their answers, the settlement shown before it is posted, ratings."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from koopset.apps.purchases.models import Round
from koopset.apps.purchases.settlement import selectors, services
from koopset.apps.purchases.settlement.forms import AnswerForm, ReturnForm
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.rules.intake import units_of
from koopset.apps.purchases.settlement.views.frame import PER_PAGE, attempt, frame, office
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(SettlementRight.HANDOUT_GIVE)
def claims(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """Claims of the round, those that wait first."""
    row = office(request, organisation_id, round_id)
    found = selectors.claims_of(request.actor, row)
    context = {
        **frame(request, row, "claims"),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "waiting": sum(one.is_open for one in found),
    }
    return render(request, "settlement/claims.html", context)


@page(SettlementRight.HANDOUT_GIVE)
def claim(request: PageRequest, organisation_id: int, claim_id: int) -> HttpResponse:
    """One claim with its three facts; its answer, and goods that came back."""
    card = selectors.claim_card(request.actor, organisation_id, claim_id)
    if card is None:
        raise Http404
    row = office(request, organisation_id, card.round_id)
    may_answer = request.actor.can(SettlementRight.CLAIM_ANSWER, organisation_id)
    deed = request.POST.get("deed", "")
    asked = f"{card.amount_kop // 100},{card.amount_kop % 100:02d}"
    form = AnswerForm(request.POST if deed == "answer" else None, initial={"accepted": asked})
    back = ReturnForm(request.POST if deed == "back" else None)
    violation: RuleViolation | None = None
    if deed == "answer" and may_answer and form.is_valid():
        violation = attempt(
            services.claim_answer,
            actor=request.actor,
            organisation_id=organisation_id,
            claim_id=claim_id,
            accepted_kop=form.cleaned_data["accepted"],
            answer=form.cleaned_data["answer"],
            bearer=form.cleaned_data["bearer"],
        )
        if violation is None:
            tell(request, _("The answer is given; whoever asked is told."))
            return redirect("settlement:claims", organisation_id=organisation_id, round_id=card.round_id)
        form.refuse(violation)
    elif deed == "back" and back.is_valid():
        violation = _came_back(request, card, back)
        if violation is None:
            tell(request, _("Written: the goods came back. No money moves by that."))
            return redirect("settlement:claim", organisation_id=organisation_id, claim_id=claim_id)
        back.refuse(violation)
    context = {
        **frame(request, row, "claims"),
        "card": card,
        "form": form,
        "back_form": back,
        "may_answer": may_answer and card.is_open,
        "photos": selectors.photos_of_goods(row, [card.good_id]).get(card.good_id, []),
        "back": reverse("settlement:claims", args=[organisation_id, card.round_id]),
    }
    return render(
        request, "settlement/claim.html", context, status=422 if form.errors or back.errors else 200
    )


def _came_back(request: PageRequest, card: selectors.ClaimCard, form: ReturnForm) -> RuleViolation | None:
    try:
        units = units_of(form.cleaned_data["quantity"], by_weight=card.by_weight)
    except RuleViolation as violation:
        return violation
    return attempt(
        services.goods_came_back,
        actor=request.actor,
        organisation_id=request.organisation_id,
        claim_id=card.id,
        quantity=units,
        key=form.cleaned_data["key"],
    )


@page(SettlementRight.MONEY_VIEW)
def settle(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """What each pays and gets back, the body's result and the proof: before it is posted, and after."""
    row = office(request, organisation_id, round_id)
    refusal = ""
    if request.method == "POST":
        violation = attempt(
            services.round_settle,
            actor=request.actor,
            organisation_id=organisation_id,
            round_id=round_id,
            fingerprint=request.POST.get("fingerprint", "")[:64],
        )
        if violation is None:
            tell(request, _("The purchase is settled. Each has a statement of where each rouble went."))
            return redirect("settlement:settle", organisation_id=organisation_id, round_id=round_id)
        refusal = text_of(violation)
        row.refresh_from_db()
    money = selectors.round_money(request.actor, row)
    seen = selectors.preview(row) if row.state == Round.State.RECEIVED else None
    rows = list(seen.members) if seen else list(money.members)
    context = {
        **frame(request, row, "settle"),
        "money": money,
        "seen": seen,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "saving": selectors.round_saving(row) if money.settled else None,
        "marks": selectors.supplier_marks(row) if money.settled else None,
        "texts": selectors.rating_texts(row) if money.settled else [],
        "refusal": refusal,
    }
    return render(request, "settlement/settle.html", context, status=422 if refusal else 200)


@page(SettlementRight.CLAIM_ANSWER)
def rating_hide(request: PageRequest, organisation_id: int, rating_id: int) -> HttpResponse:
    """Hide the text of a rating, or show it again."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    round_id = selectors.round_of_rating(organisation_id, rating_id)
    if round_id is None:
        raise Http404
    attempt(
        services.rating_hide,
        actor=request.actor,
        organisation_id=organisation_id,
        rating_id=rating_id,
        hidden=request.POST.get("hidden") == "1",
    )
    return redirect("settlement:settle", organisation_id=organisation_id, round_id=round_id)
