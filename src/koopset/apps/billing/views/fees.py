"""Fees: what is charged, how much, by which decision."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koopset.apps.billing import services
from koopset.apps.billing.forms import FeeEditForm, FeeEndForm, FeeForm
from koopset.apps.billing.models import Charge, Fee
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.organisations import selectors as organisations
from koopset.apps.register import selectors as register
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


def _size_rule(form: str) -> organisations.FormRule | None:
    """The rule by which a size that depends on the plot needs a clause of the charter (217-ФЗ art. 14 part 7); None where there is none."""
    rule = organisations.form_rule(form, "fee.size", timezone.localdate())
    return rule if rule is not None and rule.value else None


def _bank_accounts(organisation_id: int) -> list[tuple[int, str]]:
    return [(pk, number) for number, pk in organisations.own_accounts(organisation_id).items()]


@page(BillingRight.FEE_VIEW)
def fees(request: PageRequest, organisation_id: int) -> HttpResponse:
    """All fees, those in force first."""
    now = Month.of(timezone.localdate()).number
    rows = list(Fee.objects.filter(organisation_id=organisation_id).order_by("position", "pk"))
    context = {
        "organisation_id": organisation_id,
        "current": [fee for fee in rows if fee.to_month is None or fee.to_month >= now],
        "ended": [fee for fee in rows if fee.to_month is not None and fee.to_month < now],
        "may_edit": request.actor.can(BillingRight.FEE_EDIT, organisation_id)
        and organisations.organisation_card(organisation_id).is_legal_person,
        "refusal": _refusal(organisation_id),
    }
    return render(request, "billing/fees.html", context)


@page(BillingRight.FEE_VIEW)
def fee(request: PageRequest, organisation_id: int, fee_id: int) -> HttpResponse:
    """One fee with the decision behind it."""
    row = get_object_or_404(Fee, organisation_id=organisation_id, pk=fee_id)
    form = organisations.organisation_card(organisation_id).form
    context = {
        "organisation_id": organisation_id,
        "fee": row,
        "decision": register.decision_label(organisation_id, row.decision_id),
        "charged": Charge.objects.filter(organisation_id=organisation_id, fee_id=fee_id).exists(),
        "kind_name": organisations.fee_name(form, row.kind),
        "charter": _size_rule(form) if row.base in (Fee.Base.AREA, Fee.Base.SOTKA, Fee.Base.SHARE) else None,
        "may_edit": request.actor.can(BillingRight.FEE_EDIT, organisation_id),
        "history": _history(row) if request.actor.can(BillingRight.ACCOUNT_VIEW, organisation_id) else [],
    }
    return render(request, "billing/fee.html", context)


def _history(row: Fee) -> list[dict[str, Any]]:
    records = list(row.history.filter(organisation_id=row.organisation_id).order_by("history_date"))
    found = []
    for before, after in zip([None, *records], records, strict=False):
        changes = []
        if before is not None:
            changes = [
                {"name": _field_name(one.field), "before": one.old, "after": one.new}
                for one in after.diff_against(before, excluded_fields=["organisation"]).changes
            ]
            if not changes:
                continue
        found.append(
            {
                "when": after.history_date,
                "who": "",
                "what": _("Added") if before is None else _("Changed"),
                "changes": changes,
            }
        )
    return found[::-1]


@page(BillingRight.FEE_EDIT)
def fee_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Add a fee. Without a decision in the register there is nothing to base it on: the page says where to record one."""
    chosen = [
        (row.id, f"{row.label}. {row.title}") for row in register.decisions(request.actor, organisation_id)
    ]
    only = str(chosen[0][0]) if len(chosen) == 1 else ""
    start = {
        "from_month": str(Month.of(timezone.localdate())),
        "decision": request.GET.get("decision", only),
    }
    legal_form = organisations.form_of(organisation_id)
    form = FeeForm(
        request.POST or None,
        initial=start,
        kinds=organisations.fee_choices(legal_form),
        decisions=chosen,
        bank_accounts=_bank_accounts(organisation_id),
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        decision, bank = data.pop("decision"), data.pop("bank_account")
        try:
            row = services.fee_create(
                actor=request.actor,
                organisation_id=organisation_id,
                decision_id=int(decision),
                bank_account_id=int(bank) if bank else None,
                now=timezone.now(),
                **data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The fee is in the list. It will be charged from its first month."))
            return redirect("billing:fee", organisation_id=organisation_id, fee_id=row.pk)
    context = {
        "organisation_id": organisation_id,
        "form": form,
        "has_decisions": bool(chosen),
        "kinds": [(one, organisations.said(one.name)) for one in organisations.legal_form(legal_form).fees],
        "form_name": organisations.form_name(legal_form),
        "article": organisations.legal_form(legal_form).law,
        "size": _size_rule(legal_form),
        "refusal": _refusal(organisation_id),
    }
    return render(request, "billing/fee_form.html", context)


@page(BillingRight.FEE_EDIT)
def fee_edit(request: PageRequest, organisation_id: int, fee_id: int) -> HttpResponse:
    """Name, due day, place, bank account."""
    row = get_object_or_404(Fee, organisation_id=organisation_id, pk=fee_id)
    start = {
        "title": row.title,
        "due_day": row.due_day,
        "position": row.position,
        "bank_account": row.bank_account_id or "",
    }
    form = FeeEditForm(request.POST or None, initial=start, bank_accounts=_bank_accounts(organisation_id))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        bank = data.pop("bank_account")
        try:
            services.fee_update(
                actor=request.actor,
                organisation_id=organisation_id,
                fee_id=fee_id,
                bank_account_id=int(bank) if bank else None,
                now=timezone.now(),
                **data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved."))
            return redirect("billing:fee", organisation_id=organisation_id, fee_id=fee_id)
    return _small(
        request, form, _("Change the fee"), reverse("billing:fee", args=[organisation_id, fee_id]), _("Save")
    )


@page(BillingRight.FEE_EDIT)
def fee_end(request: PageRequest, organisation_id: int, fee_id: int) -> HttpResponse:
    """The last month."""
    get_object_or_404(Fee, organisation_id=organisation_id, pk=fee_id)
    form = FeeEndForm(request.POST or None, initial={"to_month": str(Month.of(timezone.localdate()))})
    if request.method == "POST" and form.is_valid():
        try:
            services.fee_end(
                actor=request.actor,
                organisation_id=organisation_id,
                fee_id=fee_id,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The fee will not be charged after that month."))
            return redirect("billing:fee", organisation_id=organisation_id, fee_id=fee_id)
    return _small(
        request, form, _("End the fee"), reverse("billing:fee", args=[organisation_id, fee_id]), _("End")
    )


@page(BillingRight.FEE_EDIT)
@require_POST
def fee_delete(request: PageRequest, organisation_id: int, fee_id: int) -> HttpResponse:
    """Forget a fee that was never charged."""
    get_object_or_404(Fee, organisation_id=organisation_id, pk=fee_id)
    try:
        services.fee_delete(
            actor=request.actor, organisation_id=organisation_id, fee_id=fee_id, now=timezone.now()
        )
    except RuleViolation as violation:
        tell(request, text_of(violation), level=40)
        return redirect("billing:fee", organisation_id=organisation_id, fee_id=fee_id)
    tell(request, _("The fee is deleted."))
    return redirect("billing:fees", organisation_id=organisation_id)


def _refusal(organisation_id: int) -> str:
    """Why nothing can be charged in the name of the body yet, in words; "" when it can."""
    refused = organisations.collecting_refused(organisation_id)
    return text_of(refused) if refused else ""


def _small(request: PageRequest, form: Any, title: str, back: str, submit: str) -> HttpResponse:
    return render(
        request, "billing/small_form.html", {"form": form, "title": title, "back": back, "submit": submit}
    )


def _field_name(name: str) -> str:
    return str(getattr(Fee._meta.get_field(name), "verbose_name", name))
