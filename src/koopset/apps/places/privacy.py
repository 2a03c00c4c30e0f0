"""This room holds nothing of a person; its rows are told, so that a list of one's deeds has words for them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from koopset.foundation.personal.ports import register_told


def register() -> None:
    register_told("places.Location", gettext_lazy("a place of an organisation"))
    register_told("places.Territory", gettext_lazy("a territory"))
