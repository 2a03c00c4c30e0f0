"""What every operation goes through: the key, its scopes, repeats, pieces, refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Person
from koopset.apps.register.factories import make_unit
from koopset.apps.register.models import Unit
from koopset.foundation.access.idempotency import lock_number
from koopset.foundation.access.models import ApiToken, IdempotencyRecord
from koopset.foundation.access.scopes import HOUSEHOLD_SCOPE
from koopset.foundation.access.services import digest, token_revoke
from koopset.foundation.rights.actors import actor_for_login
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> int:
    return int(make_organisation().pk)


@pytest.fixture
def treasurer(home: int, program: Any) -> Any:
    return program(make_role(home, Role.TREASURER).person.login)


def test_only_the_digest_of_a_key_is_kept(treasurer: Any) -> None:
    token = ApiToken.objects.get()
    assert token.sha256 == digest(treasurer.secret)
    assert len(treasurer.secret) >= 3 + 43
    assert treasurer.secret not in repr(ApiToken.objects.values())
    assert token.prefix == treasurer.secret[:10]


def test_a_key_that_does_not_open(home: int, treasurer: Any) -> None:
    path = f"/api/v1/o/{home}/units"
    for header in ("", "Bearer", "Bearer ks_wrong", f"Basic {treasurer.secret}", "Bearer " + "k" * 5000):
        answer = Client(headers={"Authorization": header} if header else {}).get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "access.unauthorised")
        assert answer["WWW-Authenticate"] == "Bearer"
    treasurer.get(f"/o/{home}/units")
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    treasurer.get(f"/o/{home}/units", 401)
    ApiToken.objects.update(expires_at=None)
    actor = actor_for_login(treasurer.login.pk, on=timezone.localdate())
    token_revoke(actor=actor, token_id=treasurer.token.pk, now=timezone.now())
    treasurer.get(f"/o/{home}/units", 401)


def test_a_session_opens_nothing_here(home: int, treasurer: Any) -> None:
    client = Client()
    client.force_login(treasurer.login)
    assert client.get(f"/api/v1/o/{home}/units").status_code == 401


def test_a_login_that_is_shut_has_no_keys(home: int, treasurer: Any) -> None:
    treasurer.login.is_active = False
    treasurer.login.save()
    treasurer.get(f"/o/{home}/units", 401)


def test_scopes_narrow_and_never_widen(home: int, program: Any) -> None:
    login = make_role(home, Role.TREASURER).person.login
    narrow = program(login, ["register:register:view"])
    narrow.get(f"/o/{home}/units")
    assert narrow.get(f"/o/{home}/fees", 404)["code"] == "access.not_found"
    narrow.post(f"/o/{home}/units", {"number": "1"}, 404)
    assert not Unit.objects.filter(organisation_id=home).exists()
    resident = program(make_login(password=None), ["register:register:view"])
    resident.get(f"/o/{home}/units", 404)


def test_one_s_own_affairs_need_their_scope(home: int, program: Any) -> None:
    login = make_login(password=None)
    unit = make_unit(home)
    Person.objects.filter(pk=unit.ownerships.get().person_id).update(login=login)
    assert program(login, [HOUSEHOLD_SCOPE]).get(f"/o/{home}/my/debts")["total_kop"] == 0
    program(login, ["register:register:view"]).get(f"/o/{home}/my/debts", 404)


def test_absent_and_foreign_look_alike(home: int, treasurer: Any) -> None:
    other = make_organisation().pk
    unit = make_unit(other)
    answers = [
        treasurer.get(path, 404)
        for path in (
            f"/o/{other}/units",
            "/o/987654321/units",
            f"/o/{home}/decisions/{unit.pk}",
            f"/o/{home}/personal-accounts/{unit.pk}",
            f"/o/{10**30}/units",
            f"/o/{home}/persons/{10**30}",
            "/no/such/address",
        )
    ]
    assert all(answer == answers[0] for answer in answers)
    treasurer.patch(f"/o/{home}/units/{unit.pk}", {"note": "x"}, 422)
    unit.refresh_from_db()
    assert unit.note == ""


def test_pieces_are_bounded(home: int, treasurer: Any) -> None:
    for number in range(5):
        make_unit(home, str(number + 1))
    first = treasurer.get(f"/o/{home}/units", limit=2)
    assert [row["number"] for row in first["items"]] == ["1", "2"]
    assert (first["count"], first["next_offset"]) == (5, 2)
    last = treasurer.get(f"/o/{home}/units", limit=2, offset=4)
    assert ([row["number"] for row in last["items"]], last["next_offset"]) == (["5"], None)
    for offset in (5, 10**9, 10**30):
        beyond = treasurer.get(f"/o/{home}/units", limit=2, offset=offset)
        assert (beyond["items"], beyond["count"], beyond["next_offset"]) == ([], 5, None)
    for bad in ({"limit": 501}, {"limit": 0}, {"offset": -1}, {"limit": "many"}):
        refused = treasurer.get(f"/o/{home}/units", 422, **bad)
        assert (refused["code"], refused["field"]) == ("access.invalid", next(iter(bad)))


def test_a_body_that_is_not_as_asked(home: int, treasurer: Any) -> None:
    path = f"/o/{home}/units"
    for body in (
        "{",
        "[]",
        "null",
        '"x"',
        {},
        {"number": ""},
        {"number": "1", "area_m2": "many"},
        {"number": "1", "area_m2": 1e40},
        {"number": "1", "unknown": 1},
        {"number": "a\x00b"},
        {"number": "1", "owners": [{"person_id": 10**30}]},
        {"number": "1", "since": "2026-13-40"},
    ):
        answer = treasurer.ask("post", path, body)
        assert answer.status_code in (400, 422), body
        assert set(answer.json()) == {"code", "text", "field", "line", "params"}
    assert not Unit.objects.filter(organisation_id=home).exists()


def test_a_refusal_of_the_domain_has_words_in_the_reader_s_language(home: int, program: Any) -> None:
    login = make_role(home, Role.TREASURER).person.login
    body = {"number": "7"}
    program(login).post(f"/o/{home}/units", body)
    english = program(login).post(f"/o/{home}/units", body, 422)
    russian = program(login, language="ru").post(f"/o/{home}/units", body, 422)
    assert english["code"] == russian["code"] == "register.unit_known"
    assert english["text"] != russian["text"]


def test_a_repeated_request_is_answered_as_before(home: int, treasurer: Any) -> None:
    path, body = f"/o/{home}/units", {"number": "1"}
    first = treasurer.ask("post", path, body, key="load-1")
    again = treasurer.ask("post", path, body, key="load-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotent-Replay"] == "true"
    assert Unit.objects.filter(organisation_id=home).count() == 1
    other = treasurer.post(path, {"number": "2"}, 422, key="load-1")
    assert other["code"] == "access.key_reused"
    assert Unit.objects.filter(organisation_id=home).count() == 1


def test_keys_of_two_logins_do_not_meet(home: int, treasurer: Any, program: Any) -> None:
    chair = program(make_role(home, Role.CHAIR).person.login)
    treasurer.post(f"/o/{home}/units", {"number": "1"}, key="same")
    chair.post(f"/o/{home}/units", {"number": "2"}, key="same")
    assert Unit.objects.filter(organisation_id=home).count() == 2


def test_a_refused_request_may_be_asked_again_under_its_key(home: int, treasurer: Any) -> None:
    unit = make_unit(home, "1")
    treasurer.post(f"/o/{home}/units", {"number": "1"}, 422, key="k")
    assert not IdempotencyRecord.objects.exists()
    unit.number = "100"
    unit.save()
    treasurer.post(f"/o/{home}/units", {"number": "1"}, key="k")


@pytest.mark.parametrize("key", ["ключ", "x" * 121, "a\tb"])
def test_a_bad_key_of_a_request(home: int, treasurer: Any, key: str) -> None:
    assert treasurer.post(f"/o/{home}/units", {"number": "1"}, 422, key=key)["code"] == "access.bad_key"


def test_a_batch_tells_of_every_row_in_order(home: int, treasurer: Any) -> None:
    rows = [{"number": "1", "area_m2": 600}, {"number": ""}, {"number": "1"}, {"number": "2"}, "row"]
    path = f"/o/{home}/units/batch"
    assert treasurer.post(path, {"rows": rows}, 422)["code"] == "access.key_required"
    told = treasurer.post(path, {"rows": rows}, key="b1")
    assert (told["created"], told["refused"]) == (2, 3)
    assert [row["index"] for row in told["results"]] == [0, 1, 2, 3, 4]
    assert [row["status"] for row in told["results"]] == [
        "created",
        "refused",
        "refused",
        "created",
        "refused",
    ]
    assert [row["error"]["code"] for row in told["results"] if row["error"]] == [
        "access.invalid", "register.unit_known", "access.invalid"
    ]  # fmt: skip
    assert treasurer.post(path, {"rows": rows}, key="b1") == told
    assert Unit.objects.filter(organisation_id=home).count() == 2


def test_a_batch_has_at_most_a_thousand_rows(home: int, treasurer: Any) -> None:
    rows = [{"number": str(number)} for number in range(1001)]
    treasurer.post(f"/o/{home}/units/batch", {"rows": rows}, 422, key="b")
    treasurer.post(f"/o/{home}/units/batch", {"rows": []}, 422, key="b")
    assert not Unit.objects.filter(organisation_id=home).exists()


def test_a_file_is_looked_at_and_nothing_is_stored(treasurer: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    told = treasurer.post(
        "/inspect", {"file": SimpleUploadedFile("../../x.bin", b"\x00\x01\x02")}, files=True
    )
    assert (told["known"], told["usable"]) == (False, False)
    treasurer.post("/inspect", {}, 422, files=True)


@pytest.mark.postgres
def test_the_same_key_at_once_is_told_to_wait(home: int, treasurer: Any) -> None:
    rival = connections.create_connection("default")
    try:
        rival.set_autocommit(False)
        with rival.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(treasurer.login.pk, "k")])
        answer = treasurer.ask("post", f"/o/{home}/units", {"number": "1"}, key="k")
        assert (answer.status_code, answer.json()["code"]) == (409, "access.in_progress")
        assert answer["Retry-After"] == "1"
        assert not Unit.objects.filter(organisation_id=home).exists()
    finally:
        rival.close()
    treasurer.post(f"/o/{home}/units", {"number": "1"}, 201, key="k")
