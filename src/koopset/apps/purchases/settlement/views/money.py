"""Money of a round for the office: who paid, costs, fees, terms; accounts of participants; money sent and taken back."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from koopset.apps.billing.payments import selectors as payments
from koopset.apps.billing.payments.permissions import PaymentRight
from koopset.apps.purchases.models import Participant, Round
from koopset.apps.purchases.settlement import selectors, services
from koopset.apps.purchases.settlement.forms import (
    CostForm,
    FeeForm,
    PayInForm,
    PayOutForm,
    ReasonForm,
    SupplierForm,
    TermsForm,
)
from koopset.apps.purchases.settlement.models import FeeRule
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.views.frame import PER_PAGE, attempt, frame, office, posted
from koopset.foundation.personal.looks import looked
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.templatetags import ks
from koopset.foundation.ui.toasts import tell


@page(SettlementRight.MONEY_VIEW)
def money(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """The money of a round: due, put aside, missing; costs and fees; the proof once it is settled."""
    row = office(request, organisation_id, round_id)
    card = selectors.round_money(request.actor, row)
    looked(request.actor, organisation_id, "settlement.accounts", count=len(card.members))
    shown = Paginator(card.members, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "settlement/money.html", {**frame(request, row, "money"), "card": card, "page": shown}
    )


def _back(row: Round) -> str:
    return reverse("settlement:money", args=[row.organisation_id, row.pk])


def _small(
    request: PageRequest, row: Round | None, form: Any, *, title: str, submit: str, back: str, text: str = ""
) -> HttpResponse:
    context: dict[str, Any] = frame(request, row, "") if row else {"organisation_id": request.organisation_id}
    context |= {"form": form, "title": title, "submit": submit, "back": back, "text": text}
    return render(request, "settlement/small_form.html", context, status=422 if form.errors else 200)


@page(SettlementRight.TERMS_EDIT)
def terms(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """When it is paid, who bears a loss, the term for claims, hours."""
    row = office(request, organisation_id, round_id)
    now = selectors.money_of(row)
    names = ("policy", "loss", "claim_days", "trip_minutes", "organiser_minutes", "helper_minutes")
    form = TermsForm(request.POST or None, initial={name: getattr(now, name) for name in names})
    if (
        request.method == "POST"
        and form.is_valid()
        and posted(
            request,
            form,
            _("The terms are kept."),
            services.terms_set,
            round_id=round_id,
            **form.cleaned_data,
        )
    ):
        return redirect(_back(row))
    return _small(request, row, form, title=_("Terms of the money"), submit=_("Save"), back=_back(row))


@page(SettlementRight.TERMS_EDIT)
def fee(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """A fee with its source."""
    row = office(request, organisation_id, round_id)
    card = selectors.active_fees(organisation_id, row.pk)
    form = FeeForm(request.POST or None, fees=[(one.pk, one.title) for one in card])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if posted(
            request,
            form,
            _("The fee is written with its source. Everybody in the purchase sees it."),
            services.fee_set,
            round_id=round_id,
            kind=data["kind"],
            rate=int(data["rate"] * 100),
            title=data["title"],
            source=data["source"],
            replaces_id=int(data["replaces"]) if data["replaces"] else None,
        ):
            return redirect(_back(row))
    return _small(
        request,
        row,
        form,
        title=_("Organiser’s fee"),
        submit=_("Save"),
        back=_back(row),
        text=_("Once the purchase is open a fee may only become lower."),
    )


@page(SettlementRight.TERMS_EDIT)
def fee_end(request: PageRequest, organisation_id: int, round_id: int, fee_id: int) -> HttpResponse:
    """Take a fee away."""
    row = office(request, organisation_id, round_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    get_object_or_404(FeeRule, organisation_id=organisation_id, round_id=row.pk, pk=fee_id)
    violation = attempt(
        services.fee_end,
        actor=request.actor,
        organisation_id=organisation_id,
        round_id=round_id,
        fee_id=fee_id,
    )
    tell(request, text_of(violation) if violation else _("The fee is taken away."))
    return redirect(_back(row))


@page(SettlementRight.MONEY_TAKE)
def cost(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """The supplier's invoice, transport, another cost, or a correction."""
    row = office(request, organisation_id, round_id)
    firsts = [one for one in selectors.cost_lines(row) if one.corrects_id is None]
    labels = [(one.id, f"{one.kind_text} {one.title}, {ks.rub(one.amount_kop)}") for one in firsts]
    kind = request.GET.get("kind", "")
    form = CostForm(
        request.POST or None, costs=labels, initial={"kind": kind or "invoice", "split": row.transport_split}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if posted(
            request,
            form,
            _("It is in the books."),
            services.cost_add,
            round_id=round_id,
            kind=data["kind"],
            amount_kop=data["amount"],
            split=data["split"],
            title=data["title"],
            on_date=data["on_date"],
            key=data["key"],
            corrects_id=int(data["corrects"]) if data["corrects"] else None,
        ):
            return redirect(_back(row))
    return _small(request, row, form, title=_("Invoice or another cost"), submit=_("Post"), back=_back(row))


@page(SettlementRight.MONEY_TAKE)
def pay_in(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """A participant paid: in cash, or a line of the bank's queue."""
    row = office(request, organisation_id, round_id)
    card = selectors.round_money(request.actor, row)
    people = [
        (one.participant_id, f"{one.name} ({ks.rub(one.missing_kop)})" if one.missing_kop else one.name)
        for one in card.members
    ]
    chosen = next(
        (one for one in card.members if str(one.participant_id) == request.GET.get("participant", "")), None
    )
    initial: dict[str, Any] = {"way": "cash"}
    if chosen is not None:
        initial |= {
            "participant": chosen.participant_id,
            "amount": f"{chosen.missing_kop // 100},{chosen.missing_kop % 100:02d}"
            if chosen.missing_kop
            else "",
        }
    form = PayInForm(request.POST or None, participants=people, lines=_bank_lines(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if posted(
            request,
            form,
            _("The payment is on the participant’s account; what the purchase lacks is put aside."),
            services.pay_in,
            participant_id=int(data["participant"]),
            amount_kop=data["amount"],
            on_date=data["on_date"],
            way=data["way"],
            key=data["key"],
            round_id=round_id,
            bank_line_id=int(data["bank_line"]) if data["bank_line"] else None,
        ):
            return redirect(_back(row))
    holder = selectors.holder_of(row)
    text = _("The money comes into the books of %(name)s. The platform holds none.") % {"name": holder.name}
    if holder.cash_note:
        text += " " + _(
            "Fees of this legal form are not taken in cash (%(article)s). Money for a purchase is no fee: it is kept apart from fees, "
            "and a receipt is given for it."
        ) % {"article": holder.cash_note}
    if holder.register_note:
        text += " " + _("Cash from people asks for a cash register: %(article)s.") % {
            "article": holder.register_note
        }
    return _small(
        request, row, form, title=_("A participant paid"), submit=_("Post"), back=_back(row), text=text
    )


def _bank_lines(request: PageRequest) -> list[tuple[int, str]]:
    if not request.actor.can(PaymentRight.PAYMENT_MATCH, request.organisation_id):
        return []
    lines = payments.line_cards(
        request.organisation_id, payments.queue(request.actor, request.organisation_id)[:50]
    )
    return [
        (one.id, f"{one.posted_on:%d.%m.%Y} {ks.rub(one.amount_kop)} {one.party_name} {one.purpose[:60]}")
        for one in lines
        if one.free_kop == one.amount_kop
    ]


@page(SettlementRight.MONEY_TAKE)
def pay_supplier(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """Paid to the supplier or a carrier, or came back from one."""
    row = office(request, organisation_id, round_id)
    form = SupplierForm(request.POST or None, initial={"way": "bank", "direction": "paid"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if posted(
            request,
            form,
            _("It is in the books."),
            services.pay_supplier,
            round_id=round_id,
            amount_kop=data["amount"],
            on_date=data["on_date"],
            way=data["way"],
            key=data["key"],
            reason=data["reason"],
            recovered=data["direction"] == "back",
        ):
            return redirect(_back(row))
    return _small(request, row, form, title=_("Paid to the supplier"), submit=_("Post"), back=_back(row))


@page(SettlementRight.MONEY_VIEW)
def accounts(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Accounts of all participants of the body's purchases, and the money of purchases as a whole."""
    text = request.GET.get("q", "")[:100]
    found = selectors.accounts_of(request.actor, organisation_id, text=text)
    looked(request.actor, organisation_id, "settlement.accounts", count=len(found))
    context = {
        "organisation_id": organisation_id,
        "fund_kop": selectors.fund_kop(organisation_id),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "sought": bool(text.strip()),
        "may_edit": request.actor.can(SettlementRight.TERMS_EDIT, organisation_id),
    }
    return render(request, "settlement/accounts.html", context)


@page(SettlementRight.MONEY_VIEW)
def account(request: PageRequest, organisation_id: int, participant_id: int) -> HttpResponse:
    """One participant's account: what came, what was put aside and charged, what stands free."""
    participant = get_object_or_404(Participant, organisation_id=organisation_id, pk=participant_id)
    context = {
        "organisation_id": organisation_id,
        "participant": participant,
        "card": selectors.account_card(request.actor, organisation_id, participant_id),
        "may_take": request.actor.can(SettlementRight.MONEY_TAKE, organisation_id),
    }
    return render(request, "settlement/account.html", context)


@page(SettlementRight.MONEY_TAKE)
def pay_out(request: PageRequest, organisation_id: int, participant_id: int) -> HttpResponse:
    """Free money sent back to a participant."""
    participant = get_object_or_404(Participant, organisation_id=organisation_id, pk=participant_id)
    back = reverse("settlement:account", args=[organisation_id, participant_id])
    form = PayOutForm(request.POST or None, initial={"way": "cash"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if posted(
            request,
            form,
            _("The money is sent back; it is in the books."),
            services.pay_out,
            participant_id=participant_id,
            amount_kop=data["amount"],
            on_date=data["on_date"],
            way=data["way"],
            key=data["key"],
            reason=data["reason"],
        ):
            return redirect(back)
    return _small(
        request,
        None,
        form,
        title=_("Send money back: %(name)s") % {"name": participant.name},
        submit=_("Post"),
        back=back,
        text=_("No more than stands free on the account. What is put aside for purchases stays."),
    )


@page(SettlementRight.MONEY_TAKE)
def cash_back(request: PageRequest, organisation_id: int, cash_id: int) -> HttpResponse:
    """Undo a row of money entered by mistake."""
    one = selectors.cash_row(organisation_id, cash_id)
    if one is None:
        raise Http404
    back = (
        reverse("settlement:account", args=[organisation_id, one.participant_id])
        if one.participant_id
        else reverse("settlement:money", args=[organisation_id, one.round_id])
    )
    form = ReasonForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and posted(
            request,
            form,
            _("The row is taken back by another one; the old one stays as it was."),
            services.cash_take_back,
            cash_id=cash_id,
            reason=form.cleaned_data["reason"],
        )
    ):
        return redirect(back)
    return _small(
        request,
        None,
        form,
        title=_("Take a row of money back"),
        submit=pgettext("purchase", "Take back"),
        back=back,
    )
