"""A coordinator helps in the appointed districts and sees steps and numbers there, nothing else (K11)."""

from datetime import date, timedelta

import pytest

from koopset.apps.joining import selectors, services
from koopset.apps.joining.factories import NOW, make_application, make_coordinator
from koopset.apps.joining.models import PilotMember
from koopset.apps.organisations.factories import make_bank_account, make_organisation, make_role
from koopset.apps.people.factories import make_actor, make_login, make_person
from koopset.apps.places.selectors import territory_named
from koopset.apps.places.services import location_set_for_room, tree_load
from koopset.apps.register.factories import make_unit
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import SYSTEM, Forbidden, actor_for_login
from koopset.foundation.rights.catalogue import all_rights, roles_with
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def here():
    tree_load(actor=SYSTEM, now=NOW)
    return territory_named("Приозерский район")


@pytest.fixture
def there(here):
    return territory_named("Волосовский район")


@pytest.fixture
def coordinator(here):
    return actor_for_login(make_coordinator(here.pk).login_id, on=TODAY)


@pytest.fixture
def operator():
    return actor_for_login(make_login(password=None, is_operator=True).pk, on=TODAY)


def body_in(place, **fields):
    body = make_organisation(created_at=NOW - timedelta(days=40), **fields)
    location_set_for_room(organisation_id=body.pk, territory_id=place.pk)
    return body


def test_a_coordinator_has_rights_of_this_room_only():
    held = {right for right in all_rights() if Role.COORDINATOR in roles_with(right)}
    assert held == {
        "joining:application:review",
        "joining:district:view",
        "joining:group:edit",
        "joining:help:write",
    }


def test_an_appointment_holds_between_its_dates(here):
    row = make_coordinator(here.pk, valid_from=date(2026, 2, 1), valid_to=date(2026, 3, 31))
    days = (date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 31), date(2026, 4, 1))
    assert [actor_for_login(row.login_id, on=day).is_coordinator for day in days] == [
        False,
        True,
        True,
        False,
    ]


def test_the_operator_appoints_and_ends(here, operator):
    login = make_login(password=None)
    values = {
        "actor": operator,
        "email": login.email.upper(),
        "name": "Анна",
        "territory_id": here.pk,
        "valid_from": date(2026, 1, 1),
        "basis": "приказ № 1",
        "now": NOW,
    }
    refused("joining.unknown_login", services.coordinator_appoint, **(values | {"email": "x@example.org"}))
    refused("joining.no_basis", services.coordinator_appoint, **(values | {"basis": ""}))
    country = territory_named("Россия")
    refused("joining.not_a_district", services.coordinator_appoint, **(values | {"territory_id": country.pk}))
    refused(
        "joining.dates_out_of_order",
        services.coordinator_appoint,
        **(values | {"valid_to": date(2025, 1, 1)}),
    )
    row = services.coordinator_appoint(**values)
    refused("joining.appointed_already", services.coordinator_appoint, **values)
    assert actor_for_login(login.pk, on=TODAY).is_coordinator
    assert Notification.objects.filter(login_id=login.pk).count() == 1
    services.coordinator_end(actor=operator, coordinator_id=row.pk, on=TODAY - timedelta(days=1), now=NOW)
    assert not actor_for_login(login.pk, on=TODAY).is_coordinator
    refused(
        "joining.appointment_ended",
        services.coordinator_end,
        actor=operator,
        coordinator_id=row.pk,
        on=TODAY,
        now=NOW,
    )
    with pytest.raises(Forbidden):
        services.coordinator_appoint(**(values | {"actor": make_actor(Role.CHAIR, make_organisation().pk)}))


def test_numbers_and_steps_of_own_districts(here, there, coordinator, operator):
    stuck, works = body_in(here, verified=False), body_in(here)
    body_in(there)
    make_bank_account(works.pk)
    make_unit(works.pk, "1", owners=[make_person(works.pk, login=make_login(password=None))])
    application = make_application(here.pk, now=NOW - timedelta(days=6))
    rows = {row.body_id: row for row in selectors.bodies_of(coordinator, now=NOW)}
    assert set(rows) == {stuck.pk, works.pk, application.organisation_id}
    assert (rows[stuck.pk].step, rows[stuck.pk].days) == ("verification", 40)
    assert (rows[works.pk].step, rows[works.pk].units, rows[works.pk].logins) == ("charge", 1, 1)
    sent = rows[application.organisation_id]
    assert (sent.step, sent.days, sent.application_id) == ("verification", 6, application.pk)
    (numbers,) = selectors.district_numbers(coordinator, now=NOW)
    assert (numbers.name, numbers.applied, numbers.verified, numbers.working) == (here.name, 3, 1, 0)
    assert (numbers.units, numbers.logins) == (1, 1)
    whole = selectors.district_numbers(operator, now=NOW)
    assert (len(whole), sum(row.applied for row in whole)) == (17, 4)


def test_another_district_is_as_absent(here, there, coordinator):
    foreign = body_in(there)
    with pytest.raises(Forbidden):
        selectors.body_page(coordinator, foreign.pk, now=NOW)
    with pytest.raises(Forbidden):
        selectors.bodies_of(coordinator, district_id=there.pk, now=NOW)
    with pytest.raises(Forbidden):
        services.help_write(actor=coordinator, body_id=foreign.pk, text="Здравствуйте", now=NOW)
    with pytest.raises(Forbidden):
        services.group_create(actor=coordinator, district_id=there.pk, name="Пилот", now=NOW)
    with pytest.raises(Forbidden):
        selectors.district_numbers(make_actor(Role.CHAIR, foreign.pk), now=NOW)


def test_a_word_of_help_reaches_the_chair_or_the_applicant(here, coordinator):
    body = body_in(here)
    chair = make_role(body.pk, Role.CHAIR).person
    assert chair.login_id is not None
    refused("joining.no_word", services.help_write, actor=coordinator, body_id=body.pk, text=" ", now=NOW)
    services.help_write(actor=coordinator, body_id=body.pk, text="Реестр можно загрузить таблицей", now=NOW)
    assert Notification.objects.get(person_id=chair.pk).text == "Реестр можно загрузить таблицей"
    application = make_application(here.pk)
    services.help_write(
        actor=coordinator, body_id=application.organisation_id, text="Скоро проверим", now=NOW
    )
    assert Notification.objects.get(login_id=application.login_id).text == "Скоро проверим"
    actor = actor_for_login(chair.login_id, on=TODAY)
    assert [word.text for word in selectors.steps_page(actor, body.pk, now=NOW).words] == [
        "Реестр можно загрузить таблицей"
    ]


def test_the_chair_decides_whether_to_be_reached(here, coordinator):
    body = body_in(here)
    chair = make_actor(Role.CHAIR, body.pk)
    services.contact_set(
        actor=chair, organisation_id=body.pk, phone="+7 911 1234567", is_shown=False, now=NOW
    )
    assert selectors.body_page(coordinator, body.pk, now=NOW).contact.phone == ""
    services.contact_set(actor=chair, organisation_id=body.pk, phone="+7 911 1234567", is_shown=True, now=NOW)
    assert selectors.body_page(coordinator, body.pk, now=NOW).contact.phone == "+7 911 123-45-67"
    silent, open_one = make_application(here.pk), make_application(here.pk, contact_shown=True)
    shown = [
        selectors.body_page(coordinator, row.organisation_id, now=NOW).contact.is_shown
        for row in (silent, open_one)
    ]
    assert shown == [False, True]
    with pytest.raises(Forbidden):
        services.contact_set(
            actor=make_actor(Role.BOARD, body.pk), organisation_id=body.pk, is_shown=True, now=NOW
        )


def test_pilot_groups_are_of_one_district(here, there, coordinator, operator):
    body, foreign = body_in(here), body_in(there)
    group = services.group_create(actor=coordinator, district_id=here.pk, name="Пилот", aim="ЭДО", now=NOW)
    common = {"actor": coordinator, "group_id": group.pk, "now": NOW}
    refused(
        "joining.group_known",
        services.group_create,
        actor=coordinator,
        district_id=here.pk,
        name="Пилот",
        now=NOW,
    )
    services.group_member_add(body_id=body.pk, **common)
    refused("joining.in_group", services.group_member_add, body_id=body.pk, **common)
    refused("joining.unknown_body", services.group_member_add, body_id=foreign.pk, **common)
    assert selectors.group_row(coordinator, group.pk).members == ((body.pk, body.name_short),)
    other = services.group_create(actor=operator, district_id=there.pk, name="Другой", now=NOW)
    with pytest.raises(Forbidden):
        selectors.group_row(coordinator, other.pk)
    with pytest.raises(Forbidden):
        services.group_member_add(actor=coordinator, group_id=other.pk, body_id=foreign.pk, now=NOW)
    services.group_member_remove(body_id=body.pk, **common)
    assert not PilotMember.objects.filter(organisation_id=body.pk).exists()
