"""Bodies: their cards and names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from koopset.apps.organisations.formats.legal_form import legal_form
from koopset.apps.organisations.models import Organisation
from koopset.apps.organisations.rules import Trust, trust_on
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.once import asked_once, keep_answer
from koopset.foundation.tenants.guard import across_tenants


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """A body as the rooms above see it; `is_verified` today, `verified_until` the last day of the verified chair's term.

    One that is no legal person (a ТОС by its charter, a group of buyers by its agreement) has no account in a bank and collects nothing.
    """

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
    is_legal_person: bool = True
    is_by_agreement: bool = False


@asked_once
def body_row(organisation_id: int) -> Organisation:
    """The row behind the card, read once a page whoever asks; not to be written. Raises Organisation.DoesNotExist."""
    return Organisation.objects.get(tenant_id=organisation_id)


def organisation_card(organisation_id: int) -> OrganisationCard:
    """Raises Organisation.DoesNotExist. Asks no right: names and requisites are public to whoever has reached the body."""
    return _card(body_row(organisation_id))


def _card(row: Organisation) -> OrganisationCard:
    form = legal_form(row.form)
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
        has_flats=form.has_flats,
        trust=trust.value,
        verified_until=row.verified_until,
        is_legal_person=is_legal_person(row.form, row.inn),
        is_by_agreement=form.is_by_agreement,
    )


def is_legal_person(form: str, inn: str) -> bool:
    """A body with an ИНН is a legal person; one without is none where its form lets it be so."""
    return bool(inn) or not legal_form(form).may_be_no_legal_person


def organisation_names(organisation_ids: Iterable[int]) -> dict[int, str]:
    """Short names by key."""
    ids = sorted(set(organisation_ids))
    if len(ids) == 1:  # the usual person's: the page has asked for the same card, or will
        card = organisation_card_or_none(ids[0])
        return {card.id: card.name_short} if card else {}
    with across_tenants("names of bodies are public"):
        return dict(Organisation.objects.filter(tenant_id__in=ids).values_list("tenant_id", "name_short"))


def names_and_forms(organisation_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Short name and code of the legal form by key."""
    ids = sorted(set(organisation_ids))
    if len(ids) == 1:
        card = organisation_card_or_none(ids[0])
        return {card.id: (card.name_short, card.form)} if card else {}
    with across_tenants("names of bodies are public"):
        rows = list(Organisation.objects.filter(tenant_id__in=ids))
    for row in rows:  # the page will ask for the card of one of them
        keep_answer(body_row, row, row.tenant_id)
    return {row.tenant_id: (row.name_short, row.form) for row in rows}


def organisation_card_or_none(organisation_id: int) -> OrganisationCard | None:
    """The same as organisation_card, None where there is no such body."""
    try:
        return organisation_card(organisation_id)
    except Organisation.DoesNotExist:
        return None


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


def inn_is_taken(inn: str) -> bool:
    """Whether a body of the platform has this number."""
    with across_tenants("whether any body has this number already"):
        return bool(inn) and Organisation.objects.filter(inn=inn).exists()
