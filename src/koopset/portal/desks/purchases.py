"""Purchases on start pages: of a family (what it bought, what is cheaper together, rounds it is in) and of a body that runs rounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from koopset.apps.needs import selectors as needs
from koopset.apps.needs.demand.panels import Together, cheaper_together
from koopset.apps.needs.selectors import own
from koopset.apps.people.selectors import household_of
from koopset.apps.purchases import selectors as rounds
from koopset.apps.purchases.settlement import selectors as settlement
from koopset.foundation.rights.actors import Actor
from koopset.foundation.ui.templatetags.ks import day_short, rub
from koopset.kernel.period import Month

#: Rounds and proposals in a block of a start page; the rest are one press away.
SHOWN = 3
#: Stages of a round in which wants may change, as `RoundRow.state` names them.
OPEN, BOXFILL = "open", "boxfill"


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round of a family: what is asked of it now, in words, and where it is done. `role` colours the pill with the stage."""

    title: str
    note: str
    state_text: str
    role: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Nearby:
    """«Purchases nearby» of a start page: those the family is in, with what they ask; then those it may join."""

    mine: tuple[RoundLine, ...]
    near: tuple[RoundLine, ...]
    url: str

    def __bool__(self) -> bool:
        return bool(self.mine or self.near)


@dataclass(frozen=True, slots=True)
class FirstStep:
    """What a family does first, so that something may be found for it."""

    text: str
    action: str
    url: str


def family_blocks(actor: Actor) -> dict[str, Any]:
    """The two blocks that both the buyer's and a resident's start page have; each with its first step where it is empty."""
    together: Together | None = cheaper_together(actor, SHOWN)
    return {
        "together": together,
        "together_step": None if together else first_step(actor),
        "nearby": purchases_nearby(actor),
    }


def first_step(actor: Actor) -> FirstStep:
    """Why nothing is proposed to the family yet, and what to do about it."""
    household = household_of(actor.login_id or 0)
    if household is None or not own.has_receipts(household.id):
        return FirstStep(
            gettext(
                "Add receipts of a week or two: we will see what neighbours could buy with you for less."
            ),
            gettext("Add a receipt"),
            reverse("needs:add"),
        )
    if needs.home_of(household.id) is None:
        return FirstStep(
            gettext("Say where you live: then we look for neighbours who buy the same."),
            gettext("Say where you live"),
            reverse("needs:place"),
        )
    if not needs.shared_categories([household.id]):
        return FirstStep(
            gettext(
                "Choose what may be counted, nameless, together with the neighbours’: nothing is until you do."
            ),
            gettext("Choose what to share"),
            reverse("needs:sharing"),
        )
    return FirstStep(
        gettext("Five families near you must buy the same. We look every night and will write."),
        gettext("Tell what you need"),
        reverse("demand:wish_new"),
    )


def purchases_nearby(actor: Actor) -> Nearby:
    """Rounds the family is in, those that ask something of it first; rounds it may join."""
    found = rounds.rounds_for_buyer(actor, limit=SHOWN)
    mine = [_mine(actor, row) for row in found.mine]
    mine.sort(key=lambda line: line.role != "wait")
    return Nearby(
        tuple(mine[:SHOWN]),
        tuple(_near(row) for row in found.near[: max(1, SHOWN - len(mine))]),
        reverse("purchases:my-rounds"),
    )


def _near(row: rounds.RoundRow) -> RoundLine:
    until = gettext("until %(moment)s") % {"moment": _moment(row.until)} if row.until else ""
    return RoundLine(
        row.title,
        " · ".join(part for part in (row.supplier_name, until) if part),
        row.state_text,
        "",
        "basket",
        reverse("purchases:my-round", args=[row.id]),
    )


def _mine(actor: Actor, row: rounds.RoundRow) -> RoundLine:
    url = reverse("purchases:my-round", args=[row.id])
    note, role, icon = row.supplier_name, "", "basket"
    if row.state == OPEN and row.until is not None:
        note = gettext("you may change what you want until %(moment)s") % {"moment": _moment(row.until)}
    elif row.state == BOXFILL:
        note, role = gettext("packs are being filled: look whether you would take a little more"), "wait"
        url = reverse("purchases:my-packs", args=[row.id])
    elif own := settlement.own_round(actor, row.id):
        pickup = settlement.own_pickup(own.row, own.participant)
        to_pay_kop = settlement.own_money(own.row, own.participant).to_pay_kop
        if to_pay_kop > 0:
            note, role, icon = gettext("to pay: %(sum)s") % {"sum": rub(to_pay_kop)}, "wait", "wallet"
            url = reverse("settlement:my-pay", args=[row.id])
        elif pickup.code and _is_left(own):
            note, role, icon = (
                gettext("to pick up by the code %(code)s") % {"code": pickup.spaced},
                "wait",
                "package",
            )
            url = reverse("settlement:my-code", args=[row.id])
    return RoundLine(row.title, note, row.state_text, role, icon, url)


def _is_left(own: settlement.OwnRound) -> bool:
    """Whether anything is still to be fetched."""
    lines = settlement.give_lines(own.row, own.participant.pk).get(own.participant.pk, [])
    return any(line.left for line in lines)


def _moment(at: datetime | None) -> str:
    """«23 ноября, 18:00»."""
    return f"{day_short(at)}, {date_format(localtime(at), 'H:i')}" if at is not None else ""


def buyer_desk(actor: Actor, today: date) -> dict[str, Any]:
    """What the family bought this month, what is cheaper together, the rounds near it."""
    household = household_of(actor.login_id or 0)
    household_id = household.id if household else 0
    blocks = family_blocks(actor)
    nearby: Nearby = blocks["nearby"]
    month = Month.of(today)
    ever = bool(household_id) and own.has_receipts(household_id)
    return {
        **blocks,
        "month": month,
        "summary": own.month_summary(actor, month) if ever else None,
        "ever": ever,
        "questions": own.questions_count(household_id) if ever else 0,
        "facts": {
            "receipts": ever,
            "home": lambda: bool(household_id) and needs.home_of(household_id) is not None,
            "shares": lambda: bool(household_id) and bool(needs.shared_categories([household_id])),
            "wants": bool(nearby.mine),
        },
    }
