"""What this room tells the engine of rights: residents are those who own, members are those admitted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Value

from koopset.apps.register.models import Membership, Ownership
from koopset.apps.register.selectors import holding
from koopset.foundation.rights.actors import Grant, register_role_source
from koopset.foundation.rights.roles import Role
from koopset.foundation.tenants.guard import across_tenants


class OwnersAndMembers:
    def grants_of(self, *, login_id: int, person_ids: frozenset[int], on: date) -> Iterable[Grant]:
        if not person_ids:
            return []
        with across_tenants("the plots and memberships of one's own cards, wherever they are"):
            own = Ownership.objects.filter(holding(on), person_id__in=person_ids)
            admitted = Membership.objects.filter(holding(on), person_id__in=person_ids)
            found = set(
                own.annotate(of=Value(Role.RESIDENT.value))
                .values_list("organisation_id", "of")
                .union(admitted.annotate(of=Value(Role.MEMBER.value)).values_list("organisation_id", "of"))
            )
        order = (Role.RESIDENT.value, Role.MEMBER.value)
        return [
            Grant(organisation_id, Role(of))
            for organisation_id, of in sorted(found, key=lambda pair: (order.index(pair[1]), pair[0]))
        ]

    def persons_with(self, *, role: Role, organisation_id: int, on: date) -> Iterable[int]:
        source = {Role.RESIDENT: Ownership.objects, Role.MEMBER: Membership.objects}.get(role)
        if source is None:
            return []
        rows = source.filter(holding(on), organisation_id=organisation_id)
        return sorted(set(rows.values_list("person_id", flat=True)))  # type: ignore[misc]


def register() -> None:
    register_role_source(OwnersAndMembers())
