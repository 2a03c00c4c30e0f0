"""A joint purchase by programs alone: a draft, goods, wants, the stop, the order."""

from __future__ import annotations

from typing import Any

import pytest

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.purchases.models import WantRecord
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db


def test_a_round_from_a_draft_to_the_order(program: Any) -> None:
    pk = make_organisation().pk
    login = make_role(pk, Role.CHAIR).person.login
    assert login is not None
    caller = program(login)

    def sent(path: str, body: dict[str, Any] | None = None, status: int = 200) -> Any:
        told = caller.ask("post", f"/{path}", body or {})
        assert told.status_code == status, told.content
        return told.json()

    made = sent(f"o/{pk}/rounds", {"title": "Мёд", "supplier_name": "Пасека"}, 201)
    at = f"o/{pk}/rounds/{made['id']}"
    good = {
        "name": "Мёд",
        "price_kop": 39_900,
        "pack": 12,
        "breaks": [{"from_units": 12, "price_kop": 34_900}],
    }
    good_id = sent(f"{at}/goods", good, 201)["id"]
    assert sent(f"{at}/open")["state"] == "open"
    wants = {"wants": [{"good_id": good_id, "quantity": 11, "tolerance": 1}]}
    [record] = sent(f"rounds/{made['id']}/wants", wants)
    assert (record["quantity"], record["tolerance"]) == (11, 1)
    refused = sent(f"rounds/{made['id']}/wants", {"wants": [{"good_id": 999_999, "quantity": 1}]}, 422)
    assert refused["code"] == "purchases.good_unknown"
    assert WantRecord.objects.filter(organisation_id=pk).count() == 1
    mine = caller.ask("get", f"/rounds/{made['id']}", {}).json()
    assert (mine["goods"][0]["will_order"], mine["goods"][0]["price_kop"]) == (12, 34_900)
    assert mine["mine"]["goods"] == 11 * 34_900
    assert mine["mine"]["platform"] == 0
    assert sent(f"{at}/stop")["state"] == "stop"
    assert sent(f"{at}/send")["state"] == "sent"
    [line] = caller.ask("get", f"/{at}/order", {}).json()["items"]
    assert (line["packs"], line["units"], line["sum_kop"]) == (1, 12, 12 * 34_900)
    [replay] = caller.ask("get", f"/{at}/replay", {}).json()["items"]
    assert replay["differences"] == []
    assert caller.ask("get", "/rounds", {}).json()["mine"][0]["id"] == made["id"]
