"""What joint purchases show elsewhere: on start pages, in the side bar, beside a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.apps.needs.demand import ports as demand
from koopset.apps.purchases import selectors
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.foundation.rights.actors import Actor
from koopset.foundation.ui.navigation import NavPlace, register_place

WORK_TEXTS = {
    "term_passed": _("The term is over: stop it, give more time or call it off"),
    "term_soon": _("The term is near"),
    "send": _("Make the order and send it to the supplier"),
    "receive": _("The order is sent: when the goods come, write down what came"),
    "settle": _("The goods have come: hand them out and settle"),
    "draft": _("A draft: set the terms and open it"),
}


@dataclass(frozen=True, slots=True)
class WorkLine:
    """What one round waits for: words, term, address."""

    title: str
    text: str
    until: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class OrganiserDesk:
    """What needs doing today in the body's rounds, and where all of them are."""

    lines: tuple[WorkLine, ...]
    url: str


def organiser_desk(actor: Actor, organisation_id: int, now: datetime, limit: int = 5) -> OrganiserDesk | None:
    """For the desks of the chair, the board, the treasurer and the staff; None for those who run no rounds."""
    if not actor.can(PurchaseRight.ROUND_RUN, organisation_id):
        return None
    work = selectors.work_of_body(organisation_id, now=now)[:limit]
    return OrganiserDesk(
        tuple(
            WorkLine(
                one.title,
                str(WORK_TEXTS[one.code]),
                one.until,
                reverse("purchases:round", args=[organisation_id, one.round_id]),
            )
            for one in work
        ),
        reverse("purchases:rounds", args=[organisation_id]),
    )


@dataclass(frozen=True, slots=True)
class BuyerDesk:
    """Rounds near the resident: those one is in first."""

    rows: tuple[selectors.RoundRow, ...]
    url: str


def buyer_desk(actor: Actor, limit: int = 3) -> BuyerDesk:
    """«Закупки рядом» on the resident's start page."""
    found = selectors.rounds_for_buyer(actor, limit=limit)
    return BuyerDesk(tuple((*found.mine, *found.near)[:limit]), reverse("purchases:my-rounds"))


class Rounds:
    """What proposals ask of this room (`needs.demand.ports.RoundSource`)."""

    def rounds_of(self, proposal_ids: Sequence[int]) -> dict[int, demand.RoundLink]:
        """Rounds opened for these proposals."""
        return {
            one.proposal_id: demand.RoundLink(
                one.id,
                one.organisation_id,
                reverse("purchases:my-round", args=[one.id]),
                one.state_text,
                one.is_over,
            )
            for one in selectors.rounds_of_proposals(proposal_ids)
        }

    def opening_of(self, actor: Actor, proposal_id: int) -> str:
        """Where the actor opens a round for the proposal: in the first body of that place whose rounds they run."""
        for organisation_id in actor.organisation_ids:
            if actor.can(PurchaseRight.ROUND_RUN, organisation_id) and selectors.proposal_to_open(
                organisation_id, proposal_id
            ):
                return reverse("purchases:from-proposal", args=[organisation_id, proposal_id])
        return ""


def _work_count(request: HttpRequest) -> int:
    return len(selectors.work_of_body(request.organisation_id, now=timezone.now()))  # type: ignore[attr-defined]


_OFFICE = frozenset({"chair", "treasurer", "staff", "auditor"})


def register_places() -> None:
    register_place(
        NavPlace(
            room="purchases",
            label=_("Joint purchases"),
            icon="basket",
            url_name="purchases:rounds",
            right=PurchaseRight.ROUND_VIEW,
            section="together",
            order=20,
            count=_work_count,
            cabinets=_OFFICE,
            bottom_for=_OFFICE,
            short=pgettext_lazy("joint", "Purchases"),
        )
    )
    register_place(
        NavPlace(
            room="purchases",
            label=_("Purchases nearby"),
            icon="basket",
            url_name="purchases:my-rounds",
            section="together",
            order=12,
            cabinets=frozenset({"resident", "buyer"}),
            bottom_for=frozenset({"resident", "buyer"}),
            short=pgettext_lazy("joint", "Purchases"),
        )
    )
