"""Pilot groups of a district."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from koopset.apps.joining.models import PilotGroup, PilotMember
from koopset.apps.joining.permissions import JoiningRight
from koopset.apps.joining.selectors import needs_district
from koopset.apps.places.selectors import bodies_in
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


@service(JoiningRight.GROUP_EDIT)
def group_create(*, actor: Actor, district_id: int, name: str, aim: str = "", now: datetime) -> PilotGroup:
    """A group of a district. Raises joining.no_name, joining.group_known; Forbidden outside one's districts."""
    needs_district(actor, district_id)
    clean = " ".join(name.split())[:120]
    if not clean:
        raise RuleViolation("joining.no_name", field="name")
    try:
        with transaction.atomic():
            return PilotGroup.objects.create(
                territory_id=district_id, name=clean, aim=" ".join(aim.split())[:300], created_at=now
            )
    except IntegrityError as error:
        raise RuleViolation("joining.group_known", field="name") from error


def _group(actor: Actor, group_id: int) -> PilotGroup:
    group = PilotGroup.objects.select_for_update().filter(pk=group_id).first()
    if group is None:
        raise RuleViolation("joining.unknown_group")
    needs_district(actor, group.territory_id)
    return group


@service(JoiningRight.GROUP_EDIT)
def group_member_add(*, actor: Actor, group_id: int, body_id: int, now: datetime) -> PilotMember:
    """Take a settlement of the same district into the group.

    Raises joining.unknown_group, joining.unknown_body, joining.in_group; Forbidden outside one's districts.
    """
    group = _group(actor, group_id)
    if body_id not in {place.organisation_id for place in bodies_in([group.territory_id])}:
        raise RuleViolation("joining.unknown_body", field="body_id")
    row, is_new = PilotMember.objects.get_or_create(
        organisation_id=body_id, group=group, defaults={"added_at": now}
    )
    if not is_new:
        raise RuleViolation("joining.in_group", field="body_id")
    return row


@service(JoiningRight.GROUP_EDIT)
def group_member_remove(*, actor: Actor, group_id: int, body_id: int, now: datetime) -> None:
    """Take a settlement out of the group.

    Raises joining.unknown_group, joining.unknown_body; Forbidden outside one's districts.
    """
    group = _group(actor, group_id)
    gone, _rows = PilotMember.objects.filter(organisation_id=body_id, group=group).delete()
    if not gone:
        raise RuleViolation("joining.unknown_body", field="body_id")
