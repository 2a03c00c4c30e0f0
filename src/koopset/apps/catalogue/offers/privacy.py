"""This room holds nothing of a person; its rows are told, so that a list of one's deeds has words for them. Files have their term."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.utils.translation import gettext_lazy

from koopset.apps.catalogue.offers.services import imports_forget
from koopset.foundation.personal.ports import register_told
from koopset.foundation.personal.terms import Term, days, register_term


def _forget(before: datetime, now: datetime) -> Counter[int | None]:
    return imports_forget(before=before)


def register() -> None:
    register_told("offers.PriceList", gettext_lazy("a price list"))
    register_told("offers.Offer", gettext_lazy("an offer of a price list"))
    register_term(
        Term(
            "offers.unloaded",
            gettext_lazy("Price lists that were brought and not loaded"),
            gettext_lazy("nobody needs them after a month"),
            days(30),
            _forget,
            order=60,
        )
    )
