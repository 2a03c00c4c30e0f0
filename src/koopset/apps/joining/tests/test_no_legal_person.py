"""A body without an ИНН: verified by an act of local self-government, keeps its register, has no account and collects nothing (K11)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from koopset.apps.billing import services as billing
from koopset.apps.billing.models import Fee
from koopset.apps.joining import selectors, services
from koopset.apps.joining.factories import NOW, application_values, make_coordinator
from koopset.apps.joining.models import Application
from koopset.apps.organisations import services as organisations
from koopset.apps.organisations.factories import make_account_number, make_inn, make_role
from koopset.apps.organisations.models import BankAccount, Organisation, Verification
from koopset.apps.organisations.selectors import require_collecting, require_verified, verifications
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Login
from koopset.apps.places.models import Territory
from koopset.apps.places.selectors import territory_named
from koopset.apps.places.services import tree_load
from koopset.apps.register.factories import make_decision, make_unit
from koopset.foundation.rights.actors import SYSTEM, Actor, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused
from koopset.kernel.period import Month

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {
    "minutes_number": "1",
    "minutes_on": date(2026, 6, 1),
    "act_number": "17-р",
    "act_on": date(2026, 7, 1),
    "act_by": "Совет депутатов Приозерского района",
    "how": "original",
}


@pytest.fixture
def town() -> Territory:
    tree_load(actor=SYSTEM, now=NOW)
    district = territory_named("Приозерский район")
    found = Territory.objects.filter(parent=district).order_by("pk").first()
    assert found is not None
    return found


@pytest.fixture
def chair() -> Login:
    return make_login(password=None)


@pytest.fixture
def coordinator(town: Territory) -> Actor:
    return actor_for_login(make_coordinator(town.parent_id or 0).login_id, on=NOW.date())


def draft(town: Territory, chair: Login, **changed: Any) -> Application:
    values = application_values(town.pk, form="tos", name_short="ТОС «Заречье»", inn="", ogrn="", **changed)
    return services.application_save(actor=actor_for_login(chair.pk, on=NOW.date()), now=NOW, **values)


def sent(town: Territory, chair: Login, **changed: Any) -> Application:
    row, actor = draft(town, chair, **changed), actor_for_login(chair.pk, on=NOW.date())
    for kind in ("minutes", "charter"):
        services.document_add(
            actor=actor,
            application_id=row.pk,
            kind=kind,
            name=f"{kind}.txt",
            content="Бумага".encode(),
            now=NOW,
        )
    return services.application_submit(actor=actor, application_id=row.pk, now=NOW)


@pytest.fixture
def body(town: Territory, chair: Login, coordinator: Actor) -> Organisation:
    row = sent(town, chair)
    services.application_verify(actor=coordinator, application_id=row.pk, now=NOW, **ACT)
    return Organisation.objects.get(pk=row.organisation_id)


def test_it_brings_the_registered_charter_in_place_of_the_numbers(town: Territory, chair: Login) -> None:
    actor = actor_for_login(chair.pk, on=NOW.date())
    page = selectors.application_for(actor, draft(town, chair).pk)
    assert (page.is_legal_person, page.missing_fields, len(page.missing_documents)) == (False, (), 2)
    assert [one.step for one in page.steps] == ["application", "documents", "verification", "register"]
    other = services.application_save(
        actor=actor, now=NOW, **application_values(town.pk, form="snt", inn="", ogrn="")
    )
    assert len(selectors.application_for(actor, other.pk).missing_fields) == 2, "a СНТ has its numbers"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"act_number": " "}, "organisations.no_act"),
        ({"act_on": None}, "organisations.no_act"),
        ({"act_by": ""}, "organisations.no_act"),
        ({"act_on": date(2027, 1, 1)}, "organisations.paper_of_future"),
        ({"how": "register"}, "organisations.no_state_register"),
        ({"extract_number": "ЮЭ-1", "extract_on": date(2026, 7, 1)}, "organisations.no_state_register"),
    ],
)
def test_it_is_known_by_an_act_alone(
    town: Territory, chair: Login, coordinator: Actor, changed: dict[str, Any], code: str
) -> None:
    row = sent(town, chair)
    refused(
        code,
        services.application_verify,
        actor=coordinator,
        application_id=row.pk,
        now=NOW,
        **(ACT | changed),
    )
    assert not Organisation.objects.filter(pk=row.organisation_id).exists()
    assert not Verification.objects.filter(organisation_id=row.organisation_id).exists()


def test_two_applications_of_one_body_are_seen_by_name_and_place(
    town: Territory, chair: Login, coordinator: Actor
) -> None:
    row = sent(town, chair)
    assert selectors.application_for(coordinator, row.pk).twins == 0
    sent(town, make_login(password=None))
    assert selectors.application_for(coordinator, row.pk).twins == 1


def test_it_works_without_money(body: Organisation, coordinator: Actor, chair: Login) -> None:
    assert require_verified(body.pk, now=NOW) == body
    operator = actor_for_login(make_login(password=None, is_operator=True).pk, on=NOW.date())
    (check,) = verifications(operator, body.pk)
    assert (check.act_number, check.act_by) == ("17-р", "Совет депутатов Приозерского района")
    page = selectors.body_page(coordinator, body.pk, now=NOW)
    assert (page.body.step, page.body.is_working) == ("register", False)
    make_unit(body.pk)
    page = selectors.body_page(coordinator, body.pk, now=NOW)
    assert (page.body.step, page.body.is_working) == ("", True), "its way ends with the register"


def test_nothing_is_collected_and_no_account_is_entered(body: Organisation, chair: Login) -> None:
    actor = actor_for_login(chair.pk, on=NOW.date())
    refusal = refused("organisations.no_legal_person", require_collecting, body.pk, now=NOW)
    assert refusal.params["article"] == "131-ФЗ, ст. 27 ч. 5"
    bic = "044030653"
    refused(
        "organisations.no_legal_person",
        organisations.bank_account_add,
        actor=actor,
        organisation_id=body.pk,
        number=make_account_number(bic, 91_000),
        bic=bic,
        bank_name="Банк",
        now=NOW,
    )
    refused(
        "organisations.no_legal_person",
        billing.fee_create,
        actor=actor,
        organisation_id=body.pk,
        title="Взнос",
        kind="membership",
        base="unit",
        rate=Decimal(100),
        decision_id=make_decision(body.pk).pk,
        from_month=Month(2026, 11),
        now=NOW,
    )
    assert not BankAccount.objects.filter(organisation_id=body.pk).exists()
    assert not Fee.objects.filter(organisation_id=body.pk).exists()


def test_its_page_says_what_it_may_not_do(body: Organisation, chair: Login) -> None:
    client = Client(headers={"Accept-Language": "ru"})
    client.force_login(chair)
    page = (
        client.get(reverse("organisations:organisation", args=[body.pk]))
        .content.decode()
        .replace("\xa0", " ")
    )
    assert "не юридическое лицо" in page
    assert "131-ФЗ, ст. 27 ч. 5" in page
    assert "Банковские счета" not in page
    steps = client.get(reverse("joining:steps", args=[body.pk])).content.decode().replace("\xa0", " ")
    assert "Реестр" in steps
    assert "анковский счёт" not in steps


def test_when_it_becomes_a_legal_person_it_is_checked_anew(body: Organisation) -> None:
    organisations.organisation_update(actor=SYSTEM, organisation_id=body.pk, inn=make_inn(91_001), now=NOW)
    refused("organisations.not_verified", require_collecting, body.pk, now=NOW)
    operator = actor_for_login(make_login(password=None, is_operator=True).pk, on=NOW.date())
    organisations.organisation_verify(
        actor=operator,
        organisation_id=body.pk,
        minutes_number="1",
        minutes_on=date(2026, 6, 1),
        extract_number="ЮЭ-9",
        extract_on=date(2026, 11, 1),
        how="register",
        now=NOW,
    )
    assert require_collecting(body.pk, now=NOW).pk == body.pk


def test_the_operator_verifies_one_that_was_entered_by_hand() -> None:
    operator = actor_for_login(make_login(password=None, is_operator=True).pk, on=NOW.date())
    made = organisations.organisation_create(actor=operator, form="prp", name_short="ПРП «Росток»", now=NOW)
    make_role(made.pk, Role.CHAIR)
    refused(
        "organisations.no_act",
        organisations.organisation_verify,
        actor=operator,
        organisation_id=made.pk,
        minutes_number="1",
        minutes_on=date(2026, 6, 1),
        how="original",
        now=NOW,
    )
    organisations.organisation_verify(actor=operator, organisation_id=made.pk, now=NOW, **ACT)
    assert require_verified(made.pk, now=NOW).pk == made.pk
    refused("organisations.no_legal_person", require_collecting, made.pk, now=NOW)


def test_its_start_page_asks_for_nothing_that_it_may_not_have(body: Organisation, chair: Login) -> None:
    client = Client(headers={"Accept-Language": "ru"})
    client.force_login(chair)
    page = client.get("/", follow=True).content.decode().replace("\xa0", " ")
    assert "не юридическое лицо" in page
    for word in ("Расчётного счёта ещё нет", "Назначить казначея", "Подтвердить расчётный счёт", "Начислено"):
        assert word not in page, word
    fees = client.get(reverse("billing:fees", args=[body.pk])).content.decode()
    assert reverse("billing:fee-new", args=[body.pk]) not in fees
    account = client.get(reverse("organisations:bank_account_new", args=[body.pk])).content.decode()
    assert 'name="bic"' not in account
