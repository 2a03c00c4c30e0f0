"""The town is the same every time, and goes nowhere but into an empty database."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from tests.demo.building import DAY, built

from koopset.apps.billing.models import Charge
from koopset.apps.billing.payments.models import Payment
from koopset.apps.organisations.models import Organisation
from koopset.apps.people.models import Login, Person
from koopset.apps.register.models import Ownership
from koopset.foundation.tenants.guard import across_tenants
from koopset.foundation.tenants.models import Tenant
from koopset.kernel.violations import RuleViolation
from koopset.portal.demo import NotEmpty, fill_database, sign_in_lines
from koopset.portal.demo.mark import demo_mark, put_mark


def _figures() -> str:
    """A digest of what the town is about."""
    digest = hashlib.sha256()
    row: tuple[object, ...]
    for row in Charge.objects.order_by("pk").values_list(
        "account__number", "unit__number", "month", "amount_kop"
    ):
        digest.update(repr(row).encode())
    for row in Payment.objects.order_by("pk").values_list(
        "account__number", "received_on", "amount_kop", "matched_by"
    ):
        digest.update(repr(row).encode())
    for row in Person.objects.order_by("pk").values_list(
        "last_name", "first_name", "middle_name", "email", "phone"
    ):
        digest.update(repr(row).encode())
    for row in Ownership.objects.order_by("pk").values_list(
        "unit__number", "person__last_name", "share_numerator", "share_denominator"
    ):
        digest.update(repr(row).encode())
    return digest.hexdigest()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_twice_the_same_town(tmp_path: Path) -> None:
    figures = []
    for turn in range(2):
        with across_tenants("a test looks at the whole town"), built(tmp_path / str(turn)):
            figures.append(
                (_figures(), (tmp_path / str(turn) / "demo" / "vypiska.txt").read_bytes().count(b"\n"))
            )
    assert figures[0] == figures[1]


@pytest.mark.django_db
def test_a_database_with_an_organisation_is_refused() -> None:
    tenant = Tenant.objects.create(kind="snt")
    Organisation.objects.create(
        tenant=tenant, form="snt", name_short="СНТ «Настоящее»", name_full="СНТ «Настоящее»"
    )
    with pytest.raises(NotEmpty, match="пустую базу"):
        fill_database(report=lambda _text: None, today=DAY)
    with pytest.raises(RuleViolation) as refused:
        put_mark(town_date=DAY, now=timezone.now())
    assert refused.value.code == "portal.not_empty"
    assert demo_mark() is None
    assert Organisation.objects.count() == 1
    assert sign_in_lines() == []


@pytest.mark.django_db
def test_an_unfinished_fill_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("koopset.portal.demo.town.settlement_build", broken)
    with pytest.raises(KeyboardInterrupt):
        fill_database(report=lambda _text: None, today=DAY)
    assert demo_mark() is None
    assert Login.objects.count() == 0


@pytest.mark.django_db
def test_no_demo_page_without_the_mark(client: Client) -> None:
    assert client.get("/demo/").status_code == 404
