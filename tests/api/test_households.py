"""One's own household by programs: what the pages can do, with the same refusals; a key of an organisation finds nothing."""

from __future__ import annotations

from typing import Any

import pytest

from koopset.apps.people import services
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.permissions import HOUSEHOLD_USE

pytestmark = pytest.mark.django_db


def person(program: Any, name: str, **fields: Any) -> Any:
    login = make_login(password=None, **fields)
    make_person(login=login, name=name)
    return program(login)


def test_from_an_invitation_to_leaving(program: Any) -> None:
    first = person(program, "Сосновый Пётр Ильич")
    second = person(program, "Сосновая Вера Павловна", email="vera@example.org")
    assert first.get("/my/household") == {
        "id": None,
        "name": "",
        "is_head": True,
        "members": [],
        "sent": [],
        "received": [],
    }
    made = first.post("/my/household/invitations", {"email": "vera@example.org"}, 201)
    assert set(made) == {"id"}  # the code is told nowhere but on the page
    [received] = second.get("/my/household")["received"]
    assert (received["id"], received["by"]) == (made["id"], "Сосновый П. И.")
    [sent] = first.get("/my/household")["sent"]
    assert (sent["id"], sent["email"]) == (made["id"], "vera@example.org")
    told = second.post(f"/my/household/invitations/{made['id']}/accept", {"bring": True})
    assert [(one["name"], one["is_me"]) for one in told["members"]] == [
        ("Сосновый П. И.", False),
        ("Сосновая В. П.", True),
    ]
    assert not told["is_head"]
    assert second.post("/my/household/name", {"name": "Сосновые"})["name"] == "Сосновые"
    left = second.post("/my/household/leave")
    assert [one["is_me"] for one in left["members"]] == [True]
    assert left["id"] != told["id"]
    assert first.get("/my/household")["name"] == "Сосновые"


def test_a_code_told_by_the_page_is_good_here(program: Any) -> None:
    from django.utils import timezone

    from koopset.foundation.rights.actors import actor_for_login

    first, second = person(program, "Липов Олег"), person(program, "Липова Нина")
    _key, code = services.household_invite(
        actor=actor_for_login(first.login.pk, on=timezone.localdate()), now=timezone.now()
    )
    assert len(second.post("/my/household/join", {"code": code})["members"]) == 2
    assert second.post("/my/household/join", {"code": code}, 422)["code"] == "people.code_unknown"
    me, other = first.get("/my/household")["members"]
    assert first.post(f"/my/household/members/{other['id']}/remove")["members"] == [me]


def test_refusals_and_what_is_not_ones_own(program: Any) -> None:
    first, second = person(program, "Липов Олег", email="oleg@example.org"), person(program, "Липова Нина")
    made = first.post("/my/household/invitations", {"email": "nina@example.org"}, 201)
    for body, code in (
        ({"email": ""}, "people.bad_email"),
        ({"email": "почта"}, "people.bad_email"),
        ({"email": "oleg@example.org"}, "people.invited_oneself"),
    ):
        assert first.post("/my/household/invitations", body, 422)["code"] == code
    assert first.post("/my/household/leave", None, 422)["code"] == "people.alone_in_household"
    assert first.post("/my/household/name", {"name": "я" * 81}, 422)["code"] == "people.household_name"
    for verb in ("accept", "withdraw"):
        second.post(f"/my/household/invitations/{made['id']}/{verb}", {}, 404)
    own = first.get("/my/household")["members"][0]["id"]
    for member in (own, 999_999):
        first.post(f"/my/household/members/{member}/remove", {}, 404)
    first.post(f"/my/household/invitations/{made['id']}/withdraw", {})
    told = first.post(f"/my/household/invitations/{made['id']}/withdraw", {}, 422)
    assert told["code"] == "people.no_such_invitation"


def test_a_key_that_was_not_given_the_household_finds_nothing(program: Any) -> None:
    login = make_login(password=None)
    narrow = program(login, ["needs:own:use"])
    narrow.get("/my/household", 404)
    for path in ("name", "invitations", "join", "leave"):
        body = {"name": "x", "email": "a@example.org", "code": "x"}
        named = {"name": "name", "invitations": "email", "join": "code"}.get(path)
        narrow.post(f"/my/household/{path}", {named: body[named]} if named else None, 404)
    assert program(login, [HOUSEHOLD_USE]).get("/my/household")["members"] == []
    narrow.get("/my/purchases/receipts")
    narrow.get("/my/needs/use")


def test_a_key_that_was_not_given_purchases_finds_nothing_of_needs(program: Any) -> None:
    narrow = program(make_login(password=None), [HOUSEHOLD_USE])
    for path in ("use", "use/молоко", "wishes", "proposals", "proposals/1", "neighbours"):
        narrow.get(f"/my/needs/{path}", 404)
    wish = {"kind": "молоко", "amount": "10"}
    for path, body in (
        ("wishes", wish),
        ("wishes/1/end", {}),
        ("proposals/1/join", {"quantity": 1}),
        ("proposals/1/refuse", {}),
        ("muted", {"kind": "молоко"}),
        ("muted/back", {"kind": "молоко"}),
    ):
        narrow.post(f"/my/needs/{path}", body, 404)
