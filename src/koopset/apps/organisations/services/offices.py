"""Offices: who holds which, by which decision, from when till when."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from koopset.apps.organisations.models import Organisation, RoleAssignment, Verification
from koopset.apps.organisations.permissions import OrganisationRight
from koopset.apps.organisations.rules import Term, assignment_checked
from koopset.apps.organisations.selectors import form_name, legal_form
from koopset.apps.people.selectors import persons_by_ids
from koopset.foundation.rights.actors import Actor, ActorKind
from koopset.foundation.rights.roles import ASSIGNABLE, ROLE_NAMES, Role
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


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

    Raises organisations.unknown_role, organisations.role_not_of_form, organisations.chair_by_operator, organisations.no_basis,
    people.unknown, and what `rules.assignment_checked` raises.
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
    body = Organisation.objects.select_for_update().get(tenant_id=organisation_id)
    form = legal_form(body.form)
    if form.office(role) is None:
        raise RuleViolation(
            "organisations.role_not_of_form",
            field="role",
            role=str(ROLE_NAMES[Role(role)]),
            form=form_name(body.form),
        )
    auditors = form.body("auditors")
    held = [
        Term(row.role, row.person_id, row.valid_from, row.valid_to, row.for_person_id)
        for row in RoleAssignment.objects.filter(organisation_id=organisation_id)
    ]
    assignment_checked(
        Term(role, person_id, valid_from, valid_to, for_person_id),
        held,
        article=auditors.source.article if auditors else "",
    )
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
    """The office is held until `on`, that day included. Only the operator ends a chair's; with it ends what the chair's verification gave.

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
    if row.role == Role.CHAIR.value:
        _verification_end(organisation_id, row)
    return row


def _verification_end(organisation_id: int, chair: RoleAssignment) -> None:
    """The verification of this chair ends with the term. One made before checks named a chair is of whoever was the chair."""
    body = Organisation.objects.select_for_update().get(tenant_id=organisation_id)
    latest = (
        Verification.objects.filter(organisation_id=organisation_id).order_by("-checked_at", "-pk").first()
    )
    if body.verified_at is None or (latest is not None and latest.assignment_id != chair.pk):
        return
    body.verified_until = chair.valid_to
    body.save()
