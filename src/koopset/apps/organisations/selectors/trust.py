"""Whether a body may act in its own name, and what its authority was proved by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min
from django.utils import timezone

from koopset.apps.organisations.formats.legal_form import legal_form
from koopset.apps.organisations.models import BankAccount, Organisation, Verification
from koopset.apps.organisations.permissions import OrganisationRight
from koopset.apps.organisations.rules import Trust, trust_on
from koopset.apps.organisations.selectors.bodies import body_row, is_legal_person
from koopset.foundation.rights.actors import Actor
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.violations import RuleViolation


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
    act_number: str
    act_on: date | None
    act_by: str
    how_name: str
    note: str
    checked_by: int | None
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class TrustFacts:
    """What numbers and steps of joining are counted from: no names of people, no accounts. `collects`: it is a legal person."""

    id: int
    name: str
    form: str
    created_at: datetime
    is_verified: bool
    verified_at: datetime | None
    bank_at: datetime | None
    collects: bool = True


def require_verified(organisation_id: int, *, now: datetime | None = None) -> Organisation:
    """Is the chair of today verified (K11)? Raises organisations.not_verified, organisations.verification_lapsed."""
    body = body_row(organisation_id)
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


def require_collecting(organisation_id: int, *, now: datetime | None = None) -> Organisation:
    """The one question of whatever makes people owe, asks them to pay or takes their money in a body's name (K11): its chair of today is
    verified, and it is a legal person, so there is an account of its own to pay to.

    Raises what require_verified raises, and organisations.no_legal_person.
    """
    return _legal_person(require_verified(organisation_id, now=now))


def require_money_of_its_own(organisation_id: int) -> Organisation:
    """The question of whatever enters money that came to the body's bank account by itself: the body was verified once.

    A term that ended does not stop it: the money is there, and the books must say so. Raises organisations.not_verified,
    organisations.no_legal_person.
    """
    body = body_row(organisation_id)
    if body.verified_at is None:
        raise RuleViolation("organisations.not_verified", name=body.name_short)
    return _legal_person(body)


def _legal_person(body: Organisation) -> Organisation:
    if not is_legal_person(body.form, body.inn):
        rule = legal_form(body.form).rule("legal-person", date.max)
        raise RuleViolation(
            "organisations.no_legal_person", name=body.name_short, article=rule.source.article if rule else ""
        )
    return body


def collecting_refused(organisation_id: int, *, now: datetime | None = None) -> RuleViolation | None:
    """Why nothing may be charged or collected in the body's name today, for a page that says it beforehand; None when it may be."""
    try:
        require_collecting(organisation_id, now=now)
    except RuleViolation as violation:
        return violation
    return None


#: A chair is checked once in years: what is older stands in the history.
SHOWN = 30


def verifications(actor: Actor, organisation_id: int) -> list[VerificationRow]:
    """Checks of the chairs' authority, the latest first. Raises Forbidden."""
    actor.require(OrganisationRight.ROLE_VIEW, organisation_id)
    rows = (
        Verification.objects.filter(organisation_id=organisation_id)
        .select_related("assignment__person")
        .order_by("-checked_at", "-pk")[:SHOWN]
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
            act_number=row.act_number,
            act_on=row.act_on,
            act_by=row.act_by,
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
                collects=is_legal_person(row.form, row.inn),
            )
            for row in bodies.iterator()
        }


def how_choices(*, legal_person: bool = True) -> list[tuple[str, str]]:
    """Ways of checking the papers, for a form: the state register knows legal persons alone."""
    return [
        (value, str(label))
        for value, label in Verification.How.choices
        if legal_person or value != Verification.How.REGISTER.value
    ]
