"""The start page of a body that buys together or sells: what waits today, rounds that go on, price lists, whether money may be taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from koopset.apps.billing.panels import office_summary
from koopset.apps.catalogue.offers.permissions import OffersRight
from koopset.apps.catalogue.offers.selectors import list_rows
from koopset.apps.ledger.selectors import totals_key
from koopset.apps.needs.demand.permissions import DemandRight
from koopset.apps.organisations.selectors import (
    OrganisationCard,
    bank_accounts,
    legal_form,
    organisation_card,
)
from koopset.apps.purchases import selectors as rounds
from koopset.apps.purchases.panels import OrganiserDesk, organiser_desk
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.apps.purchases.settlement.panels import SettlementDesk, settlement_desk
from koopset.apps.purchases.settlement.selectors import points_of
from koopset.foundation.rights.actors import Actor

#: Rounds and price lists in a block; the rest are one press away.
SHOWN = 5
#: Cabinets whose start page it is in a body that does not run a settlement; the treasurer's only where no fees are collected.
TRADE_CABINETS = frozenset({"chair", "staff", "treasurer"})


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something that waits for somebody of the body."""

    title: str
    note: str
    icon: str
    url: str
    until: datetime | None = None


def desk_of(card: OrganisationCard, cabinet: str) -> str:
    """Which start page a cabinet of the body has: that of a settlement, of an organiser, of a supplier."""
    form = legal_form(card.form)
    if cabinet not in TRADE_CABINETS or (cabinet == "treasurer" and form.fees):
        return "settlement"
    return form.desk


def rounds_work(actor: Actor, organisation_id: int, now: datetime) -> list[ToDo]:
    """What the body's rounds wait for: terms, orders, goods that come, settling. Empty for those who do not run them."""
    desk: OrganiserDesk | None = organiser_desk(actor, organisation_id, now, SHOWN)
    if desk is None:
        return []
    return [ToDo(line.title, line.text, "clock", line.url, line.until) for line in desk.lines]


def claims_work(desk: SettlementDesk | None, organisation_id: int) -> list[ToDo]:
    """Claims of buyers that nobody has answered."""
    if desk is None or not desk.claims:
        return []
    text = ngettext("%(count)s claim waits for an answer", "%(count)s claims wait for an answer", desk.claims)
    note = gettext("something came wrong: look at the photo and decide")
    url = reverse("purchases:rounds", args=[organisation_id])
    return [ToDo(text % {"count": desk.claims}, note, "message", url)]


def trade_desk(actor: Actor, organisation_id: int, now: datetime, today: date) -> dict[str, Any]:
    """All of it. `facts` serve the guides of an organiser and of a supplier."""
    card = organisation_card(organisation_id)
    form = legal_form(card.form)
    lists = list_rows(actor, organisation_id) if actor.can(OffersRight.LIST_VIEW, organisation_id) else None
    going_on = (
        rounds.rounds_of_body(actor, organisation_id, state="now", limit=SHOWN)
        if actor.can(PurchaseRight.ROUND_VIEW, organisation_id)
        else None
    )
    money = settlement_desk(actor, organisation_id)
    return {
        "card": card,
        "desk": form.desk,
        "summary": office_summary(actor, organisation_id, today, totals_key(organisation_id))
        if form.fees
        else None,
        "work": claims_work(money, organisation_id) + rounds_work(actor, organisation_id, now),
        "rounds": going_on,
        "lists": lists[:SHOWN] if lists is not None else None,
        "money": money,
        "may_run": actor.can(PurchaseRight.ROUND_RUN, organisation_id),
        "may_edit_lists": actor.can(OffersRight.LIST_EDIT, organisation_id),
        "sees_area": actor.can(DemandRight.AREA_VIEW, organisation_id),
        "facts": {
            "verified": card.is_verified,
            "lists": bool(lists),
            "published": any(row.is_public and row.state == "published" for row in lists or ()),
            "bank": (lambda: any(row.is_confirmed for row in bank_accounts(actor, organisation_id)))
            if card.is_legal_person
            else None,
            "rounds": bool(going_on)
            or (lambda: bool(rounds.rounds_of_body(actor, organisation_id, limit=1))),
            "points": lambda: bool(points_of(organisation_id)),
        },
    }
