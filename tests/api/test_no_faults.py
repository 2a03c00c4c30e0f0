"""Whatever a request says, the answer is never a fault of ours: every operation is asked with values at and beyond the edges."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from koopset.api.door import api
from koopset.apps.billing import factories
from koopset.apps.organisations.factories import make_role
from koopset.apps.people.factories import make_login
from koopset.foundation.rights.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EDGES: list[Any] = [
    None, True, 0, -1, 1, 2**31, 2**63, 10**40, 1.5, "", " ", "x" * 400, "\x00", "é\ud7ff😀", "=1+1", "%", "0001-01-01",
    "9999-12-31", "9999-12", "0001-01", "2026-11", "2026-11-24", [], {}, [None], [1, 1], {"x": 1},
]  # fmt: skip
DOCUMENT = api.get_openapi_schema()


#: Of a body with more fields each is given a third of the edges, another third than the field before it and the same field elsewhere.
MANY_FIELDS = 2


def room_of(operation: dict[str, Any]) -> str:
    return str((operation.get("tags") or [""])[0])


def operations(room: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if room_of(operation) == room:
                yield method, path.removeprefix("/api/v1"), operation


ROOMS = sorted({room_of(one) for methods in DOCUMENT["paths"].values() for one in methods.values()})


def edges_of(path: str, place: int, fields: int) -> list[Any]:
    return EDGES if fields <= MANY_FIELDS else EDGES[(zlib.crc32(path.encode()) + place) % 3 :: 3]


@pytest.fixture
def everybody(program: Any) -> list[Any]:
    """Programs of all who may ask anything: an operator, the chair, the treasurer of an organisation with a posted month."""
    pk = factories.make_billing_organisation().pk
    account = factories.make_account(pk)
    factories.make_fee(pk)
    factories.post_month(pk)
    login = make_login(password=None)
    assert account.payer is not None
    account.payer.login = login
    account.payer.save()
    logins = [make_role(pk, role).person.login for role in (Role.CHAIR, Role.TREASURER)]
    programs = [program(one) for one in [*logins, login, make_login(password=None, is_operator=True)]]
    for one in programs:
        one.org = pk
    return programs


def address(path: str, org: int, filler: object) -> str:
    path = path.replace("{organisation_id}", str(org))
    return re.sub(r"\{(\w+)\}", lambda name: str(filler) if name[1] != "month" else "2026-10", path)


@pytest.mark.parametrize("room", ROOMS)
def test_queries_at_the_edges(everybody: list[Any], room: str) -> None:
    for method, path, operation in operations(room):
        if method != "get":
            continue
        names = [one["name"] for one in operation["parameters"] if one["in"] == "query"]
        required = {
            one["name"] for one in operation["parameters"] if one["in"] == "query" and one["required"]
        }
        base = {name: "2026-10" if "month" in name else "2026-10-01" for name in required}
        for name in names or [""]:
            for value in EDGES[1:22] if names else [""]:
                query = base | {name: str(value)} if name else base
                told = everybody[1].ask("get", address(path, everybody[1].org, 1), query)
                assert told.status_code < 500, (path, query)
    for filler in (0, 2**63, 10**40, "%00", "76.01"):
        for method, path, _operation in operations(room):
            if method == "get" and "{" in path.replace("{organisation_id}", ""):
                day = str(timezone.localdate())
                query = {"date_from": day, "date_to": day}
                told = everybody[1].ask("get", address(path, everybody[1].org, filler), query)
                assert told.status_code < 500, (path, filler)


@pytest.mark.parametrize("room", ROOMS)
def test_bodies_at_the_edges(everybody: list[Any], room: str) -> None:
    for method, path, operation in operations(room):
        content = (operation.get("requestBody") or {}).get("content", {}).get("application/json")
        if method == "get" or content is None:
            continue
        example = content["example"]
        bodies: list[Any] = [example, [], None, {}]
        bodies += [{name: None} for name in example] + [{name: []} for name in example]
        bodies += [
            example | {name: value}
            for place, name in enumerate(example)
            for value in edges_of(path, place, len(example))
        ]
        for program in everybody:
            if program.ask(method, address(path, program.org, 1), {}, key="x").status_code == 404:
                continue
            for number, body in enumerate(bodies):
                raw = json.dumps(body)
                told = program.ask(method, address(path, program.org, 1), raw, key=f"{path}{number}"[-120:])
                assert told.status_code < 500, (path, body, told.content)
            break
