"""What this room holds of a person: nothing by name. Its rows are told, so that a list of one's deeds has words for them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from koopset.foundation.personal.ports import register_told
from koopset.foundation.personal.terms import Term, register_term


def register() -> None:
    for label, words in (
        ("ledger.Operation", gettext_lazy("an operation of the books")),
        ("ledger.ChartAccount", gettext_lazy("an account of the chart")),
        ("ledger.Month", gettext_lazy("a month of the books")),
    ):
        register_told(label, words)
    register_term(
        Term(
            "ledger.law",
            gettext_lazy("Books: entries, charges, payments, bank statements"),
            gettext_lazy(
                "402-ФЗ art. 29: five years after the year they belong to; they hold numbers, not names"
            ),
            None,
            order=300,
        )
    )
