"""Reading of proposals: a household sees its own share and figures of all together, never a neighbour's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from koopset.apps.catalogue.offers.selectors import OfferInfo, offers_by_ids
from koopset.apps.needs.demand.models import KindMute, Proposal, ProposalAnswer, ProposalShare
from koopset.apps.needs.demand.ports import RoundLink, rounds_of
from koopset.apps.needs.demand.rules.prices import round_kop
from koopset.apps.people.selectors.households import household_of
from koopset.apps.places.selectors import district_of, settlement_names


@dataclass(frozen=True, slots=True)
class ProposalInfo:
    """A proposal as rooms above see it: figures of all together. `arithmetic` are its lines (see `rules.proposals`)."""

    id: int
    offer_id: int
    supplier_id: int
    offer_name: str
    category: str
    kind: str
    unit: str
    level: str
    territory_id: int
    households: int
    amount: Decimal
    items: int
    packs: int
    item_price_kop: int
    saving_kop_month: int
    hours: Decimal
    arithmetic: tuple[dict[str, Any], ...]
    state: str
    computed_at: datetime
    expires_at: datetime
    joined: int  # households that said yes
    wanted: int  # items they want firmly


@dataclass(frozen=True, slots=True)
class ProposalWant:
    """With what a household that joined begins the round: items firmly, and how many more it would take to fill a pack."""

    proposal_id: int
    household_id: int
    login_id: int
    quantity: int
    tolerance: int
    at: datetime


def info_of(row: Proposal, joined: int = 0, wanted: int = 0) -> ProposalInfo:
    """The proposal as it leaves the room."""
    return ProposalInfo(
        id=row.pk,
        offer_id=row.offer_id,
        supplier_id=row.supplier_id,
        offer_name=row.offer_name,
        category=row.category,
        kind=row.kind,
        unit=row.unit,
        level=row.level,
        territory_id=row.territory_id,
        households=row.households,
        amount=row.amount,
        items=row.items,
        packs=row.packs,
        item_price_kop=row.item_price_kop,
        saving_kop_month=row.saving_kop,
        hours=row.hours,
        arithmetic=tuple(row.arithmetic),
        state=row.state,
        computed_at=row.computed_at,
        expires_at=row.expires_at,
        joined=joined,
        wanted=wanted,
    )


def joined_counts(proposal_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """How many households joined each proposal, and how many items they want."""
    counts: dict[int, tuple[int, int]] = {}
    rows = ProposalAnswer.objects.filter(
        proposal_id__in=list(proposal_ids), answer=ProposalAnswer.Answer.JOINED
    )
    for proposal_id, quantity in rows.values_list("proposal_id", "quantity"):
        households, items = counts.get(proposal_id, (0, 0))
        counts[proposal_id] = (households + 1, items + quantity)
    return counts


def proposal(proposal_id: int) -> ProposalInfo | None:
    """One proposal for a room above, whatever its state; None where there is none. Asks no right: it holds no household."""
    row = Proposal.objects.filter(pk=proposal_id).first()
    if row is None:
        return None
    return info_of(row, *joined_counts([row.pk]).get(row.pk, (0, 0)))


def wants_of(proposal_id: int) -> list[ProposalWant]:
    """Wants of the households that joined, in the order of time: for the round opened from it. Asks no right: the caller has."""
    rows = ProposalAnswer.objects.filter(
        proposal_id=proposal_id, answer=ProposalAnswer.Answer.JOINED
    ).order_by("at", "pk")
    return [
        ProposalWant(row.proposal_id, row.household_id, row.login_id, row.quantity, row.tolerance, row.at)
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class OwnProposal:
    """A proposal as one of its households sees it: figures of all, the own share, the own answer ("" while there is none).

    `by_wish`: counted by the household's wish; what it pays now is not known, and `own_price_kop` is the least price that is.
    """

    info: ProposalInfo
    place: str
    amount: Decimal
    own_price_kop: int
    own_kop: int
    together_kop: int
    saving_kop: int
    answer: str
    quantity: int
    tolerance: int
    suggested: int
    supplier: str
    item_amount: Decimal | None
    item_unit: str
    by_wish: bool = False
    round: RoundLink | None = None

    @property
    def is_open(self) -> bool:
        """Whether it may be answered."""
        return self.info.state == Proposal.State.OPEN

    @property
    def unit_price_kop(self) -> int:
        """What one unit costs together, with every cost, in kopecks."""
        exact = Fraction(self.together_kop) / Fraction(self.amount)
        return round_kop(exact)


def proposals_for(login_id: int) -> list[OwnProposal]:
    """Proposals that concern the household of a login: open ones and those of which a round is under way, the largest saving first.

    Refused ones and muted kinds are left out.
    """
    own = household_of(login_id)
    if own is None:
        return []
    muted = KindMute.objects.filter(household_id=own.id).values("kind")
    rows = (
        ProposalShare.objects.filter(household_id=own.id)
        .exclude(proposal__state=Proposal.State.EXPIRED)
        .exclude(proposal__kind__in=muted)
        .select_related("proposal")
        .order_by("-saving_kop", "pk")[:100]
    )
    found = _own(own.id, list(rows))
    return [
        one for one in found if one.answer != ProposalAnswer.Answer.REFUSED and (one.is_open or one.round)
    ]


def own_proposal(login_id: int, proposal_id: int) -> OwnProposal | None:
    """One proposal of the household of a login, whatever its state; None where it was not made for it."""
    own = household_of(login_id)
    if own is None:
        return None
    rows = ProposalShare.objects.filter(household_id=own.id, proposal_id=proposal_id).select_related(
        "proposal"
    )
    return next(iter(_own(own.id, list(rows))), None)


def _own(household_id: int, shares: list[ProposalShare]) -> list[OwnProposal]:
    if not shares:
        return []
    ids = [share.proposal_id for share in shares]
    counts, rounds = joined_counts(ids), rounds_of(ids)
    offers = offers_by_ids({share.proposal.offer_id for share in shares})
    names = settlement_names({share.proposal.territory_id for share in shares})
    answers = {
        row.proposal_id: row
        for row in ProposalAnswer.objects.filter(household_id=household_id, proposal_id__in=ids)
    }
    return [
        _one(
            share,
            info_of(share.proposal, *counts.get(share.proposal_id, (0, 0))),
            names.get(share.proposal.territory_id, ""),
            answers.get(share.proposal_id),
            offers.get(share.proposal.offer_id),
            rounds.get(share.proposal_id),
        )
        for share in shares
    ]


def _one(
    share: ProposalShare,
    info: ProposalInfo,
    place: str,
    answer: ProposalAnswer | None,
    offer: OfferInfo | None,
    link: RoundLink | None,
) -> OwnProposal:
    each = info.amount / info.items if info.items else Decimal(1)
    return OwnProposal(
        info=info,
        place=place,
        amount=share.amount,
        own_price_kop=share.own_price_kop,
        own_kop=share.own_kop,
        together_kop=share.together_kop,
        saving_kop=share.saving_kop,
        answer=answer.answer if answer else "",
        quantity=answer.quantity if answer else 0,
        tolerance=answer.tolerance if answer else 0,
        suggested=max(1, int(share.amount / each + Decimal("0.5"))),
        supplier=offer.supplier_name if offer else "",
        item_amount=offer.amount if offer else None,
        item_unit=str(offer.unit) if offer else "",
        by_wish=share.by_wish,
        round=link,
    )


@dataclass(frozen=True, slots=True)
class AreaProposal:
    """An open proposal as an office sees it: figures of all together."""

    info: ProposalInfo
    place: str


def proposals_in(territory_id: int) -> list[AreaProposal]:
    """Open proposals of a territory and of its district, the largest saving first. Asks no right: they hold no household."""
    district = district_of(territory_id)
    places = {territory_id, *([district.pk] if district else [])}
    rows = list(
        Proposal.objects.filter(territory_id__in=places, state=Proposal.State.OPEN).order_by(
            "-saving_kop", "pk"
        )[:100]
    )
    counts, names = joined_counts([row.pk for row in rows]), settlement_names(places)
    return [
        AreaProposal(info_of(row, *counts.get(row.pk, (0, 0))), names.get(row.territory_id, ""))
        for row in rows
    ]
