"""Payments for the office: the list, one payment with its way, by hand, taken back, moved."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.billing import selectors as billing
from koopset.apps.billing.payments import selectors, services
from koopset.apps.billing.payments.forms import HandForm, ReasonForm
from koopset.apps.billing.payments.models import Payment
from koopset.apps.billing.payments.permissions import PaymentRight
from koopset.apps.billing.payments.views.parts import chosen_parts, found_accounts, part_rows
from koopset.apps.organisations import selectors as organisations
from koopset.foundation.files.spreadsheets import Column, Sheet, write_xlsx
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

PAGE_SIZE = 50
XLSX_CHUNK = 2000


def _asked(request: PageRequest, organisation_id: int) -> QuerySet[Payment]:
    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(request.GET.get(name, ""))
        except ValueError:
            return None

    return selectors.payments_list(
        request.actor,
        organisation_id,
        text=request.GET.get("q", "")[:100],
        date_from=day("date_from"),
        date_to=day("date_to"),
        source=request.GET.get("source", ""),
    )


@page(PaymentRight.PAYMENT_VIEW)
def payments(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The list."""
    shown = Paginator(_asked(request, organisation_id), PAGE_SIZE).get_page(request.GET.get("page"))
    asked = [request.GET.get(name, "") for name in ("date_from", "date_to", "source")]
    context = {
        "organisation_id": organisation_id,
        "page": shown,
        "rows": selectors.payment_rows(organisation_id, shown),
        "sources": Payment.Source.choices,
        "source": asked[2],
        "date_from": asked[0],
        "date_to": asked[1],
        "active": sum(bool(one) for one in asked),
        "sought": bool(request.GET.get("q") or any(asked)),
        "xlsx": f"{reverse('payments:payments-xlsx', args=[organisation_id])}?{request.GET.urlencode()}",
        "may_enter": request.actor.can(PaymentRight.PAYMENT_ENTER, organisation_id),
    }
    return render(request, "payments/payments.html", context)


@page(PaymentRight.PAYMENT_VIEW)
def payments_xlsx(request: PageRequest, organisation_id: int) -> HttpResponseBase:
    """The whole list as XLSX, with the filters of the page."""
    found = _asked(request, organisation_id)

    def rows() -> Iterator[tuple[object, ...]]:
        for at in range(0, found.count(), XLSX_CHUNK):
            for row in selectors.payment_rows(organisation_id, found[at : at + XLSX_CHUNK]):
                yield (
                    row.received_on,
                    row.account.units_text if row.account else "",
                    row.account.number if row.account else "",
                    row.payer,
                    row.purpose,
                    0 if row.is_back else row.amount_kop,
                    row.source_text,
                    _("taken back") if row.is_back else row.matched_text,
                )

    columns = [
        Column(_("Day"), "date", 12),
        Column(_("Plot or flat"), width=28),
        Column(_("Account"), width=16),
        Column(_("Payer"), width=28),
        Column(_("Purpose"), width=50),
        Column(_("Sum, ₽"), "money", 14),
        Column(_("Source"), width=18),
        Column(_("How it was found"), width=30),
    ]
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_xlsx(target, [Sheet(_("Payments"), columns, rows())], created_at=timezone.now())
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{_('Payments')}.xlsx")


@page(PaymentRight.PAYMENT_VIEW)
def payment(request: PageRequest, organisation_id: int, payment_id: int) -> HttpResponse:
    """One payment: sent → bank → matched → posted, and what it settled."""
    get_object_or_404(Payment, organisation_id=organisation_id, pk=payment_id)
    card = selectors.payment_card(request.actor, organisation_id, payment_id)
    context = {
        "organisation_id": organisation_id,
        "card": card,
        "may_reverse": request.actor.can(PaymentRight.PAYMENT_REVERSE, organisation_id)
        and not card.row.is_back,
        "is_office": True,
    }
    return render(request, "payments/payment.html", context)


@page(PaymentRight.PAYMENT_REVERSE)
def payment_back(request: PageRequest, organisation_id: int, payment_id: int) -> HttpResponse:
    """Take a payment off its account."""
    get_object_or_404(Payment, organisation_id=organisation_id, pk=payment_id)
    form = ReasonForm(request.POST or None)
    back = reverse("payments:payment", args=[organisation_id, payment_id])
    if request.method == "POST" and form.is_valid():
        try:
            services.payment_take_back(
                actor=request.actor,
                organisation_id=organisation_id,
                payment_id=payment_id,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The payment is taken off the account."))
            return redirect(back)
    context = {
        "form": form,
        "title": _("Take the payment off the account"),
        "back": back,
        "submit": _("Take it off"),
        "text": _(
            "The debt it had settled is open again. Money of the bank waits in the queue; "
            "cash entered by hand is undone. The resident will see the reason."
        ),
    }
    return render(request, "payments/small_form.html", context)


@page(PaymentRight.PAYMENT_REVERSE)
def payment_move(request: PageRequest, organisation_id: int, payment_id: int) -> HttpResponse:
    """Put a payment on another account, or divide it."""
    row = get_object_or_404(Payment, organisation_id=organisation_id, pk=payment_id)
    back = reverse("payments:payment", args=[organisation_id, payment_id])
    rows, error = part_rows(request, organisation_id, row.amount_kop, [])
    reason = request.POST.get("reason", "")[:300]
    if request.method == "POST" and not error:
        try:
            services.payment_move(
                actor=request.actor,
                organisation_id=organisation_id,
                payment_id=payment_id,
                parts=chosen_parts(rows),
                reason=reason,
                now=timezone.now(),
            )
        except RuleViolation as violation:
            error = text_of(violation)
        else:
            tell(request, _("The payment is moved."))
            return redirect("payments:payments", organisation_id=organisation_id)
    context = {
        "organisation_id": organisation_id,
        "payment": selectors.payment_rows(organisation_id, [row])[0],
        "rows": rows,
        "error": error,
        "reason": reason,
        "q": request.GET.get("q", ""),
        "found": found_accounts(request, organisation_id, rows),
        "chosen": [part.label.id for part in rows],
        "back": back,
    }
    return render(request, "payments/move.html", context)


@page(PaymentRight.PAYMENT_ENTER)
def payment_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """One payment by hand."""
    accounts = [(pk, number) for number, pk in organisations.own_accounts(organisation_id).items()]
    form = HandForm(
        request.POST or None,
        initial={"received_on": timezone.localdate(), "account": request.GET.get("account", "")},
        bank_accounts=accounts,
    )
    found: list[billing.AccountLabel] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        ids = list(
            billing.accounts_list(
                request.actor, organisation_id, text=data["account"], state="all"
            ).values_list("pk", flat=True)[:8]
        )
        found = list(billing.account_labels(organisation_id, ids).values())
        exact = [one for one in found if data["account"].strip() in (one.number, one.payment_code)]
        chosen = exact if len(exact) == 1 else found
        if len(chosen) != 1:
            text = _("Several accounts fit. Write the number of one.") if chosen else _("No account fits.")
            form.add_error("account", text)
        else:
            try:
                made = services.payment_enter_by_hand(
                    actor=request.actor,
                    organisation_id=organisation_id,
                    account_id=chosen[0].id,
                    amount_kop=data["amount"],
                    received_on=data["received_on"],
                    way=data["way"],
                    key=data["key"],
                    bank_account_id=int(data["bank_account"]) if data["bank_account"] else None,
                    payer_name=data["payer_name"],
                    purpose=data["purpose"],
                    for_month=data["for_month"].number if data["for_month"] else None,
                    now=timezone.now(),
                )
            except RuleViolation as violation:
                form.refuse(violation)
            else:
                tell(request, _("The payment is in the books."))
                return redirect("payments:payment", organisation_id=organisation_id, payment_id=made.pk)
    today, legal_form = timezone.localdate(), organisations.form_of(organisation_id)
    papers = organisations.form_rule(legal_form, "cash.papers", today)
    register = organisations.form_rule(legal_form, "cash.register", today)
    context = {
        "organisation_id": organisation_id,
        "form": form,
        "found": found if len(found) > 1 else [],
        "no_cash": organisations.cash_refused(legal_form, today),
        "papers": papers,
        "paper_names": ", ".join(papers.value) if papers else "",
        "register": register,
    }
    return render(request, "payments/hand.html", context)
