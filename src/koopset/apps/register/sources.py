"""What this room tells the engine of rights: residents are those who own, members are those admitted, representatives act by a power."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from koopset.apps.register.models import Membership, Ownership, PowerOfAttorney
from koopset.apps.register.selectors import holding
from koopset.apps.register.selectors.powers import in_force
from koopset.apps.register.services import admission, notices, powers
from koopset.foundation.notifications.addresses import register_topic
from koopset.foundation.rights.actors import Grant, register_grant_rows, register_role_source
from koopset.foundation.rights.roles import Role


class OwnersAndMembers:
    def grants_of(self, *, login_id: int, person_ids: frozenset[int], on: date) -> Iterable[Grant]:
        return ()  # its roles are rows: see grant_rows

    def persons_with(self, *, role: Role, organisation_id: int, on: date) -> Iterable[int]:
        if role is Role.REPRESENTATIVE:
            given = PowerOfAttorney.objects.filter(
                in_force(on), opens_papers, organisation_id=organisation_id
            )
            return sorted(set(given.values_list("agent_id", flat=True)))
        source = {Role.RESIDENT: own_shares(), Role.MEMBER: Membership.objects.all()}.get(role)
        if source is None:
            return []
        rows = source.filter(holding(on), organisation_id=organisation_id)
        return sorted(set(rows.values_list("person_id", flat=True)))  # type: ignore[misc]


def own_shares() -> QuerySet[Ownership]:
    """Shares of the living: an estate makes nobody a resident."""
    return Ownership.objects.exclude(right=Ownership.Right.ESTATE)


#: Powers that make a representative: to vote or to sign for somebody is no reason to read that person's charges.
opens_papers = Q(may_papers=True) | Q(may_pay=True)


def grant_rows(*, person_ids: frozenset[int], on: date) -> Iterable[QuerySet[Any, Any]]:
    """Plots and memberships of one's own cards, and powers of attorney given to them."""
    own = [
        rows.filter(holding(on), person_id__in=person_ids)
        .annotate(of=Value(role.value), nobody=Cast(Value(None), BigIntegerField()))
        .values_list("organisation_id", "of", "nobody")
        for rows, role in ((own_shares(), Role.RESIDENT), (Membership.objects.all(), Role.MEMBER))
    ]
    given = (
        PowerOfAttorney.objects.filter(in_force(on), opens_papers, agent_id__in=person_ids)
        .annotate(of=Value(Role.REPRESENTATIVE.value))
        .values_list("organisation_id", "of", "principal_id")
    )
    return [*own, given]


def register() -> None:
    register_topic(notices.TOPIC, _("notices with proof"))
    register_topic(admission.TOPIC, _("membership"))
    register_topic(powers.TOPIC, _("powers of attorney"))
    register_grant_rows(grant_rows)
    register_role_source(OwnersAndMembers())
