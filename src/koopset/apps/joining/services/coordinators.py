"""Appointments of coordinators by the operator."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.joining.models import Coordinator
from koopset.apps.joining.permissions import JoiningRight
from koopset.apps.people.selectors import login_by_email
from koopset.apps.people.services import coordinator_mark_for_room
from koopset.apps.places.selectors import territory
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


@service(JoiningRight.COORDINATOR_APPOINT)
def coordinator_appoint(
    *,
    actor: Actor,
    email: str,
    name: str,
    territory_id: int,
    valid_from: date,
    valid_to: date | None = None,
    basis: str,
    now: datetime,
) -> Coordinator:
    """Appoint the owner of a login to a district or a region.

    Raises joining.unknown_login, joining.no_name, joining.no_basis, joining.not_a_district, joining.dates_out_of_order,
    joining.appointed_already.
    """
    login_id = login_by_email(email)
    if login_id is None:
        raise RuleViolation("joining.unknown_login", field="email")
    clean, reason = " ".join(name.split())[:160], " ".join(basis.split())[:300]
    if not clean:
        raise RuleViolation("joining.no_name", field="name")
    if not reason:
        raise RuleViolation("joining.no_basis", field="basis")
    node = territory(territory_id)
    if node is None or node.level not in ("district", "region"):
        raise RuleViolation("joining.not_a_district", field="territory_id")
    if valid_to is not None and valid_to < valid_from:
        raise RuleViolation("joining.dates_out_of_order", field="valid_to")
    held = (
        Coordinator.objects.select_for_update()
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from), login_id=login_id, territory=node)
        .first()
    )
    if held is not None and (valid_to is None or held.valid_from <= valid_to):
        raise RuleViolation("joining.appointed_already", field="email", since=held.valid_from)
    row = Coordinator.objects.create(
        login_id=login_id,
        name=clean,
        territory=node,
        valid_from=valid_from,
        valid_to=valid_to,
        basis=reason,
        appointed_by=actor.login_id,
    )
    coordinator_mark_for_room(login_id=login_id)
    with override("ru"):
        notify(
            organisation_id=None,
            login_ids=[login_id],
            topic="joining.coordinator",
            title=_("You are the coordinator: %(place)s") % {"place": node.name},
            text=_("Your cabinet shows where each settlement is stuck and whom to help."),
            link="/",
            email=True,
            now=now,
        )
    return row


@service(JoiningRight.COORDINATOR_APPOINT)
def coordinator_end(*, actor: Actor, coordinator_id: int, on: date, now: datetime) -> Coordinator:
    """The appointment holds until `on`, that day included.

    Raises joining.unknown_coordinator, joining.appointment_ended, joining.dates_out_of_order.
    """
    row = Coordinator.objects.select_for_update().filter(pk=coordinator_id).first()
    if row is None:
        raise RuleViolation("joining.unknown_coordinator")
    if row.valid_to is not None and row.valid_to < timezone.localdate(now):
        raise RuleViolation("joining.appointment_ended", until=row.valid_to)
    if on < row.valid_from:
        raise RuleViolation("joining.dates_out_of_order", field="on")
    row.valid_to = on
    row.save()
    return row
