"""Nothing is charged, issued or collected in the name of a body whose chair is not verified (K11): asked at every door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from koopset.apps.billing import factories, selectors
from koopset.apps.billing import services as billing
from koopset.apps.billing.models import Charge, ChargeRun, DocumentDelivery, DocumentIssue, PaymentDocument
from koopset.apps.billing.payments import services
from koopset.apps.billing.payments.factories import Doc, make_paying_organisation, statement_text
from koopset.apps.billing.payments.models import BankStatement, Payment
from koopset.apps.organisations.factories import make_role
from koopset.apps.organisations.models import Organisation
from koopset.apps.organisations.selectors import own_accounts
from koopset.apps.people.models import Login
from koopset.foundation.files import StoredFile
from koopset.foundation.jobs import Job
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
NOW, MONTH = factories.NOW, factories.MONTH
NEVER, LAPSED = "organisations.not_verified", "organisations.verification_lapsed"
#: What a door would write.
WRITTEN = (
    Charge,
    ChargeRun,
    DocumentIssue,
    PaymentDocument,
    DocumentDelivery,
    Payment,
    BankStatement,
    StoredFile,
)


class House:
    """A homeowners' association (it takes cash too) with one account, one fee, one charged month and its documents."""

    def __init__(self) -> None:
        self.pk, self.number = make_paying_organisation("tsj")
        self.account = factories.make_account(self.pk)
        self.fee = factories.make_fee(self.pk, base="unit", rate=Decimal(100))
        factories.post_month(self.pk, month=MONTH.previous())
        self.issue = billing.documents_issue(
            actor=SYSTEM, organisation_id=self.pk, month=MONTH.previous(), now=NOW
        )
        run_pending_jobs(now=NOW)
        self.preview = selectors.charge_preview(SYSTEM, self.pk, MONTH, [self.fee.pk])

    def trusted(self, trust: str) -> None:
        """Take the verification back, or let its term end."""
        ends = {"verified_at": None} if trust == NEVER else {"verified_until": date(2026, 11, 1)}
        Organisation.objects.filter(pk=self.pk).update(**ends)

    def written(self) -> list[int]:
        return [model.objects.filter(organisation_id=self.pk).count() for model in WRITTEN]

    def common(self, **values: Any) -> dict[str, Any]:
        return {"actor": SYSTEM, "organisation_id": self.pk, "now": NOW, **values}


def charge_start(house: House) -> Any:
    return billing.charge_run_start(
        **house.common(month=MONTH, fee_ids=[house.fee.pk], fingerprint=house.preview.fingerprint)
    )


def charge_correct(house: House, kop: int = 100, key: str = "more") -> Any:
    charge = Charge.objects.filter(organisation_id=house.pk).first()
    assert charge is not None
    return billing.charge_correct(
        **house.common(key=key, amount_kop=kop, reason="Забыли", corrects_id=charge.pk)
    )


def hand(house: House, way: str) -> Any:
    return services.payment_enter_by_hand(
        **house.common(
            account_id=house.account.pk,
            amount_kop=5_000,
            received_on=date(2026, 11, 20),
            way=way,
            key=way,
            bank_account_id=own_accounts(house.pk)[house.number],
        )
    )


def statement(house: House) -> Any:
    text = statement_text(house.number, [Doc(5_000)])
    return services.statement_bring(**house.common(name="v.txt", content=text.encode()))


#: What makes people owe, asks them to pay, or takes their money.
COLLECTS: dict[str, Callable[[House], Any]] = {
    "a month is charged": charge_start,
    "a charge is raised": charge_correct,
    "documents are issued": lambda house: billing.documents_issue(**house.common(month=MONTH.previous())),
    "documents are printed": lambda house: billing.documents_print(
        **house.common(issue_id=house.issue.pk, variant="full")
    ),
    "documents are sent": lambda house: billing.documents_send(**house.common(issue_id=house.issue.pk)),
    "some are sent by a job": lambda house: billing.documents_send_some(
        **house.common(issue_id=house.issue.pk, document_ids=[])
    ),
    "cash is taken": lambda house: hand(house, "cash"),
}
#: What enters money that came to the bank by itself.
ENTERS: dict[str, Callable[[House], Any]] = {
    "a payment seen at the bank": lambda house: hand(house, "bank"),
    "a statement of the bank": statement,
}


@pytest.mark.parametrize("trust", [NEVER, LAPSED])
@pytest.mark.parametrize("door", COLLECTS.values(), ids=COLLECTS.keys())
def test_a_service_that_collects_asks(door: Callable[[House], Any], trust: str) -> None:
    house = House()
    house.trusted(trust)
    before = house.written()
    refused(trust, door, house)
    assert house.written() == before


@pytest.mark.parametrize("door", ENTERS.values(), ids=ENTERS.keys())
def test_money_that_came_is_entered_after_a_term_and_not_before_the_first_check(
    door: Callable[[House], Any],
) -> None:
    house = House()
    house.trusted(NEVER)
    before = house.written()
    refused(NEVER, door, house)
    assert house.written() == before
    Organisation.objects.filter(pk=house.pk).update(verified_at=NOW, verified_until=date(2026, 11, 1))
    door(house)
    assert house.written() != before


def test_a_debt_may_always_be_lowered() -> None:
    house = House()
    house.trusted(NEVER)
    assert charge_correct(house, -100, "less").amount_kop == -100


@pytest.mark.parametrize("trust", [NEVER, LAPSED])
def test_work_that_waits_asks_again_when_it_is_done(trust: str) -> None:
    house = House()
    run = charge_start(house)
    statement_row = statement(house)
    services.statement_start(**house.common(statement_id=statement_row.pk))
    again = billing.documents_issue(**house.common(month=MONTH.previous()))
    house.trusted(trust)
    run_pending_jobs(now=NOW)
    run.refresh_from_db()
    again.refresh_from_db()
    statement_row.refresh_from_db()
    assert (run.state, run.failure) == (ChargeRun.State.FAILED, trust)
    assert not Charge.objects.filter(organisation_id=house.pk, month=MONTH.number).exists()
    assert again.state == DocumentIssue.State.FAILED
    assert PaymentDocument.objects.filter(organisation_id=house.pk).count() == 1, "the one from before"
    # Money that stands at the bank is entered after a term has ended, too.
    assert statement_row.state == ("refused" if trust == NEVER else "posted")
    assert Job.objects.filter(organisation_id=house.pk, error_code=trust).count() >= 2


@pytest.fixture
def treasurer() -> tuple[House, Login]:
    house = House()
    login = make_role(house.pk, Role.TREASURER).person.login
    assert login is not None
    house.trusted(NEVER)
    return house, login


def test_the_pages_say_it_beforehand_and_write_nothing(treasurer: tuple[House, Login]) -> None:
    house, login = treasurer
    client = Client(headers={"Accept-Language": "ru"})
    client.force_login(login)
    before = house.written()

    def read(name: str, **query: str) -> str:
        return client.get(reverse(name, args=[house.pk]), query).content.decode().replace("\xa0", " ")

    said = "ещё не проверены"
    charging = read("billing:charge-month", month=str(MONTH))
    assert said in charging
    assert reverse("billing:charge-start", args=[house.pk]) not in charging, "no button that would be refused"
    assert said in read("billing:document-issues")
    assert said in read("billing:fees")
    sent = {
        "billing:charge-start": {
            "month": str(MONTH),
            "fee": house.fee.pk,
            "fingerprint": house.preview.fingerprint,
        },
        "billing:document-issue-start": {"month": str(MONTH.previous())},
        "payments:payment-new": {
            "account": house.account.number,
            "amount": "50",
            "received_on": "2026-11-20",
            "way": "cash",
            "key": "page",
        },
    }
    for name, form in sent.items():
        answer = client.post(reverse(name, args=[house.pk]), form, follow=True)
        assert said in answer.content.decode().replace("\xa0", " "), name
    assert house.written() == before


def test_a_resident_is_told_that_nothing_is_asked_for_now() -> None:
    house = House()
    login = make_role(house.pk, Role.STAFF).person.login
    assert login is not None
    person = house.account.payer
    assert person is not None
    person.login = login
    person.save()
    client = Client(headers={"Accept-Language": "ru"})
    client.force_login(login)

    def page() -> str:
        answer = client.get(reverse("billing:my-documents", args=[house.pk]))
        return answer.content.decode().replace("\xa0", " ")

    said, pay = "Полномочия председателя сейчас не подтверждены", "Оплатить по QR"
    assert said not in page()
    assert pay in page()
    house.trusted(LAPSED)
    assert said in page()
    assert pay in page(), "the bill was issued while the chair was verified"
    house.trusted(NEVER)
    assert said in page()
    assert pay not in page()
    start = client.get(reverse("portal:home"), follow=True).content.decode().replace("\xa0", " ")
    assert pay not in start


def test_the_day_of_the_check_is_the_day_of_the_deed() -> None:
    house = House()
    Organisation.objects.filter(pk=house.pk).update(verified_until=date(2026, 11, 24))
    charge_start(house)
    house.fee.refresh_from_db()
    late = datetime(2026, 11, 25, 9, tzinfo=UTC)
    refused(
        LAPSED,
        billing.documents_issue,
        actor=SYSTEM,
        organisation_id=house.pk,
        month=MONTH.previous(),
        now=late,
    )
