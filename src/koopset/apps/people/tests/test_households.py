"""Households: one login, one household; invitations good once; whoever leaves comes back to their own."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from koopset.apps.people import services
from koopset.apps.people.events import HouseholdJoined
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Household, HouseholdInvitation, HouseholdMember, Login
from koopset.apps.people.permissions import HOUSEHOLD_USE
from koopset.apps.people.selectors import households as reading
from koopset.apps.people.services import households as writing
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import NOBODY, SYSTEM, Actor, ActorKind, Forbidden, actor_for_login
from koopset.foundation.testing.races import at_once, database
from koopset.kernel.violations import RuleViolation

__all__ = ["database"]  # a fixture

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def actor(login: Login, **more):
    return actor_for_login(login.pk, on=NOW.date(), **more)


def person(name: str = "", **fields) -> Login:
    login = make_login(password=None, **fields)
    if name:
        make_person(login=login, name=name)
    return login


def invite(login: Login, **more) -> str:
    return services.household_invite(actor=actor(login), now=NOW, **more)[1]


def join(login: Login, code: str, *, now=NOW, **more):
    return services.household_join(actor=actor(login), code=code, now=now, **more)


def refused(with_code: str, do, **named) -> RuleViolation:
    with pytest.raises(RuleViolation) as told:
        do(**named)
    assert told.value.code == with_code
    return told.value


def members(login: Login) -> list[str]:
    return [one.name for one in reading.members_of(actor(login))]


@pytest.fixture
def pair():
    first, second = person("Сосновый Пётр Ильич"), person("Сосновая Вера Павловна")
    join(second, invite(first))
    return first, second


# Coming and going


def test_who_joins_by_a_code_is_in_and_the_others_are_told(pair):
    first, second = pair
    assert members(first) == members(second) == ["Сосновый П. И.", "Сосновая В. П."]
    assert reading.household_of(first.pk) == reading.household_of(second.pk)
    notice = Notification.objects.get(login_id=first.pk)
    assert (notice.topic, notice.link) == ("people.household", "/my/household/")
    assert "Сосновая В. П." in notice.title
    assert not Notification.objects.filter(login_id=second.pk).exists()


def test_each_is_told_in_the_language_they_read():
    first, english = person("Сосновый Пётр Ильич"), person("Smith John", language="en")
    join(english, invite(first))
    third = person("Третьякова Анна Олеговна")
    join(third, invite(first))
    told = {row.login_id: row.title for row in Notification.objects.order_by("pk")}
    assert told[english.pk] == "Третьякова А. О. is in the family now"
    assert told[first.pk] == "Третьякова А. О. теперь в семье"


def test_a_code_is_read_out_in_any_case_and_with_any_marks():
    first = person()
    code = invite(first)
    assert len(code) == 11
    assert code not in repr(HouseholdInvitation.objects.values())
    assert join(person(), f" {code.lower().replace('-', ' ')} ").size == 2


def test_an_invitation_is_good_once_and_for_a_week(pair):
    first, _second = pair
    code = invite(first)
    refused("people.code_unknown", join, login=person(), code=code, now=NOW + timedelta(days=7))
    third = person()
    join(third, code, now=NOW + timedelta(days=7, seconds=-1))
    refused("people.code_unknown", join, login=person(), code=code)
    refused("people.code_unknown", join, login=person(), code="  ")
    refused("people.code_unknown", join, login=person(), code="AAAAA-AAAAA")


def test_one_is_in_one_household_at_a_time(pair):
    first, second = pair
    other = person("Липов Олег Ильич")
    there = join(second, invite(other))
    assert reading.household_of(second.pk) == there
    assert reading.household_of(first.pk).login_ids == (first.pk,)
    assert HouseholdMember.objects.filter(login=second, until__isnull=True).count() == 1
    assert HouseholdMember.objects.filter(login=second).count() == 2
    assert reading.households_of_logins([first.pk, second.pk]) == {
        first.pk: reading.household_of(first.pk).id,
        second.pk: there.id,
    }


def test_who_leaves_comes_back_to_the_own_one_and_may_return(pair):
    first, second = pair
    own = services.household_ensure(actor=actor(third := person()), now=NOW)
    join(third, invite(first))
    assert services.household_leave(actor=actor(third), now=NOW) == own
    # Who had none before gets one; what was left empty is nobody else's.
    alone = services.household_leave(actor=actor(second), now=NOW)
    assert alone.login_ids == (second.pk,)
    assert alone.id != reading.household_of(first.pk).id
    assert Household.objects.count() == 3
    refused("people.alone_in_household", services.household_leave, actor=actor(second), now=NOW)
    refused("people.alone_in_household", services.household_leave, actor=actor(person()), now=NOW)


def test_a_household_that_others_left_since_is_not_entered_again(pair):
    """The first leaves, the second stays and leaves last: whose the household is, the one who left it last is."""
    first, second = pair
    shared = reading.household_of(first.pk)
    fresh = services.household_leave(actor=actor(first), now=NOW)
    assert fresh.id != shared.id
    other = person()
    join(second, invite(other), now=NOW + timedelta(hours=1))
    back = services.household_leave(actor=actor(second), now=NOW + timedelta(hours=2))
    assert back.id == shared.id
    assert reading.household_of(first.pk).id == fresh.id


def test_the_longest_in_it_may_ask_another_to_go(pair):
    first, second = pair
    rows = {one.login_id: one.id for one in reading.members_of(actor(first))}
    remove = services.household_member_remove
    refused("people.not_the_head", remove, actor=actor(second), member_id=rows[first.pk], now=NOW)
    refused("people.no_such_member", remove, actor=actor(first), member_id=rows[first.pk], now=NOW)
    refused("people.no_such_member", remove, actor=actor(first), member_id=0, now=NOW)
    stranger = person()
    services.household_ensure(actor=actor(stranger), now=NOW)
    refused("people.no_such_member", remove, actor=actor(stranger), member_id=rows[second.pk], now=NOW)
    remove(actor=actor(first), member_id=rows[second.pk], now=NOW)
    assert reading.household_of(first.pk).login_ids == (first.pk,)
    assert reading.household_of(second.pk).login_ids == (second.pk,)
    assert "Сосновый П. И." in Notification.objects.get(login_id=second.pk).title
    refused("people.no_such_member", remove, actor=actor(first), member_id=rows[second.pk], now=NOW)


def test_what_is_kept_comes_along_only_from_where_nobody_stays(pair, monkeypatch):
    first, _second = pair
    told: list[HouseholdJoined] = []
    monkeypatch.setattr(
        writing, "publish", lambda event: told.append(event) if isinstance(event, HouseholdJoined) else None
    )
    other, alone = person(), person()
    was = services.household_ensure(actor=actor(alone), now=NOW)
    there = join(alone, invite(other), bring=True)
    assert told[-1] == HouseholdJoined(None, alone.pk, was.id, there.id, True)
    family = reading.household_of(first.pk)
    join(first, invite(other), bring=True)
    assert told[-1] == HouseholdJoined(None, first.pk, family.id, there.id, False)


# Invitations


def test_an_invitation_to_an_address_is_seen_by_its_owner_only():
    first = person("Сосновый Пётр Ильич")
    invited = person(email="vera@example.org")
    unproven = make_login("igor@example.org", password=None, verified=False)
    invite(first, email=" Vera@Example.org ")
    invite(first, email="igor@example.org")
    [seen] = reading.invitations_to(actor(invited), now=NOW)
    assert (seen.email, seen.by) == ("vera@example.org", "Сосновый П. И.")
    assert reading.invitations_to(actor(unproven), now=NOW) == []
    assert reading.invitations_to(actor(person()), now=NOW) == []
    assert [one.email for one in reading.invitations_sent(actor(first), now=NOW)] == [
        "igor@example.org",
        "vera@example.org",
    ]
    join_by = services.household_join
    refused("people.code_unknown", join_by, actor=actor(person()), invitation_id=seen.id, now=NOW)
    assert join_by(actor=actor(invited), invitation_id=seen.id, now=NOW).size == 2
    refused("people.code_unknown", join_by, actor=actor(invited), invitation_id=seen.id, now=NOW)


def test_an_invitation_is_called_off_or_refused_by_whom_it_concerns():
    first, invited = person(), person(email="vera@example.org")
    withdraw = services.invitation_withdraw
    key, code = services.household_invite(actor=actor(first), email="vera@example.org", now=NOW)
    refused("people.no_such_invitation", withdraw, actor=actor(person()), invitation_id=key, now=NOW)
    withdraw(actor=actor(invited), invitation_id=key, now=NOW)
    refused("people.no_such_invitation", withdraw, actor=actor(first), invitation_id=key, now=NOW)
    refused("people.code_unknown", join, login=invited, code=code)
    key, code = services.household_invite(actor=actor(first), now=NOW)
    withdraw(actor=actor(first), invitation_id=key, now=NOW)
    refused("people.code_unknown", join, login=invited, code=code)


def test_refusals_of_invitations(monkeypatch):
    first = person(email="petr@example.org")
    ask = services.household_invite
    refused("people.bad_email", ask, actor=actor(first), email="почта", now=NOW)
    refused("people.bad_email", ask, actor=actor(first), needs_email=True, now=NOW)
    refused("people.invited_oneself", ask, actor=actor(first), email="PETR@example.org", now=NOW)
    for _number in range(writing.WAITING_AT_MOST):
        code = invite(first)
    told = refused("people.invitations_many", ask, actor=actor(first), now=NOW)
    assert told.params == {"count": writing.WAITING_AT_MOST}
    # Those that are over make room.
    services.household_invite(actor=actor(first), now=NOW + timedelta(days=8))
    refused("people.in_it_already", join, login=first, code=code)
    monkeypatch.setattr(writing, "MEMBERS_AT_MOST", 2)
    join(person(), code)
    full = HouseholdInvitation.objects.filter(used_at__isnull=True).first()
    assert full is not None
    HouseholdInvitation.objects.filter(pk=full.pk).update(code_hash=writing._digest("FULL"))
    refused("people.household_full", join, login=person(), code="FULL")
    HouseholdInvitation.objects.filter(used_at__isnull=True).delete()
    refused("people.household_full", ask, actor=actor(first), now=NOW)


def test_nobody_is_invited_into_an_empty_household():
    """All have left since the code was made: there is nobody whose purchases one would see."""
    first, other = person(), person()
    code = invite(first)
    join(first, invite(other))
    refused("people.code_unknown", join, login=person(), code=code)


def test_a_name_is_given_and_taken_back():
    first = person()
    rename = services.household_rename
    assert rename(actor=actor(first), name="  Сосновые   из дома 5 ", now=NOW).name == "Сосновые из дома 5"
    assert rename(actor=actor(first), name="", now=NOW).name == ""
    refused("people.household_name", rename, actor=actor(first), name="я" * 81, now=NOW)


@pytest.mark.parametrize("who", ["nobody", "system", "key", "token"])
def test_a_household_is_of_persons_only(who):
    login = person()
    other = {
        "nobody": NOBODY,
        "system": SYSTEM,
        "key": Actor(kind=ActorKind.KEY, login_id=-5, home_id=1, scopes=frozenset({HOUSEHOLD_USE})),
        "token": actor(login, scopes=frozenset({"register:unit:view"}), token_id=1),
    }[who]
    for do, named in (
        (services.household_rename, {"name": "x"}),
        (services.household_invite, {}),
        (services.household_join, {"code": "x"}),
        (services.household_leave, {}),
        (services.household_member_remove, {"member_id": 1}),
        (services.invitation_withdraw, {"invitation_id": 1}),
    ):
        with pytest.raises(Forbidden):
            do(actor=other, now=NOW, **named)
    with pytest.raises(Forbidden):
        reading.own_page(other, now=NOW)
    assert not Household.objects.exists()


# Erasure


def test_an_erased_login_was_in_no_household(pair):
    first, second = pair
    services.household_rename(actor=actor(first), name="Сосновые", now=NOW)
    invite(second)
    own = reading.household_of(first.pk)
    assert services.household_part_for_room(login_id=second.pk, now=NOW) == 2
    assert not HouseholdMember.history.filter(login_id=second.pk).exists()
    assert not HouseholdInvitation.objects.filter(made_by=second).exists()
    assert reading.household_by_id(own.id).login_ids == (first.pk,)
    assert Household.objects.get(pk=own.id).name == "Сосновые"
    services.household_part_for_room(login_id=first.pk, now=NOW)
    assert Household.objects.get(pk=own.id).name == ""
    assert not Household.history.exclude(name="").exists()


# Two at once


def accept_both() -> tuple[list[object], int]:
    """Two try the same code at once; what came of it, and how many came in."""
    first = person()
    code = invite(first)
    others = [person(), person()]
    results = at_once(*(lambda login=login: join(login, code) for login in others))
    household = reading.household_of(first.pk)
    assert household is not None
    return results, household.size - 1


@pytest.mark.django_db(transaction=True)
def test_two_accept_one_invitation_at_once_and_one_is_in(database):
    results, came = accept_both()
    assert came == 1
    assert [one.code for one in results if isinstance(one, RuleViolation)] == ["people.code_unknown"]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_are_in(database, monkeypatch):
    """The twin: both find the invitation before either has used it. It shows what the lock is for."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one write at a time: there the transaction itself is the lock")
    barrier = threading.Barrier(2, timeout=20)
    by_id = reading.household_by_id

    def both_look(household_id):
        if not barrier.broken and barrier.n_waiting < 2:
            with suppress(threading.BrokenBarrierError):
                barrier.wait()
            barrier.abort()
        return by_id(household_id)

    monkeypatch.setattr(writing, "_held", lambda rows: rows)
    monkeypatch.setattr(writing, "household_by_id", both_look)
    _results, came = accept_both()
    assert came == 2
