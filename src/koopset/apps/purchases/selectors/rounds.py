"""Rounds in lists, and the clock's question: whose term has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Sum

from koopset.apps.needs import selectors as needs
from koopset.apps.needs.demand import selectors as demand
from koopset.apps.places import selectors as places
from koopset.apps.purchases.models import Invitation, Line, Round, RoundGood
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.apps.purchases.rules.states import OVER, WANTED_IN
from koopset.apps.purchases.selectors.access import household_id_of
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.once import asked_once
from koopset.foundation.tenants.guard import across_tenants

#: Rounds of one list: more are found by search.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Due:
    """A round whose stage has ended by its own term."""

    organisation_id: int
    round_id: int
    deadline: datetime


def rounds_due(*, now: datetime) -> list[Due]:
    """Rounds of all bodies whose present stage is over by the clock."""
    is_open = Q(state=Round.State.OPEN, open_until__lte=now)
    filling = Q(state=Round.State.BOXFILL, boxfill_until__lte=now)
    with across_tenants("the clock goes over all bodies; each round is worked on in its own"):
        rows = list(Round.objects.filter(is_open | filling).order_by("pk"))
    return [
        Due(row.organisation_id, row.pk, deadline)
        for row in rows
        if (deadline := row.open_until if row.state == Round.State.OPEN else row.boxfill_until) is not None
    ]


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round in a list. `until` is when its present stage ends; `lines` and `buyers` count what is wanted."""

    id: int
    organisation_id: int
    title: str
    supplier_name: str
    operator_name: str
    state: str
    state_text: str
    until: datetime | None
    goods: int
    buyers: int
    mine: int = 0  # goods that the asking household wants
    repeats_id: int | None = None
    proposal_id: int | None = None


def stage_until(row: Round) -> datetime | None:
    """When the present stage of a round ends by the clock; None where it does not."""
    if row.state == Round.State.OPEN:
        return row.open_until
    return row.boxfill_until if row.state == Round.State.BOXFILL else None


def _rows(rounds: list[Round], household_id: int | None = None) -> list[RoundRow]:
    """Rows of rounds of any bodies; the caller has decided that they may be seen."""
    ids = [row.pk for row in rounds]
    with across_tenants("counts of rounds that may be seen"):
        goods: dict[int, int] = dict(
            RoundGood.objects.filter(round_id__in=ids)
            .values("round_id")
            .annotate(count=Count("pk"))
            .values_list("round_id", "count")
        )
        wanted = Line.objects.filter(round_id__in=ids).filter(Q(wanted__gt=0) | Q(tolerance__gt=0))
        buyers: dict[int, int] = dict(
            wanted.values("round_id")
            .annotate(count=Count("participant_id", distinct=True))
            .values_list("round_id", "count")
        )
        mine: dict[int, int] = {}
        if household_id is not None:
            mine = dict(
                wanted.filter(participant__household_id=household_id)
                .values("round_id")
                .annotate(count=Count("pk"))
                .values_list("round_id", "count")
            )
    return [
        RoundRow(
            id=row.pk,
            organisation_id=row.organisation_id,
            title=row.title,
            supplier_name=row.supplier_name,
            operator_name=row.operator_name,
            state=row.state,
            state_text=str(Round.State(row.state).label),
            until=stage_until(row),
            goods=goods.get(row.pk, 0),
            buyers=buyers.get(row.pk, 0),
            mine=mine.get(row.pk, 0),
            repeats_id=row.repeats_id,
            proposal_id=row.proposal_id,
        )
        for row in rounds
    ]


def rounds_of_body(
    actor: Actor, organisation_id: int, *, state: str = "", text: str = "", limit: int = SHOWN
) -> list[RoundRow]:
    """Rounds that a body runs, what is going on first. Raises Forbidden."""
    actor.require(PurchaseRight.ROUND_VIEW, organisation_id)
    rows = Round.objects.filter(organisation_id=organisation_id)
    if state == "now":
        rows = rows.exclude(state__in=OVER)
    elif state in Round.State.values:
        rows = rows.filter(state=state)
    if text.strip():
        rows = rows.filter(Q(title__icontains=text.strip()) | Q(supplier_name__icontains=text.strip()))
    found = sorted(rows.order_by("-created_at", "-pk")[:limit], key=lambda row: row.state in OVER)
    return _rows(found)


@dataclass(frozen=True, slots=True)
class BuyerRounds:
    """The buyer's page: rounds one may join, those one is in, those that are over."""

    near: list[RoundRow]
    mine: list[RoundRow]
    past: list[RoundRow]


def rounds_for_buyer(actor: Actor, *, limit: int = SHOWN) -> BuyerRounds:
    """Rounds that the actor's household may take part in or is in, whatever body runs them. Drafts are nobody's here."""
    household_id = household_id_of(actor)
    reach = Q(organisation_id__in=[pk for pk in actor.organisation_ids if actor.roles_in(pk)])
    if household_id is not None:
        home = needs.home_of(household_id)
        around = places.territory(home.territory_id) if home else None
        if around is not None:
            ids = [int(part) for part in around.path.split(".") if part]
            reach |= Q(access=Round.Access.NEIGHBOURS, territory_id__in=ids)
        with across_tenants("rounds that one's own household came to or wanted something in"):
            own = set(
                Line.objects.filter(participant__household_id=household_id)
                .filter(Q(wanted__gt=0) | Q(tolerance__gt=0))
                .values_list("round_id", flat=True)
            )
            came = set(
                Invitation.objects.filter(household_id=household_id).values_list("round_id", flat=True)
            )
        reach |= Q(pk__in=own | came)
    else:
        own = set()
    with across_tenants("rounds that are open to the asking household"):
        rows = list(
            Round.objects.filter(reach)
            .exclude(state=Round.State.DRAFT)
            .order_by(F("opened_at").desc(nulls_last=True), "-pk")[: limit * 3]
        )
    shown = _rows(rows, household_id)
    return BuyerRounds(
        near=[row for row in shown if row.state in WANTED_IN and row.id not in own][:limit],
        mine=[row for row in shown if row.state not in OVER and row.id in own][:limit],
        past=[row for row in shown if row.state in OVER and row.id in own][:limit],
    )


@dataclass(frozen=True, slots=True)
class Work:
    """What a round waits for from those who run it."""

    round_id: int
    title: str
    code: str  # term_soon, term_passed, send, draft, receive, settle
    until: datetime | None = None


def work_of_body(organisation_id: int, *, now: datetime) -> list[Work]:
    """What needs doing today in the body's rounds. Asks no right: the panel has."""
    found = []
    for row in _going_on(organisation_id):
        until = stage_until(row)
        if row.state in WANTED_IN and until is not None:
            left = until - now
            if left.total_seconds() <= 0:
                found.append(Work(row.pk, row.title, "term_passed", until))
            elif left.days < 2:
                found.append(Work(row.pk, row.title, "term_soon", until))
        elif row.state == Round.State.STOP:
            found.append(Work(row.pk, row.title, "send"))
        elif row.state == Round.State.DRAFT:
            found.append(Work(row.pk, row.title, "draft"))
        elif row.state in (Round.State.SENT, Round.State.PARTLY):
            found.append(Work(row.pk, row.title, "receive"))
        elif row.state == Round.State.RECEIVED:
            found.append(Work(row.pk, row.title, "settle"))
    return found


@asked_once
def _going_on(organisation_id: int) -> tuple[Round, ...]:
    rows = Round.objects.filter(organisation_id=organisation_id).exclude(state__in=OVER).order_by("pk")
    return tuple(rows[:SHOWN])


def money_of_round(organisation_id: int, round_id: int) -> int:
    """Kopecks of what is allocated in a stopped round: goods only."""
    lines = Line.objects.filter(organisation_id=organisation_id, round_id=round_id)
    return lines.aggregate(kop=Sum("sum_kop"))["kop"] or 0


@dataclass(frozen=True, slots=True)
class ProposalToOpen:
    """A proposal as the page «open a round for it» shows it."""

    id: int
    name: str
    households: int
    joined: int
    wanted: int
    saving_kop: int


def proposal_to_open(organisation_id: int, proposal_id: int) -> ProposalToOpen | None:
    """Figures of all together; None where there is no such proposal where the body lies. Asks no right: it holds no household."""
    found, place = demand.proposal(proposal_id), places.location_of(organisation_id)
    around = places.territory(found.territory_id) if found else None
    if found is None or place is None or around is None:
        return None
    own = place.territory.path
    if not (own.startswith(around.path) or around.path.startswith(own)):
        return None
    return ProposalToOpen(
        found.id, found.offer_name, found.households, found.joined, found.wanted, found.saving_kop_month
    )


@dataclass(frozen=True, slots=True)
class RoundOfProposal:
    """A round that was opened for a proposal."""

    id: int
    organisation_id: int
    proposal_id: int
    state_text: str
    is_over: bool


def rounds_of_proposals(proposal_ids: Sequence[int]) -> list[RoundOfProposal]:
    """Rounds that are open or were, by the latest; drafts and what was called off are left out. Asks no right: no household is in it."""
    with across_tenants("that a round is open for a proposal is told to those who see the proposal"):
        rows = list(
            Round.objects.filter(proposal_id__in=list(proposal_ids))
            .exclude(state__in=[Round.State.DRAFT, Round.State.CANCELLED])
            .order_by("pk")
        )
    return [
        RoundOfProposal(
            row.pk,
            row.organisation_id,
            row.proposal_id,
            str(Round.State(row.state).label),
            row.state in OVER,
        )
        for row in rows
        if row.proposal_id is not None
    ]
