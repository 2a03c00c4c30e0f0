"""Where money goes is changed by two people, after a delay and a word to all; anybody of the office may stop it (K11)."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from koopset.apps.organisations import selectors, services
from koopset.apps.organisations.factories import (
    make_account_number,
    make_bank_account,
    make_organisation,
    make_role,
)
from koopset.apps.organisations.models import BankAccount, BankChange
from koopset.apps.people.factories import make_actor, make_login
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import Forbidden, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused
from koopset.kernel.violations import RuleViolation

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
BANK: dict[str, Any] = {"bic": "044030653", "bank_name": "Сбербанк"}
DELAY = timedelta(hours=72)


@pytest.fixture(autouse=True)
def _delay(settings):
    settings.BANK_CHANGE_DELAY_HOURS = 72


@pytest.fixture
def home(db):
    return make_organisation()


def add(home, actor, serial=78, *, now=NOW, **more):
    number = make_account_number(BANK["bic"], serial)
    return services.bank_account_add(
        actor=actor, organisation_id=home.pk, number=number, now=now, **(BANK | more)
    )


def two(home):
    return make_actor(Role.TREASURER, home.pk), make_actor(Role.CHAIR, home.pk)


def test_the_first_account_needs_two_people_and_no_delay(home):
    first, second = two(home)
    account = add(home, first)
    refused("organisations.no_confirmed_account", selectors.payee_for_codes, organisation_id=home.pk, now=NOW)
    services.bank_account_confirm(actor=second, organisation_id=home.pk, bank_account_id=account.pk, now=NOW)
    assert selectors.payee_for_codes(home.pk, now=NOW).bank_account_id == account.pk


def test_codes_keep_the_old_details_until_the_moment_comes(home):
    old = make_bank_account(home.pk)
    first, second = two(home)
    new = add(home, first, for_fees=True)
    services.bank_account_confirm(actor=second, organisation_id=home.pk, bank_account_id=new.pk, now=NOW)

    def pays(now):
        return selectors.payee_for_codes(home.pk, now=now).bank_account_id

    assert (pays(NOW), pays(NOW + DELAY - timedelta(seconds=1))) == (old.pk, old.pk)
    refused(
        "organisations.no_confirmed_account",
        selectors.payee_for_codes,
        organisation_id=home.pk,
        bank_account_id=new.pk,
        now=NOW + timedelta(hours=71),
    )
    assert pays(NOW + DELAY) == new.pk


def test_one_person_never_does_both(home):
    make_bank_account(home.pk)
    first, _second = two(home)
    new = add(home, first, for_fees=True)
    refused(
        "organisations.own_confirmation",
        services.bank_account_confirm,
        actor=first,
        organisation_id=home.pk,
        bank_account_id=new.pk,
        now=NOW,
    )
    change = BankChange.objects.get(organisation_id=home.pk)
    assert (change.confirmed_at, change.effective_from) == (None, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        BankChange.objects.filter(organisation_id=home.pk).update(
            confirmed_by=first.login_id, confirmed_at=NOW, effective_from=NOW
        )


def test_a_change_hears_nothing_twice(home):
    make_bank_account(home.pk)
    first, second = two(home)
    new = add(home, first)
    common = {"actor": second, "organisation_id": home.pk, "bank_account_id": new.pk, "now": NOW}
    services.bank_account_confirm(**common)
    refused("organisations.confirmed_already", services.bank_account_confirm, **common)
    refused("organisations.account_known", add, home=home, actor=first)


def test_one_change_at_a_time(home):
    make_bank_account(home.pk)
    first, second = two(home)
    new = add(home, first, 78, for_fees=True)
    refused("organisations.change_pending", add, home=home, actor=second, serial=79)
    services.bank_account_confirm(actor=second, organisation_id=home.pk, bank_account_id=new.pk, now=NOW)
    later = NOW + timedelta(hours=71)
    refused("organisations.change_pending", add, home=home, actor=second, serial=79, now=later)
    assert BankAccount.objects.filter(organisation_id=home.pk).count() == 2
    assert add(home, second, 79, now=NOW + DELAY).pk


def test_anybody_of_the_office_stops_a_change_and_all_hear_of_it(home):
    old = make_bank_account(home.pk)
    operator = make_login(password=None, is_operator=True)
    auditor = make_role(home.pk, Role.AUDITOR).person.login
    resident_hears = make_role(home.pk, Role.STAFF).person
    first, second = two(home)
    new = add(home, first, for_fees=True)
    services.bank_account_confirm(actor=second, organisation_id=home.pk, bank_account_id=new.pk, now=NOW)
    told = Notification.objects.filter(organisation_id=home.pk, person_id=resident_hears.pk)
    assert [(row.mail, "27.11.2026" in row.text) for row in told] == [("waiting", True)]
    change = BankChange.objects.get(organisation_id=home.pk)
    common = {"organisation_id": home.pk, "change_id": change.pk, "now": NOW + timedelta(hours=5)}
    with pytest.raises(Forbidden):
        services.bank_change_object(actor=make_actor(Role.MEMBER, home.pk), **common)
    actor = actor_for_login(auditor.pk, on=NOW.date())
    services.bank_change_object(actor=actor, word="Правление такого не решало", **common)
    assert selectors.payee_for_codes(home.pk, now=NOW + 2 * DELAY).bank_account_id == old.pk
    assert Notification.objects.get(login_id=operator.pk).text == "Правление такого не решало"
    assert told.all().count() == 2
    refused("organisations.change_stopped", services.bank_change_object, actor=actor, **common)
    refused(
        "organisations.change_stopped",
        services.bank_account_confirm,
        actor=second,
        organisation_id=home.pk,
        bank_account_id=new.pk,
        now=NOW + timedelta(hours=6),
    )
    again = add(home, first, for_fees=True, now=NOW + timedelta(hours=7))
    assert again.pk == new.pk
    services.bank_account_confirm(
        actor=second, organisation_id=home.pk, bank_account_id=new.pk, now=NOW + timedelta(hours=8)
    )


def test_an_objection_before_the_second_word_stops_it_too(home):
    make_bank_account(home.pk)
    first, second = two(home)
    new = add(home, first)
    change = BankChange.objects.get(organisation_id=home.pk)
    services.bank_change_object(actor=second, organisation_id=home.pk, change_id=change.pk, now=NOW)
    refused(
        "organisations.change_stopped",
        services.bank_account_confirm,
        actor=second,
        organisation_id=home.pk,
        bank_account_id=new.pk,
        now=NOW,
    )
    assert not BankAccount.objects.get(organisation_id=home.pk, pk=new.pk).is_confirmed


def test_what_is_in_effect_is_not_objected_to(home):
    make_bank_account(home.pk)
    first, second = two(home)
    new = add(home, first)
    services.bank_account_confirm(actor=second, organisation_id=home.pk, bank_account_id=new.pk, now=NOW)
    change = BankChange.objects.get(organisation_id=home.pk)
    refused(
        "organisations.change_done",
        services.bank_change_object,
        actor=second,
        organisation_id=home.pk,
        change_id=change.pk,
        now=NOW + DELAY,
    )
    elsewhere = make_organisation()
    refused(
        "organisations.unknown_change",
        services.bank_change_object,
        actor=make_actor(Role.CHAIR, elsewhere.pk),
        organisation_id=elsewhere.pk,
        change_id=change.pk,
        now=NOW,
    )


def test_moving_the_fees_to_a_known_account_takes_the_same_way(home):
    old, other = make_bank_account(home.pk), make_bank_account(home.pk, is_main=False)
    first, second = two(home)
    common = {"organisation_id": home.pk, "bank_account_id": other.pk}
    refused(
        "organisations.main_already",
        services.bank_account_make_main,
        actor=first,
        organisation_id=home.pk,
        bank_account_id=old.pk,
        now=NOW,
    )
    services.bank_account_make_main(actor=first, now=NOW, **common)
    refused("organisations.own_confirmation", services.bank_account_confirm, actor=first, now=NOW, **common)
    services.bank_account_confirm(actor=second, now=NOW, **common)
    assert selectors.payee_for_codes(home.pk, now=NOW).bank_account_id == old.pk
    assert selectors.payee_for_codes(home.pk, other.pk, now=NOW).bank_account_id == other.pk
    change = BankChange.objects.get(organisation_id=home.pk)
    services.bank_change_object(actor=first, organisation_id=home.pk, change_id=change.pk, now=NOW)
    assert selectors.payee_for_codes(home.pk, now=NOW + DELAY).bank_account_id == old.pk
    assert selectors.payee_for_codes(home.pk, other.pk, now=NOW + DELAY).bank_account_id == other.pk


def test_the_account_for_fees_and_one_under_way_are_not_closed(home):
    old = make_bank_account(home.pk)
    first, second = two(home)
    new = add(home, first, for_fees=True)
    common = {"actor": first, "organisation_id": home.pk, "on": NOW.date()}
    refused(
        "organisations.change_pending",
        services.bank_account_close,
        bank_account_id=new.pk,
        now=NOW,
        **common,
    )
    services.bank_account_confirm(actor=second, organisation_id=home.pk, bank_account_id=new.pk, now=NOW)
    refused(
        "organisations.main_stays", services.bank_account_close, bank_account_id=old.pk, now=NOW, **common
    )
    services.bank_account_close(bank_account_id=old.pk, now=NOW + DELAY, **common)
    assert selectors.payee_for_codes(home.pk, now=NOW + DELAY).bank_account_id == new.pk


@pytest.mark.django_db(transaction=True)
def test_two_changes_asked_at_once_are_one():
    body = make_organisation()
    make_bank_account(body.pk)
    actors = two(body)
    results: list[Any] = [None, None]
    together = threading.Barrier(2, timeout=20)

    def ask(index: int) -> None:
        together.wait()
        try:
            results[index] = add(body, actors[index], 80 + index, for_fees=True)
        except (RuleViolation, DatabaseError) as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    made = [one for one in results if isinstance(one, BankAccount)]
    assert len(made) == 1, results
    assert BankChange.objects.filter(organisation_id=body.pk).count() == 1
