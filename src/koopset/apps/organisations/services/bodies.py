"""Bodies: their cards, and the proof of the chair's authority."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from koopset.apps.organisations.events import OrganisationVerified
from koopset.apps.organisations.models import Organisation, RoleAssignment, Verification
from koopset.apps.organisations.permissions import OrganisationRight
from koopset.apps.organisations.rules import Term, Trust, assignment_checked, requisites_checked, trust_on
from koopset.apps.organisations.selectors import holding, is_legal_person, legal_form
from koopset.apps.people.rules import email_normal, phone_normal
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.roles import Role
from koopset.foundation.rights.service import service
from koopset.foundation.tenants.guard import across_tenants
from koopset.foundation.tenants.models import Tenant
from koopset.kernel.violations import RuleViolation

_REQUISITES = ("inn", "kpp", "ogrn", "oktmo")
_CARD = ("form", "name_short", "name_full", *_REQUISITES, "address", "email", "phone")


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
    if legal_form(values["form"]).key != values["form"]:
        raise RuleViolation("organisations.unknown_form", field="form")
    for name, limit in (("name_short", 120), ("name_full", 300), ("address", 300)):
        values[name] = " ".join(str(values[name]).split())[:limit]
    if not values["name_short"]:
        raise RuleViolation("organisations.no_name", field="name_short")
    values["name_full"] = values["name_full"] or values["name_short"]
    values["email"], values["phone"] = email_normal(values["email"]), phone_normal(values["phone"])
    numbers = {name: values[name] for name in _REQUISITES}
    return values | requisites_checked(**numbers, of_person=legal_form(values["form"]).numbers_of_person)


@service(OrganisationRight.ORGANISATION_EDIT)
def organisation_update(*, actor: Actor, organisation_id: int, now: datetime, **changes: Any) -> Organisation:
    """Change the card of a body. Another ИНН, ОГРН or legal form takes the verification back: it was of another body. So does the first
    ИНН of a body that was verified as no legal person: it has become one.

    Raises organisations.unknown_form, organisations.no_name, organisations.inn_taken, requisites.*.
    """
    body = Organisation.objects.select_for_update().get(tenant_id=organisation_id)
    known = {name: getattr(body, name) for name in _CARD}
    assert not set(changes) - set(known), changes
    values = _checked(known | changes)
    if values == known:
        return body
    with across_tenants("whether another body has this number already"):
        if values["inn"] and Organisation.objects.filter(inn=values["inn"]).exclude(pk=body.pk).exists():
            raise RuleViolation("organisations.inn_taken", field="inn")
    is_another = any(known[name] and known[name] != values[name] for name in ("form", "inn", "ogrn"))
    if body.verified_at is not None and (is_another or (values["inn"] and not known["inn"])):
        body.verified_at = body.verified_until = None
    for name, value in values.items():
        setattr(body, name, value)
    body.save()
    if values["form"] != known["form"]:
        Tenant.objects.filter(pk=body.pk).update(kind=values["form"])
    return body


@service(OrganisationRight.ORGANISATION_VERIFY)
def organisation_verify(
    *,
    actor: Actor,
    organisation_id: int,
    minutes_number: str,
    minutes_on: date,
    how: str,
    extract_number: str = "",
    extract_on: date | None = None,
    act_number: str = "",
    act_on: date | None = None,
    act_by: str = "",
    note: str = "",
    now: datetime,
) -> Organisation:
    """The authority of the chair of today has been proved by the named papers (K11): the body acts in its own name until the last day of
    that chair's term. One that is no legal person is proved by an act of local self-government; it collects nothing.

    Raises organisations.verified_already, organisations.no_inn, organisations.no_chair, organisations.own_authority, and what
    `_verification_checked` raises.
    """
    body = Organisation.objects.select_for_update().get(tenant_id=organisation_id)
    today = timezone.localdate(now)
    if trust_on(today, verified_at=body.verified_at, verified_until=body.verified_until) is Trust.VERIFIED:
        raise RuleViolation("organisations.verified_already", name=body.name_short)
    if not body.inn and is_legal_person(body.form, body.inn):
        raise RuleViolation("organisations.no_inn", name=body.name_short)
    chair = (
        RoleAssignment.objects.filter(holding(today), organisation_id=organisation_id, role=Role.CHAIR.value)
        .order_by("-valid_from", "-pk")
        .first()
    )
    if chair is None:
        raise RuleViolation("organisations.no_chair", name=body.name_short)
    if chair.person_id in actor.person_ids:
        raise RuleViolation("organisations.own_authority")
    checked = _verification_checked(
        minutes_number=minutes_number,
        minutes_on=minutes_on,
        extract_number=extract_number,
        extract_on=extract_on,
        act_number=act_number,
        act_on=act_on,
        act_by=act_by,
        how=how,
        note=note,
        legal_person=bool(body.inn),
        today=today,
    )
    _vouch(body, chair, checked, actor, now)
    return body


def _verification_checked(
    *,
    minutes_number: str,
    minutes_on: date,
    how: str,
    legal_person: bool,
    today: date,
    extract_number: str = "",
    extract_on: date | None = None,
    act_number: str = "",
    act_on: date | None = None,
    act_by: str = "",
    note: str = "",
) -> dict[str, Any]:
    """What was compared, as it is kept. Raises organisations.no_minutes, organisations.unknown_how, organisations.paper_of_future,
    organisations.extract_undated, organisations.no_act (a body that is no legal person is known by an act alone),
    organisations.no_state_register (there is no extract of such a body, nor is it compared with the state register).
    """
    number, extract = " ".join(minutes_number.split())[:40], " ".join(extract_number.split())[:60]
    act, whose = " ".join(act_number.split())[:60], " ".join(act_by.split())[:160]
    if not number:
        raise RuleViolation("organisations.no_minutes", field="minutes_number")
    if how not in Verification.How.values:
        raise RuleViolation("organisations.unknown_how", field="how")
    for field, day in (("minutes_on", minutes_on), ("extract_on", extract_on), ("act_on", act_on)):
        if day is not None and day > today:
            raise RuleViolation("organisations.paper_of_future", field=field)
    if bool(extract) != (extract_on is not None):
        raise RuleViolation(
            "organisations.extract_undated", field="extract_on" if extract else "extract_number"
        )
    if legal_person:
        act, act_on, whose = "", None, ""
    else:
        if extract or how == Verification.How.REGISTER.value:
            raise RuleViolation(
                "organisations.no_state_register", field="extract_number" if extract else "how"
            )
        for field, value in (("act_number", act), ("act_on", act_on), ("act_by", whose)):
            if not value:
                raise RuleViolation("organisations.no_act", field=field)
    return {
        "minutes_number": number,
        "minutes_on": minutes_on,
        "extract_number": extract,
        "extract_on": extract_on,
        "act_number": act,
        "act_on": act_on,
        "act_by": whose,
        "how": how,
        "note": " ".join(note.split())[:300],
    }


def _vouch(
    body: Organisation, chair: RoleAssignment, checked: dict[str, Any], actor: Actor, now: datetime
) -> None:
    Verification.objects.create(
        organisation_id=body.pk,
        assignment=chair,
        checked_by=actor.login_id,
        checked_at=now,
        **checked,
    )
    body.verified_at, body.verified_until = now, chair.valid_to
    body.save()
    publish(OrganisationVerified(organisation_id=body.pk))


# For the room that takes in applications: under the right which that room's service has asked.


def tenant_reserve_for_room(*, form: str) -> int:
    """A key for a body that has only applied: its papers lie under it from the first day."""
    return Tenant.objects.create(kind=form).pk


def body_admit_for_room(
    *,
    actor: Actor,
    tenant_id: int,
    values: dict[str, Any],
    chair_person_id: int,
    elected_on: date,
    term_until: date | None,
    verification: dict[str, Any],
    now: datetime,
) -> Organisation:
    """A body under the key kept for it, with its chair in office and verified, all or nothing.

    Raises what organisation_create and organisation_verify raise, and organisations.dates_out_of_order, organisations.term_over.
    """
    today = timezone.localdate(now)
    card = _checked({name: values.get(name, "") for name in _CARD})
    checked = _verification_checked(today=today, legal_person=bool(card["inn"]), **verification)
    if not card["inn"] and is_legal_person(card["form"], card["inn"]):
        raise RuleViolation("organisations.no_inn", field="inn", name=card["name_short"])
    if term_until is not None and term_until < today:
        raise RuleViolation("organisations.term_over", field="term_until", until=term_until)
    if elected_on > today:
        raise RuleViolation("organisations.paper_of_future", field="elected_on")
    with across_tenants("whether any body has this number already"):
        if card["inn"] and Organisation.objects.filter(inn=card["inn"]).exists():
            raise RuleViolation("organisations.inn_taken", field="inn")
    Tenant.objects.filter(pk=tenant_id).update(kind=card["form"])
    body = Organisation.objects.create(tenant_id=tenant_id, created_at=now, **card)
    assignment_checked(Term(Role.CHAIR.value, chair_person_id, elected_on, term_until), ())
    chair = RoleAssignment.objects.create(
        organisation_id=tenant_id,
        role=Role.CHAIR.value,
        person_id=chair_person_id,
        valid_from=elected_on,
        valid_to=term_until,
        basis=f"протокол от {checked['minutes_on']:%d.%m.%Y} № {checked['minutes_number']}",
    )
    _vouch(body, chair, checked, actor, now)
    return body


def body_open_for_room(
    *, tenant_id: int, form: str, name_short: str, chair_person_id: int, basis: str, now: datetime
) -> Organisation:
    """A body that is no legal person, opened by a private person under the key kept for it: they are its chair, nothing is verified.

    It prepares, and takes no money before the operator has verified the chair. Under the right that another room's service has asked.
    Raises organisations.unknown_form, organisations.no_name, organisations.no_inn (a form that must be in the state register).
    """
    card = _checked({name: {"form": form, "name_short": name_short}.get(name, "") for name in _CARD})
    if is_legal_person(form, ""):
        raise RuleViolation("organisations.no_inn", field="form", name=card["name_short"])
    Tenant.objects.filter(pk=tenant_id).update(kind=form)
    body = Organisation.objects.create(tenant_id=tenant_id, created_at=now, **card)
    RoleAssignment.objects.create(
        organisation_id=tenant_id,
        role=Role.CHAIR.value,
        person_id=chair_person_id,
        valid_from=timezone.localdate(now),
        basis=basis,
    )
    return body
