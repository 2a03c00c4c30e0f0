"""Making, renewing and ending of proposals; what a household answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext, override

from koopset.apps.catalogue.offers.selectors import OfferInfo, offers_by_ids
from koopset.apps.needs.demand.events import ProposalJoined
from koopset.apps.needs.demand.models import KindMute, Proposal, ProposalAnswer, ProposalShare, PublishedCell
from koopset.apps.needs.demand.permissions import DemandRight
from koopset.apps.needs.demand.ports import rounds_of
from koopset.apps.needs.demand.rules.proposals import Buyer, Found, Limits, Supply, best, find
from koopset.apps.needs.demand.selectors.areas import Goods, Neighbour, neighbours, supplies_near, supply_of
from koopset.apps.needs.demand.selectors.household import household_id_of
from koopset.apps.needs.demand.selectors.thresholds import limits_now
from koopset.apps.needs.demand.selectors.wording import goods as title_of
from koopset.apps.needs.demand.services.households import own_household
from koopset.apps.people.selectors.households import household_logins, logins_by_language
from koopset.foundation.events import publish
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.foundation.ui.templatetags import ks
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

TOPIC = "demand.proposal"
#: More items than this is a slip of the finger.
MOST_ITEMS = 1000
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a run did."""

    made: int
    renewed: int
    ended: int
    told: int


@dataclass(frozen=True, slots=True)
class _Area:
    level: str
    territory_id: int


@service(DemandRight.THRESHOLDS_EDIT)
def proposals_renew(*, actor: Actor, on: date, now: datetime) -> Renewed:
    """Propose what pays, renew what still pays, end what does not; tell whom it concerns. Run again it does nothing more.

    A settlement comes first; in a district only those are counted whose settlement has no proposal of that kind. Figures of an open
    proposal change once a month (or with its price), so that who came between two days is not seen in their difference.
    """
    limits = limits_now()
    run = _Run(on, now, limits)
    run.go(neighbours(on, limits))
    return Renewed(run.made, run.renewed, run.ended, _tell(now))


class _Run:
    """One renewal: open proposals by place and kind, and what became of them."""

    def __init__(self, on: date, now: datetime, limits: Limits) -> None:
        self.on, self.now, self.limits = on, now, limits
        self.made = self.renewed = self.ended = 0
        rows = Proposal.objects.select_for_update().filter(state=Proposal.State.OPEN)
        self.open = {(row.territory_id, row.kind): row for row in rows.order_by("pk")}
        self.offers = offers_by_ids(row.offer_id for row in self.open.values())
        self.busy = self._under_way()
        self.joined = set(
            ProposalAnswer.objects.filter(
                proposal__state=Proposal.State.OPEN, answer=ProposalAnswer.Answer.JOINED
            ).values_list("proposal_id", flat=True)
        )

    def _under_way(self) -> set[tuple[int, str]]:
        """Places and kinds of which a round is open, or was within the time a proposal lasts: nobody is asked twice."""
        since = self.now - timedelta(days=self.limits.lasts_days)
        taken = Proposal.objects.filter(state=Proposal.State.TAKEN)
        rounds = rounds_of(list(taken.values_list("pk", flat=True)))
        return {
            (row.territory_id, row.kind)
            for row in taken
            if (row.ended_at and row.ended_at >= since) or (row.pk in rounds and not rounds[row.pk].is_over)
        }

    def go(self, use: dict[Goods, list[Neighbour]]) -> None:
        settlements: dict[int, dict[Goods, list[Buyer]]] = defaultdict(lambda: defaultdict(list))
        for goods, rows in use.items():
            for one in rows:
                if one.settlement:
                    settlements[one.settlement][goods].append(one.buyer)
        seen: set[tuple[int, str]] = set()
        for place, kinds in sorted(settlements.items()):
            seen |= self._in_area(_Area(PublishedCell.Level.SETTLEMENT, place), kinds)
        districts: dict[int, dict[Goods, list[Buyer]]] = defaultdict(lambda: defaultdict(list))
        for goods, rows in use.items():
            for one in rows:
                served = {(one.settlement, goods.kind)} & (seen | self.busy)
                if not served:
                    districts[one.district][goods].append(one.buyer)
        for place, kinds in sorted(districts.items()):
            seen |= self._in_area(_Area(PublishedCell.Level.DISTRICT, place), kinds)
        for key, row in self.open.items():
            if key not in seen:
                self._end(row)

    def _in_area(self, area: _Area, kinds: dict[Goods, list[Buyer]]) -> set[tuple[int, str]]:
        """Proposals of the area that stand afterwards."""
        enough = {
            goods: buyers
            for goods, buyers in kinds.items()
            if len(buyers) >= self.limits.least_households
            and (area.territory_id, goods.kind) not in self.busy
        }
        if not enough:
            return set()
        standing = set()
        supplies = supplies_near(area.territory_id, enough, self.on)
        for goods, buyers in sorted(enough.items()):
            if self._of_kind(area, goods, buyers, supplies.get(goods, [])):
                standing.add((area.territory_id, goods.kind))
        return standing

    def _of_kind(
        self, area: _Area, goods: Goods, buyers: Sequence[Buyer], offered: Sequence[tuple[Supply, OfferInfo]]
    ) -> bool:
        row = self.open.get((area.territory_id, goods.kind))
        offers = {offer.id: offer for _supply, offer in offered}
        if row is not None and row.pk in self.joined:
            # Somebody has said yes to this very offer: it stays while it pays.
            own = self.offers.get(row.offer_id)
            supply = supply_of(own, goods.unit) if own is not None and own.is_offered else None
            found = find(buyers, supply, self.limits) if supply is not None else None
            if found is not None and own is not None:
                self._renew(row, goods, own, found)
                return True
            self._end(row)
            row = None
        found = best(buyers, [supply for supply, _offer in offered], self.limits)
        if found is None:
            return False
        if row is not None:
            self._renew(row, goods, offers[found.offer_id], found)
        else:
            self._make(area, goods, offers[found.offer_id], found)
        return True

    def _make(self, area: _Area, goods: Goods, offer: OfferInfo, found: Found) -> None:
        row = Proposal(
            level=area.level, territory_id=area.territory_id, first_at=self.now, state=Proposal.State.OPEN
        )
        self._fill(row, goods, offer, found)
        self.made += 1

    def _renew(self, row: Proposal, goods: Goods, offer: OfferInfo, found: Found) -> None:
        this_month = Month.of(row.computed_at.date()) == Month.of(self.on)
        same = (row.offer_id, row.item_price_kop) == (offer.id, found.item_price_kop)
        if this_month and same and row.expires_at > self.now:
            return
        self._fill(row, goods, offer, found)
        self.renewed += 1

    def _fill(self, row: Proposal, goods: Goods, offer: OfferInfo, found: Found) -> None:
        row.category, row.kind, row.unit = goods.category, goods.kind, goods.unit
        row.offer_id, row.supplier_id, row.offer_name = offer.id, offer.organisation_id, offer.name[:200]
        row.households, row.items, row.packs = len(found.parts), found.items, found.packs
        row.amount, row.item_price_kop = _decimal(found.amount), found.item_price_kop
        row.saving_kop, row.hours = found.saving_kop, found.hours
        row.arithmetic = found.arithmetic(self.limits)
        row.computed_at = self.now
        row.expires_at = self.now + timedelta(days=self.limits.lasts_days)
        row.save()
        told = dict(row.shares.values_list("household_id", "told_at"))
        row.shares.all().delete()
        ProposalShare.objects.bulk_create(
            [
                ProposalShare(
                    proposal=row,
                    household_id=part.household,
                    amount=_decimal(part.amount),
                    own_price_kop=part.price_kop,
                    by_wish=part.by_wish,
                    own_kop=part.own_kop,
                    together_kop=part.together_kop,
                    saving_kop=part.saving_kop,
                    told_at=told.get(part.household),
                )
                for part in found.parts
            ]
        )

    def _end(self, row: Proposal) -> None:
        if row.state == Proposal.State.OPEN:
            row.state, row.ended_at = Proposal.State.EXPIRED, self.now
            row.save()
            self.ended += 1


def _decimal(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return max(exact.quantize(_THOUSANDTH, ROUND_HALF_UP), _THOUSANDTH)


def _tell(now: datetime) -> int:
    """A notice to each household of each proposal it has not been told of, to each of it in their language."""
    rows = list(
        ProposalShare.objects.filter(told_at__isnull=True, proposal__state=Proposal.State.OPEN)
        .select_related("proposal")
        .order_by("pk")
    )
    logins = household_logins({row.household_id for row in rows})
    readers = logins_by_language({one for ids in logins.values() for one in ids})
    told = 0
    for row in rows:
        mine = logins.get(row.household_id, [])
        for language, those in readers.items():
            whom = [one for one in mine if one in those]
            if not whom:
                continue
            with override(language):
                notify(
                    organisation_id=None,
                    topic=TOPIC,
                    title=gettext("Cheaper together: %(kind)s") % {"kind": _in_a_sentence(row.proposal.kind)},
                    text=gettext("Your family would save about %(sum)s a month.")
                    % {"sum": ks.rub(row.saving_kop)},
                    link=reverse("demand:proposal", args=[row.proposal_id]),
                    login_ids=whom,
                    now=now,
                )
            told += len(whom)
    ProposalShare.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=now)
    return told


def _in_a_sentence(kind: str) -> str:
    """The kind in the language of the reader, without the capital with which its title begins."""
    title = title_of(kind)
    return kind if title.casefold() == kind.casefold() else title


def _open_share(actor: Actor, proposal_id: int) -> tuple[Proposal, int]:
    """The proposal, locked, and the actor's household, where it concerns that household and is open.

    Raises Proposal.DoesNotExist, demand.proposal_over.
    """
    household_id = household_id_of(actor)
    row = Proposal.objects.select_for_update().get(pk=proposal_id)
    if household_id is None or not row.shares.filter(household_id=household_id).exists():
        raise Proposal.DoesNotExist
    if row.state != Proposal.State.OPEN:
        raise RuleViolation("demand.proposal_over")
    return row, household_id


@service(None)
def proposal_join(
    *, actor: Actor, proposal_id: int, quantity: int, tolerance: int = 0, now: datetime
) -> ProposalAnswer:
    """The actor's household joins: `quantity` items firmly, up to `tolerance` more to fill a pack. Said again it replaces the former.

    Right: whoever is of a household that the proposal was made for. Raises Proposal.DoesNotExist, demand.proposal_over,
    demand.bad_quantity, demand.bad_tolerance.
    """
    row, household_id = _open_share(actor, proposal_id)
    if not 1 <= quantity <= MOST_ITEMS:
        raise RuleViolation("demand.bad_quantity", field="quantity", most=MOST_ITEMS)
    if not 0 <= tolerance <= MOST_ITEMS:
        raise RuleViolation("demand.bad_tolerance", field="tolerance", most=MOST_ITEMS)
    answer = _answer(actor, household_id, row, ProposalAnswer.Answer.JOINED, quantity, tolerance, now)
    publish(ProposalJoined(row.supplier_id, row.pk, household_id, quantity, tolerance))
    return answer


@service(None)
def proposal_refuse(*, actor: Actor, proposal_id: int, now: datetime) -> ProposalAnswer:
    """The actor's household does not take part. Raises Proposal.DoesNotExist, demand.proposal_over."""
    row, household_id = _open_share(actor, proposal_id)
    return _answer(actor, household_id, row, ProposalAnswer.Answer.REFUSED, 0, 0, now)


def _answer(
    actor: Actor, household_id: int, row: Proposal, answer: str, quantity: int, tolerance: int, now: datetime
) -> ProposalAnswer:
    found = ProposalAnswer.objects.filter(proposal=row, household_id=household_id).first()
    given = found or ProposalAnswer(proposal=row, household_id=household_id)
    given.login_id = actor.login_id or 0
    given.answer, given.quantity, given.tolerance, given.at = answer, quantity, tolerance, now
    given.save()
    return given


@service(None)
def kind_mute(*, actor: Actor, kind: str, now: datetime) -> None:
    """No proposals of the kind for the actor's household; those that are open are refused. Raises Forbidden, demand.unknown_kind."""
    household = own_household(actor, now=now)
    if not kind or len(kind) > 64:
        raise RuleViolation("demand.unknown_kind", field="kind")
    KindMute.objects.get_or_create(
        household_id=household.id, kind=kind, defaults={"login_id": actor.login_id or 0, "at": now}
    )
    for row in Proposal.objects.select_for_update().filter(
        kind=kind, state=Proposal.State.OPEN, shares__household_id=household.id
    ):
        _answer(actor, household.id, row, ProposalAnswer.Answer.REFUSED, 0, 0, now)


@service(None)
def kind_unmute(*, actor: Actor, kind: str, now: datetime) -> None:
    """Proposals of the kind come again. Right: whoever is of the household."""
    KindMute.objects.filter(household_id=household_id_of(actor) or 0, kind=kind).delete()


def proposal_take_for_room(*, proposal_id: int, now: datetime) -> Proposal:
    """A round was opened for the proposal: it is answered no more. Under the right the room of purchases has asked, in its transaction.

    Raises Proposal.DoesNotExist, demand.proposal_over.
    """
    row = Proposal.objects.select_for_update().get(pk=proposal_id)
    if row.state != Proposal.State.OPEN:
        raise RuleViolation("demand.proposal_over")
    row.state, row.ended_at = Proposal.State.TAKEN, now
    row.save()
    return row
