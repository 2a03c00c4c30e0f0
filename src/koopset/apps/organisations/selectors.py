"""Reading of bodies for pages and for the rooms above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from koopset.apps.organisations.models import BankAccount, Organisation, RoleAssignment
from koopset.apps.organisations.permissions import OrganisationRight
from koopset.apps.people.selectors import PersonCard, card_seen_in
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.once import asked_once
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """A body as the rooms above see it."""

    id: int
    form: str
    name_short: str
    name_full: str
    inn: str
    kpp: str
    ogrn: str
    oktmo: str
    address: str
    email: str
    phone: str
    is_verified: bool
    has_flats: bool


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom a printed code pays. Only confirmed requisites of a verified body come here."""

    name: str
    inn: str
    kpp: str
    account: str
    bic: str
    bank_name: str
    correspondent: str
    oktmo: str
    bank_account_id: int


@dataclass(frozen=True, slots=True)
class BankAccountRow:
    """A bank account on the page of the organisation; `confirmable` says whether this actor may confirm it."""

    id: int
    number: str
    bic: str
    bank_name: str
    correspondent: str
    title: str
    is_main: bool
    is_confirmed: bool
    confirmed_at: datetime | None
    closed_on: date | None
    entered_by: int | None
    created_at: datetime
    confirmable: bool
    entered_by_me: bool


@dataclass(frozen=True, slots=True)
class RoleRow:
    """An office and who holds it; `holds` on the asked date."""

    id: int
    role: str
    role_name: str
    person: PersonCard
    for_person: PersonCard | None
    valid_from: date
    valid_to: date | None
    basis: str
    holds: bool


def holding(on: date) -> Q:
    """Assignments that hold on the date; both ends included."""
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))


@asked_once
def organisation_card(organisation_id: int) -> OrganisationCard:
    """Raises Organisation.DoesNotExist. Asks no right: names and requisites are public to whoever has reached the body."""
    row = Organisation.objects.get(tenant_id=organisation_id)
    return OrganisationCard(
        id=row.tenant_id,
        form=row.form,
        name_short=row.name_short,
        name_full=row.name_full,
        inn=row.inn,
        kpp=row.kpp,
        ogrn=row.ogrn,
        oktmo=row.oktmo,
        address=row.address,
        email=row.email,
        phone=row.phone,
        is_verified=row.verified_at is not None,
        has_flats=row.has_flats,
    )


def organisation_names(organisation_ids: Iterable[int]) -> dict[int, str]:
    """Short names by key."""
    ids = sorted(set(organisation_ids))
    if len(ids) == 1:  # the usual person's: the page has asked for the same card, or will
        card = organisation_card_or_none(ids[0])
        return {card.id: card.name_short} if card else {}
    with across_tenants("names of bodies are public"):
        return dict(Organisation.objects.filter(tenant_id__in=ids).values_list("tenant_id", "name_short"))


def organisation_card_or_none(organisation_id: int) -> OrganisationCard | None:
    """The same as organisation_card, None where there is no such body."""
    try:
        return organisation_card(organisation_id)
    except Organisation.DoesNotExist:
        return None


def own_accounts(organisation_id: int) -> dict[str, int]:
    """number → key of every bank account of the body, closed ones too: an old statement names them."""
    return dict(
        BankAccount.objects.filter(organisation_id=organisation_id).order_by("pk").values_list("number", "pk")
    )


def payee_for_codes(organisation_id: int, bank_account_id: int | None = None) -> Payee:
    """Requisites for printed codes: the named account, else the main one, else the oldest confirmed (architecture, decision 13).

    Raises organisations.not_verified, organisations.no_confirmed_account.
    """
    body = Organisation.objects.get(tenant_id=organisation_id)
    if body.verified_at is None:
        raise RuleViolation("organisations.not_verified", name=body.name_short)
    accounts = BankAccount.objects.filter(
        organisation_id=organisation_id, confirmed_at__isnull=False, closed_on__isnull=True
    )
    if bank_account_id is not None:
        accounts = accounts.filter(pk=bank_account_id)
    account = accounts.order_by("-is_main", "pk").first()
    if account is None:
        raise RuleViolation("organisations.no_confirmed_account", name=body.name_short)
    return Payee(
        name=body.name_short,
        inn=body.inn,
        kpp=body.kpp,
        account=account.number,
        bic=account.bic,
        bank_name=account.bank_name,
        correspondent=account.correspondent,
        oktmo=body.oktmo,
        bank_account_id=account.pk,
    )


def bank_accounts(actor: Actor, organisation_id: int) -> list[BankAccountRow]:
    """All bank accounts, the main one first. Raises Forbidden."""
    actor.require(OrganisationRight.ORGANISATION_VIEW, organisation_id)
    confirms = actor.can(OrganisationRight.BANK_ACCOUNT_CONFIRM, organisation_id)
    return [
        BankAccountRow(
            id=row.pk,
            number=row.number,
            bic=row.bic,
            bank_name=row.bank_name,
            correspondent=row.correspondent,
            title=row.title,
            is_main=row.is_main,
            is_confirmed=row.is_confirmed,
            confirmed_at=row.confirmed_at,
            closed_on=row.closed_on,
            entered_by=row.entered_by,
            created_at=row.created_at,
            confirmable=confirms
            and not row.is_confirmed
            and row.closed_on is None
            and row.entered_by != actor.login_id,
            entered_by_me=row.entered_by is not None and row.entered_by == actor.login_id,
        )
        for row in BankAccount.objects.filter(organisation_id=organisation_id).order_by("-is_main", "pk")
    ]


def role_rows(actor: Actor, organisation_id: int, on: date) -> list[RoleRow]:
    """Offices of the body, those that hold on the date first, then the past, latest first. Raises Forbidden."""
    actor.require(OrganisationRight.ROLE_VIEW, organisation_id)
    rows = list(
        RoleAssignment.objects.filter(organisation_id=organisation_id)
        .select_related("person", "for_person")
        .order_by("-valid_from", "pk")
    )
    order = {
        role: index
        for index, role in enumerate(
            ("chair", "board", "accountant", "treasurer", "auditor", "staff", "representative")
        )
    }
    found = [
        RoleRow(
            id=row.pk,
            role=row.role,
            role_name=str(row.get_role_display()),
            person=person,
            for_person=card_seen_in(row.for_person, organisation_id),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            basis=row.basis,
            holds=row.valid_from <= on and (row.valid_to is None or row.valid_to >= on),
        )
        for row in rows
        if (person := card_seen_in(row.person, organisation_id)) is not None
    ]
    return sorted(found, key=lambda row: (not row.holds, order.get(row.role, 9)))


def organisations_of(actor: Actor) -> list[OrganisationCard]:
    """Bodies in which the actor has a role, by name; the operator sees all."""
    with across_tenants("the bodies of one's own roles; the operator runs all of them"):
        rows = Organisation.objects.order_by("name_short", "pk")
        if not actor.is_operator:
            rows = rows.filter(tenant_id__in=actor.organisation_ids)
        ids = list(rows.values_list("pk", flat=True))
    return [organisation_card(pk) for pk in ids]


def any_organisation() -> bool:
    """Whether any organisation exists at all."""
    return Organisation.objects.exists()


def organisations_named(names: Iterable[str]) -> dict[str, int]:
    """Short name → key, of those that exist."""
    return dict(
        Organisation.objects.filter(name_short__in=list(names)).values_list("name_short", "tenant_id")
    )
