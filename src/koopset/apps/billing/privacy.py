"""What this room holds of a person: accounts, charges, payment documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any, ClassVar

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.billing.models import Charge, DocumentDelivery, PaymentDocument, PersonalAccount
from koopset.apps.billing.selectors.documents import document_pdf
from koopset.apps.billing.services.personal import papers_forget_for_room
from koopset.foundation.personal.looks import register_look
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    Paper,
    PersonalData,
    Subject,
    Table,
    Tie,
    of_persons,
    register_personal_data,
    register_told,
    roubles,
    table,
)
from koopset.foundation.rights.actors import Actor

#: Primary papers are kept so many years after the year they belong to (402-ФЗ art. 29 part 1).
YEARS_OF_BOOKS = 5


def _organisation() -> Column:
    return Column("organisation__organisation__name_short", _("Organisation"))


def _month(number: int) -> str:
    return f"{number // 100}-{number % 100:02d}"


def _kind(value: str) -> str:
    return str(Charge.Kind(value).label)


class BillingData(PersonalData):
    room = "billing"
    title = gettext_lazy("Accounts and charges")
    models: ClassVar[dict[str, Any]] = {
        "billing.PersonalAccount": gettext_lazy("a personal account"),
        "billing.DocumentDelivery": gettext_lazy("a delivery of a payment document"),
    }

    @staticmethod
    def _accounts(subject: Subject) -> Iterator[tuple[int, list[int]]]:
        for rows in of_persons(PersonalAccount, subject, "payer_id"):
            for organisation_id, account_id in rows.values_list("organisation_id", "pk"):
                yield organisation_id, [account_id]

    def _of_accounts(self, model: Any, subject: Subject) -> list[Any]:
        return [
            model.objects.filter(organisation_id=organisation_id, account_id__in=ids).order_by("pk")
            for organisation_id, ids in self._accounts(subject)
        ]

    def tables(self, subject: Subject) -> Iterable[Table]:
        yield table(
            "accounts",
            gettext_lazy("Personal accounts"),
            [
                _organisation(),
                Column("number", _("Account")),
                Column("payment_code", _("Payment code")),
                Column("opened_on", _("Opened")),
                Column("closed_on", _("Closed")),
                Column("note", _("Remark")),
            ],
            *of_persons(PersonalAccount, subject, "payer_id"),
        )
        yield table(
            "charges",
            gettext_lazy("Charges"),
            [
                _organisation(),
                Column("account__number", _("Account")),
                Column("month", _("Month"), _month),
                Column("kind", _("Kind"), _kind),
                Column("fee__title", _("Fee")),
                Column("unit__number", _("Plot or flat")),
                Column("quantity", _("Quantity")),
                Column("rate", _("Rate, ₽")),
                Column("amount_kop", _("Sum, ₽"), roubles),
                Column("due_on", _("To be paid by")),
                Column("reason", _("Reason of the correction")),
            ],
            *self._of_accounts(Charge, subject),
        )
        yield table(
            "payment-documents",
            gettext_lazy("Payment documents"),
            [
                _organisation(),
                Column("account__number", _("Account")),
                Column("number", _("Number")),
                Column("month", _("Month"), _month),
                Column("total_kop", _("To be paid, ₽"), roubles),
                Column("due_on", _("To be paid by")),
                Column("issued_at", _("Issued")),
            ],
            *self._of_accounts(PaymentDocument, subject),
        )
        yield table(
            "payment-document-deliveries",
            gettext_lazy("How payment documents were sent to you"),
            [
                _organisation(),
                Column("document__number", _("Number")),
                Column("channel", _("How"), lambda value: str(DocumentDelivery.Channel(value).label)),
                Column("sent_at", _("When")),
            ],
            *of_persons(DocumentDelivery, subject),
        )

    def papers(self, subject: Subject) -> Iterable[Paper]:
        for documents in self._of_accounts(PaymentDocument, subject):
            for document in documents.iterator(chunk_size=50):

                def made(document: PaymentDocument = document) -> BytesIO:
                    return BytesIO(document_pdf(document))

                yield Paper(f"{_month(document.month)}-{document.number}.pdf", made)

    def ties(self, subject: Subject, *, now: datetime) -> Iterable[Tie]:
        today = timezone.localdate(now)
        for rows in of_persons(PersonalAccount, subject, "payer_id"):
            for account in rows:
                if account.closed_on is None or account.closed_on > today:
                    yield Tie(
                        _("pays on the account %(number)s, which is open") % {"number": account.number},
                        _("fees are charged by 217-ФЗ art. 14, ЖК РФ art. 155: 152-ФЗ art. 6 part 1 item 2"),
                    )
                    continue
                last = Charge.objects.filter(
                    organisation_id=account.organisation_id, account_id=account.pk
                ).aggregate(last=Max("month"))["last"]
                year = max(account.closed_on.year, (last or 0) // 100)
                until = date(year + YEARS_OF_BOOKS, 12, 31)
                if until >= today:
                    yield Tie(
                        _("books of the account %(number)s") % {"number": account.number},
                        _("402-ФЗ art. 29: five years after the year"),
                        until,
                    )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        charges = sum(rows.count() for rows in self._of_accounts(Charge, subject))
        documents = sum(rows.count() for rows in self._of_accounts(PaymentDocument, subject))
        if charges:
            yield Line(
                _("charges: numbers and sums, no names"),
                Fate.KEEP,
                charges,
                _("402-ФЗ art. 29: five years after the year"),
            )
        if documents and "name" in needs:
            yield Line(
                _("payment documents with the name"),
                Fate.KEEP,
                documents,
                _("402-ФЗ art. 29: five years after the year"),
            )
        elif documents:
            yield Line(_("payment documents with the name"), Fate.ERASE, documents)

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterable[Line]:
        lines = list(self.holds(subject, needs=needs, now=now))
        if "name" not in needs:
            for organisation_id, person_ids in subject.in_organisations():
                papers_forget_for_room(organisation_id=organisation_id, person_ids=person_ids)
        return lines


def register() -> None:
    register_personal_data(BillingData())
    for label, words in (
        ("billing.Charge", gettext_lazy("a charge")),
        ("billing.ChargeRun", gettext_lazy("a charging of a month")),
        ("billing.DocumentIssue", gettext_lazy("an issue of payment documents")),
        ("billing.PaymentDocument", gettext_lazy("a payment document")),
        ("billing.Fee", gettext_lazy("a fee")),
        ("billing.AccountUnit", gettext_lazy("a plot on an account")),
        ("billing.SettlementPolicy", gettext_lazy("an order of settlement")),
    ):
        register_told(label, words)
    register_look("billing.accounts", gettext_lazy("list of personal accounts"))
    register_look("billing.debtors", gettext_lazy("list of debtors"))
    register_look("billing.debtors-file", gettext_lazy("list of debtors, as a file"))
