"""Claims for the office and for the household that asked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from koopset.apps.purchases.models import Participant, Round
from koopset.apps.purchases.selectors import amount_text
from koopset.apps.purchases.settlement.models import Cash, Claim, ReturnRow
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.foundation.rights.actors import Actor


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """A claim with its three facts: goods that came back, what is owed for it, what was sent to the participant since.

    `is_credited`: what is owed is on the participant's account; before the settlement it is only accepted.
    """

    id: int
    round_id: int
    line_id: int
    participant_id: int
    name: str
    good: str
    good_id: int
    by_weight: bool
    quantity: int
    quantity_text: str
    amount_kop: int
    reason_text: str
    text: str
    photo_id: int | None
    state: str
    state_text: str
    role: str
    accepted_kop: int
    bearer_text: str
    answer: str
    asked_at: datetime
    answered_at: datetime | None
    returned: int
    returned_text: str
    sent_kop: int
    is_credited: bool

    @property
    def is_open(self) -> bool:
        return self.state == Claim.State.ASKED


_ROLES = {Claim.State.ASKED: "wait", Claim.State.REFUSED: "over"}


def claims_of(actor: Actor, row: Round, *, state: str = "") -> list[ClaimCard]:
    """Claims of a round, those that wait first. Raises Forbidden."""
    actor.require(SettlementRight.HANDOUT_GIVE, row.organisation_id)
    rows = Claim.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
    if state in Claim.State.values:
        rows = rows.filter(state=state)
    found = list(rows.select_related("line__good", "participant").order_by("-pk")[:500])
    return sorted(_cards(row.organisation_id, found), key=lambda one: not one.is_open)


def claim_card(actor: Actor, organisation_id: int, claim_id: int) -> ClaimCard | None:
    """One claim for the office; None where there is none. Raises Forbidden."""
    actor.require(SettlementRight.HANDOUT_GIVE, organisation_id)
    row = (
        Claim.objects.filter(organisation_id=organisation_id, pk=claim_id)
        .select_related("line__good", "participant")
        .first()
    )
    return _cards(organisation_id, [row])[0] if row else None


def own_claims(row: Round, participant: Participant) -> list[ClaimCard]:
    """A household's own claims of the round. Asks no right: the page knows whose it is."""
    rows = Claim.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, participant_id=participant.pk
    )
    return _cards(row.organisation_id, list(rows.select_related("line__good", "participant").order_by("-pk")))


def _cards(organisation_id: int, rows: list[Claim]) -> list[ClaimCard]:
    returned: dict[int, int] = defaultdict(int)
    for claim_id, units in ReturnRow.objects.filter(
        organisation_id=organisation_id, claim_id__in=[one.pk for one in rows]
    ).values_list("claim_id", "quantity"):
        returned[claim_id] += units
    sent: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for participant_id, at, kop in Cash.objects.filter(
        organisation_id=organisation_id,
        kind=Cash.Kind.OUT,
        participant_id__in=[one.participant_id for one in rows],
        takes_back__isnull=True,
        taken_back_by__isnull=True,
    ).values_list("participant_id", "at", "amount_kop"):
        sent[participant_id or 0].append((at, kop))
    found = []
    for one in rows:
        good = one.line.good
        since = sum(kop for at, kop in sent[one.participant_id] if one.answered_at and at >= one.answered_at)
        found.append(
            ClaimCard(
                id=one.pk,
                round_id=one.round_id,
                line_id=one.line_id,
                participant_id=one.participant_id,
                name=one.participant.name,
                good=good.name,
                good_id=good.pk,
                by_weight=good.by_weight,
                quantity=one.quantity,
                quantity_text=amount_text(one.quantity, good.by_weight, good.unit),
                amount_kop=one.amount_kop,
                reason_text=str(one.get_reason_display()),
                text=one.text,
                photo_id=one.photo_id,
                state=one.state,
                state_text=str(one.get_state_display()),
                role=_ROLES.get(Claim.State(one.state), "ok"),
                accepted_kop=one.accepted_kop,
                bearer_text=str(one.get_bearer_display()) if one.bearer else "",
                answer=one.answer,
                asked_at=one.asked_at,
                answered_at=one.answered_at,
                returned=returned[one.pk],
                returned_text=amount_text(returned[one.pk], good.by_weight, good.unit)
                if returned[one.pk]
                else "",
                sent_kop=min(since, one.accepted_kop) if one.credit_id else 0,
                is_credited=one.credit_id is not None,
            )
        )
    return found


def claims_to_credit(organisation_id: int, round_id: int, line_id: int | None = None) -> list[Claim]:
    """Claims of a round (of a line) that were accepted before it was settled, oldest first. Asks no right."""
    rows = Claim.objects.filter(
        organisation_id=organisation_id,
        round_id=round_id,
        state__in=[Claim.State.ACCEPTED, Claim.State.PART],
        accepted_kop__gt=0,
        credit__isnull=True,
    )
    return list((rows.filter(line_id=line_id) if line_id is not None else rows).order_by("pk"))


def claims_waiting(organisation_id: int) -> int:
    """How many claims wait for an answer in all rounds of the body. Asks no right."""
    return Claim.objects.filter(organisation_id=organisation_id, state=Claim.State.ASKED).count()
