from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from tests.privacy.everything import EMAIL, NOW, PHONE, SURNAME, make_everything, places_of

from koopset.apps.billing import services as billing
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_actor, make_login, make_person
from koopset.apps.people.models import Login, Person
from koopset.apps.people.services import ERASED_NAME
from koopset.apps.privacy import selectors, services
from koopset.apps.privacy.factories import make_request
from koopset.apps.privacy.models import DestructionAct, ErasureRequest
from koopset.apps.privacy.rules import answer_by, needs_on, working_days_after
from koopset.apps.register.models import Membership, Ownership
from koopset.foundation.access.models import ApiToken
from koopset.foundation.notifications.models import Notification
from koopset.foundation.personal.terms import run_terms
from koopset.foundation.rights.actors import SYSTEM, Forbidden, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
State = ErasureRequest.State


@pytest.fixture
def all_of():
    return make_everything()


def ask(everything, person_id):
    return services.erasure_ask(actor=everything.actor, person_id=person_id, reason="Не нужно", now=NOW)


def carry_out(everything, request, now=NOW):
    return services.erasure_carry_out(
        actor=everything.chair, organisation_id=everything.organisation_id, request_id=request.pk, now=now
    )


def leave(everything, on=date(2026, 11, 20)):
    """The person sells the plot and the account is closed."""
    pk = everything.organisation_id
    Ownership.objects.filter(organisation_id=pk, person_id=everything.card.pk).update(valid_to=on)
    Membership.objects.filter(organisation_id=pk, person_id=everything.card.pk).update(
        valid_to=on, ground="sold"
    )
    billing.personal_account_close(
        actor=SYSTEM, organisation_id=pk, account_id=everything.account.pk, closed_on=on, now=NOW
    )


# Rules


def test_terms_of_an_answer():
    assert answer_by(date(2026, 11, 25)) == date(2026, 12, 9)
    assert working_days_after(date(2026, 11, 28), 1) == date(2026, 11, 30)


def test_what_is_needed_of_ties():
    name, both = frozenset({"name"}), frozenset({"name", "address"})
    day = date(2026, 11, 25)
    assert needs_on([], day) == frozenset()
    assert needs_on([(date(2026, 11, 24), both), (day, name)], day) == name
    assert needs_on([(None, both), (day, name)], date(2100, 1, 1)) == both


# Asking


def test_a_request_is_told_to_whoever_decides(all_of):
    request = ask(all_of, all_of.card.pk)
    assert (request.organisation_id, request.answer_by) == (all_of.organisation_id, date(2026, 12, 9))
    notice = Notification.objects.get(topic="privacy.erasure")
    assert notice.person_id in all_of.chair.person_ids
    refused("privacy.already_asked", ask, everything=all_of, person_id=all_of.card.pk)


def test_a_card_of_another_is_no_card_of_mine(all_of):
    other = make_person(all_of.organisation_id, name="Соседова Анна")
    refused("privacy.unknown_card", ask, everything=all_of, person_id=other.pk)
    refused("privacy.unknown_card", ask, everything=all_of, person_id=all_of.own.pk)
    assert not ErasureRequest.objects.exists()


def test_the_operator_does_not_close_the_own_login():
    login = make_login(password=None, is_operator=True)
    actor = actor_for_login(login.pk, on=date(2026, 11, 25))
    refused("people.operator_stays", services.erasure_ask, actor=actor, person_id=None, now=NOW)


def test_a_request_may_be_taken_back_until_it_is_answered(all_of):
    request = ask(all_of, all_of.card.pk)
    stranger = make_actor(None, None, login=make_login(password=None))
    take_back = services.erasure_take_back
    refused("privacy.unknown_request", take_back, actor=stranger, request_id=request.pk, now=NOW)
    assert take_back(actor=all_of.actor, request_id=request.pk, now=NOW).state == State.WITHDRAWN
    refused("privacy.decided", take_back, actor=all_of.actor, request_id=request.pk, now=NOW)


# Answering


def test_only_the_keeper_decides_and_a_foreign_body_learns_nothing(all_of):
    request = ask(all_of, all_of.card.pk)
    foreign = make_organisation().pk
    call = {"request_id": request.pk, "now": NOW}
    for actor, organisation_id in (
        (make_actor(Role.TREASURER, all_of.organisation_id), all_of.organisation_id),
        (make_actor(Role.CHAIR, foreign), all_of.organisation_id),
        (all_of.chair, None),
    ):
        with pytest.raises(Forbidden):
            services.erasure_carry_out(actor=actor, organisation_id=organisation_id, **call)
    refused(
        "privacy.unknown_request",
        services.erasure_carry_out,
        actor=make_actor(Role.CHAIR, foreign),
        organisation_id=foreign,
        **call,
    )
    request.refresh_from_db()
    assert request.state == State.WAITING
    assert not DestructionAct.objects.exists()


def test_a_refusal_says_why(all_of):
    request = ask(all_of, all_of.card.pk)
    call = {
        "actor": all_of.chair,
        "organisation_id": all_of.organisation_id,
        "request_id": request.pk,
        "now": NOW,
    }
    refused("privacy.no_reason", services.erasure_refuse, reason=" ", **call)
    services.erasure_refuse(reason="Идёт суд: 152-ФЗ ст. 6", **call)
    refused("privacy.decided", services.erasure_carry_out, **call)
    notice = Notification.objects.get(topic="privacy.erasure", login_id=all_of.login.pk)
    assert notice.text == "Идёт суд: 152-ФЗ ст. 6"


# An owner with an open account


def test_of_an_owner_the_name_and_one_address_stay(all_of):
    request = ask(all_of, all_of.card.pk)
    preview = selectors.erasure_preview(request, now=NOW)
    assert preview.needs == {"name", "address"}
    assert any("402" not in tie.law and "217-ФЗ" in tie.law for tie in preview.ties)
    act = carry_out(all_of, request)
    card = Person.objects.get(pk=all_of.card.pk)
    assert card.full_name == f"{SURNAME} Захар Захарович"
    assert (card.phone, card.email, card.birth_date, card.inn) == ("", "", None, "")
    assert card.postal_address.startswith("188760")
    assert card.login_id == all_of.login.pk
    past = Person.history.filter(id=card.pk)
    assert set(past.values_list("phone", "email", "birth_date")) == {("", "", None)}
    request.refresh_from_db()
    assert (request.state, request.rest_pending, act.is_whole) == (State.PARTLY, True, False)
    assert "217-ФЗ" in request.answer
    assert request.reason == ""


def test_without_a_postal_address_the_email_stays(all_of):
    Person.objects.filter(pk=all_of.card.pk).update(postal_address="")
    carry_out(all_of, ask(all_of, all_of.card.pk))
    card = Person.objects.get(pk=all_of.card.pk)
    assert (card.email, card.phone) == (EMAIL, "")


# One who has left


def test_who_has_left_is_kept_by_the_books_for_five_years_and_then_goes_by_itself(all_of):
    leave(all_of)
    request = ask(all_of, all_of.card.pk)
    preview = selectors.erasure_preview(request, now=NOW)
    assert preview.needs == {"name"}
    assert [tie.until for tie in preview.ties] == [date(2031, 12, 31)]
    carry_out(all_of, request)
    card = Person.objects.get(pk=all_of.card.pk)
    assert (card.last_name, card.postal_address, card.email) == (SURNAME, "", "")

    assert run_terms(datetime(2031, 12, 31, 9, tzinfo=UTC))["privacy.rests"] == 0
    assert run_terms(datetime(2032, 1, 1, 9, tzinfo=UTC))["privacy.rests"] == 1
    card.refresh_from_db()
    assert (card.full_name, card.login_id) == (ERASED_NAME, None)
    request.refresh_from_db()
    assert (request.state, request.rest_pending) == (State.DONE, False)
    acts = selectors.acts_of(request)
    assert [(act.is_whole, act.done_by is None) for act in acts] == [(False, False), (True, True)]
    assert run_terms(datetime(2032, 1, 2, 9, tzinfo=UTC))["privacy.rests"] == 0


def test_when_nothing_keeps_it_the_name_is_nowhere_left(all_of):
    leave(all_of, on=date(2026, 11, 20))
    later = datetime(2032, 3, 1, 9, tzinfo=UTC)
    request = ask(all_of, all_of.card.pk)
    assert any("BankLine" in place for place in places_of(SURNAME))
    act = carry_out(all_of, request, now=later)
    assert act.is_whole
    # What is left is the person's own: the login and the own card, which the platform keeps.
    left = places_of(SURNAME, PHONE, EMAIL, "555-01-78", "Тихая улица", "500100732259")
    assert {place.rpartition(".")[0] for place in left} <= {
        "people.Person",
        "people.Login",
        "account.EmailAddress",
        "people.HistoricalPerson",
    }
    login_request = make_request(all_of.login.pk, now=later)
    services.erasure_carry_out(
        actor=make_actor(Role.OPERATOR, None), organisation_id=None, request_id=login_request.pk, now=later
    )
    assert places_of(SURNAME, PHONE, EMAIL, "555-01-78", "Тихая улица", "500100732259") == set()
    assert SURNAME not in str(list(DestructionAct.objects.values_list("lines", "ground")))


# A login


def test_a_login_is_closed_with_its_sessions_and_keys(all_of):
    browser = Client()
    browser.force_login(all_of.login)
    assert browser.get("/me/").status_code == 200
    request = ask(all_of, None)
    with pytest.raises(Forbidden):
        services.erasure_carry_out(actor=all_of.chair, organisation_id=None, request_id=request.pk, now=NOW)
    act = services.erasure_carry_out(
        actor=make_actor(Role.OPERATOR, None),
        organisation_id=None,
        request_id=request.pk,
        now=datetime.now(UTC),
    )
    login = Login.objects.get(pk=all_of.login.pk)
    assert (login.is_active, login.email, login.has_usable_password()) == (
        False,
        f"erased-{login.pk}@erased.invalid",
        False,
    )
    assert browser.get("/me/").status_code == 302
    assert not Session.objects.exists()
    assert not ApiToken.objects.filter(login=login).exists()
    assert Person.objects.get(pk=all_of.own.pk).full_name == ERASED_NAME
    # The card that the organisation keeps is its own matter.
    assert Person.objects.get(pk=all_of.card.pk).full_name.startswith(SURNAME)
    assert Person.objects.get(pk=all_of.card.pk).login_id is None
    assert act.is_whole


def test_an_office_holds_the_name_of_who_made_the_own_card():
    from koopset.apps.organisations.factories import make_role

    home = make_organisation().pk
    login = make_login(password=None)
    own = make_person(None, name="Должностной Иван", login=login)
    make_role(home, Role.AUDITOR, person=own)
    request = make_request(login.pk, now=NOW)
    act = services.erasure_carry_out(
        actor=make_actor(Role.OPERATOR, None), organisation_id=None, request_id=request.pk, now=NOW
    )
    assert not act.is_whole
    assert Person.objects.get(pk=own.pk).last_name == "Должностной"
    assert not Login.objects.get(pk=login.pk).is_active


def test_a_room_that_refuses_takes_all_back(all_of, monkeypatch):
    from koopset.foundation.personal import ports

    def refuses(**_asked):
        raise RuleViolation("people.unknown")

    leave(all_of, on=date(2026, 11, 20))
    request = ask(all_of, all_of.card.pk)
    monkeypatch.setattr(ports._rooms["register"], "erase", refuses)
    refused("people.unknown", carry_out, everything=all_of, request=request, now=NOW + timedelta(days=2500))
    assert Person.objects.get(pk=all_of.card.pk).phone == PHONE
    request.refresh_from_db()
    assert request.state == State.WAITING


# Afterwards


def test_after_an_erasure_the_archive_shows_nothing(all_of):
    from koopset.apps.privacy.selectors import subject_of_request
    from koopset.foundation.personal.ports import rooms

    leave(all_of, on=date(2026, 11, 20))
    request = ask(all_of, all_of.card.pk)
    later = datetime(2032, 3, 1, 9, tzinfo=UTC)
    carry_out(all_of, request, now=later)
    shown = [
        str(row) for room in rooms() for one in room.tables(subject_of_request(request)) for row in one.rows
    ]
    assert shown
    for word in (SURNAME, PHONE, EMAIL, "Захар", "Тихая"):
        assert [row for row in shown if word in row] == []


def test_the_chair_reads_the_preview_decides_and_sees_the_act(all_of, client):
    request = ask(all_of, all_of.card.pk)
    client.force_login(Login.objects.get(pk=all_of.chair.login_id))
    desk = client.get(f"/o/{all_of.organisation_id}/privacy/").content.decode()
    assert SURNAME in desk
    address = f"/o/{all_of.organisation_id}/privacy/requests/{request.pk}/"
    assert "217-ФЗ" in client.get(address).content.decode()
    assert client.post(address, {"deed": "refuse", "reason": ""}).status_code == 200
    client.post(address, {"deed": "erase"})
    request.refresh_from_db()
    assert request.state == State.PARTLY
    assert "Акт об уничтожении" in client.get(address).content.decode()


def test_who_looked_is_shown_to_the_person_by_role_and_to_the_chair_by_name(all_of, client):
    chair = Login.objects.get(pk=all_of.chair.login_id)
    client.force_login(chair)
    client.get(f"/o/{all_of.organisation_id}/people/{all_of.card.pk}/edit/")
    client.get(f"/o/{all_of.organisation_id}/register/persons/{all_of.card.pk}/")
    client.get(f"/o/{all_of.organisation_id}/people/")
    log = client.get(f"/o/{all_of.organisation_id}/privacy/looks/").content.decode()
    assert SURNAME in log
    client.force_login(all_of.login)
    shown = client.get("/me/data/looks/").content.decode()
    assert "Председатель" in shown
    assert "СНТ «Полное»" in shown
    assert Person.objects.get(login_id=chair.pk).last_name not in shown
