"""Payment documents: frozen, read back from their own square, summed to the kopeck."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import zxingcpp
from PIL import Image
from pypdfium2 import PdfDocument

from koopset.apps.billing import factories, services
from koopset.apps.billing.formats.payment_code_56042 import qr_png, read_picture, read_record
from koopset.apps.billing.formats.receipt import record_bytes
from koopset.apps.billing.models import DocumentDelivery, DocumentIssue, PaymentDocument, PersonalAccount
from koopset.apps.billing.selectors import documents as selectors
from koopset.apps.organisations.factories import make_bank_account, make_organisation
from koopset.apps.organisations.models import Organisation
from koopset.apps.people.models import Person
from koopset.foundation.files import StoredFile
from koopset.foundation.rights.actors import SYSTEM, Actor, Forbidden
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel import payment_code
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW, MONTH = factories.NOW, factories.MONTH


def issued(pk: int, *, actor: Actor = SYSTEM) -> DocumentIssue:
    issue = services.documents_issue(actor=actor, organisation_id=pk, month=MONTH, now=NOW)
    run_pending_jobs(now=NOW)
    issue.refresh_from_db()
    return issue


def charged_organisation(accounts: int = 1) -> int:
    pk: int = factories.make_billing_organisation().pk
    for _number in range(accounts):
        factories.make_account(pk, area_m2=800)
    factories.make_fee(pk)
    factories.post_month(pk)
    return pk


def test_a_document_says_what_is_owed_and_how_it_was_computed() -> None:
    pk = charged_organisation()
    issue = issued(pk)
    assert (issue.state, issue.documents_count, issue.total_kop) == ("done", 1, 120_000)
    document = PaymentDocument.objects.get(organisation_id=pk)
    account = PersonalAccount.objects.get(organisation_id=pk)
    data = document.data
    assert document.number == f"202611-{account.payment_code}"
    assert (document.total_kop, document.due_on) == (120_000, date(2026, 12, 10))
    assert data["lines"] == [
        {
            "title": "Членский взнос",
            "note": "8\u00a0соток × 150,00\u00a0₽",
            "sum": "1\u00a0200,00",
            "sum_kop": 120_000,
        }
    ]
    assert data["opening_kop"] + data["charged_kop"] - data["paid_kop"] == data["closing_kop"] == 120_000
    assert data["code"] == payment_code.show(account.payment_code)


def test_the_square_is_read_back_by_another_reader() -> None:
    pk = charged_organisation()
    issued(pk)
    document = PaymentDocument.objects.get(organisation_id=pk)
    account = PersonalAccount.objects.get(organisation_id=pk)
    person = Person.objects.get(pk=account.payer_id or 0)
    code = document.data["codes"][0]
    picture = Image.open(io.BytesIO(qr_png(record_bytes(code["record"]))))
    found = zxingcpp.read_barcodes(picture)
    assert [bytes(symbol.bytes) for symbol in found] == [record_bytes(code["record"])]
    record = read_record(read_picture(qr_png(record_bytes(code["record"])))[0])
    organisation = Organisation.objects.get(pk=pk)
    assert record.sum_kop == 120_000
    assert record.fields["PersAcc"] == account.payment_code
    assert record.fields["LastName"] == person.last_name
    assert record.fields["PayeeINN"] == organisation.inn
    assert record.period == MONTH
    assert payment_code.find_all(record.fields["Purpose"]) == [account.payment_code]
    assert f"Код платежа {payment_code.show(account.payment_code)}" in record.fields["Purpose"]
    plain = read_record(record_bytes(code["record_plain"]))
    assert "LastName" not in plain.fields
    assert plain.fields["PersAcc"] == account.payment_code
    assert not record.warnings


def test_rendering_again_gives_the_same_bytes_and_both_variants() -> None:
    pk = charged_organisation()
    issued(pk)
    document = PaymentDocument.objects.get(organisation_id=pk)
    first = selectors.document_pdf(document)
    person = Person.objects.get(pk=PersonalAccount.objects.get(organisation_id=pk).payer_id or 0)
    person.last_name = "Иная"
    person.save()  # later changes of the register touch no issued paper
    again = selectors.document_pdf(PaymentDocument.objects.get(organisation_id=pk))
    assert first == again
    assert hashlib.sha256(first).hexdigest() == document.sha256
    assert first.startswith(b"%PDF")
    assert selectors.document_pdf(document, variant="plain") != first


def test_other_bytes_are_refused_rather_than_shown() -> None:
    pk = charged_organisation()
    issued(pk)
    document = PaymentDocument.objects.get(organisation_id=pk)
    document.data = {**document.data, "total": "1,00 ₽"}
    with pytest.raises(RuleViolation) as refusal:
        selectors.document_pdf(document)
    assert refusal.value.code == "billing.frozen_changed"


def test_nothing_is_issued_by_a_body_that_is_not_verified_or_has_no_confirmed_account() -> None:
    unverified = make_organisation(verified=False)
    make_bank_account(unverified.pk)
    unconfirmed = make_organisation()
    make_bank_account(unconfirmed.pk, confirmed=False)
    codes = []
    for organisation in (unverified, unconfirmed):
        with pytest.raises(RuleViolation) as refusal:
            services.documents_issue(actor=SYSTEM, organisation_id=organisation.pk, month=MONTH, now=NOW)
        codes.append(refusal.value.code)
    assert codes == ["organisations.not_verified", "organisations.no_confirmed_account"]
    assert not DocumentIssue.objects.filter(organisation_id__in=[unverified.pk, unconfirmed.pk]).exists()


def test_an_empty_month_issues_nothing() -> None:
    pk = factories.make_billing_organisation().pk
    factories.make_account(pk)
    with pytest.raises(RuleViolation) as refusal:
        services.documents_issue(actor=SYSTEM, organisation_id=pk, month=MONTH, now=NOW)
    assert refusal.value.code == "billing.issue_empty"


def test_two_clicks_are_one_issue_and_a_repeated_job_writes_no_second_paper() -> None:
    pk = charged_organisation(3)
    first = services.documents_issue(actor=SYSTEM, organisation_id=pk, month=MONTH, now=NOW)
    assert services.documents_issue(actor=SYSTEM, organisation_id=pk, month=MONTH, now=NOW).pk == first.pk
    accounts = services.accounts_to_bill(pk, MONTH)
    services.documents_render(
        actor=SYSTEM, organisation_id=pk, issue_id=first.pk, account_ids=accounts[:2], now=NOW
    )  # then killed
    run_pending_jobs(now=NOW)
    assert PaymentDocument.objects.filter(organisation_id=pk).count() == 3
    first.refresh_from_db()
    assert (first.documents_count, first.total_kop) == (3, 360_000)
    second = issued(pk)
    assert second.ordinal == 2
    assert PaymentDocument.objects.filter(organisation_id=pk, number__endswith="/2").count() == 3


def test_money_of_another_purpose_has_its_own_code() -> None:
    pk = charged_organisation()
    special = make_bank_account(pk, is_main=False)
    factories.make_fee(
        pk, kind="target", base="account", rate=Decimal(500), bank_account_id=special.pk, title="Дорога"
    )
    factories.post_month(pk)
    issued(pk)
    codes = PaymentDocument.objects.get(organisation_id=pk).data["codes"]
    assert [(code["sum_kop"], code["payee"]["account"] == special.number) for code in codes] == [
        (120_000, False),
        (50_000, True),
    ]


def test_printing_gives_one_file_and_many_give_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    pk = charged_organisation(3)
    issue = issued(pk)
    services.documents_print(actor=SYSTEM, organisation_id=pk, issue_id=issue.pk, variant="full", now=NOW)
    assert [job.state for job in run_pending_jobs(now=NOW)] == ["done"]
    monkeypatch.setattr("koopset.apps.billing.jobs.CHUNK", 1)
    monkeypatch.setattr("koopset.apps.billing.jobs.VOLUME", 2)
    services.documents_print(actor=SYSTEM, organisation_id=pk, issue_id=issue.pk, variant="plain", now=NOW)
    assert [job.state for job in run_pending_jobs(now=NOW)] == ["done"]
    issue.refresh_from_db()
    whole = StoredFile.objects.get(organisation_id=pk, pk=issue.print_files["full"])
    parts = StoredFile.objects.get(organisation_id=pk, pk=issue.print_files["plain"])
    with whole.open() as file:
        assert len(PdfDocument(file.read())) == 3
    with parts.open() as file, zipfile.ZipFile(file) as archive:
        assert [(name[-6:], len(PdfDocument(archive.read(name)))) for name in archive.namelist()] == [
            ("01.pdf", 2),
            ("02.pdf", 1),
        ]


def test_sending_twice_sends_once() -> None:
    pk = charged_organisation(2)
    first = PersonalAccount.objects.filter(organisation_id=pk).order_by("pk")[0]
    Person.objects.filter(pk=first.payer_id or 0).update(email="anna@example.org")
    issue = issued(pk)
    for _time in range(2):
        services.documents_send(actor=SYSTEM, organisation_id=pk, issue_id=issue.pk, now=NOW)
        run_pending_jobs(now=NOW)
    document_ids = list(PaymentDocument.objects.filter(organisation_id=pk).values_list("pk", flat=True))
    services.documents_send_some(
        actor=SYSTEM, organisation_id=pk, issue_id=issue.pk, document_ids=document_ids, now=NOW
    )
    assert list(
        DocumentDelivery.objects.filter(organisation_id=pk).values_list("document__account_id", flat=True)
    ) == [first.pk]


def test_a_plot_whose_owner_nobody_knows_does_not_stop_the_sending() -> None:
    pk = charged_organisation(2)
    nobodys, known = PersonalAccount.objects.filter(organisation_id=pk).order_by("pk")
    Person.objects.filter(pk=known.payer_id or 0).update(email="anna@example.org")
    nobodys.payer = None
    nobodys.save()
    issue = issued(pk)
    services.documents_send(actor=SYSTEM, organisation_id=pk, issue_id=issue.pk, now=NOW)
    run_pending_jobs(now=NOW)
    sent = DocumentDelivery.objects.filter(organisation_id=pk)
    assert list(sent.values_list("document__account_id", flat=True)) == [known.pk]


def test_a_document_is_seen_by_its_payer_and_the_office_alone() -> None:
    pk = charged_organisation(2)
    issued(pk)
    mine, other = PersonalAccount.objects.filter(organisation_id=pk).order_by("pk")
    from koopset.apps.people.factories import make_actor
    from koopset.foundation.rights.roles import Role

    resident = make_actor(Role.RESIDENT, pk, person_ids=frozenset({mine.payer_id or 0}))
    own = PaymentDocument.objects.get(organisation_id=pk, account=mine)
    foreign = PaymentDocument.objects.get(organisation_id=pk, account=other)
    assert selectors.document_of(resident, pk, own.pk)[1].row.number == own.number
    with pytest.raises(Forbidden):
        selectors.document_of(resident, pk, foreign.pk)
    assert selectors.document_of(factories.make_treasurer(pk), pk, foreign.pk)[0].pk == foreign.pk
    with pytest.raises(Forbidden):
        selectors.document_of(factories.make_treasurer(make_organisation().pk), pk, foreign.pk)
