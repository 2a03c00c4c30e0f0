"""A homeowners' association and a co-operative from the application to a report, each in its own words and by its own law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pypdfium2 import PdfDocument

from koopset.apps.billing import selectors as billing_selectors
from koopset.apps.billing import services as billing
from koopset.apps.billing.models import ChargeRun, Fee, PaymentDocument, PersonalAccount
from koopset.apps.billing.payments import services as payments
from koopset.apps.billing.payments.models import Payment
from koopset.apps.joining import services as joining
from koopset.apps.joining.factories import NOW, PDF, application_values, make_district
from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger import services as books
from koopset.apps.organisations import selectors as organisations
from koopset.apps.organisations import services as bodies
from koopset.apps.organisations.factories import make_account_number, make_role
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Login, Person
from koopset.apps.register import selectors as register_selectors
from koopset.apps.register import services as register
from koopset.apps.register.factories import make_unit
from koopset.foundation.rights.actors import Actor, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.foundation.testing.refusals import refused
from koopset.kernel.period import Month

pytestmark = pytest.mark.django_db
MONTH = Month(2026, 11)
BIC = "044030653"


@dataclass
class Body:
    """A body that has come in by the front door, with its office and one owner."""

    pk: int
    chair: Actor
    treasurer: Actor
    owner: Person
    account: PersonalAccount


def come_in(form: str, name: str, serial: int, *, kind: str = "plot") -> Body:
    """Application → papers → check → bank account by two people → register → books, as the pages do it."""
    operator = actor_for_login(make_login(password=None, is_operator=True).pk, on=NOW.date())
    login = make_login(password=None)
    applicant = actor_for_login(login.pk, on=NOW.date())
    values = application_values(make_district().pk, form=form, name_short=name, name_full=name)
    row = joining.application_save(actor=applicant, now=NOW, **values)
    for paper in organisations.legal_form(form).papers_of(legal_person=True):
        joining.document_add(
            actor=applicant, application_id=row.pk, kind=paper, name=f"{paper}.pdf", content=PDF, now=NOW
        )
    joining.application_submit(actor=applicant, application_id=row.pk, now=NOW)
    joining.application_verify(
        actor=operator,
        application_id=row.pk,
        minutes_number="2",
        minutes_on=date(2026, 6, 1),
        how="register",
        now=NOW,
    )
    pk = row.organisation_id
    chair = actor_for_login(login.pk, on=NOW.date())
    second = make_role(pk, Role.TREASURER).person.login
    assert second is not None
    treasurer = actor_for_login(second.pk, on=NOW.date())
    account = bodies.bank_account_add(
        actor=treasurer,
        organisation_id=pk,
        number=make_account_number(BIC, serial),
        bic=BIC,
        bank_name="Северо-Западный банк ПАО Сбербанк",
        correspondent="30101810500000000653",
        now=NOW,
    )
    bodies.bank_account_confirm(actor=chair, organisation_id=pk, bank_account_id=account.pk, now=NOW)
    owner = make_person(pk, login=make_login(password=None))
    unit = make_unit(pk, "7", owners=[owner], member=True, kind=kind)
    books.book_open(actor=treasurer, organisation_id=pk, opened_month=MONTH, now=NOW)
    opened = billing.personal_account_open(
        actor=treasurer,
        organisation_id=pk,
        payer_id=owner.pk,
        unit_ids=[unit.pk],
        opened_on=MONTH.first,
        now=NOW,
    )
    return Body(pk, chair, treasurer, owner, opened)


def charge(body: Body, fees: Sequence[tuple[str, str, int]]) -> None:
    """A decision of the meeting, fees by it, the month charged and its documents issued."""
    decision = register.decision_record(
        actor=body.chair,
        organisation_id=body.pk,
        body="meeting",
        decided_on=date(2026, 10, 1),
        number="3",
        title="О взносах",
        wording="Утвердить взносы.",
        now=NOW,
    )
    for kind, title, rate in fees:
        billing.fee_create(
            actor=body.treasurer,
            organisation_id=body.pk,
            title=title,
            kind=kind,
            base="unit",
            rate=Decimal(rate),
            decision_id=decision.pk,
            from_month=MONTH,
            now=NOW,
        )
    ids = list(Fee.objects.filter(organisation_id=body.pk).values_list("pk", flat=True))
    preview = billing_selectors.charge_preview(body.treasurer, body.pk, MONTH, ids)
    run = billing.charge_run_start(
        actor=body.treasurer,
        organisation_id=body.pk,
        month=MONTH,
        fee_ids=ids,
        fingerprint=preview.fingerprint,
        now=NOW,
    )
    run_pending_jobs(now=NOW)
    run.refresh_from_db()
    assert run.state == ChargeRun.State.POSTED, run.failure
    billing.documents_issue(actor=body.treasurer, organisation_id=body.pk, month=MONTH, now=NOW)
    run_pending_jobs(now=NOW)


def paper(client: Client, name: str, *args: int, **query: str) -> str:
    """The words of a PDF."""
    answer = client.get(reverse(name, args=args), query)
    assert answer["Content-Type"] == "application/pdf", answer
    pages = PdfDocument(b"".join(answer) if answer.streaming else answer.content)
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(text.replace("\xa0", " ").split())


def office(body: Body) -> Client:
    client = Client(headers={"Accept-Language": "ru"})
    client.force_login(Login.objects.get(pk=body.treasurer.login_id or 0))
    return client


def titles(body: Body) -> dict[str, str]:
    with override("ru"):
        return {row.code: row.title for row in ledger.trial_balance(body.treasurer, body.pk, MONTH, MONTH)}


def test_a_homeowners_association_in_its_own_words() -> None:
    body = come_in("tsj", "ТСЖ «Заречье»", 81_001, kind="flat")
    charge(
        body,
        [
            ("membership", "Содержание и ремонт", 2000),
            ("utility", "Вода", 300),
            ("repair", "Капитальный ремонт", 500),
        ],
    )
    document = PaymentDocument.objects.get(organisation_id=body.pk)
    assert document.total_kop == 280_000
    assert "Плата за жильё и услуги за ноябрь 2026" in document.data["codes"][0]["purpose"]
    client = office(body)
    bill = paper(client, "billing:document-pdf", body.pk, document.pk)
    assert "Платёжный документ за ноябрь 2026" in bill
    assert "ст. 155 ЖК РФ" in bill
    payments.payment_enter_by_hand(
        actor=body.treasurer,
        organisation_id=body.pk,
        account_id=body.account.pk,
        amount_kop=280_000,
        received_on=date(2026, 11, 20),
        way="cash",
        key="1",
        now=NOW,
    )
    assert (
        billing_selectors.balances(body.pk) == {} or billing_selectors.balances(body.pk)[body.account.pk] == 0
    )
    report = titles(body)
    assert report["76.01"] == "Расчёты по обязательным платежам членов товарищества"
    assert report["86.06"] == "Взносы на капитальный ремонт"
    assert report["50"] == "Касса", "a homeowners' association may take cash"
    with override("ru"):
        (row,) = register_selectors.decisions(body.chair, body.pk)
        assert row.body_name == "общее собрание членов товарищества"
        held = {one.role: one.role_name for one in organisations.role_rows(body.chair, body.pk, NOW.date())}
    assert held["chair"] == "Председатель правления"
    assert "Реестр собственников и членов товарищества на" in paper(client, "register:units_pdf", body.pk)
    assert ledger.verify(body.pk) == []


def test_a_consumer_society_in_its_own_words() -> None:
    body = come_in("po", "ПО «Достаток»", 81_002)
    charge(
        body,
        [
            ("share", "Паевой взнос", 1000),
            ("entry", "Вступительный взнос", 200),
            ("membership", "Членский", 50),
        ],
    )
    document = PaymentDocument.objects.get(organisation_id=body.pk)
    assert document.total_kop == 125_000
    client = office(body)
    bill = paper(client, "billing:document-pdf", body.pk, document.pk)
    assert "Счёт пайщику за ноябрь 2026" in bill
    assert "К внесению" in bill
    assert "Вступительный взнос не входит в паевой фонд" in bill
    assert "Взносы пайщика за ноябрь 2026" in document.data["codes"][0]["purpose"]
    payments.payment_enter_by_hand(
        actor=body.treasurer,
        organisation_id=body.pk,
        account_id=body.account.pk,
        amount_kop=125_000,
        received_on=date(2026, 11, 20),
        way="bank",
        bank_account_id=next(iter(organisations.own_accounts(body.pk).values())),
        key="1",
        now=NOW,
    )
    report = titles(body)
    assert report["75.01"] == "Расчёты по паевым взносам"
    assert report["80"] == "Паевой фонд"
    assert report["86.06"] == "Вступительные взносы"
    turnover = {
        row.code: row.columns.credit_kop
        for row in ledger.trial_balance(body.treasurer, body.pk, MONTH, MONTH)
    }
    assert (turnover["80"], turnover["86.06"], turnover["86.01"]) == (100_000, 20_000, 5_000)
    statement = paper(
        client,
        "billing:account-statement",
        body.pk,
        body.account.pk,
        format="pdf",
        date_from="2026-11-01",
        date_to="2026-11-30",
    )
    assert "Выписка по лицевому счёту пайщика №" in statement
    with override("ru"):
        (row,) = register_selectors.decisions(body.chair, body.pk)
        assert row.body_name == "общее собрание пайщиков"
    assert "Реестр пайщиков на" in paper(client, "register:units_pdf", body.pk)
    assert ledger.verify(body.pk) == []


def test_what_a_gardeners_partnership_may_not_do_is_refused_by_its_article() -> None:
    body = come_in("snt", "СНТ «Заря»", 81_003)
    charge(body, [("membership", "Членский взнос", 100)])
    bill = paper(office(body), "billing:document-pdf", body.pk, PaymentDocument.objects.get().pk)
    assert "Квитанция на уплату взносов за ноябрь 2026" in bill
    assert "217-ФЗ, ст. 14, ч. 3" in bill
    given: dict[str, Any] = {
        "actor": body.treasurer,
        "organisation_id": body.pk,
        "account_id": body.account.pk,
        "amount_kop": 10_000,
        "received_on": date(2026, 11, 20),
        "way": "cash",
        "key": "1",
        "now": NOW,
    }
    refusal = refused("payments.cash_forbidden", payments.payment_enter_by_hand, **given)
    assert refusal.params["article"] == "217-ФЗ, ст. 14 ч. 3"
    assert not Payment.objects.exists()
    fee = Fee.objects.get()
    kinds: dict[str, Any] = {
        "actor": body.treasurer,
        "organisation_id": body.pk,
        "title": "Взнос",
        "base": "unit",
        "rate": Decimal(10),
        "decision_id": fee.decision_id,
        "from_month": MONTH,
        "now": NOW,
    }
    for kind in ("entry", "share", "repair"):
        refusal = refused("billing.fee_kind", billing.fee_create, kind=kind, **kinds)
        assert refusal.params["article"] == "217-ФЗ, ст. 14 ч. 1"
    assert Fee.objects.count() == 1
    page = office(body).get(reverse("billing:fee-new", args=[body.pk])).content.decode()
    assert "членский взнос" in page.replace("\xa0", " ")
    assert "паевой взнос" not in page.replace("\xa0", " ")
    hand = (
        office(body)
        .get(reverse("payments:payment-new", args=[body.pk]))
        .content.decode()
        .replace("\xa0", " ")
    )
    assert "217-ФЗ, ст. 14 ч. 3" in hand


def test_a_share_is_brought_by_members_and_needs_its_account_in_the_chart() -> None:
    body = come_in("coop", "ПК «Ручей»", 81_004)
    charge(body, [("share", "Паевой взнос", 10)])
    fee = Fee.objects.get()
    assert fee.audience == Fee.Audience.MEMBERS
    given: dict[str, Any] = {
        "actor": body.treasurer,
        "organisation_id": body.pk,
        "title": "Паевой взнос",
        "kind": "share",
        "base": "unit",
        "rate": Decimal(10),
        "decision_id": fee.decision_id,
        "from_month": MONTH,
        "now": NOW,
    }
    refused("billing.fee_audience", billing.fee_create, audience="non-members", **given)
    # Books that were opened with the chart of another form.
    other = come_in("snt", "СНТ «Роща»", 81_005)
    bodies.organisation_update(actor=other.chair, organisation_id=other.pk, form="coop", now=NOW)
    decision = register.decision_record(
        actor=other.chair,
        organisation_id=other.pk,
        body="meeting",
        decided_on=date(2026, 10, 1),
        number="3",
        title="О паях",
        wording="Утвердить паевой взнос.",
        now=NOW,
    )
    values = given | {"actor": other.treasurer, "organisation_id": other.pk, "decision_id": decision.pk}
    refusal = refused("billing.fee_no_account", billing.fee_create, **values)
    assert refusal.params["account"] == "75.01"
