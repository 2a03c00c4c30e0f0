"""What this room shows on start pages and in the side bar."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.apps.needs.demand import selectors
from koopset.apps.needs.demand.permissions import DemandRight
from koopset.foundation.rights.actors import Actor
from koopset.foundation.ui.navigation import NavPlace, register_place


@dataclass(frozen=True, slots=True)
class Together:
    """«Cheaper together» on a start page: the first proposals, what they would save the family in a month, where all are."""

    proposals: tuple[selectors.OwnProposal, ...]
    saving_kop: int
    url: str


def cheaper_together(actor: Actor, limit: int = 3) -> Together | None:
    """Proposals of the actor's household for its start page; None where there are none."""
    found = [one for one in selectors.proposals_for(actor.login_id or 0) if one.is_open]
    if not found:
        return None
    saving = sum(one.saving_kop for one in found)
    return Together(tuple(found[:limit]), saving, reverse("demand:proposals"))


def register_places() -> None:
    """Places of the side bar."""
    register_place(
        NavPlace(
            room="demand",
            label=_("Cheaper together"),
            icon="users-group",
            url_name="demand:proposals",
            section="together",
            order=10,
            short=pgettext_lazy("bottom bar", "Together"),
            cabinets=frozenset({"resident", "buyer"}),
            bottom_for=frozenset({"resident", "buyer"}),
            also=("demand:proposal", "demand:neighbours"),
        )
    )
    register_place(
        NavPlace(
            room="demand",
            label=_("What we use"),
            icon="chart-line",
            url_name="demand:uses",
            section="together",
            order=14,
            cabinets=frozenset({"resident", "buyer"}),
            also=("demand:kind", "demand:wishes", "demand:wish_new"),
        )
    )
    register_place(
        NavPlace(
            room="demand",
            label=_("Needs of the area"),
            icon="chart-bar",
            url_name="demand:area",
            right=DemandRight.AREA_VIEW,
            section="together",
            order=60,
        )
    )
    register_place(
        NavPlace(
            room="demand",
            label=_("When to propose"),
            icon="adjustments-horizontal",
            url_name="demand:thresholds",
            right=DemandRight.THRESHOLDS_EDIT,
            section="together",
            order=70,
            of_platform=True,
        )
    )
