"""Who holds which office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst

from koopset.apps.organisations.models import Organisation, RoleAssignment
from koopset.apps.organisations.permissions import OrganisationRight
from koopset.apps.organisations.selectors.bodies import organisation_card_or_none
from koopset.apps.organisations.selectors.forms import office_name
from koopset.apps.people.selectors import PersonCard, card_seen_in
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.roles import Role
from koopset.foundation.tenants.guard import across_tenants


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


def role_rows(actor: Actor, organisation_id: int, on: date) -> list[RoleRow]:
    """Offices of the body, those that hold on the date first, then the past, latest first. Raises Forbidden."""
    actor.require(OrganisationRight.ROLE_VIEW, organisation_id)
    rows = list(
        RoleAssignment.objects.filter(organisation_id=organisation_id)
        .select_related("person", "for_person")
        .order_by("-valid_from", "pk")
    )
    card = organisation_card_or_none(organisation_id)
    form = card.form if card else ""
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
            role_name=capfirst(office_name(form, row.role)),
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


def bodies_led_by(login_id: int, form: str) -> dict[int, str]:
    """Short names by key of the bodies of a form whose chair today is the person behind a login. Asks no right: it is told of oneself."""
    with across_tenants("which bodies a person leads, whichever they are; told to that person"):
        led = RoleAssignment.objects.filter(
            holding(timezone.localdate()), role=Role.CHAIR.value, person__login_id=login_id
        )
        rows = Organisation.objects.filter(form=form, pk__in=led.values("organisation_id")).order_by("pk")
        return dict(rows.values_list("tenant_id", "name_short"))
