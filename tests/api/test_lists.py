"""Every list of the API, found in its own document, is bounded: wherever one asks to begin and however much for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.world import World

from koopset.api.door import api
from koopset.foundation.access.paging import MOST_ROWS
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.addresses import addresses

pytestmark = pytest.mark.django_db

FAR = (10**6, 2**63 - 1, 2**63, 10**18, 10**400)
BAD = ("-1", "1.5", "many", "1e9")


def lists() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path, methods in api.get_openapi_schema()["paths"].items():
        operation = methods.get("get")
        names = {one["name"] for one in operation["parameters"]} if operation else set()
        if "offset" in names:
            found.append((path.removeprefix("/api/v1"), operation))
    return found


LISTS = lists()
#: Answers that are not cut, with what bounds them.
WHOLE = {
    "/api/v1/o/{organisation_id}/persons/{person_id}/memberships": "of one person: a few in a life",
    "/api/v1/my/purchases/questions": "fifty at most are asked at once",
    "/api/v1/o/{organisation_id}/my/membership-applications": "one's own: a few in a life",
}


def test_every_answer_that_is_a_list_is_in_pieces() -> None:
    document = api.get_openapi_schema()
    whole = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "get":
                continue  # a write answers what it was sent, and that is bounded
            for body in operation["responses"].values():
                schema = body.get("content", {}).get("application/json", {}).get("schema", {})
                if schema.get("type") == "array":
                    whole.append(path)
    assert set(whole) <= WHOLE.keys(), "answer in pieces (foundation/access/paging.py)"
    assert len(LISTS) > 20


def filled(path: str, world: World, operation: dict[str, Any]) -> tuple[str, dict[str, str]]:
    ids = world.own.ids
    values = {name.partition(":")[2]: value for name, value in ids.items()}

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name == "organisation_id":
            return str(world.own.organisation_id)
        return str(values.get(name, values.get(name.removesuffix("_id"), 1)))

    today = timezone.localdate()
    query = {}
    for one in operation["parameters"]:
        if one["in"] == "query" and one["required"]:
            query[one["name"]] = f"{today:%Y-%m}" if "month" in one["name"] else str(today)
    return re.sub(r"\{(\w+)\}", value, path), query


@pytest.fixture
def programs(world: World, program: Any) -> list[Any]:
    """Between them they may see all there is."""
    return [program(world.login(role)) for role in (Role.CHAIR, Role.TREASURER, Role.RESIDENT, Role.OPERATOR)]


@pytest.mark.parametrize(("path", "operation"), LISTS, ids=lambda one: one if isinstance(one, str) else "")
def test_a_list_is_bounded(world: World, programs: list[Any], path: str, operation: dict[str, Any]) -> None:
    asked, query = filled(path, world, operation)
    caller = next(
        (one for one in programs if one.ask("get", asked, query).status_code in (200, 422)), programs[0]
    )
    first = caller.ask("get", asked, query)
    assert first.status_code in (200, 404, 422), first.content
    for offset in FAR:
        told = caller.ask("get", asked, query | {"offset": str(offset)})
        assert told.status_code in (200, 404, 422), (offset, told.content)
        if told.status_code == 200:
            body = told.json()
            found = body.get("lines", body)  # a card of an account has its head beside the piece of its lines
            assert (found["items"], found["next_offset"]) == ([], None), offset
        elif told.status_code == 422:
            assert told.json()["code"]
            assert told.json()["text"]
    for name in ("offset", "limit"):
        for value in BAD:
            told = caller.ask("get", asked, query | {name: value})
            assert told.status_code in (404, 422), (name, value, told.content)
    for limit in (0, MOST_ROWS + 1, 10**30):
        told = caller.ask("get", asked, query | {"limit": str(limit)})
        assert told.status_code in (404, 422), (limit, told.content)
    most = caller.ask("get", asked, query | {"limit": str(MOST_ROWS)})
    assert most.status_code == first.status_code
    if most.status_code == 200:
        assert len(most.json().get("lines", most.json())["items"]) <= MOST_ROWS


def test_most_lists_are_seen_with_something_in_them(world: World, programs: list[Any]) -> None:
    """The test above proves little of a list that nobody may open: most must answer 200 to one of the callers."""
    answered = 0
    for path, operation in LISTS:
        asked, query = filled(path, world, operation)
        answered += any(one.ask("get", asked, query).status_code == 200 for one in programs)
    assert answered >= len(LISTS) * 3 // 4


PAGES = [
    address
    for address in addresses()
    if address.asks is not None
    and not address.name.startswith(("api", "portal:demo", "notifications:letters", "health:"))
]


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("address", PAGES, ids=lambda one: one.name)
def test_a_page_bears_any_number_of_a_piece(world: World, address: Any) -> None:
    from django.urls import reverse

    role = Role.CHAIR
    try:
        url = reverse(address.name, kwargs=world.own.kwargs(address.name, address.keywords, role))
    except LookupError:
        pytest.skip("the address holds what the world does not know")
    client: Client = world.client(world.login(role))
    for value in ("0", "-1", "9" * 40, "x"):
        told = client.get(url, {"page": value, "offset": value, "limit": value})
        assert told.status_code < 500, value
