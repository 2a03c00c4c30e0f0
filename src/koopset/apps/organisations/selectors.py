"""Reading of bodies for pages and for the rooms above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min, Q
from django.utils import timezone

from koopset.apps.organisations.models import (
    BankAccount,
    BankChange,
    Organisation,
    RoleAssignment,
    Verification,
)
from koopset.apps.organisations.permissions import OrganisationRight
from koopset.apps.organisations.rules import ChangeState, Trust, change_state, trust_on
from koopset.apps.people.selectors import PersonCard, card_seen_in
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.once import asked_once
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """A body as the rooms above see it; `is_verified` today, `verified_until` the last day of the verified chair's term."""

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
    trust: str = "never"
    verified_until: date | None = None


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
    is_effective: bool
    confirmed_at: datetime | None
    effective_from: datetime | None
    closed_on: date | None
    entered_by: int | None
    created_at: datetime
    confirmable: bool
    entered_by_me: bool


@dataclass(frozen=True, slots=True)
class BankChangeRow:
    """A change of where money goes. `confirmable` and `stoppable` are said of the asking actor; `asked_by_me` too."""

    id: int
    account_id: int
    number: str
    bank_name: str
    bic: str
    for_fees: bool
    is_new: bool
    state: str
    asked_at: datetime
    confirmed_at: datetime | None
    effective_from: datetime | None
    stopped_at: datetime | None
    stop_word: str
    confirmable: bool
    stoppable: bool
    asked_by_me: bool


@dataclass(frozen=True, slots=True)
class VerificationRow:
    """What was checked of a chair's authority. `chair` is the short name on the card of the body."""

    id: int
    chair: str
    since: date
    until: date | None
    minutes_number: str
    minutes_on: date
    extract_number: str
    extract_on: date | None
    how_name: str
    note: str
    checked_by: int | None
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class TrustFacts:
    """What numbers and steps of joining are counted from: no names of people, no accounts."""

    id: int
    name: str
    form: str
    created_at: datetime
    is_verified: bool
    verified_at: datetime | None
    bank_at: datetime | None


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
    return _card(Organisation.objects.get(tenant_id=organisation_id))


def _card(row: Organisation) -> OrganisationCard:
    trust = trust_on(timezone.localdate(), verified_at=row.verified_at, verified_until=row.verified_until)
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
        is_verified=trust is Trust.VERIFIED,
        has_flats=row.has_flats,
        trust=trust.value,
        verified_until=row.verified_until,
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


def require_verified(organisation_id: int, *, now: datetime | None = None) -> Organisation:
    """The one question of whatever issues or collects in a body's name (K11): is the chair of today verified?

    Raises organisations.not_verified, organisations.verification_lapsed.
    """
    body = Organisation.objects.get(tenant_id=organisation_id)
    trust = trust_on(
        timezone.localdate(now), verified_at=body.verified_at, verified_until=body.verified_until
    )
    if trust is Trust.NEVER:
        raise RuleViolation("organisations.not_verified", name=body.name_short)
    if trust is Trust.LAPSED:
        raise RuleViolation(
            "organisations.verification_lapsed", name=body.name_short, until=body.verified_until
        )
    return body


def account_for_fees(accounts: Iterable[BankAccount], now: datetime) -> BankAccount | None:
    """Of the accounts in effect, the one on which fees are collected at the moment: the latest of those chosen for them."""
    chosen = [
        (row.main_from, row.pk, row)
        for row in accounts
        if row.is_effective(now) and row.main_from is not None and row.main_from <= now
    ]
    return max(chosen)[2] if chosen else None


def payee_for_codes(
    organisation_id: int, bank_account_id: int | None = None, *, now: datetime | None = None
) -> Payee:
    """Requisites for printed codes: the named account, else the one for fees, else the oldest in effect (architecture, decision 13).

    A change that two people made but whose moment has not come changes nothing here.
    Raises organisations.not_verified, organisations.verification_lapsed, organisations.no_confirmed_account.
    """
    moment = now or timezone.now()
    body = require_verified(organisation_id, now=moment)
    accounts = [
        row
        for row in BankAccount.objects.filter(
            organisation_id=organisation_id, effective_from__lte=moment, closed_on__isnull=True
        ).order_by("pk")
        if bank_account_id in (None, row.pk)
    ]
    account = account_for_fees(accounts, moment) or next(iter(accounts), None)
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


def bank_accounts(actor: Actor, organisation_id: int, *, now: datetime | None = None) -> list[BankAccountRow]:
    """All bank accounts, the one for fees first. Raises Forbidden."""
    actor.require(OrganisationRight.ORGANISATION_VIEW, organisation_id)
    confirms = actor.can(OrganisationRight.BANK_ACCOUNT_CONFIRM, organisation_id)
    moment = now or timezone.now()
    rows = list(BankAccount.objects.filter(organisation_id=organisation_id).order_by("pk"))
    main = account_for_fees(rows, moment)
    found = [
        BankAccountRow(
            id=row.pk,
            number=row.number,
            bic=row.bic,
            bank_name=row.bank_name,
            correspondent=row.correspondent,
            title=row.title,
            is_main=row == main,
            is_confirmed=row.is_confirmed,
            is_effective=row.is_effective(moment),
            confirmed_at=row.confirmed_at,
            effective_from=row.effective_from,
            closed_on=row.closed_on,
            entered_by=row.entered_by,
            created_at=row.created_at,
            confirmable=confirms
            and not row.is_confirmed
            and row.closed_on is None
            and row.entered_by != actor.login_id,
            entered_by_me=row.entered_by is not None and row.entered_by == actor.login_id,
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: not row.is_main)


#: A body changes its bank once in years: what is older than this many changes stands in the history.
CHANGES_SHOWN = 30


def bank_changes(actor: Actor, organisation_id: int, *, now: datetime | None = None) -> list[BankChangeRow]:
    """Changes of where money goes, the latest first. Raises Forbidden."""
    actor.require(OrganisationRight.ORGANISATION_VIEW, organisation_id)
    confirms = actor.can(OrganisationRight.BANK_ACCOUNT_CONFIRM, organisation_id)
    objects = actor.can(OrganisationRight.BANK_CHANGE_OBJECT, organisation_id)
    moment = now or timezone.now()
    rows = (
        BankChange.objects.filter(organisation_id=organisation_id)
        .select_related("account")
        .order_by("-asked_at", "-pk")[:CHANGES_SHOWN]
    )
    found = []
    for row in rows:
        state = change_state(moment, effective_from=row.effective_from, stopped_at=row.stopped_at)
        mine = row.asked_by is not None and row.asked_by == actor.login_id
        found.append(
            BankChangeRow(
                id=row.pk,
                account_id=row.account_id,
                number=row.account.number,
                bank_name=row.account.bank_name,
                bic=row.account.bic,
                for_fees=row.for_fees,
                is_new=row.account.effective_from == row.effective_from,
                state=state.value,
                asked_at=row.asked_at,
                confirmed_at=row.confirmed_at,
                effective_from=row.effective_from,
                stopped_at=row.stopped_at,
                stop_word=row.stop_word,
                confirmable=confirms and state is ChangeState.ASKED and not mine,
                stoppable=objects and state in (ChangeState.ASKED, ChangeState.COUNTING),
                asked_by_me=mine,
            )
        )
    return found


def pending_change(
    actor: Actor, organisation_id: int, *, now: datetime | None = None
) -> BankChangeRow | None:
    """The change that waits for a second person or whose clock runs; there is one at most. Raises Forbidden."""
    pending = (ChangeState.ASKED, ChangeState.COUNTING)
    return next((row for row in bank_changes(actor, organisation_id, now=now) if row.state in pending), None)


def verifications(actor: Actor, organisation_id: int) -> list[VerificationRow]:
    """Checks of the chairs' authority, the latest first. Raises Forbidden."""
    actor.require(OrganisationRight.ROLE_VIEW, organisation_id)
    rows = (
        Verification.objects.filter(organisation_id=organisation_id)
        .select_related("assignment__person")
        .order_by("-checked_at", "-pk")[:CHANGES_SHOWN]
    )
    return [
        VerificationRow(
            id=row.pk,
            chair=row.assignment.person.short_name,
            since=row.assignment.valid_from,
            until=row.assignment.valid_to,
            minutes_number=row.minutes_number,
            minutes_on=row.minutes_on,
            extract_number=row.extract_number,
            extract_on=row.extract_on,
            how_name=str(row.get_how_display()),
            note=row.note,
            checked_by=row.checked_by,
            checked_at=row.checked_at,
        )
        for row in rows
    ]


def trust_facts(organisation_ids: Iterable[int] | None = None, *, now: datetime) -> dict[int, TrustFacts]:
    """Of the named bodies (None: of all), what the steps of joining are counted from. Asks no right: the room that shows it does."""
    with across_tenants("names of bodies and how far they have come; no account, no person"):
        bodies = Organisation.objects.all()
        accounts = BankAccount.objects.filter(effective_from__lte=now)
        if organisation_ids is not None:
            ids = list(organisation_ids)
            bodies, accounts = bodies.filter(pk__in=ids), accounts.filter(organisation_id__in=ids)
        banks = dict(accounts.values_list("organisation_id").annotate(first=Min("effective_from")).order_by())
        today = timezone.localdate(now)
        return {
            row.pk: TrustFacts(
                id=row.pk,
                name=row.name_short,
                form=row.form,
                created_at=row.created_at,
                is_verified=trust_on(today, verified_at=row.verified_at, verified_until=row.verified_until)
                is Trust.VERIFIED,
                verified_at=row.verified_at,
                bank_at=banks.get(row.pk),
            )
            for row in bodies.iterator()
        }


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
    """Bodies in which the actor has a role, by name; the operator sees all. One query, whatever their number."""
    with across_tenants("the bodies of one's own roles; the operator runs all of them"):
        rows = Organisation.objects.order_by("name_short", "pk")
        if not actor.is_operator:
            rows = rows.filter(tenant_id__in=actor.organisation_ids)
        return [_card(row) for row in rows]


def any_organisation() -> bool:
    """Whether any organisation exists at all."""
    return Organisation.objects.exists()


def organisations_named(names: Iterable[str]) -> dict[str, int]:
    """Short name → key, of those that exist."""
    return dict(
        Organisation.objects.filter(name_short__in=list(names)).values_list("name_short", "tenant_id")
    )


def form_name(form: str) -> str:
    """The legal form in words; the code itself where it is not known."""
    return str(dict(Organisation.Form.choices).get(form, form))


def form_choices() -> list[tuple[str, str]]:
    """Legal forms for a form."""
    return [(value, str(label)) for value, label in Organisation.Form.choices]


def how_choices() -> list[tuple[str, str]]:
    """Ways of checking the papers, for a form."""
    return [(value, str(label)) for value, label in Verification.How.choices]


def inn_is_taken(inn: str) -> bool:
    """Whether a body of the platform has this number."""
    with across_tenants("whether any body has this number already"):
        return bool(inn) and Organisation.objects.filter(inn=inn).exists()
