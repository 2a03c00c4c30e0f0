"""The town is the same every time, and goes nowhere but into an empty database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from tests.demo.building import DAY, FIGURES, built

from koopset.apps.organisations.models import Organisation
from koopset.apps.people.models import Login
from koopset.foundation.tenants.guard import across_tenants
from koopset.foundation.tenants.models import Tenant
from koopset.kernel.violations import RuleViolation
from koopset.portal.demo import NotEmpty, fill_database, sign_in_lines
from koopset.portal.demo.mark import demo_mark, put_mark


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.django_db
def test_twice_the_same_town(tmp_path: Path) -> None:
    """The town that stood for other tests in this process is the first, where there was one."""
    while len(FIGURES) < 2:
        with across_tenants("a test looks at the whole town"), built(tmp_path / str(len(FIGURES))):
            pass
    assert len(set(FIGURES)) == 1


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
