"""What this room tells the engine of rights: residents are those who own, members are those admitted, representatives act by a power.

And what programs outside may hear of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from koopset.apps.register import events
from koopset.apps.register.models import Membership, Ownership, PowerOfAttorney
from koopset.apps.register.selectors import holding
from koopset.apps.register.selectors.powers import in_force
from koopset.apps.register.services import admission, notices, powers
from koopset.foundation.access.schemas import Out
from koopset.foundation.notifications import Channel, register_topic
from koopset.foundation.rights.actors import Grant, register_grant_rows, register_role_source
from koopset.foundation.rights.roles import Role
from koopset.foundation.webhooks.catalogue import tell_outside


class UnitTransferredOut(Out):
    unit_id: int
    on: date


class RegisterLoadedOut(Out):
    count: int


class MembershipChangedOut(Out):
    person_id: int
    on: date


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
        .values_list("organisation_id", "of", "nobody", "organisation__kind")
        for rows, role in ((own_shares(), Role.RESIDENT), (Membership.objects.all(), Role.MEMBER))
    ]
    given = (
        PowerOfAttorney.objects.filter(in_force(on), opens_papers, agent_id__in=person_ids)
        .annotate(of=Value(Role.REPRESENTATIVE.value))
        .values_list("organisation_id", "of", "principal_id", "organisation__kind")
    )
    return [*own, given]


def register() -> None:
    register_topic(
        notices.TOPIC,
        _("notices with proof"),
        kept=(Channel.APP, Channel.MAIL),
        reason=_("The law asks that you are told, and terms count from it."),
    )
    register_topic(admission.TOPIC, _("membership"))
    register_topic(powers.TOPIC, _("powers of attorney"))
    register_grant_rows(grant_rows)
    register_role_source(OwnersAndMembers())
    tell_outside(
        events.UnitTransferred,
        "unit.transferred",
        _("A plot or a flat has other owners"),
        data=UnitTransferredOut,
        make=lambda one: {"unit_id": one.unit_id, "on": one.on},
        links=lambda one: {"unit": f"/api/v1/o/{one.organisation_id}/units/{one.unit_id}"},
    )
    tell_outside(
        events.RegisterLoaded,
        "register.loaded",
        _("Plots or flats are loaded into the register from a file"),
        data=RegisterLoadedOut,
        make=lambda one: {"count": len(one.unit_ids)},
        links=lambda one: {"units": f"/api/v1/o/{one.organisation_id}/units"},
    )
    tell_outside(
        events.MembershipChanged,
        "membership.changed",
        _("A person became a member or ceased to be one"),
        data=MembershipChangedOut,
        make=lambda one: {"person_id": one.person_id, "on": one.on},
        links=lambda one: {
            "memberships": f"/api/v1/o/{one.organisation_id}/persons/{one.person_id}/memberships"
        },
    )
