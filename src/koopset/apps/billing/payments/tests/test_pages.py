"""Pages by role: the office, a resident, a stranger; empty, full, refused; both languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from koopset.apps.billing.factories import make_account, make_fee, post_month
from koopset.apps.billing.payments import panels
from koopset.apps.billing.payments.factories import Doc, bring, make_paying_organisation, post, statement_text
from koopset.apps.billing.payments.models import BankLine, BankStatement, Payment
from koopset.apps.organisations.factories import make_role
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Person
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.period import Month

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> dict[str, Any]:
    pk, number = make_paying_organisation()
    mine, other = make_account(pk, area_m2=800), make_account(pk)
    make_fee(pk)
    post_month(pk)
    statement = post(
        pk,
        statement_text(
            number,
            [
                Doc(100_000, mine.payment_code),
                Doc(50_000, other.payment_code, number="2"),
                Doc(7_000, "Взнос", number="3"),
                Doc(7_000, "Возврат", out=True, number="4"),
            ],
        ),
    )
    refused = bring(pk, statement_text("40703810000000000999", [Doc(100)]))
    login = make_login(password=None)
    Person.objects.filter(pk=mine.payer_id or 0).update(login=login)
    return {
        "pk": pk,
        "number": number,
        "mine": mine,
        "statement": statement,
        "refused": refused,
        "own": Payment.objects.get(organisation_id=pk, account=mine),
        "foreign": Payment.objects.get(organisation_id=pk, account=other),
        "waiting": BankLine.objects.get(organisation_id=pk, state="waiting", direction="in"),
        "out": BankLine.objects.get(organisation_id=pk, state="waiting", direction="out"),
        "resident": login,
        "treasurer": make_role(pk, Role.TREASURER).person.login,
    }


def client_of(login: Any) -> Client:
    client = Client()
    client.force_login(login)
    return client


def office_pages(town: dict[str, Any]) -> list[str]:
    pk = town["pk"]
    line, own = reverse("payments:line", args=[pk, town["waiting"].pk]), town["own"].pk
    return [
        reverse("payments:payments", args=[pk]),
        reverse("payments:payments", args=[pk]) + "?q=1&date_from=2026-01-01&date_to=x&source=bank&page=9",
        reverse("payments:payments-xlsx", args=[pk]),
        reverse("payments:payment-new", args=[pk]),
        reverse("payments:payment", args=[pk, own]),
        reverse("payments:payment-back", args=[pk, own]),
        reverse("payments:payment-move", args=[pk, own]) + "?q=1",
        reverse("payments:queue", args=[pk]),
        reverse("payments:queue", args=[pk]) + "?kind=out",
        reverse("payments:queue", args=[pk]) + "?kind=asked",
        line,
        f"{line}?q={town['mine'].number}&account={town['mine'].pk}",
        reverse("payments:line", args=[pk, town["out"].pk]),
        reverse("payments:line-reopen", args=[pk, town["waiting"].pk]),
        reverse("payments:statements", args=[pk]),
        reverse("payments:statement-bring", args=[pk]),
        reverse("payments:statement", args=[pk, town["statement"].pk]),
        reverse("payments:statement", args=[pk, town["refused"].pk]),
    ]


def test_the_office_sees_all_its_pages_in_both_languages(town: dict[str, Any]) -> None:
    client = client_of(town["treasurer"])
    for language in ("ru", "en"):
        client.cookies["koopset_language"] = language
        for url in office_pages(town):
            assert client.get(url).status_code == 200, url


def test_a_resident_and_another_office_see_none_of_them(town: dict[str, Any]) -> None:
    stranger = make_role(make_paying_organisation()[0], Role.TREASURER).person.login
    for url in office_pages(town):
        for login in (stranger, town["resident"]):
            assert client_of(login).get(url).status_code == 404, url


def test_a_resident_sees_the_way_of_own_payments_only(town: dict[str, Any]) -> None:
    pk, client = town["pk"], client_of(town["resident"])
    assert client.get(reverse("payments:my-payments", args=[pk])).status_code == 200
    page = client.get(reverse("payments:my-payment", args=[pk, town["own"].pk])).content.decode()
    assert "1\u00a0000" in page
    for foreign in (town["foreign"].pk, 10**9):
        assert client.get(reverse("payments:my-payment", args=[pk, foreign])).status_code == 404


def test_empty_pages_say_what_to_do() -> None:
    pk, _number = make_paying_organisation()
    client = client_of(make_role(pk, Role.TREASURER).person.login)
    for name in ("payments", "queue", "statements"):
        assert "ks-empty" in client.get(reverse(f"payments:{name}", args=[pk])).content.decode()


def test_a_statement_is_brought_looked_at_and_posted_by_two_presses(town: dict[str, Any]) -> None:
    pk, client = town["pk"], client_of(town["treasurer"])
    text = statement_text(town["number"], [Doc(12_300, town["mine"].payment_code, number="77")])
    file = SimpleUploadedFile("kl_to_1c.txt", text.encode(), content_type="text/plain")
    answer = client.post(reverse("payments:statement-bring", args=[pk]), {"file": file})
    assert answer.status_code == 302
    assert not Payment.objects.filter(organisation_id=pk, amount_kop=12_300).exists()
    start = answer["Location"] + "post/"
    for _press in range(2):
        assert client.post(start).status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    run_pending_jobs()
    assert "ks-callout-ok" in client.get(answer["Location"]).content.decode()
    assert Payment.objects.filter(organisation_id=pk, amount_kop=12_300).count() == 1
    wrong = SimpleUploadedFile("a.txt", b"hello", content_type="text/plain")
    assert client.post(reverse("payments:statement-bring", args=[pk]), {"file": wrong}).status_code == 200
    assert BankStatement.objects.filter(organisation_id=pk).count() == 3


def test_a_line_is_divided_on_its_page(town: dict[str, Any]) -> None:
    pk, client = town["pk"], client_of(town["treasurer"])
    url = reverse("payments:line", args=[pk, town["waiting"].pk])
    accounts = [town["own"].account_id, town["foreign"].account_id]
    short = client.post(url, {"account": accounts, "amount": ["30,00", "30,00"]})
    assert short.status_code == 200
    assert "10,00" in short.content.decode()
    assert client.post(url, {"account": accounts, "amount": ["30,00", "40,00"]}).status_code == 302
    assert Payment.objects.filter(organisation_id=pk, line=town["waiting"]).count() == 2


def test_panels(town: dict[str, Any]) -> None:
    pk = town["pk"]
    queue = panels.treasurer_queue(SYSTEM, pk, 5)
    assert queue is not None
    assert (queue.totals.incoming, queue.totals.incoming_kop, queue.totals.outgoing) == (1, 7_000, 1)
    money = panels.money_in(pk, Month(2026, 11))
    assert (money.total_kop, money.matched_kop, money.count) == (157_000, 150_000, 2)
    blockers = panels.payments_not_sorted(pk, [Month(2026, 10), Month(2026, 11)])
    assert {month: len(found) for month, found in blockers.items()} == {Month(2026, 11): 1}
