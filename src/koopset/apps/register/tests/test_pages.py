from fractions import Fraction

import pytest
from django.urls import reverse

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Person
from koopset.apps.register.factories import make_decision, make_unit
from koopset.apps.register.models import Decision, Ownership
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db
OFFICE = (
    "units", "units_xlsx", "unit_new", "unit", "unit_edit", "unit_area", "transfer", "unit_close", "person", "membership",
    "decision_new", "import_start",
)  # fmt: skip
READ = ("units", "units_xlsx", "unit", "person")


@pytest.fixture
def home():
    return make_organisation()


@pytest.fixture
def addresses(home):
    person = make_person(home.pk, name="Иванов Иван Иванович")
    unit = make_unit(home.pk, "12", owners=[(person, Fraction(2, 3))])
    values = {
        "organisation_id": home.pk,
        "unit_id": unit.pk,
        "person_id": person.pk,
        "decision_id": make_decision(home.pk).pk,
    }
    needs = {"unit": ("unit_id",), "unit_edit": ("unit_id",), "unit_area": ("unit_id",), "transfer": ("unit_id",),
             "unit_close": ("unit_id",), "person": ("person_id",), "membership": ("person_id",), "decision": ("decision_id",)}  # fmt: skip

    def address(name):
        return reverse(
            f"register:{name}", kwargs={key: values[key] for key in ("organisation_id", *needs.get(name, ()))}
        )

    return address


def enter(client, home, role):
    login = make_login(password=None)
    make_role(home.pk, role, login=login)
    client.force_login(login)


@pytest.mark.parametrize("name", OFFICE)
def test_the_treasurer_opens_every_page_and_a_stranger_none(client, home, addresses, name):
    assert client.get(addresses(name)).status_code == 302  # to the sign-in
    enter(client, make_organisation(), Role.TREASURER)
    assert client.get(addresses(name)).status_code == 404
    enter(client, home, Role.TREASURER)
    assert client.get(addresses(name)).status_code == 200


@pytest.mark.parametrize("name", OFFICE)
def test_the_auditor_reads_and_changes_nothing(client, home, addresses, name):
    enter(client, home, Role.AUDITOR)
    assert client.get(addresses(name)).status_code == (200 if name in READ else 404)


def test_the_list_names_the_gap_and_the_empty_register_the_first_step(client, home, addresses):
    enter(client, home, Role.TREASURER)
    assert "1/3" in client.get(addresses("units")).content.decode()
    other = make_organisation()
    enter(client, other, Role.TREASURER)
    empty = client.get(reverse("register:units", kwargs={"organisation_id": other.pk})).content.decode()
    assert reverse("register:import_start", kwargs={"organisation_id": other.pk}) in empty


def test_owners_are_entered_from_the_page_and_unknown_names_are_asked_about(client, home, addresses):
    enter(client, home, Role.TREASURER)
    form = {"on": "2026-06-01", "deed": "ЕГРН", "lines": "4", "o0-owner": "Иванов Иван Иванович", "o0-share": "1/2", "o0-right": "share",
            "o1-owner": "Новикова Анна Олеговна", "o1-share": "1/2", "o1-right": "share"}  # fmt: skip
    answer = client.post(addresses("transfer"), form)
    assert (answer.status_code, "Новикова Анна Олеговна" in answer.content.decode()) == (200, True)
    assert not Person.objects.filter(last_name="Новикова").exists()
    assert client.post(addresses("transfer"), form | {"create": "on"}).status_code == 302
    assert Ownership.objects.filter(organisation_id=home.pk, valid_to__isnull=True).count() == 2


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(client, home, addresses):
    enter(client, home, Role.TREASURER)
    form = {
        "body": "meeting",
        "decided_on": "2030-01-01",
        "number": "7",
        "title": "О взносах",
        "wording": "Установить",
    }
    answer = client.post(addresses("decision_new"), form)
    assert (answer.status_code, "О взносах" in answer.content.decode()) == (200, True)
    assert Decision.objects.filter(organisation_id=home.pk).count() == 1


def test_a_resident_sees_only_what_is_his(client, home, addresses):
    login = make_login(password=None)
    make_unit(home.pk, "77", owners=[make_person(home.pk, login=login)])
    client.force_login(login)
    page = client.get(reverse("register:my_units", kwargs={"organisation_id": home.pk})).content.decode()
    assert "77" in page
    assert "Иванов" not in page
    assert client.get(addresses("units")).status_code == 404
