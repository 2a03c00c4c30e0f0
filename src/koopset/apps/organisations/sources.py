"""What this room tells the engine of rights: offices by appointment, what a legal form gives them, and the operator of the platform."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from koopset.apps.organisations.models import RoleAssignment
from koopset.apps.organisations.selectors import holding, legal_form, organisation_names
from koopset.apps.people.ports import register_keeper_names
from koopset.apps.people.selectors import login_is_operator, operator_person_ids
from koopset.foundation.rights.actors import Grant, register_grant_rows, register_role_source
from koopset.foundation.rights.catalogue import register_rights_of_kind
from koopset.foundation.rights.roles import Role


class Appointments:
    def grants_of(self, *, login_id: int, person_ids: frozenset[int], on: date) -> Iterable[Grant]:
        return [Grant(None, Role.OPERATOR)] if login_is_operator(login_id) else []  # offices: see grant_rows

    def persons_with(self, *, role: Role, organisation_id: int, on: date) -> Iterable[int]:
        if role is Role.OPERATOR:
            return operator_person_ids()
        return list(
            RoleAssignment.objects.filter(holding(on), organisation_id=organisation_id, role=role.value)
            .order_by("pk")
            .values_list("person_id", flat=True)
        )


def grant_rows(*, person_ids: frozenset[int], on: date) -> Iterable[QuerySet[Any, Any]]:
    """Offices that one's own cards hold."""
    rows = RoleAssignment.objects.filter(holding(on), person_id__in=person_ids)
    return [rows.values_list("organisation_id", "role", "for_person_id", "organisation__kind")]


@functools.cache
def rights_of_form(form: str) -> Mapping[str, frozenset[Role]]:
    """What a legal form gives its offices beyond the defaults (profiles/*.toml)."""
    found: dict[str, set[Role]] = {}
    for office in legal_form(form).offices:
        for right in office.rights:
            found.setdefault(right, set()).add(Role(office.role))
    return {right: frozenset(roles) for right, roles in found.items()}


def register() -> None:
    register_rights_of_kind(rights_of_form)
    register_grant_rows(grant_rows)
    register_role_source(Appointments())
    register_keeper_names(organisation_names)
