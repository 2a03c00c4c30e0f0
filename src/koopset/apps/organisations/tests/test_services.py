from datetime import UTC, date, datetime

import pytest

from koopset.apps.organisations import selectors, services
from koopset.apps.organisations.factories import (
    make_account_number,
    make_inn,
    make_organisation,
    make_role,
)
from koopset.apps.organisations.models import BankAccount, Organisation, RoleAssignment
from koopset.apps.people.factories import make_actor, make_login, make_person
from koopset.foundation.rights.actors import Forbidden, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.tenants.models import Tenant
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PAPERS = {"minutes_number": "1", "minutes_on": date(2026, 1, 10), "how": "register"}
BANK = {"bic": "044030653", "bank_name": "Сбербанк"}


@pytest.fixture
def home():
    return make_organisation()


def test_a_body_shares_its_key_with_its_tenant_and_is_not_verified():
    operator = make_actor(Role.OPERATOR, None)
    body = services.organisation_create(
        actor=operator, form="snt", name_short="СНТ «Заря»", inn=make_inn(500), now=NOW
    )
    assert (Tenant.objects.get(pk=body.pk).kind, body.verified_at) == ("snt", None)
    refused(
        "organisations.no_chair",
        services.organisation_verify,
        actor=operator,
        organisation_id=body.pk,
        now=NOW,
        **PAPERS,
    )
    refused("organisations.not_verified", selectors.payee_for_codes, organisation_id=body.pk)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"inn": "7807083893"}, "requisites.inn"),
        ({"form": "zoo"}, "organisations.unknown_form"),
        ({"name_short": " "}, "organisations.no_name"),
    ],
)
def test_a_refused_body_leaves_no_tenant(changes, code):
    values = {"form": "snt", "name_short": "СНТ", "inn": ""} | changes
    refused(code, services.organisation_create, actor=make_actor(Role.OPERATOR, None), now=NOW, **values)
    assert not Tenant.objects.exists()


def test_nobody_but_the_operator_creates_bodies(home):
    with pytest.raises(Forbidden):
        services.organisation_create(
            actor=make_actor(Role.CHAIR, home.pk), form="snt", name_short="СНТ", now=NOW
        )


def test_a_changed_inn_takes_the_verification_back(home):
    services.organisation_update(
        actor=make_actor(Role.CHAIR, home.pk), organisation_id=home.pk, inn=make_inn(900), now=NOW
    )
    assert Organisation.objects.get(pk=home.pk).verified_at is None


def test_an_account_needs_two_people(home):
    first, second = make_actor(Role.TREASURER, home.pk), make_actor(Role.CHAIR, home.pk)
    number = make_account_number(BANK["bic"], 77)
    account = services.bank_account_add(actor=first, organisation_id=home.pk, number=number, now=NOW, **BANK)  # type: ignore[arg-type]
    common = {"organisation_id": home.pk, "bank_account_id": account.pk, "now": NOW}
    refused("organisations.own_confirmation", services.bank_account_confirm, actor=first, **common)
    refused("organisations.no_confirmed_account", selectors.payee_for_codes, organisation_id=home.pk)
    services.bank_account_confirm(actor=second, **common)
    assert selectors.payee_for_codes(home.pk).account == number
    refused("organisations.confirmed_already", services.bank_account_confirm, actor=second, **common)


def test_a_mistyped_account_is_refused(home):
    number = make_account_number(BANK["bic"], 79)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    refused(
        "requisites.account",
        services.bank_account_add,
        actor=make_actor(Role.CHAIR, home.pk),
        organisation_id=home.pk,
        number=wrong,
        now=NOW,
        **BANK,
    )
    assert not BankAccount.objects.filter(organisation_id=home.pk).exists()


def test_roles_have_dates_and_give_rights(home):
    login = make_login(password=None)
    person = make_person(home.pk, login=login)
    operator, chair = make_actor(Role.OPERATOR, None), make_actor(Role.CHAIR, home.pk)
    common = {
        "organisation_id": home.pk,
        "person_id": person.pk,
        "valid_from": date(2026, 2, 1),
        "basis": "протокол № 1",
        "now": NOW,
    }
    refused("organisations.chair_by_operator", services.role_assign, actor=chair, role="chair", **common)
    row = services.role_assign(actor=operator, role="chair", **common)
    refused(
        "organisations.chair_taken",
        services.role_assign,
        actor=operator,
        role="chair",
        **(common | {"person_id": make_person(home.pk).pk}),
    )
    refused("organisations.auditor_in_board", services.role_assign, actor=chair, role="auditor", **common)
    refused(
        "people.unknown",
        services.role_assign,
        actor=chair,
        role="board",
        **(common | {"person_id": make_person(make_organisation().pk).pk}),
    )
    assert RoleAssignment.objects.filter(organisation_id=home.pk).count() == 1
    assert actor_for_login(login.pk, on=date(2026, 1, 31)).roles_in(home.pk) == frozenset()
    assert actor_for_login(login.pk, on=date(2026, 2, 1)).roles_in(home.pk) == {Role.CHAIR}
    services.role_end(
        actor=operator, organisation_id=home.pk, assignment_id=row.pk, on=date(2026, 10, 31), now=NOW
    )
    assert actor_for_login(login.pk, on=date(2026, 11, 1)).roles_in(home.pk) == frozenset()


def test_the_operator_is_a_role_of_the_platform(home):
    login = make_login(password=None, is_operator=True)
    assert actor_for_login(login.pk, on=date(2026, 11, 24)).is_operator
    make_role(home.pk, Role.STAFF)
    assert selectors.own_accounts(home.pk) == {}
