"""What the settlement will post: shown before it is posted, and read again under the lock when it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from koopset.apps.purchases.models import Participant, Round
from koopset.apps.purchases.settlement.models import ChargeRow, Claim, Cost, RoundMoney
from koopset.apps.purchases.settlement.rules.holds import HoldEnd, end_hold
from koopset.apps.purchases.settlement.rules.proof import Proof, prove
from koopset.apps.purchases.settlement.selectors.claims import claims_to_credit
from koopset.apps.purchases.settlement.selectors.dues import Due, dues, held_by, invoice_kop, money_of


@dataclass(frozen=True, slots=True)
class MemberPreview:
    """One participant: what is due, and what becomes of the hold."""

    participant_id: int
    name: str
    due: Due
    held_kop: int
    end: HoldEnd

    @property
    def goods_kop(self) -> int:
        return self.due.goods_kop

    @property
    def costs_kop(self) -> int:
        return self.due.costs_kop

    @property
    def fee_kop(self) -> int:
        return self.due.fee_kop

    @property
    def total_kop(self) -> int:
        return self.due.total_kop

    @property
    def released_kop(self) -> int:
        return self.end.released_kop


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole settlement. `fingerprint` tells whether what was looked at is what is posted. `result_kop` may be below zero: a loss.

    `claims_open` wait for an answer, `claims_kop` was accepted already and goes back to accounts with the settlement.
    """

    members: tuple[MemberPreview, ...]
    goods_kop: int
    costs_kop: int
    fee_kop: int
    invoice_kop: int
    result_kop: int
    estimate_left_out_kop: int
    proof: Proof
    fingerprint: str
    claims_open: int = 0
    claims_kop: int = 0

    @property
    def members_kop(self) -> int:
        return self.goods_kop + self.costs_kop + self.fee_kop


def preview(row: Round) -> Preview:
    """Counted from the lines, costs and fees as they stand. Asks no right: the page and the service have."""
    due = dues(row)
    held = held_by(row.organisation_id, row.pk)
    invoice = invoice_kop(row.organisation_id, row.pk)
    names = dict(
        Participant.objects.filter(
            organisation_id=row.organisation_id, pk__in=sorted(due.keys() | held.keys())
        ).values_list("pk", "name")
    )
    empty = Due(())
    members = tuple(
        MemberPreview(
            pk,
            names[pk],
            due.get(pk, empty),
            held.get(pk, 0),
            end_hold(held.get(pk, 0), due.get(pk, empty).total_kop),
        )
        for pk in sorted(names, key=lambda pk: (names[pk], pk))
    )
    goods = sum(one.due.goods_kop for one in members)
    costs = sum(one.due.costs_kop for one in members)
    fee = sum(one.due.fee_kop for one in members)
    accepted = claims_to_credit(row.organisation_id, row.pk)
    waiting = [
        (pk, 0)
        for pk in Claim.objects.filter(
            organisation_id=row.organisation_id, round_id=row.pk, state=Claim.State.ASKED
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    ]
    has_transport = Cost.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, kind=Cost.Kind.TRANSPORT
    ).exists()
    return Preview(
        members=members,
        goods_kop=goods,
        costs_kop=costs,
        fee_kop=fee,
        invoice_kop=invoice,
        result_kop=goods - invoice,
        estimate_left_out_kop=0 if has_transport else row.transport_kop,
        proof=prove((one.due.total_kop for one in members), [invoice, costs], [fee, goods - invoice]),
        fingerprint=_fingerprint(
            row, members, invoice, [*waiting, *((one.pk, one.accepted_kop) for one in accepted)]
        ),
        claims_open=len(waiting),
        claims_kop=sum(one.accepted_kop for one in accepted),
    )


def _fingerprint(
    row: Round, members: tuple[MemberPreview, ...], invoice: int, claims: Sequence[tuple[int, int]]
) -> str:
    facts = [
        (one.participant_id, one.held_kop, tuple((line.line_id, line.units, line.goods_kop) for line in one.due.lines),
         tuple(sorted(one.due.costs.items())), sorted(one.due.fees.values()))
        for one in members
    ]  # fmt: skip
    return hashlib.sha256(repr((row.pk, money_of(row).loss, invoice, facts, claims)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class RoundProof:
    """Two proofs of a settled round. `gap_kop`: Σ members + body's own row. `books_kop`: what stands on the round in the books; zero."""

    proof: Proof
    books_kop: int
    by_what: Mapping[str, int]

    @property
    def holds(self) -> bool:
        return self.proof.holds and self.books_kop == 0


def spreads_loss(row: Round) -> bool:
    """Whether what came short is spread over what came."""
    return money_of(row).loss == RoundMoney.Loss.SPREAD


def charged_by_what(organisation_id: int, round_id: int) -> dict[str, int]:
    """goods, cost, fee, credit → kopecks of all participants."""
    found = dict.fromkeys(ChargeRow.What.values, 0)
    for what, kop in ChargeRow.objects.filter(organisation_id=organisation_id, round_id=round_id).values_list(
        "what", "amount_kop"
    ):
        found[what] += kop
    return found
