"""A household's own pages of a round: to pay, the code to fetch the goods, the statement, a claim, the saving."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from koopset.apps.purchases.models import Line, Round
from koopset.apps.purchases.selectors import household_id_of
from koopset.apps.purchases.settlement import selectors, services
from koopset.apps.purchases.settlement.forms import ClaimForm, RatingForm
from koopset.apps.purchases.settlement.rules.intake import units_of
from koopset.apps.purchases.settlement.views.frame import attempt, mine
from koopset.foundation.files.views import file_response
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.squares import code_svg
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(Gate.SIGNED_IN)
def pay(request: PageRequest, round_id: int) -> HttpResponse:
    """What is to be paid, to whom and how; money that stands free may be put aside here."""
    own = mine(request, round_id)
    refusal = ""
    if request.method == "POST":
        violation = attempt(
            services.hold_place,
            actor=request.actor,
            organisation_id=own.row.organisation_id,
            round_id=round_id,
            participant_id=own.participant.pk,
        )
        if violation is None:
            tell(request, _("The money is put aside for this purchase."))
            return redirect("settlement:my-pay", round_id=round_id)
        refusal = text_of(violation)
    context = {
        "own": own,
        "row": own.row,
        "tab": "pay",
        "money": selectors.own_money(own.row, own.participant),
        "statement": selectors.statement_of(own.row, own.participant) if own.row.stopped_at else None,
        "holder": selectors.holder_of(own.row),
        "refusal": refusal,
    }
    return render(request, "settlement/my_pay.html", context, status=422 if refusal else 200)


@page(Gate.SIGNED_IN)
def code(request: PageRequest, round_id: int) -> HttpResponse:
    """The code as digits and a square, and the time to come."""
    own = mine(request, round_id)
    refusal = ""
    if request.method == "POST":
        slot = request.POST.get("slot", "")
        violation = attempt(
            services.slot_choose,
            actor=request.actor,
            organisation_id=own.row.organisation_id,
            round_id=round_id,
            slot_id=int(slot) if slot.isascii() and slot.isdigit() and len(slot) < 19 else 0,
        )
        if violation is None:
            tell(request, _("The time is chosen."))
            return redirect("settlement:my-code", round_id=round_id)
        refusal = text_of(violation)
    pickup = selectors.own_pickup(own.row, own.participant)
    context = {
        "own": own,
        "row": own.row,
        "tab": "code",
        "pickup": pickup,
        "square": _square(request, own.row, pickup.code) if pickup.code else "",
        "slots": selectors.slots_of(own.row),
        "lines": selectors.give_lines(own.row, own.participant.pk).get(own.participant.pk, []),
        "refusal": refusal,
    }
    return render(request, "settlement/my_code.html", context, status=422 if refusal else 200)


def _square(request: PageRequest, row: Round, digits: str) -> SafeString:
    """The address of the organiser's page with the code: a phone's camera opens it. Digits and our own markup only."""
    address = reverse("settlement:handout", args=[row.organisation_id, row.pk])
    return mark_safe(code_svg(request.build_absolute_uri(f"{address}?code={digits}")))


@page(Gate.SIGNED_IN)
def statement(request: PageRequest, round_id: int) -> HttpResponse:
    """Where each rouble went; claims; a rating of the supplier after the settlement."""
    own = mine(request, round_id)
    rating = selectors.own_rating(own.row, own.participant)
    names = ("quality", "terms", "price", "text")
    form = RatingForm(
        request.POST or None,
        initial={name: getattr(rating, name) for name in names}
        if rating
        else {"quality": 5, "terms": 5, "price": 5},
    )
    if request.method == "POST" and form.is_valid():
        violation = attempt(
            services.rating_set,
            actor=request.actor,
            organisation_id=own.row.organisation_id,
            round_id=round_id,
            **form.cleaned_data,
        )
        if violation is None:
            tell(request, _("Thank you. Others see a median from three answers on."))
            return redirect("settlement:my-statement", round_id=round_id)
        form.refuse(violation)
    claims = selectors.own_claims(own.row, own.participant)
    context = {
        "own": own,
        "row": own.row,
        "tab": "statement",
        "statement": selectors.statement_of(own.row, own.participant) if own.row.stopped_at else None,
        "money": selectors.own_money(own.row, own.participant),
        "holder": selectors.holder_of(own.row),
        "claims": claims,
        "photos": selectors.photos_of_goods(own.row, [one.good_id for one in claims]) if claims else {},
        "may_claim": own.row.state in {Round.State.RECEIVED, Round.State.SETTLED},
        "marks": selectors.supplier_marks(own.row),
        "rating": rating,
        "form": form,
    }
    return render(request, "settlement/my_statement.html", context, status=422 if form.errors else 200)


@page(Gate.SIGNED_IN)
def claim(request: PageRequest, round_id: int, line_id: int) -> HttpResponse:
    """Something is wrong with a good."""
    own = mine(request, round_id)
    line = (
        Line.objects.filter(
            organisation_id=own.row.organisation_id,
            round_id=round_id,
            pk=line_id,
            participant_id=own.participant.pk,
        )
        .select_related("good")
        .first()
    )
    if line is None:
        raise Http404
    form = ClaimForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _ask(request, own, line, form)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The claim is sent. The answer comes here and by a notice."))
            return redirect("settlement:my-statement", round_id=round_id)
    context = {
        "own": own,
        "row": own.row,
        "line": line,
        "form": form,
        "days": selectors.money_of(own.row).claim_days,
        "back": reverse("settlement:my-statement", args=[round_id]),
    }
    return render(request, "settlement/my_claim.html", context, status=422 if form.errors else 200)


def _ask(request: PageRequest, own: selectors.OwnRound, line: Line, form: ClaimForm) -> None:
    data = form.cleaned_data
    services.claim_ask(
        actor=request.actor,
        organisation_id=own.row.organisation_id,
        round_id=own.row.pk,
        line_id=line.pk,
        reason=data["reason"],
        quantity=units_of(data["quantity"], by_weight=line.good.by_weight),
        amount_kop=data["amount"],
        text=data["text"],
        photo=(data["photo"].name, data["photo"].file) if data["photo"] is not None else None,
        now=timezone.now(),
    )


@page(Gate.SIGNED_IN)
def intake_photo(request: PageRequest, round_id: int, row_id: int) -> FileResponse:
    """A photo of what came, for the household whose claim is about that good."""
    own = mine(request, round_id)
    file = selectors.photo_for_claimant(own.row, own.participant, row_id)
    if file is None:
        raise Http404
    return file_response(file, inline="view" in request.GET)


@page(Gate.SIGNED_IN)
def saving(request: PageRequest, round_id: int) -> HttpResponse:
    """What was saved in this round and how it was counted."""
    own = mine(request, round_id)
    context = {
        "own": own,
        "row": own.row,
        "tab": "saving",
        "savings": selectors.own_savings(own.participant.household_id, round_id=round_id),
        "shared": selectors.round_saving(own.row),
        "one": True,
    }
    return render(request, "settlement/my_saving.html", context)


@page(Gate.SIGNED_IN)
def savings(request: PageRequest) -> HttpResponse:
    """What the household saved in all purchases, and its settlement with it."""
    household_id = household_id_of(request.actor)
    found = selectors.own_savings_of(request.actor)
    shared = selectors.home_saving(household_id) if household_id else None
    return render(request, "settlement/my_saving.html", {"savings": found, "shared": shared, "one": False})
