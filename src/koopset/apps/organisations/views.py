"""Pages of a body: its card, bank accounts, offices; bodies of the platform."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from koopset.apps.organisations import selectors, services
from koopset.apps.organisations.forms import (
    BankAccountForm,
    ObjectionForm,
    OrganisationForm,
    RoleEndForm,
    RoleForm,
    VerificationForm,
    roles_to_give,
)
from koopset.apps.organisations.models import BankAccount, Organisation, RoleAssignment
from koopset.apps.organisations.permissions import OrganisationRight
from koopset.apps.people.permissions import PeopleRight
from koopset.apps.people.selectors import find_one, names_to_choose, persons_by_ids
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

ERROR = 40


@page(Gate.SIGNED_IN)
def organisations(request: PageRequest) -> HttpResponse:
    """Bodies in which I have a role; all of them for the operator."""
    text = " ".join(request.GET.get("q", "").split()).lower()
    rows = [
        row
        for row in selectors.organisations_of(request.actor)
        if not text or text in f"{row.name_short} {row.name_full} {row.inn}".lower()
    ]
    context = {
        "page": Paginator(rows, 50).get_page(request.GET.get("page")),
        "sought": bool(text),
        "may_create": request.actor.can(OrganisationRight.ORGANISATION_CREATE, None),
    }
    return render(request, "organisations/organisations.html", context)


@page(OrganisationRight.ORGANISATION_CREATE)
def organisation_new(request: PageRequest) -> HttpResponse:
    """The operator enters a body that has applied."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            body = services.organisation_create(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The organisation is entered. Appoint the chair, then confirm the authority."))
            return redirect("organisations:organisation", organisation_id=body.pk)
    return render(request, "organisations/organisation_form.html", {"form": form, "body": None})


@page(OrganisationRight.ORGANISATION_VIEW)
def organisation(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The card of a body: requisites, bank accounts, who holds which office."""
    return _organisation_page(request, organisation_id)


def _organisation_page(request: PageRequest, organisation_id: int) -> HttpResponse:
    body = get_object_or_404(Organisation, tenant_id=organisation_id)
    actor = request.actor
    today = timezone.localdate()
    sees_roles = actor.can(OrganisationRight.ROLE_VIEW, organisation_id) or actor.is_operator
    roles = (
        selectors.role_rows(actor, organisation_id, today)
        if actor.can(OrganisationRight.ROLE_VIEW, organisation_id)
        else []
    )
    context = {
        "organisation_id": organisation_id,
        "body": body,
        "card": selectors.organisation_card(organisation_id),
        "accounts": selectors.bank_accounts(actor, organisation_id),
        "pending": selectors.pending_change(actor, organisation_id),
        "roles": [row for row in roles if row.holds or row.valid_from > today],
        "past_roles": [row for row in roles if not row.holds and row.valid_from <= today],
        "sees_roles": sees_roles,
        "form_name": selectors.form_name(body.form),
        "cash_article": selectors.cash_refused(body.form, today),
        "cash": not selectors.cash_refused(body.form, today),
        "legal_person": selectors.form_rule(body.form, "legal-person", today),
        "verifications": selectors.verifications(actor, organisation_id) if roles else [],
        "may_edit": actor.can(OrganisationRight.ORGANISATION_EDIT, organisation_id),
        "may_add_account": actor.can(OrganisationRight.BANK_ACCOUNT_ADD, organisation_id),
        "may_confirm": actor.can(OrganisationRight.BANK_ACCOUNT_CONFIRM, organisation_id),
        "may_assign": actor.can(OrganisationRight.ROLE_ASSIGN, organisation_id),
        "may_verify": actor.can(OrganisationRight.ORGANISATION_VERIFY, organisation_id),
        "may_invite": actor.can(PeopleRight.LOGIN_INVITE, organisation_id),
        "is_operator": actor.is_operator,
    }
    return render(request, "organisations/organisation.html", context)


@page(OrganisationRight.ORGANISATION_EDIT)
def organisation_edit(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Change the card."""
    body = get_object_or_404(Organisation, tenant_id=organisation_id)
    form = OrganisationForm(
        request.POST or None, initial={name: getattr(body, name) for name in OrganisationForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.organisation_update(
                actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **form.cleaned_data
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved."))
            return redirect("organisations:organisation", organisation_id=organisation_id)
    context = {"form": form, "body": body, "organisation_id": organisation_id}
    return render(request, "organisations/organisation_form.html", context)


@page(OrganisationRight.ORGANISATION_VERIFY)
def organisation_verify(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The operator confirms the chair's authority and names the papers that were compared."""
    body = get_object_or_404(Organisation, tenant_id=organisation_id)
    card = selectors.organisation_card(organisation_id)
    form = VerificationForm(
        request.POST or None, legal_person=card.is_legal_person, by_agreement=card.is_by_agreement
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.organisation_verify(
                actor=request.actor,
                organisation_id=organisation_id,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The authority is confirmed: papers and codes may be issued."))
            return redirect("organisations:organisation", organisation_id=organisation_id)
    chair = next(
        (
            row
            for row in selectors.role_rows(request.actor, organisation_id, timezone.localdate())
            if row.holds and row.role == "chair"
        ),
        None,
    )
    context = {"form": form, "body": body, "card": card, "chair": chair, "organisation_id": organisation_id}
    return render(request, "organisations/organisation_verify.html", context)


@page(OrganisationRight.BANK_ACCOUNT_ADD)
def bank_account_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Enter a bank account."""
    card = selectors.organisation_card(organisation_id)
    start = {name: request.GET.get(name, "")[:160] for name in ("number", "bic", "bank_name")}
    form = BankAccountForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            services.bank_account_add(
                actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **form.cleaned_data
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The account is entered. Another person of the board confirms it."))
            return redirect("organisations:organisation", organisation_id=organisation_id)
    context = {"form": form, "organisation_id": organisation_id, "collects": card.is_legal_person}
    return render(request, "organisations/bank_account_form.html", context)


def _account_action(request: PageRequest, organisation_id: int, account_id: int, action: str) -> HttpResponse:
    done = {
        "confirm": _(
            "The account is confirmed. If it changes the details in use, everybody is told and the clock runs."
        ),
        "main": _(
            "It is asked for. Another person of the office confirms; until then fees are paid as before."
        ),
        "close": _("The account is marked as closed."),
    }
    common = {"actor": request.actor, "organisation_id": organisation_id, "bank_account_id": account_id}
    now = timezone.now()
    get_object_or_404(BankAccount, organisation_id=organisation_id, pk=account_id)
    try:
        if action == "confirm":
            services.bank_account_confirm(**common, now=now)  # type: ignore[arg-type]
        elif action == "main":
            services.bank_account_make_main(**common, now=now)  # type: ignore[arg-type]
        else:
            services.bank_account_close(**common, on=timezone.localdate(now), now=now)  # type: ignore[arg-type]
        tell(request, done[action])
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("organisations:organisation", organisation_id=organisation_id)


@page(OrganisationRight.BANK_ACCOUNT_CONFIRM)
@require_POST
def bank_account_confirm(request: PageRequest, organisation_id: int, account_id: int) -> HttpResponse:
    """A second person confirms an account."""
    return _account_action(request, organisation_id, account_id, "confirm")


@page(OrganisationRight.BANK_ACCOUNT_CONFIRM)
@require_POST
def bank_account_main(request: PageRequest, organisation_id: int, account_id: int) -> HttpResponse:
    """Collect fees on this account."""
    return _account_action(request, organisation_id, account_id, "main")


@page(OrganisationRight.ORGANISATION_VIEW)
@require_safe
def bank_changes(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Changes of bank details: what is under way with its clock, and what was."""
    now = timezone.now()
    rows = selectors.bank_changes(request.actor, organisation_id, now=now)
    context = {
        "organisation_id": organisation_id,
        "pending": [row for row in rows if row.state in ("asked", "counting")],
        "past": [row for row in rows if row.state not in ("asked", "counting")],
        "accounts": [row for row in selectors.bank_accounts(request.actor, organisation_id) if row.is_main],
        "delay_hours": settings.BANK_CHANGE_DELAY_HOURS,
        "now": now,
    }
    return render(request, "organisations/bank_changes.html", context)


@page(OrganisationRight.BANK_CHANGE_OBJECT)
def bank_change_object(request: PageRequest, organisation_id: int, change_id: int) -> HttpResponse:
    """«Это не мы»: stop a change."""
    rows = selectors.bank_changes(request.actor, organisation_id)
    row = next((one for one in rows if one.id == change_id), None)
    if row is None:
        raise Http404
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.bank_change_object(
                actor=request.actor,
                organisation_id=organisation_id,
                change_id=change_id,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The change is stopped. The operator of the platform and the office are told."))
            return redirect("organisations:bank_changes", organisation_id=organisation_id)
    context = {"form": form, "row": row, "organisation_id": organisation_id}
    return render(request, "organisations/bank_change_object.html", context)


@page(OrganisationRight.BANK_ACCOUNT_ADD)
@require_POST
def bank_account_close(request: PageRequest, organisation_id: int, account_id: int) -> HttpResponse:
    """The account was closed in the bank."""
    return _account_action(request, organisation_id, account_id, "close")


@page(OrganisationRight.ROLE_ASSIGN)
def role_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Give a person an office."""
    legal_form = selectors.form_of(organisation_id)
    names = names_to_choose(organisation_id)
    start = {"valid_from": timezone.localdate().isoformat()}
    if (asked := request.GET.get("person", "")).isdecimal():  # a card that was made a moment ago
        start["person"] = next((name for name, pk in names.items() if pk == int(asked)), "")
    form = RoleForm(
        request.POST or None,
        roles=roles_to_give(legal_form, is_operator=request.actor.is_operator),
        form=legal_form,
        initial=start,
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            person_id = find_one(organisation_id, data.pop("person"), names, field="person")
            stands_for = data.pop("for_person")
            for_person_id = (
                find_one(organisation_id, stands_for, names, field="for_person") if stands_for else None
            )
            services.role_assign(
                actor=request.actor,
                organisation_id=organisation_id,
                person_id=person_id,
                for_person_id=for_person_id,
                now=timezone.now(),
                **data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            card = persons_by_ids([person_id], organisation_id=organisation_id).get(person_id)
            if card is not None and card.email and not card.has_login:
                tell(
                    request, _("The role is given. Now press “Invite” beside the name: a letter will go out.")
                )
            else:
                tell(request, _("The role is given."))
            return redirect("organisations:organisation", organisation_id=organisation_id)
    context = {
        "form": form,
        "names": sorted(names),
        "organisation_id": organisation_id,
        "longest": selectors.form_rule(legal_form, "chair.years", timezone.localdate()),
    }
    return render(request, "organisations/role_form.html", context)


@page(OrganisationRight.ROLE_ASSIGN)
def role_end(request: PageRequest, organisation_id: int, assignment_id: int) -> HttpResponse:
    """End an office."""
    row = get_object_or_404(
        RoleAssignment.objects.select_related("person"), organisation_id=organisation_id, pk=assignment_id
    )
    form = RoleEndForm(request.POST or None, initial={"on": timezone.localdate().isoformat()})
    if request.method == "POST" and form.is_valid():
        try:
            services.role_end(
                actor=request.actor,
                organisation_id=organisation_id,
                assignment_id=row.pk,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The end of the term is entered."))
            return redirect("organisations:organisation", organisation_id=organisation_id)
    role_name = capfirst(selectors.office_name(selectors.form_of(organisation_id), row.role))
    context = {"form": form, "row": row, "role_name": role_name, "organisation_id": organisation_id}
    return render(request, "organisations/role_end.html", context)
