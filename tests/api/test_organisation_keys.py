"""Keys of organisations: nobody's person, only in their organisation, never more than their scopes, signed in history."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.api.test_matrix import CALLS, address

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_actor, make_login
from koopset.apps.people.selectors import login_names
from koopset.apps.register.factories import make_unit
from koopset.apps.register.models import Unit
from koopset.foundation.access.keys import key_make, key_revoke, offered_scopes, warn_of_ends
from koopset.foundation.access.models import IdempotencyRecord, OrganisationKey
from koopset.foundation.access.permissions import KeyRight
from koopset.foundation.access.scopes import HOUSEHOLD_SCOPE, scope_names
from koopset.foundation.access.services import digest
from koopset.foundation.jobs.models import Job
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import Actor, ActorKind, Forbidden, key_signature
from koopset.foundation.rights.catalogue import for_machines
from koopset.foundation.rights.pages import Gate
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db

#: What binds the organisation by somebody's word: whatever else changes, no key of an organisation may hold these.
PEOPLE_ONLY = {
    "access:key:make",
    "billing:charge:correct",
    "billing:fee:edit",
    "ledger:book:open",
    "ledger:month:close",
    "ledger:month:reopen",
    "ledger:operation:post",
    "ledger:operation:reverse",
    "organisations:bank-account:add",
    "organisations:bank-account:confirm",
    "organisations:organisation:edit",
    "organisations:role:assign",
    "payments:payment:reverse",
    "people:login:invite",
    "places:location:edit",
    "register:decision:record",
    "webhooks:subscription:manage",
}


@pytest.fixture
def home() -> int:
    return int(make_organisation().pk)


@pytest.fixture
def chair(home: int) -> Actor:
    """A chair of a small settlement: the treasurer too, so that the key may do an office's daily work."""
    from koopset.foundation.rights.actors import actor_for_login

    person = make_role(home, Role.CHAIR).person
    make_role(home, Role.TREASURER, person=person)
    assert person.login is not None
    return actor_for_login(person.login.pk, on=timezone.localdate())


class KeyProgram:
    """A program with a key of an organisation."""

    def __init__(self, chair: Actor, organisation_id: int, scopes: list[str] | None = None) -> None:
        now = timezone.now()
        self.key, self.secret = key_make(
            actor=chair,
            organisation_id=organisation_id,
            name="1С",
            scopes=scopes or offered_scopes(chair, organisation_id),
            expires_at=now + timedelta(days=30),
            now=now,
        )
        self.client = Client()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        call = getattr(self.client, method)
        told = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"} | headers
        if method == "get":
            return call(f"/api/v1{path}", body or {}, headers=told)
        return call(f"/api/v1{path}", body or {}, content_type="application/json", headers=told)


@pytest.fixture
def key_program(chair: Actor, home: int) -> Callable[..., KeyProgram]:
    return lambda scopes=None: KeyProgram(chair, home, scopes)


def test_only_the_digest_is_kept_and_the_secret_names_its_organisation(key_program: Any, home: int) -> None:
    one = key_program()
    key = OrganisationKey.objects.get(organisation_id=home)
    assert key.sha256 == digest(one.secret)
    assert one.secret.startswith(f"ko_{home}_")
    assert one.secret not in repr(OrganisationKey.objects.filter(organisation_id=home).values())
    assert one.secret not in repr(key.history.values())
    assert one.ask("get", "/me").json() == {
        "kind": "key",
        "login_id": None,
        "person_ids": [],
        "is_operator": False,
        "scopes": key.scopes,
        "organisations": [{"id": home, "name": one.ask("get", "/organisations").json()["items"][0]["name_short"], "roles": []}],
    }  # fmt: skip


def test_what_may_never_be_given(home: int, chair: Actor) -> None:
    assert {right for right in PEOPLE_ONLY if for_machines(right)} == set()
    now = timezone.now()
    for scope in sorted(PEOPLE_ONLY & set(scope_names())):
        with pytest.raises(RuleViolation) as refused:
            key_make(
                actor=chair,
                organisation_id=home,
                name="x",
                scopes=[scope],
                expires_at=now + timedelta(days=1),
                now=now,
            )
        assert refused.value.code == "access.scope_for_people"
    assert not OrganisationKey.objects.filter(organisation_id=home).exists()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": " "}, "access.no_name"),
        ({"scopes": []}, "access.no_scopes"),
        ({"scopes": ["register:no:such"]}, "access.unknown_scope"),
        ({"scopes": [HOUSEHOLD_SCOPE]}, "access.scope_for_people"),
        ({"days": 0}, "access.bad_expiry"),
        ({"days": 368}, "access.expiry_too_far"),
    ],
)
def test_what_is_refused(home: int, chair: Actor, changed: dict[str, Any], code: str) -> None:
    now = timezone.now()
    days = changed.pop("days", 30)
    asked: dict[str, Any] = {"name": "1С", "scopes": ["register:register:view"]} | changed
    with pytest.raises(RuleViolation) as refused:
        key_make(actor=chair, organisation_id=home, expires_at=now + timedelta(days=days), now=now, **asked)
    assert refused.value.code == code
    assert not OrganisationKey.objects.filter(organisation_id=home).exists()


def test_a_chair_gives_no_more_than_a_chair_may(home: int) -> None:
    now = timezone.now()
    only_chair = make_actor(Role.CHAIR, home)
    with pytest.raises(RuleViolation) as refused:
        key_make(
            actor=only_chair,
            organisation_id=home,
            name="bank",
            scopes=["payments:statement:import"],
            expires_at=now + timedelta(days=1),
            now=now,
        )
    assert refused.value.code == "access.scope_not_yours"


def test_who_may_make_one(home: int, chair: Actor, key_program: Any) -> None:
    now = timezone.now()
    asked: dict[str, Any] = {
        "organisation_id": home,
        "name": "x",
        "scopes": ["register:register:view"],
        "expires_at": now + timedelta(days=1),
        "now": now,
    }
    for role in (Role.TREASURER, Role.BOARD, Role.AUDITOR, Role.OPERATOR):
        with pytest.raises(Forbidden):
            key_make(actor=make_actor(role, home), **asked)
    with pytest.raises(Forbidden):
        key_make(actor=make_actor(Role.CHAIR, make_organisation().pk), **asked)
    token = Actor(kind=ActorKind.TOKEN, login_id=chair.login_id, grants=chair.grants, scopes=None, token_id=1)
    with pytest.raises(Forbidden):
        key_make(actor=token, **asked)
    assert OrganisationKey.objects.filter(organisation_id=home).count() == 0


def test_a_key_ends_is_revoked_and_is_of_its_own_organisation_only(
    home: int, chair: Actor, key_program: Any
) -> None:
    one = key_program()
    units = f"/o/{home}/units"
    assert one.ask("get", units).status_code == 200
    assert OrganisationKey.objects.get(organisation_id=home).last_used_at is not None
    for secret in (
        one.secret.replace(f"ko_{home}_", f"ko_{home + 1}_"),
        one.secret + "x",
        f"ko_{home}_",
        "ko__",
        "ko_²_x",
        f"ko_{10**30}_x",
        "ko_-1_x",
    ):
        answer = Client(headers={"Authorization": f"Bearer {secret}"}).get(f"/api/v1{units}")
        # A header is Latin: what cannot be written in it comes as something else and opens as little.
        assert answer.status_code == 401, secret
    rows = OrganisationKey.objects.filter(organisation_id=home)
    rows.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert one.ask("get", units).status_code == 401
    rows.update(expires_at=timezone.now() + timedelta(days=1))
    key_revoke(actor=chair, organisation_id=home, key_id=one.key.pk, now=timezone.now())
    assert one.ask("get", units).status_code == 401


def test_scopes_narrow(key_program: Any, home: int) -> None:
    narrow = key_program(["register:register:view"])
    assert narrow.ask("get", f"/o/{home}/units").status_code == 200
    assert narrow.ask("get", f"/o/{home}/fees").status_code == 404
    assert narrow.ask("post", f"/o/{home}/units", {"number": "1"}).status_code == 404
    assert not Unit.objects.filter(organisation_id=home).exists()


def test_every_call_of_a_key_at_home_and_elsewhere(key_program: Any, home: int) -> None:
    foreign = make_organisation().pk
    one = key_program()
    scopes = set(one.key.scopes)
    for method, path, asks in CALLS:
        for org in (home, foreign):
            if asks == Gate.SIGNED_IN:
                opens = True
            elif (
                asks in (Gate.HOUSEHOLD, Gate.PERSON) or org == foreign or "{int:organisation_id}" not in path
            ):
                opens = False
            else:
                opens = asks == Gate.ANY_ROLE or str(asks) in scopes
            if not opens:
                assert one.ask(method, address(path, org)).status_code == 404, (method, path, org == home)
            elif "{" not in path.replace("{int:organisation_id}", "") and method == "get":
                told = one.ask(method, address(path, org))
                assert told.status_code in (200, 422), (method, path, told.content)
            else:
                assert one.ask(method, address(path, org)).status_code < 500, (method, path)


def test_a_key_of_people_only_rights_opens_nothing_even_if_it_was_written_so(
    key_program: Any, home: int
) -> None:
    one = key_program()
    OrganisationKey.objects.filter(organisation_id=home).update(scopes=sorted(PEOPLE_ONLY))
    for method, path, asks in CALLS:
        if str(asks) in PEOPLE_ONLY:
            assert one.ask(method, address(path, home)).status_code == 404, (method, path)


def test_history_says_which_key(key_program: Any, home: int) -> None:
    one = key_program()
    unit = make_unit(home, "1")
    answer = one.ask("patch", f"/o/{home}/units/{unit.pk}", {"note": "by a program"})
    assert answer.status_code == 200, answer.content
    change = Unit.history.filter(organisation_id=home, id=unit.pk).latest()
    assert change.history_user_id == key_signature(one.key.pk) == -one.key.pk
    from django.utils.translation import override

    with override("ru"):
        assert login_names([change.history_user_id], organisation_id=home) == {-one.key.pk: "ключ «1С»"}
    assert login_names([change.history_user_id], organisation_id=make_organisation().pk) == {}


def test_repeats_and_work_in_the_background_belong_to_the_key(
    key_program: Any, home: int, chair: Actor
) -> None:
    one = key_program()
    for _time in range(2):
        answer = one.ask("post", f"/o/{home}/units", {"number": "1"}, **{"Idempotency-Key": "a"})
        assert answer.status_code == 201, answer.content
    assert answer["Idempotent-Replay"] == "true"
    assert IdempotencyRecord.objects.get().login_id == -one.key.pk
    other = key_program()
    assert (
        other.ask("post", f"/o/{home}/units", {"number": "2"}, **{"Idempotency-Key": "a"}).status_code == 201
    )
    # Work that a key asked for is done with the key's rights of then: revoked, it does nothing.
    from koopset.foundation.jobs import enqueue
    from koopset.foundation.jobs.worker import actor_of

    actor = Actor(kind=ActorKind.KEY, login_id=-one.key.pk, token_id=one.key.pk, home_id=home)
    job = enqueue("jobs.forget_old", actor=actor, organisation_id=home)
    assert actor_of(job, timezone.now()).scopes == frozenset(one.key.scopes)
    assert not actor_of(job, timezone.now()).can("register:register:view", home + 10_000)
    key_revoke(actor=chair, organisation_id=home, key_id=one.key.pk, now=timezone.now())
    assert actor_of(job, timezone.now()).kind is ActorKind.NOBODY
    job.organisation_id = None
    assert actor_of(job, timezone.now()).kind is ActorKind.NOBODY


def test_its_keepers_are_told_once_fourteen_days_before(key_program: Any, home: int, chair: Actor) -> None:
    one = key_program()
    ends: datetime = one.key.expires_at
    assert warn_of_ends(ends - timedelta(days=15)) == 0
    assert warn_of_ends(ends - timedelta(days=14)) == 1
    assert warn_of_ends(ends - timedelta(days=13)) == 0
    told = Notification.objects.get(topic="access.key")
    assert told.person_id in chair.person_ids
    assert told.link == f"/o/{home}/keys/"
    assert "1С" in told.title
    run_pending_jobs()
    assert not Job.objects.filter(state="failed", organisation_id=home).exists()


@pytest.fixture
def office(home: int) -> dict[Role, Client]:
    found = {}
    for role in (Role.CHAIR, Role.AUDITOR):
        login = make_role(home, role).person.login
        assert login is not None
        found[role] = Client(headers={"Accept-Language": "en"})
        found[role].force_login(login)
    return found


def test_the_page_shows_a_key_once_and_revokes_it(home: int, office: dict[Role, Client]) -> None:
    page = f"/o/{home}/keys/"
    day = str(timezone.localdate() + timedelta(days=365))
    empty = office[Role.CHAIR].get(page).content.decode()
    assert "ks-empty" in empty
    assert "register:register:view" in empty
    # A chair may not bring statements, so cannot give it to a program.
    assert "payments:statement:import" not in empty
    answer = office[Role.CHAIR].post(
        page, {"name": "1С", "expires_on": day, "scopes_register": ["register:register:view"]}
    )
    found = re.search(r'data-copy="(ko_[^"]+)"', answer.content.decode())
    assert found, answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    key = OrganisationKey.objects.get(organisation_id=home)
    assert key.sha256 == digest(found[1])
    again = office[Role.AUDITOR].get(page).content.decode()
    assert found[1] not in again
    assert "1С" in again
    assert "Make a key" not in again
    revoke = f"/o/{home}/keys/{key.pk}/revoke/"
    assert office[Role.AUDITOR].post(revoke).status_code == 404
    assert office[Role.CHAIR].get(revoke).status_code == 405
    assert office[Role.CHAIR].post(revoke).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_the_page_refuses_in_words(home: int, office: dict[Role, Client]) -> None:
    page, chair = f"/o/{home}/keys/", office[Role.CHAIR]
    day = str(timezone.localdate() + timedelta(days=30))
    good = {"name": "1С", "expires_on": day, "scopes_register": ["register:register:view"]}
    refused: tuple[dict[str, Any], ...] = (
        {"name": ""},
        {"expires_on": ""},
        {"expires_on": "9999-12-31"},
        {"expires_on": "2020-01-01"},
        {"scopes_register": []},
        {"scopes_register": ["register:decision:record"]},
    )
    for changed in refused:
        answer = chair.post(page, good | changed)
        assert answer.status_code == 200, changed
        assert "data-copy" not in answer.content.decode()
    # The auditor looks and makes nothing.
    assert "data-copy" not in office[Role.AUDITOR].post(page, good).content.decode()
    assert not OrganisationKey.objects.filter(organisation_id=home).exists()
    stranger = Client()
    stranger.force_login(make_login(password=None))
    assert stranger.get(page).status_code == 404


def test_the_rights_of_keys_are_declared() -> None:
    assert not for_machines(KeyRight.MAKE)
    assert not for_machines(KeyRight.VIEW)
