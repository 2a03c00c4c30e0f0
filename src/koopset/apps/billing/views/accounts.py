"""Personal accounts: the list, one account with its debt down to the lines, its changes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from koopset.apps.billing import selectors, services
from koopset.apps.billing.forms import AccountEditForm, AccountForm, CloseForm, CorrectionForm
from koopset.apps.billing.models import AccountUnit, Fee, PersonalAccount
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors.documents import documents_of_accounts
from koopset.apps.billing.selectors.wording import arithmetic_text, month_words
from koopset.apps.billing.views.papers import statement_response
from koopset.apps.people import selectors as people
from koopset.apps.register import selectors as register
from koopset.foundation.personal.looks import looked
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.templatetags import ks
from koopset.foundation.ui.toasts import tell
from koopset.kernel import payment_code
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

PAGE_SIZE = 50
LINES_MONTHS = 12


@page(BillingRight.ACCOUNT_VIEW)
def accounts(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The list with debts."""
    text, state = request.GET.get("q", "")[:100], request.GET.get("state", "open")
    rows = selectors.accounts_list(request.actor, organisation_id, text=text, state=state)
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    ids = [account.pk for account in shown]
    labels = selectors.labels_of(organisation_id, list(shown))
    looked(request.actor, organisation_id, "billing.accounts", count=len(ids))
    balances = selectors.balances(organisation_id, ids) if ids else {}
    may_edit = request.actor.can(BillingRight.ACCOUNT_EDIT, organisation_id)
    context = {
        "organisation_id": organisation_id,
        "page": shown,
        "rows": [(labels[pk], balances.get(pk, 0)) for pk in ids],
        "state": state,
        "sought": bool(text or state != "open"),
        "asks_uncovered": may_edit and not text and state == "open" and shown.number == 1,
        "may_edit": may_edit,
    }
    return render(request, "billing/accounts.html", context)


@page(BillingRight.ACCOUNT_EDIT)
def accounts_uncovered(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The part of the list that says how many units have no account: it compares whole registers, so the list does not wait for it."""
    count = _free_units(organisation_id, timezone.localdate()).count()
    shell = "billing/part.html" if request.htmx else "ui/base.html"  # type: ignore[attr-defined]
    context = {"organisation_id": organisation_id, "uncovered": count, "shell_template": shell}
    return render(request, "billing/accounts_uncovered.html", context)


def _free_units(organisation_id: int, on: date) -> QuerySet[Any, int]:
    """Keys of the units in the register that no account pays for: subtracted by the database, none of them is read."""
    taken = AccountUnit.objects.filter(organisation_id=organisation_id, valid_to__isnull=True)
    return register.unit_ids_at(organisation_id, on).exclude(pk__in=taken.values("unit_id"))


def _units_without_account(organisation_id: int, on: date) -> list[tuple[int, str]]:
    free = list(_free_units(organisation_id, on))
    labels = register.unit_labels(organisation_id, free)
    return [(pk, labels[pk].text) for pk in free]


@page(BillingRight.ACCOUNT_EDIT)
def account_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Open an account for units that no account pays for."""
    today = timezone.localdate()
    units = _units_without_account(organisation_id, today)
    owners = register.owners_at(organisation_id, [pk for pk, _text in units], today)
    persons = people.persons_by_ids(
        {owner.person_id for rows in owners.values() for owner in rows}, organisation_id=organisation_id
    )
    form = AccountForm(
        request.POST or None,
        initial={"opened_on": today.replace(day=1), "units": request.GET.getlist("unit")},
        units=units,
        persons=sorted(((pk, card.full_name) for pk, card in persons.items()), key=lambda one: one[1]),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        unit_ids = [int(pk) for pk in data["units"]]
        payer = (
            int(data["payer"])
            if data["payer"]
            else next((owner.person_id for owner in owners.get(unit_ids[0], ())), None)
        )
        try:
            account = services.personal_account_open(
                actor=request.actor,
                organisation_id=organisation_id,
                number=data["number"] or None,
                payer_id=payer,
                unit_ids=unit_ids,
                opened_on=data["opened_on"],
                note=data["note"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(
                request,
                _("The account is open. Its payment code: %(code)s.")
                % {"code": payment_code.show(account.payment_code)},
            )
            return redirect("billing:account", organisation_id=organisation_id, account_id=account.pk)
    context = {"organisation_id": organisation_id, "form": form, "units": units}
    return render(request, "billing/account_form.html", context)


@page(BillingRight.ACCOUNT_EDIT)
@require_POST
def accounts_open_all(request: PageRequest, organisation_id: int) -> HttpResponse:
    """An account for each unit that has none."""
    today = timezone.localdate()
    free = list(_free_units(organisation_id, today))
    try:
        services.accounts_open_for_units(
            actor=request.actor,
            organisation_id=organisation_id,
            unit_ids=free,
            opened_on=today.replace(day=1),
            now=timezone.now(),
        )
    except RuleViolation as violation:
        tell(request, text_of(violation), level=40)
    else:
        tell(
            request,
            ngettext("%(count)s account opened.", "%(count)s accounts opened.", len(free))
            % {"count": len(free)},
        )
    return redirect("billing:accounts", organisation_id=organisation_id)


@page(BillingRight.ACCOUNT_VIEW)
def account(request: PageRequest, organisation_id: int, account_id: int) -> HttpResponse:
    """The debt, the lines that make it, the papers, the changes."""
    row = selectors.account_row(request.actor, organisation_id, account_id)
    today = timezone.localdate()
    charges = selectors.charges_of_account(
        organisation_id, account_id, month_from=Month.of(today).plus(1 - LINES_MONTHS).number
    )
    months: dict[int, list[tuple[selectors.ChargeRow, str]]] = {}
    for line in reversed(charges):
        note = arithmetic_text(line.arithmetic)
        if line.kind == "correction":
            note = _("correction for %(month)s: %(reason)s") % {
                "month": month_words(line.corrects_month or line.month),
                "reason": line.reason,
            }
        months.setdefault(line.month, []).insert(0, (line, note))
    units = register.unit_labels(organisation_id, row.label.unit_ids)
    context = {
        "organisation_id": organisation_id,
        "account": row,
        "code": payment_code.show(row.label.payment_code),
        "debt": selectors.debt_of(organisation_id, account_id, today=today),
        "open": selectors.open_charges(organisation_id, [account_id]).get(account_id, []),
        "fee_titles": dict(Fee.objects.filter(organisation_id=organisation_id).values_list("pk", "title")),
        "months": [
            (month, lines, sum(line.amount_kop for line, _note in lines)) for month, lines in months.items()
        ],
        "units": [(pk, units[pk].text) for pk in row.label.unit_ids if pk in units],
        "documents": documents_of_accounts(organisation_id, [account_id], limit=12),
        "history": _history(organisation_id, account_id),
        "may_edit": request.actor.can(BillingRight.ACCOUNT_EDIT, organisation_id),
        "may_correct": request.actor.can(BillingRight.CHARGE_CORRECT, organisation_id),
    }
    return render(request, "billing/account.html", context)


def _history(organisation_id: int, account_id: int) -> list[dict[str, object]]:
    """Changes of the account, the latest first."""
    records = list(
        PersonalAccount.history.filter(organisation_id=organisation_id, id=account_id).order_by(
            "history_date", "history_id"
        )
    )
    persons = people.persons_by_ids(
        {record.payer_id for record in records if record.payer_id}, organisation_id=organisation_id
    )
    found: list[dict[str, object]] = []
    for before, after in zip([None, *records], records, strict=False):
        changes = []
        if before is not None:
            for one in after.diff_against(
                before, excluded_fields=["organisation"], foreign_keys_are_objs=False
            ).changes:
                old, new = one.old, one.new
                if one.field == "payer":
                    old, new = (persons[pk].short_name if pk in persons else "" for pk in (old, new))
                changes.append(
                    {
                        "name": _field_name(one.field),
                        "before": old,
                        "after": new,
                    }
                )
            if not changes:
                continue
        what = _("The account was opened") if before is None else _("Changed")
        found.append({"when": after.history_date, "who": "", "what": what, "changes": changes})
    return found[::-1]


def _persons(organisation_id: int, row: selectors.AccountRow) -> list[tuple[int, str]]:
    """Who may pay: owners of the units, and whoever pays now."""
    owners = register.owners_at(organisation_id, row.label.unit_ids, timezone.localdate())
    ids = {owner.person_id for rows in owners.values() for owner in rows}
    if row.label.payer_id is not None:
        ids.add(row.label.payer_id)
    cards = people.persons_by_ids(ids, organisation_id=organisation_id)
    return sorted(((pk, card.full_name) for pk, card in cards.items()), key=lambda one: one[1])


@page(BillingRight.ACCOUNT_EDIT)
def account_edit(request: PageRequest, organisation_id: int, account_id: int) -> HttpResponse:
    """Number, payer, note."""
    row = selectors.account_row(request.actor, organisation_id, account_id)
    start = {"number": row.label.number, "payer": row.label.payer_id or "", "note": row.note}
    form = AccountEditForm(request.POST or None, initial=start, persons=_persons(organisation_id, row))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.personal_account_update(
                actor=request.actor,
                organisation_id=organisation_id,
                account_id=account_id,
                number=data["number"],
                payer_id=int(data["payer"]) if data["payer"] else None,
                note=data["note"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved."))
            return redirect("billing:account", organisation_id=organisation_id, account_id=account_id)
    back = reverse("billing:account", args=[organisation_id, account_id])
    context = {"form": form, "title": _("Change the account"), "back": back, "submit": _("Save")}
    return render(request, "billing/small_form.html", context)


@page(BillingRight.ACCOUNT_EDIT)
def account_close(request: PageRequest, organisation_id: int, account_id: int) -> HttpResponse:
    """The last day. The debt stays."""
    get_object_or_404(PersonalAccount, organisation_id=organisation_id, pk=account_id)
    form = CloseForm(request.POST or None, initial={"closed_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.personal_account_close(
                actor=request.actor,
                organisation_id=organisation_id,
                account_id=account_id,
                closed_on=form.cleaned_data["closed_on"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The account is closed. What is owed on it may still be paid."))
            return redirect("billing:account", organisation_id=organisation_id, account_id=account_id)
    back = reverse("billing:account", args=[organisation_id, account_id])
    context = {
        "form": form,
        "title": _("Close the account"),
        "back": back,
        "submit": _("Close"),
        "text": _(
            "Nothing more will be charged on it after that day. The debt stays with its payer, a sale of the plot does not move it."
        ),
    }
    return render(request, "billing/small_form.html", context)


@page(BillingRight.CHARGE_CORRECT)
def account_correct(request: PageRequest, organisation_id: int, account_id: int) -> HttpResponse:
    """Add to or take from what was charged, with a reason."""
    row = selectors.account_row(request.actor, organisation_id, account_id)
    charges = [
        line for line in selectors.charges_of_account(organisation_id, account_id) if line.amount_kop > 0
    ][::-1][:200]
    fees = list(
        Fee.objects.filter(organisation_id=organisation_id)
        .order_by("position", "pk")
        .values_list("pk", "title")
    )
    choices = []
    for line in charges:
        text = _("%(month)s: %(fee)s, %(sum)s ₽") % {
            "month": month_words(line.month),
            "fee": line.fee_title,
            "sum": ks.money(line.amount_kop),
        }
        choices.append((line.id, text))
    start = {"charge": request.GET.get("charge", ""), "month": str(Month.of(timezone.localdate()))}
    form = CorrectionForm(request.POST or None, initial=start, charges=choices, fees=fees)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.charge_correct(
                actor=request.actor,
                organisation_id=organisation_id,
                key=data["key"],
                amount_kop=data["amount"],
                reason=data["reason"],
                corrects_id=int(data["charge"]) if data["charge"] else None,
                account_id=account_id,
                fee_id=int(data["fee"]) if data["fee"] else None,
                month=data["month"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The correction is in the books. The resident will see it with its reason."))
            return redirect("billing:account", organisation_id=organisation_id, account_id=account_id)
    context = {"organisation_id": organisation_id, "account": row, "form": form}
    return render(request, "billing/correct.html", context)


@page(BillingRight.ACCOUNT_VIEW)
def account_statement(request: PageRequest, organisation_id: int, account_id: int) -> HttpResponseBase:
    """The statement for the office."""
    back = reverse("billing:account", args=[organisation_id, account_id])
    return statement_response(request, organisation_id, account_id, back=back)


def _field_name(name: str) -> str:
    return str(getattr(PersonalAccount._meta.get_field(name), "verbose_name", name))
