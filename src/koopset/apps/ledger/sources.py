"""What the books know by themselves for their own ports: bank accounts of the organisation, operations entered by hand; and what programs
outside may hear of.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.ledger import events, ports
from koopset.apps.organisations.selectors import own_accounts
from koopset.foundation.access.schemas import MonthText, Out
from koopset.foundation.webhooks.catalogue import tell_outside
from koopset.kernel.period import Month


class MonthsOut(Out):
    months: list[MonthText]


class MonthOut(Out):
    month: MonthText


class BankAccounts:
    """Subjects of 51 and 55; people know them by the whole number or its last four digits."""

    def labels(self, organisation_id: int, ids: Iterable[int]) -> dict[int, str]:
        """«счёт …0117»."""
        wanted = set(ids)
        return {
            account_id: _("account …%(tail)s") % {"tail": number[-4:]}
            for number, account_id in own_accounts(organisation_id).items()
            if account_id in wanted
        }

    def find(self, organisation_id: int, numbers: Iterable[str]) -> dict[str, int]:
        """By the whole number, or by its end where only one account ends so."""
        own = own_accounts(organisation_id)
        found = {}
        for number in numbers:
            digits = "".join(char for char in number if char.isdigit())
            fitting = [
                account_id for whole, account_id in own.items() if len(digits) >= 4 and whole.endswith(digits)
            ]
            if len(fitting) == 1:
                found[number] = fitting[0]
        return found

    def url(self, organisation_id: int, subject_id: int) -> str:
        """No page of its own here."""
        return ""


def register() -> None:
    """Fill the ports."""
    ports.register_subject("bank-account", BankAccounts())
    ports.register_operation_kind("ledger.manual", gettext_lazy("Entered by hand"))
    ports.register_operation_kind("ledger.opening", gettext_lazy("Opening balances"))
    ports.register_operation_kind("ledger.reversal", gettext_lazy("Reversal"))
    tell_outside(
        events.MonthsClosed,
        "months.closed",
        gettext_lazy("Months are closed"),
        data=MonthsOut,
        make=lambda one: {"months": [str(Month.from_number(number)) for number in one.months]},
        links=lambda one: {"months": f"/api/v1/o/{one.organisation_id}/months"},
    )
    tell_outside(
        events.MonthReopened,
        "month.reopened",
        gettext_lazy("A month is opened again"),
        data=MonthOut,
        make=lambda one: {"month": str(Month.from_number(one.month))},
        links=lambda one: {"months": f"/api/v1/o/{one.organisation_id}/months"},
    )
