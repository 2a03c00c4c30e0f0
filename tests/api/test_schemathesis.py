"""Requests made up from the document itself, right and wrong ones, to every operation for a bounded time: never a fault of ours."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from schemathesis.generation import GenerationMode
from tests.world import World

from koopset.api.door import api
from koopset.foundation.rights.roles import Role

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.slow]

EXAMPLES = 6
SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@pytest.fixture(scope="module")
def programs(world: World) -> Any:
    """Made when first asked for, for who may open the operation."""
    from tests.api.conftest import Program

    kept: dict[Any, Program] = {}

    def program_of(role: Role) -> Program:
        login = world.login(role)
        assert login is not None
        return Program(login)

    def give(asks: str) -> Program:
        role = Role.RESIDENT if asks == "household" else Role.OPERATOR if _is_operators(asks) else None
        if role is None:
            role = Role.CHAIR if _may(Role.CHAIR, asks) else Role.TREASURER
        return kept[role] if role in kept else kept.setdefault(role, program_of(role))

    return give


def _may(role: Role, asks: str) -> bool:
    from koopset.foundation.rights.catalogue import all_rights, roles_with

    return asks not in all_rights() or role in roles_with(asks)


def _is_operators(asks: str) -> bool:
    return not _may(Role.CHAIR, asks) and not _may(Role.TREASURER, asks)


def sent(program: Any, case: Any, organisation_id: int) -> Any:
    values = dict(case.path_parameters or {}) | {"organisation_id": organisation_id}
    path = case.path
    for name, value in values.items():
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    query = {str(name): _text(value) for name, value in (case.query or {}).items()}
    headers = program.headers | {"Idempotency-Key": f"made up {next(program.numbers)}"}
    method = case.method.lower()
    if method == "get":
        return program.client.get(path, query, headers=headers)
    call = getattr(program.client, method)
    if "multipart" in str(case.media_type):
        body = case.body if isinstance(case.body, dict) else {}
        parts = {str(name): _text(value) for name, value in body.items() if value is not None}
        return call(path, parts, headers=headers) if method == "post" else call(path, headers=headers)
    try:
        raw = json.dumps(case.body)
    except TypeError:  # no body was made up
        raw = ""
    return call(path, raw, content_type="application/json", headers=headers)


def _text(value: Any) -> Any:
    return value if isinstance(value, str | list | tuple) else json.dumps(value, default=str)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda one: one.name)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_no_request_ends_in_a_fault(world: World, programs: Any, operation: Any, mode: Any) -> None:
    from itertools import count

    program = programs(operation.definition.raw["x-koopset-asks"])
    program.numbers = getattr(program, "numbers", None) or count()
    program.client.raise_request_exception = False
    try:
        strategy = operation.as_strategy(generation_mode=mode)
    except Exception as error:
        pytest.skip(f"nothing can be made up for it: {type(error).__name__}")

    @seeded(20261124)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def ask(case: Any) -> None:
        answer = sent(program, case, world.own.organisation_id)
        assert answer.status_code < 500, (case.path, case.query, case.body)

    from hypothesis.errors import Unsatisfiable

    try:
        ask()
    except Unsatisfiable:
        pytest.skip("no wrong request can be made up for it")
