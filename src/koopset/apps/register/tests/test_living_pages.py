"""The pages of the living register, as an owner and an office walk them."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.register import ports
from koopset.apps.register.factories import make_decision, make_unit
from koopset.apps.register.models import (
    Decision,
    Exclusion,
    Membership,
    MembershipApplication,
    Ownership,
    PowerOfAttorney,
    Unit,
)
from koopset.apps.register.ports import LateCharges, LateLine
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return make_organisation()


@pytest.fixture
def owner(home):
    person = make_person(home.pk, name="Ягодин Иван Петрович", login=make_login(password=None))
    make_unit(home.pk, "12", area_m2=1200, owners=[person])
    return person


def office(client, home, role=Role.CHAIR):
    login = make_login(password=None)
    make_role(home.pk, role, login=login)
    client.force_login(login)


def at(name, home, **kwargs):
    return reverse(f"register:{name}", kwargs={"organisation_id": home.pk, **kwargs})


def apply_for(client, home, owner):
    client.force_login(owner.login)
    form = {
        "person": owner.pk,
        "residence": "Приозерск, Лесная, 1",
        "postal_address": "188750, Приозерск",
        "consents": "on",
        "papers": [SimpleUploadedFile("ЕГРН.txt", b"extract"), SimpleUploadedFile("план.txt", b"plan")],
    }
    answer = client.post(at("my_application_new", home), form)
    assert answer.status_code == 302, answer.content.decode()
    return MembershipApplication.objects.get(organisation_id=home.pk)


def test_an_owner_applies_and_the_board_admits(client, home, owner):
    row = apply_for(client, home, owner)
    assert row.files.count() == 2
    mine = client.get(at("my_application", home, application_id=row.pk)).content.decode()
    assert "ЕГРН.txt" in mine
    office(client, home)
    assert "Ягодин" in client.get(at("applications", home)).content.decode()
    page = at("application", home, application_id=row.pk)
    assert client.post(page, {"verb": "pass"}).status_code == 302
    today = timezone.localdate()
    form = {
        "outcome": "admit",
        "decided_on": today.isoformat(),
        "number": "7",
        "item": "1",
        "card_number": "5",
    }
    assert client.post(at("application_decide", home, application_id=row.pk), form).status_code == 302
    decision = Decision.objects.get(organisation_id=home.pk)
    assert (decision.body, decision.number) == ("board", "7")
    assert Membership.objects.get(organisation_id=home.pk).admitted_by_id == decision.pk


def test_a_refusal_without_a_ground_stays_on_the_page_and_leaves_no_decision(client, home, owner):
    row = apply_for(client, home, owner)
    office(client, home)
    client.post(at("application", home, application_id=row.pk), {"verb": "pass"})
    form = {"outcome": "refuse", "decided_on": timezone.localdate().isoformat(), "number": "7", "word": "Нет"}
    answer = client.post(at("application_decide", home, application_id=row.pk), form)
    assert (answer.status_code, Decision.objects.filter(organisation_id=home.pk).exists()) == (200, False)


@pytest.mark.parametrize(("form", "answer"), [("snt", 302), ("other", 404)])
def test_a_board_member_handles_applications_where_the_board_admits(client, form, answer):
    """By law of the form (217-ФЗ art. 12 part 2); elsewhere a member of the board only reads."""
    home = make_organisation(form)
    person = make_person(home.pk, name="Ягодин Иван Петрович", login=make_login(password=None))
    make_unit(home.pk, "12", area_m2=1200, owners=[person])
    row = apply_for(client, home, person)
    office(client, home, Role.BOARD)
    page = at("application", home, application_id=row.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"verb": "pass"}).status_code == answer


def test_a_member_leaves_by_a_press(client, home, owner):
    Membership.objects.create(
        organisation_id=home.pk, person=owner, valid_from=timezone.localdate() - timedelta(days=9)
    )
    client.force_login(owner.login)
    client.post(at("my_membership", home), {"person": owner.pk})
    assert Membership.objects.get(organisation_id=home.pk).ground == "left"


def test_a_plot_is_divided_after_the_difference_was_confirmed(client, home, owner):
    office(client, home)
    unit = Unit.objects.get(organisation_id=home.pk)
    form = {
        "on": timezone.localdate().isoformat(),
        "p0-number": "12/1",
        "p0-area_m2": "700",
        "p1-number": "12/2",
        "p1-area_m2": "480",
    }
    page = at("unit_split", home, unit_id=unit.pk)
    answer = client.post(page, form)
    assert (answer.status_code, Unit.objects.filter(organisation_id=home.pk).count()) == (200, 1)
    assert 'name="accept_difference"' in answer.content.decode()
    assert client.post(page, form | {"accept_difference": "on"}).status_code == 302
    assert Unit.objects.filter(organisation_id=home.pk, closed_on=None).count() == 2


def test_a_death_then_heirs_with_a_card_made_on_the_way(client, home, owner):
    office(client, home)
    unit = Unit.objects.get(organisation_id=home.pk)
    form = {"died_on": "2026-03-10", "document": "I-АК № 1"}
    assert client.post(at("death", home, person_id=owner.pk), form).status_code == 302
    assert (
        at("estate", home, unit_id=unit.pk) in client.get(at("unit", home, unit_id=unit.pk)).content.decode()
    )
    form = {"deceased": owner.pk, "on": "2026-09-15", "deed": "47 АБ 1", "h0-owner": "Ягодина Анна Ивановна"}
    page = at("estate", home, unit_id=unit.pk)
    assert "Ягодина" in client.post(page, form).content.decode()
    assert client.post(page, form | {"create": "on"}).status_code == 302
    (row,) = Ownership.objects.filter(organisation_id=home.pk, valid_to=None)
    assert (row.person.last_name, row.share, row.right) == ("Ягодина", Fraction(1), "share")


def test_a_power_is_entered_and_revoked_by_the_principal(client, home, owner):
    make_person(home.pk, name="Доверова Анна Олеговна")
    office(client, home)
    form = {
        "principal": "Ягодин Иван Петрович", "agent": "Доверова Анна Олеговна", "kind": "simple", "scope": ["vote", "papers"],
        "issued_on": timezone.localdate().isoformat(),
    }  # fmt: skip
    assert client.post(at("power_new", home), form).status_code == 302
    row = PowerOfAttorney.objects.get(organisation_id=home.pk)
    client.force_login(owner.login)
    assert "Доверова" in client.get(at("my_powers", home)).content.decode()
    client.post(at("my_powers", home), {"power": row.pk})
    row.refresh_from_db()
    assert row.revoked_on == timezone.localdate()


def test_the_register_tells_members_from_others(client, home, owner):
    office(client, home)
    make_unit(home.pk, "13", member=True)
    make_decision(home.pk)
    page = client.get(at("units", home)).content.decode()
    assert at("outsiders", home) in page
    assert "Ягодин" in client.get(at("outsiders", home)).content.decode()
    assert client.get(at("units_pdf", home)).status_code == 200


def test_a_death_by_mistake_is_taken_back_from_the_page_of_the_person(client, home, owner):
    office(client, home)
    page, card = at("death_mistake", home, person_id=owner.pk), at("person", home, person_id=owner.pk)
    assert "Отменять" in client.get(page).content.decode()
    assert page not in client.get(card).content.decode()
    client.post(at("death", home, person_id=owner.pk), {"died_on": "2026-03-10", "document": "I-АК № 1"})
    assert page in client.get(card).content.decode()
    shown = client.get(page).content.decode()
    assert "снова собственник с сегодняшнего дня" in shown
    assert 'name="heirs_stay"' not in shown
    assert client.post(page, {"word": ""}).status_code == 200
    assert client.post(page, {"word": "Однофамилец с участка 21"}).status_code == 302
    (row,) = Ownership.objects.filter(organisation_id=home.pk, valid_to=None)
    assert (row.person_id, row.right) == (owner.pk, "share")
    assert "Однофамилец с участка 21" in client.get(card).content.decode()


def test_where_heirs_are_entered_the_page_says_what_to_do(client, home, owner):
    office(client, home)
    unit = Unit.objects.get(organisation_id=home.pk)
    client.post(at("death", home, person_id=owner.pk), {"died_on": "2026-03-10", "document": "I-АК № 1"})
    form = {"deceased": owner.pk, "on": "2026-09-15", "deed": "47 АБ 1", "h0-owner": "Ягодина Анна Ивановна"}
    client.post(at("estate", home, unit_id=unit.pk), form | {"create": "on"})
    page = at("death_mistake", home, person_id=owner.pk)
    answer = client.post(page, {"word": "По ошибке"}).content.decode()
    assert "ГК РФ ст. 46" in answer
    assert at("unit", home, unit_id=unit.pk) in answer
    assert client.post(page, {"word": "По ошибке", "heirs_stay": "on"}).status_code == 302
    (row,) = Ownership.objects.filter(organisation_id=home.pk, valid_to=None)
    assert row.person.last_name == "Ягодина"


def test_the_ground_of_an_exclusion_is_shown_line_by_line(client, home, owner, monkeypatch):
    Membership.objects.create(
        organisation_id=home.pk, person=owner, valid_from=timezone.localdate() - timedelta(days=900)
    )
    today = timezone.localdate()
    lines = [
        LateLine("117", "Членский взнос", "членский взнос", True, 202601, today - timedelta(days=200), 90_000, 10_000),
        LateLine("117", "Пени", "пени", False, 202601, today - timedelta(days=200), 7_000, 0),
        LateLine("117", "Целевой взнос", "целевой взнос", True, 202609, today - timedelta(days=9), 50_000, 0),
    ]  # fmt: skip
    monkeypatch.setattr(
        ports, "_late", [lambda *_args: {owner.pk: LateCharges(tuple(lines), unnamed_kop=100)}]
    )
    office(client, home)
    page = at("exclusion_new", home, person_id=owner.pk)
    shown = " ".join(client.get(page).content.decode().replace("\xa0", " ").split())
    assert "800" in shown
    for group in ("Считается: 800,00 ₽ (1", "не дольше срока: 500,00 ₽ (1", "не считаются: 70,00 ₽ (1"):
        assert group in shown
    assert "перенесено из прежнего учёта" in shown
    assert client.post(page, {"term_months": "2"}).status_code == 302
    row = Exclusion.objects.get(organisation_id=home.pk)
    assert (row.debt_kop, len(row.ground)) == (80_000, 3)
    notice = client.get(at("exclusion_notice", home, exclusion_id=row.pk)).content.decode()
    assert "лицевой счёт 117" in notice
    assert "Что делать" in notice
    assert "Пени" not in notice
    monkeypatch.setattr(ports, "_late", [])
    card = client.get(at("exclusion", home, exclusion_id=row.pk)).content.decode()
    assert "прекратите исключение" in card
    decide = client.get(at("exclusion_decide", home, exclusion_id=row.pk)).content.decode()
    assert 'name="paid_after"' in decide
