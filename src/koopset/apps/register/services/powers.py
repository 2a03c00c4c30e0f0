"""Powers of attorney: entered by the office from the paper, revoked by the principal or the office (ГК art. 185-188)."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from koopset.apps.people.selectors import persons_by_ids
from koopset.apps.register.models import Ownership, PowerOfAttorney
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import POWERS, months_after
from koopset.apps.register.selectors.powers import POWER_FILE
from koopset.apps.register.services.rows import check_alive, check_date, check_files
from koopset.foundation.notifications.services import notify
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

TOPIC = "register.power"


@service(RegisterRight.POWER_EDIT)
def power_record(
    *,
    actor: Actor,
    organisation_id: int,
    principal_id: int,
    agent_id: int,
    kind: str,
    number: str = "",
    issued_on: date,
    valid_to: date | None = None,
    scope: frozenset[str],
    file_id: int | None = None,
    now: datetime,
) -> PowerOfAttorney:
    """Enter a power of attorney. Without a term it holds a year (ГК art. 186). The principal owns here; what an agent was given is not
    given on, so a power by somebody else's power is not entered.

    Raises people.unknown, register.power_self, register.power_kind, register.power_scope, register.power_no_number,
    register.power_principal_no_owner, register.future_date, register.bad_date, register.power_dates, register.power_known,
    register.person_died, register.unknown_file.
    """
    check_date(issued_on, timezone.localdate(now), "issued_on")
    if principal_id == agent_id:
        raise RuleViolation("register.power_self", field="agent")
    wanted = {principal_id, agent_id}
    if wanted - set(persons_by_ids(wanted, organisation_id=organisation_id)):
        raise RuleViolation("people.unknown", field="principal")
    if kind not in PowerOfAttorney.Kind.values:
        raise RuleViolation("register.power_kind", field="kind")
    if not scope or not scope <= POWERS:
        raise RuleViolation("register.power_scope", field="scope")
    clean = " ".join(number.split())[:60]
    if kind == PowerOfAttorney.Kind.NOTARIAL and not clean:
        raise RuleViolation("register.power_no_number", field="number")
    check_alive(organisation_id, [principal_id, agent_id], "principal")
    if not Ownership.objects.filter(
        organisation_id=organisation_id, person_id=principal_id, valid_to__isnull=True
    ).exists():
        raise RuleViolation("register.power_principal_no_owner", field="principal")
    until = months_after(issued_on, 12) if valid_to is None else valid_to
    if until < issued_on:
        raise RuleViolation("register.power_dates", field="valid_to")
    if file_id is not None:
        check_files(organisation_id, [file_id], POWER_FILE)
    twin = PowerOfAttorney.objects.select_for_update().filter(
        organisation_id=organisation_id,
        principal_id=principal_id,
        agent_id=agent_id,
        issued_on=issued_on,
        number=clean,
        revoked_on__isnull=True,
    )
    if twin.exists():
        raise RuleViolation("register.power_known", field="number")
    row = PowerOfAttorney.objects.create(
        organisation_id=organisation_id,
        principal_id=principal_id,
        agent_id=agent_id,
        kind=kind,
        number=clean,
        issued_on=issued_on,
        valid_to=until,
        file_id=file_id,
        created_at=now,
        **{f"may_{name}": name in scope for name in sorted(POWERS)},
    )
    return row


@service(None)
def power_revoke(
    *, actor: Actor, organisation_id: int, power_id: int, on: date | None = None, now: datetime
) -> PowerOfAttorney:
    """The power ends: the principal revokes it today by a press; the office enters a revocation on paper by its day.
    From that day the power does not hold.

    The principal alone, not another agent, revokes as the principal; the office holds power:edit.
    Raises register.unknown_power, register.power_revoked, register.future_date, register.power_dates.
    """
    row = (
        PowerOfAttorney.objects.select_for_update()
        .filter(organisation_id=organisation_id, pk=power_id)
        .first()
    )
    own = row is not None and row.principal_id in actor.person_ids
    if not own:
        actor.require(RegisterRight.POWER_EDIT, organisation_id)
    if row is None:
        raise RuleViolation("register.unknown_power")
    today = timezone.localdate(now)
    day = today if own or on is None else on
    check_date(day, today, "on")
    if row.revoked_on is not None or row.valid_to < day:
        raise RuleViolation("register.power_revoked", on=row.revoked_on or row.valid_to)
    if day < row.issued_on:
        raise RuleViolation("register.power_dates", field="on")
    row.revoked_on = day
    row.save()
    card = persons_by_ids([row.principal_id], organisation_id=organisation_id).get(row.principal_id)
    notify(
        organisation_id=organisation_id,
        topic=TOPIC,
        title=f"Доверенность отозвана: {card.short_name if card else ''}".strip(),
        person_ids=[row.agent_id],
        now=now,
    )
    return row
