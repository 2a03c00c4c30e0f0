"""What this room shows elsewhere: on the pages of rounds, on start pages, in the books, in the side bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from koopset.apps.ledger.ports import Blocker, register_month_blocker
from koopset.apps.purchases import ports
from koopset.apps.purchases.models import Participant, Round
from koopset.apps.purchases.settlement import selectors
from koopset.apps.purchases.settlement.models import Claim
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.services.photos import OF_CLAIM, OF_INTAKE
from koopset.foundation.files import StoredFile, register_file_access
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.navigation import NavPlace, register_place
from koopset.kernel.period import Month


@dataclass(frozen=True, slots=True)
class SettlementDesk:
    """What waits for those who settle rounds: claims without an answer, rounds to be received and settled."""

    claims: int
    to_receive: int
    to_settle: int
    url: str


def settlement_desk(actor: Actor, organisation_id: int) -> SettlementDesk | None:
    """For the desks of the chair and the treasurer; None for those who see no money of purchases."""
    if not actor.can(SettlementRight.MONEY_VIEW, organisation_id):
        return None
    rows = Round.objects.filter(organisation_id=organisation_id)
    return SettlementDesk(
        claims=selectors.claims_waiting(organisation_id),
        to_receive=rows.filter(state__in=[Round.State.SENT, Round.State.PARTLY]).count(),
        to_settle=rows.filter(state=Round.State.RECEIVED).count(),
        url=reverse("settlement:accounts", args=[organisation_id]),
    )


def buyer_money(*, organisation_id: int, round_id: int, participant_id: int) -> ports.BuyerMoney | None:
    """What a household has to pay for a round; nothing is limited before «stop»."""
    row = Round.objects.get(organisation_id=organisation_id, pk=round_id)
    participant = Participant.objects.filter(organisation_id=organisation_id, pk=participant_id).first()
    if participant is None or row.stopped_at is None or row.holder == Round.Holder.SELLER:
        return None
    own = selectors.own_money(row, participant)
    return ports.BuyerMoney(
        free_kop=None, to_pay_kop=own.to_pay_kop, url=reverse("settlement:my-pay", args=[round_id])
    )


def round_parts(
    request: HttpRequest,
    *,
    organisation_id: int,
    round_id: int,
    organiser: bool,
    participant_id: int | None,
) -> Sequence[ports.RoundPart]:
    """The way on from the page of a round: to money, intake, handing out, claims, settlement; to one's own statement and code."""
    row = Round.objects.get(organisation_id=organisation_id, pk=round_id)
    if row.state == Round.State.CANCELLED:
        return []
    if not organiser:
        if participant_id is None or row.stopped_at is None:
            return []
        return [ports.RoundPart("settlement/my_round_part.html", {"row": row})]
    actor = cast(PageRequest, request).actor
    return [
        ports.RoundPart(
            "settlement/round_part.html",
            {
                "organisation_id": organisation_id,
                "row": row,
                "may": {
                    "money": actor.can(SettlementRight.MONEY_VIEW, organisation_id),
                    "intake": actor.can(SettlementRight.INTAKE_WRITE, organisation_id),
                    "give": actor.can(SettlementRight.HANDOUT_GIVE, organisation_id),
                },
                "claims": Claim.objects.filter(
                    organisation_id=organisation_id, round_id=round_id, state=Claim.State.ASKED
                ).count(),
            },
        )
    ]


def rounds_not_settled(organisation_id: int, months: Sequence[Month]) -> Mapping[Month, list[Blocker]]:
    """A month is not closed while goods that came in it are not settled: their charges belong to it."""
    found: dict[Month, list[Blocker]] = {}
    rows = selectors.received_in(organisation_id, min(months).first, max(months).last)
    for month in months:
        own = [pk for pk, day in rows if month.first <= day <= month.last]
        if own:
            text = ngettext(
                "Settle %(count)s joint purchase", "Settle %(count)s joint purchases", len(own)
            ) % {"count": len(own)}
            found[month] = [Blocker(text, reverse("settlement:settle", args=[organisation_id, own[0]]))]
    return found


def may_see_photo(actor: Actor, file: StoredFile) -> bool:
    """A photo of a claim: those who hand out and answer, and whoever sent it."""
    if file.login_id is not None and actor.login_id == file.login_id:
        return True
    return actor.can(SettlementRight.HANDOUT_GIVE, file.organisation_id)


def may_see_intake_photo(actor: Actor, file: StoredFile) -> bool:
    """A photo of what came: those who count it in, hand it out and answer claims. A buyer sees it by their claim (`my-intake-photo`)."""
    return any(
        actor.can(right, file.organisation_id)
        for right in (
            SettlementRight.INTAKE_WRITE,
            SettlementRight.HANDOUT_GIVE,
            SettlementRight.CLAIM_ANSWER,
        )
    )


def register() -> None:
    """Fill the ports and add the places."""
    ports.register_money(buyer_money)
    ports.register_round_part(round_parts)
    register_month_blocker("settlement.rounds", rounds_not_settled)
    register_file_access(OF_CLAIM, may_see_photo)
    register_file_access(OF_INTAKE, may_see_intake_photo)
    register_place(
        NavPlace(
            room="settlement",
            label=_("Money of purchases"),
            icon="coins",
            url_name="settlement:accounts",
            right=SettlementRight.MONEY_VIEW,
            section="together",
            order=22,
            cabinets=frozenset({"chair", "treasurer", "auditor"}),
        )
    )
    register_place(
        NavPlace(
            room="settlement",
            label=_("What purchases saved"),
            icon="coins",
            url_name="settlement:my-savings",
            section="together",
            order=16,
            cabinets=frozenset({"resident", "buyer"}),
        )
    )
