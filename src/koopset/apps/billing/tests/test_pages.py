"""Pages by role: the office, a resident, a stranger; empty, full, refused; both languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from koopset.apps.billing import factories
from koopset.apps.billing.models import (
    AccountUnit,
    Charge,
    ChargeRun,
    DocumentIssue,
    Fee,
    PaymentDocument,
    PersonalAccount,
)
from koopset.apps.billing.tests.test_documents import issued
from koopset.apps.organisations.factories import make_role
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Person
from koopset.apps.register.factories import make_unit
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel import payment_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> dict[str, Any]:
    pk = factories.make_billing_organisation().pk
    mine, other = factories.make_account(pk, area_m2=800), factories.make_account(pk)
    fee = factories.make_fee(pk)
    run = factories.post_month(pk)
    issue = issued(pk)
    login = make_login(password=None)
    Person.objects.filter(pk=mine.payer_id or 0).update(login=login)
    treasurer = make_role(pk, Role.TREASURER)
    return {
        "pk": pk,
        "mine": mine,
        "other": other,
        "fee": fee,
        "run": run,
        "issue": issue,
        "own": PaymentDocument.objects.get(organisation_id=pk, account=mine),
        "foreign": PaymentDocument.objects.get(organisation_id=pk, account=other),
        "resident": login,
        "treasurer": treasurer.person.login,
    }


def client_of(login: Any) -> Client:
    client = Client()
    client.force_login(login)
    return client


def office_pages(town: dict[str, Any]) -> list[str]:
    pk, account = town["pk"], town["mine"].pk
    return [
        reverse("billing:accounts", args=[pk]),
        reverse("billing:account-new", args=[pk]),
        reverse("billing:account", args=[pk, account]),
        reverse("billing:account-edit", args=[pk, account]),
        reverse("billing:account-close", args=[pk, account]),
        reverse("billing:account-correct", args=[pk, account]),
        reverse("billing:account-statement", args=[pk, account]),
        reverse("billing:account-statement", args=[pk, account]) + "?format=xlsx",
        reverse("billing:account-statement", args=[pk, account]) + "?format=pdf",
        reverse("billing:fees", args=[pk]),
        reverse("billing:fee-new", args=[pk]),
        reverse("billing:fee", args=[pk, town["fee"].pk]),
        reverse("billing:fee-edit", args=[pk, town["fee"].pk]),
        reverse("billing:fee-end", args=[pk, town["fee"].pk]),
        reverse("billing:charge-month", args=[pk]) + "?month=2026-12",
        reverse("billing:charge-month", args=[pk]) + "?month=garbage",
        reverse("billing:charge-run", args=[pk, town["run"].pk]),
        reverse("billing:document-issues", args=[pk]),
        reverse("billing:document-issue", args=[pk, town["issue"].pk]),
        reverse("billing:document", args=[pk, town["foreign"].pk]),
        reverse("billing:document-pdf", args=[pk, town["foreign"].pk]),
        reverse("billing:debtors", args=[pk]),
        reverse("billing:debtors", args=[pk]) + "?age=90&q=1&page=7",
        reverse("billing:debtors-xlsx", args=[pk]),
    ]


def test_the_office_sees_all_its_pages_in_both_languages(town: dict[str, Any]) -> None:
    client = client_of(town["treasurer"])
    for language in ("ru", "en"):
        client.cookies["koopset_language"] = language
        for url in office_pages(town):
            assert client.get(url).status_code == 200, url


def test_a_resident_and_another_office_see_none_of_them(town: dict[str, Any]) -> None:
    stranger = make_role(factories.make_billing_organisation().pk, Role.TREASURER).person.login
    fees = {
        reverse("billing:fees", args=[town["pk"]]),
        reverse("billing:fee", args=[town["pk"], town["fee"].pk]),
    }
    for url in office_pages(town):
        assert client_of(stranger).get(url).status_code == 404, url
        if url not in fees:
            assert client_of(town["resident"]).get(url).status_code == 404, url


def test_a_resident_sees_own_bills_and_nobody_elses(town: dict[str, Any]) -> None:
    pk, client = town["pk"], client_of(town["resident"])
    page = client.get(reverse("billing:my-documents", args=[pk]))
    assert page.status_code == 200
    text = page.content.decode()
    assert "1\u00a0200" in text
    own = client.get(reverse("billing:my-document", args=[pk, town["own"].pk]))
    assert payment_code.show(town["mine"].payment_code) in own.content.decode()
    assert "<svg" in own.content.decode()
    pdf = client.get(reverse("billing:my-document-pdf", args=[pk, town["own"].pk]))
    assert pdf.content.startswith(b"%PDF")
    statement = reverse("billing:my-statement", args=[pk, town["mine"].pk])
    for query in (
        "",
        "?format=xlsx",
        "?format=pdf",
        "?date_from=2026-12-31&date_to=2026-01-01",
        "?date_from=x",
    ):
        assert client.get(statement + query).status_code == 200, query
    for name, foreign in (
        ("my-document", town["foreign"].pk),
        ("my-document-pdf", town["foreign"].pk),
        ("my-statement", town["other"].pk),
    ):
        assert client.get(reverse(f"billing:{name}", args=[pk, foreign])).status_code == 404
        assert client.get(reverse(f"billing:{name}", args=[pk, 10**9])).status_code == 404


def test_the_treasurer_charges_a_month_by_two_clicks(town: dict[str, Any]) -> None:
    pk, client = town["pk"], client_of(town["treasurer"])
    page = client.get(reverse("billing:charge-month", args=[pk]) + "?month=2026-12")
    preview = page.context["preview"]
    form = {"month": "2026-12", "fee": [str(town["fee"].pk)], "fingerprint": preview.fingerprint}
    first = client.post(reverse("billing:charge-start", args=[pk]), form)
    second = client.post(reverse("billing:charge-start", args=[pk]), form)
    assert first["Location"] == second["Location"]
    assert client.get(first["Location"]).status_code == 200  # under way
    run_pending_jobs()
    assert "ks-callout-ok" in client.get(first["Location"]).content.decode()
    assert Charge.objects.filter(organisation_id=pk, month=202612).count() == 2


def test_a_refused_run_says_what_to_do(town: dict[str, Any]) -> None:
    pk, client = town["pk"], client_of(town["treasurer"])
    form = {"month": "2026-12", "fee": [str(town["fee"].pk)], "fingerprint": "0" * 64}
    answer = client.post(reverse("billing:charge-start", args=[pk]), form)
    run_pending_jobs()
    assert "ks-callout-over" in client.get(answer["Location"]).content.decode()
    assert not Charge.objects.filter(organisation_id=pk, month=202612).exists()
    closed = client.post(reverse("billing:charge-start", args=[pk]), form | {"month": "2025-01"}, follow=True)
    assert closed.status_code == 200
    assert not ChargeRun.objects.filter(organisation_id=pk, month=202501).exists()


def test_forms_of_the_office_write_and_refuse(town: dict[str, Any]) -> None:
    pk, client, account = town["pk"], client_of(town["treasurer"]), town["mine"]
    fee = {
        "title": "Дорога", "kind": "target", "method": "rate", "base": "unit", "rate": "1 500,50", "audience": "all", "period": "once",
        "from_month": "2026-12", "due_day": "15", "decision": str(town["fee"].decision_id),
    }  # fmt: skip
    assert client.post(reverse("billing:fee-new", args=[pk]), fee | {"decision": ""}).status_code == 200
    assert client.post(reverse("billing:fee-new", args=[pk]), fee | {"rate": "много"}).status_code == 200
    assert not Fee.objects.filter(organisation_id=pk, title="Дорога").exists()
    assert client.post(reverse("billing:fee-new", args=[pk]), fee).status_code == 302
    made = Fee.objects.get(organisation_id=pk, title="Дорога")
    assert str(made.rate) == "1500.500000"
    edit = {"title": "Дорога и мост", "due_day": "20", "position": "5"}
    assert client.post(reverse("billing:fee-edit", args=[pk, made.pk]), edit).status_code == 302
    assert client.get(reverse("billing:fee", args=[pk, made.pk])).status_code == 200  # with its history
    assert (
        client.post(reverse("billing:fee-end", args=[pk, made.pk]), {"to_month": "2026-11"}).status_code
        == 200
    )
    assert client.post(reverse("billing:fee-delete", args=[pk, town["fee"].pk])).status_code == 302
    assert Fee.objects.filter(organisation_id=pk, pk=town["fee"].pk).exists()
    assert client.post(reverse("billing:fee-delete", args=[pk, made.pk])).status_code == 302
    assert not Fee.objects.filter(organisation_id=pk, pk=made.pk).exists()
    line = Charge.objects.get(organisation_id=pk, account=account)
    correct = {
        "key": "a",
        "charge": str(line.pk),
        "amount": "−100,50",
        "reason": "площадь",
        "month": "2026-11",
    }
    url = reverse("billing:account-correct", args=[pk, account.pk])
    assert client.post(url, correct | {"charge": ""}).status_code == 200
    assert [client.post(url, correct).status_code for _time in range(2)] == [302, 302]
    assert Charge.objects.get(organisation_id=pk, kind="correction").amount_kop == -10_050
    rename = reverse("billing:account-edit", args=[pk, account.pk])
    assert (
        client.post(rename, {"number": town["other"].number, "payer": str(account.payer_id)}).status_code
        == 200
    )
    assert client.post(rename, {"number": "17", "payer": str(account.payer_id)}).status_code == 302
    assert client.get(reverse("billing:account", args=[pk, account.pk])).status_code == 200
    close = reverse("billing:account-close", args=[pk, account.pk])
    assert client.post(close, {"closed_on": "2020-01-01"}).status_code == 200
    assert client.post(close, {"closed_on": "2026-11-30"}).status_code == 302
    account.refresh_from_db()
    assert (account.number, str(account.closed_on)) == ("17", "2026-11-30")
    unit_id = AccountUnit.objects.get(organisation_id=pk, account=account).unit_id
    new = {"units": [str(unit_id)], "payer": "", "opened_on": "2026-12-01"}
    assert client.post(reverse("billing:account-new", args=[pk]), new).status_code == 302
    assert client.post(reverse("billing:accounts-open-all", args=[pk])).status_code == 302
    assert PersonalAccount.objects.filter(organisation_id=pk).count() == 3


def test_units_without_an_account_are_told_beside_the_list_and_on_a_page_of_their_own(
    town: dict[str, Any],
) -> None:
    pk, client = town["pk"], client_of(town["treasurer"])
    address = reverse("billing:accounts-uncovered", args=[pk])
    assert address in client.get(reverse("billing:accounts", args=[pk])).content.decode()
    assert address not in client.get(reverse("billing:accounts", args=[pk]), {"q": "1"}).content.decode()
    whole = client.get(address).content.decode()
    assert "У каждого участка есть лицевой счёт" in " ".join(whole.replace("\xa0", " ").split())
    make_unit(pk)
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert reverse("billing:accounts-open-all", args=[pk]) in part


def test_documents_are_issued_printed_and_sent_from_the_page(town: dict[str, Any]) -> None:
    pk, client = town["pk"], client_of(town["treasurer"])
    answer = client.post(reverse("billing:document-issue-start", args=[pk]), {"month": "2026-11"})
    run_pending_jobs()
    issue = DocumentIssue.objects.get(organisation_id=pk, ordinal=2)
    assert answer["Location"] == reverse("billing:document-issue", args=[pk, issue.pk])
    for name in ("document-issue-print", "document-issue-send"):
        assert (
            client.post(reverse(f"billing:{name}", args=[pk, issue.pk]), {"variant": "full"}).status_code
            == 302
        )
    assert client.get(answer["Location"]).status_code == 200
    run_pending_jobs()
    page = client.get(answer["Location"]).content.decode()
    issue.refresh_from_db()
    file_url = reverse("files:download", args=[pk, issue.print_files["full"]])
    assert file_url in page
    assert client.get(file_url).status_code == 200
    assert client_of(town["resident"]).get(file_url).status_code == 404
    assert client.post(reverse("billing:document-issue-start", args=[pk]), {"month": ""}).status_code == 302


def test_an_account_that_owes_nothing_is_not_headed_as_an_advance(town: dict[str, Any]) -> None:
    pk = town["pk"]
    idle = factories.make_account(pk)
    shown = client_of(town["treasurer"]).get(reverse("billing:account", args=[pk, idle.pk])).content.decode()
    assert "Долга нет" in shown
    assert "Переплата" not in shown
    login = make_login(password=None)
    Person.objects.filter(pk=idle.payer_id or 0).update(login=login)
    shown = client_of(login).get(reverse("billing:my-documents", args=[pk])).content.decode()
    assert "Переплата" not in shown


def test_empty_pages(town: dict[str, Any]) -> None:
    pk = factories.make_billing_organisation().pk
    client = client_of(make_role(pk, Role.TREASURER).person.login)
    for name in ("accounts", "account-new", "fees", "fee-new", "charge-month", "document-issues", "debtors"):
        assert "ks-empty" in client.get(reverse(f"billing:{name}", args=[pk])).content.decode(), name
    login = make_login(password=None)
    make_unit(pk, owners=[make_person(pk, login=login)])
    assert "ks-empty" in client_of(login).get(reverse("billing:my-documents", args=[pk])).content.decode()
