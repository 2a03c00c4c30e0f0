"""Places of the books in the side bar."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.apps.ledger.permissions import LedgerRight
from koopset.foundation.ui.navigation import NavPlace, register_place


def register() -> None:
    """Add the places."""
    register_place(
        NavPlace(
            room="ledger",
            label=_("Books"),
            icon="book",
            url_name="ledger:trial_balance",
            right=LedgerRight.BOOK_VIEW,
            section="money",
            order=60,
            cabinets=frozenset({"treasurer", "chair", "auditor"}),
            bottom_for=frozenset({"auditor"}),
            short=_("Books"),
        )
    )
