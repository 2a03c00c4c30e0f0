"""What this room shows in the side bar: one's own purchases, for whoever signs in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.foundation.ui.navigation import NavPlace, register_place


def register() -> None:
    register_place(
        NavPlace(
            room="needs",
            label=_("My purchases"),
            icon="receipt",
            url_name="needs:home",
            section="together",
            order=5,
            cabinets=frozenset({"resident", "buyer"}),
            bottom_for=frozenset({"buyer"}),
            short=pgettext_lazy("own", "Purchases"),
            also=("needs:add", "needs:what", "needs:sharing", "needs:place"),
        )
    )
