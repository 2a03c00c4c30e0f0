"""What this room tells the engine of rights: who coordinates a district today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from koopset.apps.joining.selectors import appointments_of
from koopset.apps.people.selectors import login_was_appointed
from koopset.foundation.rights.actors import Grant, register_role_source
from koopset.foundation.rights.roles import Role


class Appointments:
    def grants_of(self, *, login_id: int, person_ids: frozenset[int], on: date) -> Iterable[Grant]:
        """Of no organisation: in which districts the right holds is asked of `selectors.districts_of`."""
        if login_was_appointed(login_id) and appointments_of(login_id, on=on):
            return [Grant(None, Role.COORDINATOR)]
        return []

    def persons_with(self, *, role: Role, organisation_id: int, on: date) -> Iterable[int]:
        return []  # a coordinator is known by the login; the notices of this room go there


def register() -> None:
    register_role_source(Appointments())
