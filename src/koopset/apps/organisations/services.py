"""All writing of bodies, their bank accounts and offices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from koopset.apps.organisations.events import BankAccountConfirmed, OrganisationVerified
from koopset.apps.organisations.models import BankAccount, Organisation, RoleAssignment
from koopset.apps.organisations.permissions import OrganisationRight
from koopset.apps.organisations.rules import (
    CHANGE_DELAY,
    Term,
    assignment_checked,
    bank_requisites_checked,
    requisites_checked,
)
from koopset.apps.people.rules import email_normal, phone_normal
from koopset.apps.people.selectors import persons_by_ids
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor, ActorKind
from koopset.foundation.rights.roles import ASSIGNABLE, Role
from koopset.foundation.rights.service import service
from koopset.foundation.tenants.guard import across_tenants
from koopset.foundation.tenants.models import Tenant
from koopset.kernel.violations import RuleViolation

_REQUISITES = ("inn", "kpp", "ogrn", "oktmo")


@service(OrganisationRight.ORGANISATION_CREATE)
def organisation_create(
    *,
    actor: Actor,
    form: str,
    name_short: str,
    name_full: str = "",
    inn: str = "",
    kpp: str = "",
    ogrn: str = "",
    oktmo: str = "",
    address: str = "",
    email: str = "",
    phone: str = "",
    now: datetime,
) -> Organisation:
    """A new body with a tenant of the same key, not verified yet. Raises organisations.* and requisites.* of its fields."""
    values = _checked(
        {
            "form": form,
            "name_short": name_short,
            "name_full": name_full or name_short,
            "inn": inn,
            "kpp": kpp,
            "ogrn": ogrn,
            "oktmo": oktmo,
            "address": address,
            "email": email,
            "phone": phone,
        }
    )
    with across_tenants("whether any body has this number already"):
        if values["inn"] and Organisation.objects.filter(inn=values["inn"]).exists():
            raise RuleViolation("organisations.inn_taken", field="inn")
        tenant = Tenant.objects.create(kind=form)
        return Organisation.objects.create(tenant=tenant, created_at=now, **values)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    if values["form"] not in Organisation.Form.values:
        raise RuleViolation("organisations.unknown_form", field="form")
    for name, limit in (("name_short", 120), ("name_full", 300), ("address", 300)):
        values[name] = " ".join(str(values[name]).split())[:limit]
    if not values["name_short"]:
        raise RuleViolation("organisations.no_name", field="name_short")
    values["name_full"] = values["name_full"] or values["name_short"]
    values["email"], values["phone"] = email_normal(values["email"]), phone_normal(values["phone"])
    return values | requisites_checked(**{name: values[name] for name in _REQUISITES})


@service(OrganisationRight.ORGANISATION_EDIT)
def organisation_update(*, actor: Actor, organisation_id: int, now: datetime, **changes: Any) -> Organisation:
    """Change the card of a body. A changed ИНН or ОГРН takes the verification back: it was of another body.

    Raises organisations.unknown_form, organisations.no_name, organisations.inn_taken, requisites.*.
    """
    body = Organisation.objects.select_for_update().get(tenant_id=organisation_id)
    names = ("form", "name_short", "name_full", *_REQUISITES, "address", "email", "phone")
    known = {name: getattr(body, name) for name in names}
    assert not set(changes) - set(known), changes
    values = _checked(known | changes)
    if values == known:
        return body
    with across_tenants("whether another body has this number already"):
        if values["inn"] and Organisation.objects.filter(inn=values["inn"]).exclude(pk=body.pk).exists():
            raise RuleViolation("organisations.inn_taken", field="inn")
    if body.verified_at is not None and any(
        known[name] and known[name] != values[name] for name in ("inn", "ogrn")
    ):
        body.verified_at = None
    for name, value in values.items():
        setattr(body, name, value)
    body.save()
    if values["form"] != known["form"]:
        Tenant.objects.filter(pk=body.pk).update(kind=values["form"])
    return body


@service(OrganisationRight.ORGANISATION_VERIFY)
def organisation_verify(*, actor: Actor, organisation_id: int, now: datetime) -> Organisation:
    """The operator has proved the chair's authority (K11): from now on papers and codes are issued in the body's name.

    Raises organisations.verified_already, organisations.no_inn, organisations.no_chair.
    """
    body = Organisation.objects.select_for_update().get(tenant_id=organisation_id)
    if body.verified_at is not None:
        raise RuleViolation("organisations.verified_already", name=body.name_short)
    if not body.inn:
        raise RuleViolation("organisations.no_inn", name=body.name_short)
    today = timezone.localdate(now)
    chairs = RoleAssignment.objects.filter(
        organisation_id=organisation_id, role=Role.CHAIR.value, valid_from__lte=today
    )
    if not any(row.valid_to is None or row.valid_to >= today for row in chairs):
        raise RuleViolation("organisations.no_chair", name=body.name_short)
    body.verified_at = now
    body.save()
    publish(OrganisationVerified(organisation_id=organisation_id))
    return body


# Bank accounts


@service(OrganisationRight.BANK_ACCOUNT_ADD)
def bank_account_add(
    *,
    actor: Actor,
    organisation_id: int,
    number: str,
    bic: str,
    bank_name: str,
    correspondent: str = "",
    title: str = "",
    opened_on: date | None = None,
    now: datetime,
) -> BankAccount:
    """Enter a bank account; nothing is collected on it before another person confirms it.

    Raises requisites.account, requisites.bic, requisites.corr_account, organisations.no_bank_name, organisations.account_known.
    """
    values = bank_requisites_checked(number=number, bic=bic, correspondent=correspondent)
    bank = " ".join(bank_name.split())[:160]
    if not bank:
        raise RuleViolation("organisations.no_bank_name", field="bank_name")
    try:
        with transaction.atomic():
            return BankAccount.objects.create(
                organisation_id=organisation_id,
                bank_name=bank,
                title=" ".join(title.split())[:100],
                opened_on=opened_on,
                entered_by=actor.login_id,
                created_at=now,
                **values,
            )
    except IntegrityError as error:
        raise RuleViolation("organisations.account_known", field="number", number=values["number"]) from error


@service(OrganisationRight.BANK_ACCOUNT_CONFIRM)
def bank_account_confirm(
    *, actor: Actor, organisation_id: int, bank_account_id: int, now: datetime
) -> BankAccount:
    """A second person has compared the account with the bank's paper. The first confirmed account becomes the main one.

    An account beside a confirmed one is a change of details: it waits `rules.CHANGE_DELAY` first, and everybody is told.
    Raises organisations.unknown_account, organisations.confirmed_already, organisations.account_closed,
    organisations.own_confirmation, organisations.confirm_later.
    """
    accounts = list(
        BankAccount.objects.select_for_update().filter(organisation_id=organisation_id).order_by("pk")
    )
    account = next((row for row in accounts if row.pk == bank_account_id), None)
    if account is None:
        raise RuleViolation("organisations.unknown_account")
    if account.is_confirmed:
        raise RuleViolation("organisations.confirmed_already", number=account.number)
    if account.closed_on is not None:
        raise RuleViolation("organisations.account_closed", number=account.number)
    if actor.kind is not ActorKind.SYSTEM:
        if account.entered_by is not None and account.entered_by == actor.login_id:
            raise RuleViolation("organisations.own_confirmation", number=account.number)
        ready_at = account.created_at + CHANGE_DELAY
        if any(row.is_confirmed for row in accounts) and now < ready_at:
            raise RuleViolation(
                "organisations.confirm_later",
                ready_at=timezone.localtime(ready_at).strftime("%d.%m.%Y %H:%M"),
            )
    account.confirmed_by = actor.login_id
    account.confirmed_at = now
    account.is_main = not any(row.is_main for row in accounts)
    account.save()
    publish(BankAccountConfirmed(organisation_id=organisation_id, bank_account_id=account.pk))
    return account


@service(OrganisationRight.BANK_ACCOUNT_CONFIRM)
def bank_account_make_main(
    *, actor: Actor, organisation_id: int, bank_account_id: int, now: datetime
) -> BankAccount:
    """Fees are collected on this account from now on. Raises organisations.unknown_account, organisations.not_confirmed,
    organisations.account_closed.
    """
    accounts = list(
        BankAccount.objects.select_for_update().filter(organisation_id=organisation_id).order_by("pk")
    )
    account = next((row for row in accounts if row.pk == bank_account_id), None)
    if account is None:
        raise RuleViolation("organisations.unknown_account")
    if not account.is_confirmed:
        raise RuleViolation("organisations.not_confirmed", number=account.number)
    if account.closed_on is not None:
        raise RuleViolation("organisations.account_closed", number=account.number)
    for row in accounts:
        if row.is_main and row.pk != account.pk:
            row.is_main = False
            row.save()
    if not account.is_main:
        account.is_main = True
        account.save()
    return account


@service(OrganisationRight.BANK_ACCOUNT_ADD)
def bank_account_close(
    *, actor: Actor, organisation_id: int, bank_account_id: int, on: date, now: datetime
) -> BankAccount:
    """The account was closed in the bank. Raises organisations.unknown_account, organisations.account_closed, organisations.main_stays."""
    account = (
        BankAccount.objects.select_for_update()
        .filter(organisation_id=organisation_id, pk=bank_account_id)
        .first()
    )
    if account is None:
        raise RuleViolation("organisations.unknown_account")
    if account.closed_on is not None:
        raise RuleViolation("organisations.account_closed", number=account.number)
    if account.is_main:
        raise RuleViolation("organisations.main_stays", number=account.number)
    account.closed_on = on
    account.save()
    return account


# Offices


@service(OrganisationRight.ROLE_ASSIGN)
def role_assign(
    *,
    actor: Actor,
    organisation_id: int,
    person_id: int,
    role: str,
    valid_from: date,
    basis: str,
    valid_to: date | None = None,
    for_person_id: int | None = None,
    now: datetime,
) -> RoleAssignment:
    """Give a person an office by a decision or a power of attorney (`basis`). Only the operator appoints a chair (K11).

    Raises organisations.unknown_role, organisations.chair_by_operator, organisations.no_basis, people.unknown, and what
    `rules.assignment_checked` raises.
    """
    if role not in {item.value for item in ASSIGNABLE}:
        raise RuleViolation("organisations.unknown_role", field="role")
    if role == Role.CHAIR.value and not (actor.is_operator or actor.kind is ActorKind.SYSTEM):
        raise RuleViolation("organisations.chair_by_operator", field="role")
    text = " ".join(basis.split())[:300]
    if not text:
        raise RuleViolation("organisations.no_basis", field="basis")
    if role != Role.REPRESENTATIVE.value:
        for_person_id = None
    wanted = {person_id} | ({for_person_id} if for_person_id is not None else set())
    if wanted - set(persons_by_ids(wanted, organisation_id=organisation_id)):
        raise RuleViolation("people.unknown", field="person")
    # The body's row is the lock: two chairs must not be appointed at once.
    Organisation.objects.select_for_update().get(tenant_id=organisation_id)
    held = [
        Term(row.role, row.person_id, row.valid_from, row.valid_to, row.for_person_id)
        for row in RoleAssignment.objects.filter(organisation_id=organisation_id)
    ]
    assignment_checked(Term(role, person_id, valid_from, valid_to, for_person_id), held)
    return RoleAssignment.objects.create(
        organisation_id=organisation_id,
        person_id=person_id,
        for_person_id=for_person_id,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        basis=text,
    )


@service(OrganisationRight.ROLE_ASSIGN)
def role_end(
    *, actor: Actor, organisation_id: int, assignment_id: int, on: date, now: datetime
) -> RoleAssignment:
    """The office is held until `on`, that day included. Only the operator ends a chair's.

    Raises organisations.unknown_assignment, organisations.role_ended, organisations.dates_out_of_order, organisations.chair_by_operator.
    """
    row = (
        RoleAssignment.objects.select_for_update()
        .filter(organisation_id=organisation_id, pk=assignment_id)
        .first()
    )
    if row is None:
        raise RuleViolation("organisations.unknown_assignment")
    if row.role == Role.CHAIR.value and not (actor.is_operator or actor.kind is ActorKind.SYSTEM):
        raise RuleViolation("organisations.chair_by_operator")
    if row.valid_to is not None and row.valid_to <= timezone.localdate(now):
        raise RuleViolation("organisations.role_ended", until=row.valid_to)
    if on < row.valid_from:
        raise RuleViolation("organisations.dates_out_of_order", field="on")
    row.valid_to = on
    row.save()
    return row
