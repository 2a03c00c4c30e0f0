"""Every call × every role × own and foreign organisation: what the catalogue of rights does not give is not there."""

from __future__ import annotations

from typing import Any

import pytest

from koopset.api.door import api
from koopset.apps.joining.factories import make_coordinator, make_district
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_login
from koopset.foundation.rights.catalogue import roles_with
from koopset.foundation.rights.pages import Gate
from koopset.foundation.rights.roles import Role

pytestmark = [pytest.mark.once, pytest.mark.django_db]

CALLS = [
    (operation.methods[0].lower(), path, operation.view_func.koopset_asks)  # type: ignore[attr-defined]
    for bound in api._get_bound_routers()
    for path, view in bound.path_operations.items()
    for operation in view.operations
]
ROLES = [
    Role.CHAIR,
    Role.BOARD,
    Role.ACCOUNTANT,
    Role.TREASURER,
    Role.AUDITOR,
    Role.STAFF,
    Role.OPERATOR,
    Role.COORDINATOR,
    None,
]


def address(path: str, org: int) -> str:
    for name in path.split("{")[1:]:
        whole = "{" + name.partition("}")[0] + "}"
        path = path.replace(whole, str(org) if "organisation_id" in whole else "999999")
    return path


def opens(asks: Any, role: Role | None, path: str, *, own: bool) -> bool:
    if asks in (Gate.SIGNED_IN, Gate.PERSON):
        return True
    if role is None or asks == Gate.HOUSEHOLD:
        return False
    if asks == Gate.ANY_ROLE:
        return own and role not in (Role.OPERATOR, Role.COORDINATOR)
    if role is Role.COORDINATOR:  # of no organisation
        return role in roles_with(asks) and "organisation_id" not in path
    return role in roles_with(asks, "snt") and (
        own or role is Role.OPERATOR
    )  # the form that the factory makes


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role or "stranger")
def test_calls_by_role(role: Role | None, program: Any) -> None:
    own, foreign = make_organisation().pk, make_organisation().pk
    if role is None or role is Role.OPERATOR:
        login = make_login(password=None, is_operator=role is Role.OPERATOR)
    elif role is Role.COORDINATOR:
        login = make_login(password=None)
        make_coordinator(make_district().pk, login=login)
    else:
        holder = make_role(own, role).person.login
        assert holder is not None
        login = holder
    caller = program(login)
    for method, path, asks in CALLS:
        for org in (own, foreign):
            if not opens(asks, role, path, own=org == own):
                told = caller.ask(method, address(path, org), {})
                assert told.status_code == 404, (method, path, org == own)
            elif "{" not in path.replace("{int:organisation_id}", "") and method == "get":
                told = caller.ask(method, address(path, org), {})
                assert told.status_code in (200, 422), (method, path, told.content)
