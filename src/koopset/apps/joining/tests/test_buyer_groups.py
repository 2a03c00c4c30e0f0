"""Suppliers' legal forms apply as other bodies do; a group of buyers is opened by a private person in one step."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from koopset.apps.joining import services
from koopset.apps.joining.factories import NOW, application_values, make_coordinator
from koopset.apps.organisations import services as organisations
from koopset.apps.organisations.models import Organisation
from koopset.apps.organisations.selectors import (
    legal_form,
    organisation_card,
    require_collecting,
    require_verified,
)
from koopset.apps.people.factories import make_login
from koopset.apps.places.models import Territory
from koopset.apps.places.selectors import location_of, territory_named
from koopset.apps.places.services import tree_load
from koopset.foundation.rights.actors import SYSTEM, Actor, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
INN_12, OGRN_15 = "500100732259", "304500116000157"
INN_10, OGRN_13 = "7707083893", "1027700132195"


@pytest.fixture
def town() -> Territory:
    tree_load(actor=SYSTEM, now=NOW)
    found = Territory.objects.filter(parent=territory_named("Приозерский район")).order_by("pk").first()
    assert found is not None
    return found


def person() -> Actor:
    return actor_for_login(make_login(password=None).pk, on=NOW.date())


def group(actor: Actor, town: Territory, **changed: Any) -> dict[str, Any]:
    return {
        "actor": actor,
        "name_short": "Молоко по пятницам",
        "territory_id": town.pk,
        "last_name": "Лугова",
        "first_name": "Анна",
        "now": NOW,
        **changed,
    }


def again(actor: Actor) -> Actor:
    assert actor.login_id is not None
    return actor_for_login(actor.login_id, on=NOW.date())


def test_a_person_opens_a_group_and_becomes_its_chair(town: Territory) -> None:
    actor = person()
    key = services.buyer_group_open(**group(actor, town))
    card = organisation_card(key)
    assert (card.form, card.is_verified, card.is_legal_person) == ("group", False, False)
    assert again(actor).roles_in(key) == {Role.CHAIR}
    place = location_of(key)
    assert place is not None
    assert place.territory_id == town.pk
    refused("organisations.not_verified", require_verified, key, now=NOW)
    assert services.buyer_group_open(**group(actor, town, name_short="молоко  по пятницам")) == key
    assert Organisation.objects.filter(form="group").count() == 1


def test_a_person_leads_three_groups_at_most(town: Territory) -> None:
    actor = person()
    for number in range(3):
        services.buyer_group_open(**group(actor, town, name_short=f"Группа {number}"))
    refused("joining.too_many_groups", services.buyer_group_open, **group(actor, town))
    services.buyer_group_open(**group(person(), town))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name_short": " "}, "organisations.no_name"),
        ({"territory_id": 987654321}, "places.unknown_territory"),
        ({"actor": SYSTEM}, "joining.not_a_person"),
        ({"last_name": ""}, "people.no_last_name"),
    ],
)
def test_what_a_group_is_refused_for(town: Territory, changed: dict[str, Any], code: str) -> None:
    refused(code, services.buyer_group_open, **(group(person(), town) | changed))
    assert not Organisation.objects.exists()


def test_a_group_is_verified_by_the_operator_and_collects_only_as_an_agent(town: Territory) -> None:
    key = services.buyer_group_open(**group(person(), town))
    organisations.organisation_verify(
        actor=SYSTEM,
        organisation_id=key,
        minutes_number="1",
        minutes_on=date(2026, 11, 1),
        act_number="оферта 1",
        act_on=date(2026, 11, 1),
        act_by="организатор, паспорт предъявлен",
        how="original",
        now=NOW,
    )
    assert require_verified(key, now=NOW).form == "group"
    refused("organisations.no_legal_person", require_collecting, key, now=NOW)
    assert legal_form("group").rule("agent", NOW.date()) is not None


@pytest.mark.parametrize(
    ("form", "inn", "ogrn", "papers"),
    [
        ("ip", INN_12, OGRN_15, ["extract"]),
        ("kfh", INN_12, OGRN_15, ["extract", "minutes"]),
        ("kfh", INN_10, OGRN_13, ["extract", "minutes"]),
        ("ooo", INN_10, OGRN_13, ["extract", "minutes"]),
    ],
)
def test_suppliers_apply_and_are_verified(
    town: Territory, form: str, inn: str, ogrn: str, papers: list[str]
) -> None:
    login = make_login(password=None)
    actor = actor_for_login(login.pk, on=NOW.date())
    minutes = {} if "minutes" in papers else {"minutes_number": ""}
    values = application_values(town.pk, form=form, name_short="КФХ Лужки", inn=inn, ogrn=ogrn, **minutes)
    row = services.application_save(actor=actor, now=NOW, **values)
    for kind in papers:
        refused(
            "joining.no_document", services.application_submit, actor=actor, application_id=row.pk, now=NOW
        )
        services.document_add(
            actor=actor, application_id=row.pk, kind=kind, name="a.txt", content="Бумага".encode(), now=NOW
        )
    services.application_submit(actor=actor, application_id=row.pk, now=NOW)
    coordinator = actor_for_login(make_coordinator(town.parent_id or 0).login_id, on=NOW.date())
    services.application_verify(
        actor=coordinator,
        application_id=row.pk,
        minutes_number="1",
        minutes_on=date(2026, 6, 1),
        how="register",
        now=NOW,
    )
    assert require_collecting(row.organisation_id, now=NOW).inn == inn


@pytest.mark.parametrize(
    ("form", "inn", "code"),
    [
        ("ip", INN_10, "organisations.inn_of_body"),
        ("ooo", INN_12, "organisations.inn_of_person"),
        ("snt", INN_12, "organisations.inn_of_person"),
    ],
)
def test_a_number_of_another_kind_is_refused(town: Territory, form: str, inn: str, code: str) -> None:
    values = application_values(town.pk, form=form, inn=inn, ogrn="")
    refused(code, services.application_save, actor=person(), now=NOW, **values)


def test_the_page_opens_a_group(client: Client, town: Territory) -> None:
    login = make_login(password=None)
    client.force_login(login)
    address = reverse("joining:buyer_group_new")
    page = client.get(address).content.decode()
    assert "Открыть группу покупателей" in page
    assert "ст. 1005, 1041" in page
    answer = client.post(address, {"name_short": ""})
    assert "is-invalid" in answer.content.decode()
    answer = client.post(
        address,
        {"name_short": "Сыр", "territory_id": town.pk, "last_name": "Лугова", "first_name": "Анна"},
    )
    body = Organisation.objects.get(form="group")
    assert answer.headers["Location"] == reverse("offers:lists", args=[body.pk])
