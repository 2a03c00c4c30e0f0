"""What this room holds of a person: payments, and the bank's lines behind them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.billing.models import PersonalAccount
from koopset.apps.billing.payments.models import Payment
from koopset.apps.billing.payments.services.personal import bank_lines_forget_for_room
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    PersonalData,
    Subject,
    Table,
    of_persons,
    register_personal_data,
    register_told,
    roubles,
    table,
)
from koopset.foundation.rights.actors import Actor


class PaymentsData(PersonalData):
    room = "payments"
    title = gettext_lazy("Payments")

    @staticmethod
    def _rows(subject: Subject) -> list[Any]:
        return of_persons(Payment, subject, "account__payer_id")

    def tables(self, subject: Subject) -> Iterable[Table]:
        yield table(
            "payments",
            gettext_lazy("Payments"),
            [
                Column("organisation__organisation__name_short", _("Organisation")),
                Column("account__number", _("Account")),
                Column("received_on", _("Received")),
                Column("amount_kop", _("Sum, ₽"), roubles),
                Column("source", _("How it came"), lambda value: str(Payment.Source(value).label)),
                Column("line__number", _("Number of the bank’s document")),
                Column("line__party_name", _("Payer in the statement")),
                Column("line__party_account", _("Payer’s account in the statement")),
                Column("line__purpose", _("Purpose in the statement")),
                Column("reversal__reason", _("Taken back because")),
            ],
            *self._rows(subject),
        )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        count = sum(rows.count() for rows in self._rows(subject))
        lines = sum(rows.filter(line__isnull=False).count() for rows in self._rows(subject))
        law = _("402-ФЗ art. 29: five years after the year")
        if count:
            yield Line(_("payments: numbers and sums, no names"), Fate.KEEP, count, law)
        if lines and "name" in needs:
            yield Line(_("lines of bank statements with the payer’s name"), Fate.KEEP, lines, law)
        elif lines:
            yield Line(_("lines of bank statements: name, account, purpose"), Fate.ANONYMISE, lines)

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterable[Line]:
        lines = list(self.holds(subject, needs=needs, now=now))
        if "name" not in needs:
            for rows in of_persons(PersonalAccount, subject, "payer_id"):
                for organisation_id, account_id in rows.values_list("organisation_id", "pk"):
                    bank_lines_forget_for_room(organisation_id=organisation_id, account_ids=[account_id])
        return lines


def register() -> None:
    register_personal_data(PaymentsData())
    for label, words in (
        ("payments.BankStatement", gettext_lazy("a bank statement")),
        ("payments.BankLine", gettext_lazy("a line of a bank statement")),
        ("payments.Payment", gettext_lazy("a payment")),
        ("payments.PaymentReversal", gettext_lazy("a payment taken back")),
    ):
        register_told(label, words)
