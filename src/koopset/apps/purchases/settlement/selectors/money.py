"""Money of a round and of a body's purchases for the office, and of a household for itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from koopset.apps.ledger import selectors as ledger
from koopset.apps.purchases.models import Line, Participant, Round
from koopset.apps.purchases.settlement.models import Cash, ChargeRow, Cost, FeeRule, Hold, RoundMoney, Settled
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.rules.proof import Proof, prove
from koopset.apps.purchases.settlement.selectors.books import fund_kop
from koopset.apps.purchases.settlement.selectors.dues import dues, held_by, money_of
from koopset.apps.purchases.settlement.selectors.statement import fee_note
from koopset.foundation.rights.actors import Actor

FREE, HELD, ROUNDS, RESULT = "76.50", "76.51", "76.52", "76.53"
SHOWN = 200


@dataclass(frozen=True, slots=True)
class MemberMoney:
    """A participant of a round: due (an estimate before the settlement), held for it, free on the account (below zero: a debt)."""

    participant_id: int
    name: str
    due_kop: int
    held_kop: int
    free_kop: int
    missing_kop: int


@dataclass(frozen=True, slots=True)
class CashLine:
    """A row of money as the office sees it."""

    id: int
    on_date: date
    kind: str
    kind_text: str
    way_text: str
    name: str
    amount_kop: int
    is_taken_back: bool
    takes_back: bool
    reason: str
    override: str


@dataclass(frozen=True, slots=True)
class CostLine:
    """A cost or a correction of one."""

    id: int
    kind: str
    kind_text: str
    title: str
    split_text: str
    on_date: date
    amount_kop: int
    corrects_id: int | None


@dataclass(frozen=True, slots=True)
class FeeLine:
    """A fee in force with its source."""

    id: int
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class RoundMoneyCard:
    """The money page of a round."""

    terms: RoundMoney
    members: tuple[MemberMoney, ...]
    costs: tuple[CostLine, ...]
    fees: tuple[FeeLine, ...]
    cash: tuple[CashLine, ...]
    fund_kop: int
    settled: Settled | None
    proof: Proof | None
    books_kop: int

    @property
    def due_kop(self) -> int:
        return sum(one.due_kop for one in self.members)

    @property
    def held_kop(self) -> int:
        return sum(one.held_kop for one in self.members)

    @property
    def missing_kop(self) -> int:
        return sum(one.missing_kop for one in self.members)


def round_money(actor: Actor, row: Round) -> RoundMoneyCard:
    """Everything of the money of a round. Raises Forbidden."""
    actor.require(SettlementRight.MONEY_VIEW, row.organisation_id)
    settled = Settled.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).first()
    return RoundMoneyCard(
        terms=money_of(row),
        members=members_money(row, settled),
        costs=cost_lines(row),
        fees=tuple(
            FeeLine(one.pk, one.title, fee_note(one))
            for one in FeeRule.objects.filter(
                organisation_id=row.organisation_id, round_id=row.pk, replaced_by__isnull=True, is_ended=False
            ).order_by("pk")
        ),
        cash=cash_lines(row.organisation_id, round_id=row.pk),
        fund_kop=fund_kop(row.organisation_id),
        settled=settled,
        proof=round_proof(row) if settled else None,
        books_kop=ledger.balances(row.organisation_id, codes=[ROUNDS], subject_ids=[row.pk]).get(row.pk, 0),
    )


def members_money(row: Round, settled: Settled | None) -> tuple[MemberMoney, ...]:
    """Participants of a round with their money, by name."""
    held = held_by(row.organisation_id, row.pk)
    if settled:
        rows = ChargeRow.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
        due = dict(
            rows.values_list("participant_id").annotate(kop=Sum("amount_kop")).order_by("participant_id")
        )
    else:
        due = {pk: one.total_kop for pk, one in dues(row).items()} if row.stopped_at else {}
    wanting = Line.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).values(
        "participant_id"
    )
    names = dict(
        Participant.objects.filter(organisation_id=row.organisation_id, pk__in=wanting)
        .order_by("name", "pk")
        .values_list("pk", "name")
    )
    free = ledger.balances(row.organisation_id, codes=[FREE], subject_ids=sorted(names))
    is_before = money_of(row).policy == RoundMoney.Policy.BEFORE
    found = []
    for pk, name in names.items():
        own_free, own_due, own_held = -free.get(pk, 0), due.get(pk, 0), held.get(pk, 0)
        if settled:
            missing = max(0, -own_free)
        else:
            missing = (
                max(0, own_due - own_held - max(0, own_free))
                if is_before or row.state == Round.State.RECEIVED
                else 0
            )
        found.append(MemberMoney(pk, name, own_due, own_held, own_free, missing))
    return tuple(found)


def cost_lines(row: Round) -> tuple[CostLine, ...]:
    """Costs of a round with their corrections, in the order they were entered. Asks no right."""
    return tuple(
        CostLine(
            one.pk, one.kind, str(one.get_kind_display()), one.title, str(one.get_split_display()), one.on_date,
            one.amount_kop, one.corrects_id,
        )
        for one in Cost.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).order_by("pk")
    )  # fmt: skip


def cash_lines(
    organisation_id: int,
    *,
    round_id: int | None = None,
    participant_id: int | None = None,
    limit: int = SHOWN,
) -> tuple[CashLine, ...]:
    """Rows of money, the latest first. Asks no right: pages asked theirs."""
    rows = Cash.objects.filter(organisation_id=organisation_id).select_related("participant")
    if round_id is not None:
        lines = Line.objects.filter(organisation_id=organisation_id, round_id=round_id).values(
            "participant_id"
        )
        rows = rows.filter(Q(round_id=round_id) | Q(round__isnull=True, participant_id__in=lines))
    if participant_id is not None:
        rows = rows.filter(participant_id=participant_id)
    shown = list(rows.order_by("-on_date", "-pk")[:limit])
    back = set(
        Cash.objects.filter(
            organisation_id=organisation_id, takes_back_id__in=[one.pk for one in shown]
        ).values_list("takes_back_id", flat=True)
    )
    return tuple(
        CashLine(
            id=one.pk,
            on_date=one.on_date,
            kind=one.kind,
            kind_text=str(one.get_kind_display()),
            way_text=str(one.get_way_display()),
            name=one.participant.name if one.participant else "",
            amount_kop=one.amount_kop * (1 if _came(one) else -1),
            is_taken_back=one.pk in back,
            takes_back=one.takes_back_id is not None,
            reason=one.reason,
            override=one.override,
        )
        for one in shown
    )


def _came(cash: Cash) -> bool:
    return (cash.kind in {Cash.Kind.IN, Cash.Kind.RECOVERED}) is (cash.takes_back_id is None)


def round_proof(row: Round) -> Proof:
    """Σ of all rows of participants against the body's own row, transport and fee included: together zero."""
    rows = ChargeRow.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
    costs = Cost.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
    owed = list(costs.values_list("amount_kop", flat=True))
    credited = [-kop for kop in rows.filter(what=ChargeRow.What.CREDIT).values_list("amount_kop", flat=True)]
    settled = Settled.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).first()
    if settled is None or settled.operation_id is None:
        return Proof(0, 0)
    kept = -ledger.balances(row.organisation_id, codes=[RESULT], subject_ids=[row.pk]).get(row.pk, 0)
    from_body = sum(
        rows.filter(what=ChargeRow.What.CREDIT, claim__bearer="body").values_list("amount_kop", flat=True)
    )
    from_supplier = sum(credited) + from_body
    return prove(rows.values_list("amount_kop", flat=True), owed, [kept], [from_supplier])


@dataclass(frozen=True, slots=True)
class OwnMoney:
    """A household in a body's purchases: free (below zero: a debt), held in all rounds, for this round due, held, and to pay now."""

    free_kop: int
    held_all_kop: int
    due_kop: int
    held_kop: int
    to_pay_kop: int
    can_hold_kop: int
    cash: tuple[CashLine, ...]
    policy: str
    is_settled: bool


def own_money(row: Round, participant: Participant) -> OwnMoney:
    """The money of one household for its own page. Asks no right: the page knows whose it is."""
    free = -ledger.balances(row.organisation_id, codes=[FREE], subject_ids=[participant.pk]).get(
        participant.pk, 0
    )
    holds = Hold.objects.filter(organisation_id=row.organisation_id, participant_id=participant.pk)
    held_all = sum(
        kop if move == Hold.Move.HOLD else -kop for move, kop in holds.values_list("move", "amount_kop")
    )
    settled = Settled.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).exists()
    held = held_by(row.organisation_id, row.pk).get(participant.pk, 0)
    due = _own_due(row, participant, settled)
    lacks = max(0, due - held) if not settled and row.stopped_at and row.state != Round.State.CANCELLED else 0
    policy = money_of(row).policy
    return OwnMoney(
        free_kop=free,
        held_all_kop=held_all,
        due_kop=due,
        held_kop=held,
        to_pay_kop=max(0, -free) if settled else max(0, lacks - max(0, free)),
        can_hold_kop=lacks if lacks and free >= lacks and policy == RoundMoney.Policy.BEFORE else 0,
        cash=cash_lines(row.organisation_id, participant_id=participant.pk, limit=20),
        policy=policy,
        is_settled=settled,
    )


def _own_due(row: Round, participant: Participant, settled: bool) -> int:
    if settled:
        rows = ChargeRow.objects.filter(
            organisation_id=row.organisation_id, round_id=row.pk, participant_id=participant.pk
        )
        return sum(rows.values_list("amount_kop", flat=True))
    if not row.stopped_at:
        return 0
    own = dues(row).get(participant.pk)
    return own.total_kop if own else 0


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A participant in the list of accounts: free (below zero: a debt), put aside."""

    participant_id: int
    name: str
    free_kop: int
    held_kop: int


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """A movement on a participant's account: `kop` signed as it changes what stands free."""

    on_date: date
    title: str
    round_id: int | None
    kop: int


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account with its movements, the latest first, and the rows of money that may be taken back."""

    free_kop: int
    held_kop: int
    entries: tuple[AccountEntry, ...]
    cash: tuple[CashLine, ...]


def accounts_of(actor: Actor, organisation_id: int, *, text: str = "") -> list[AccountLine]:
    """Accounts of all participants of a body, debts first, then by name. Raises Forbidden."""
    actor.require(SettlementRight.MONEY_VIEW, organisation_id)
    rows = Participant.objects.filter(organisation_id=organisation_id)
    if text.strip():
        rows = rows.filter(name__icontains=text.strip())
    names = dict(rows.order_by("name", "pk").values_list("pk", "name"))
    free = ledger.balances(organisation_id, codes=[FREE], subject_ids=list(names))
    held = ledger.balances(organisation_id, codes=[HELD], subject_ids=list(names))
    found = [AccountLine(pk, name, -free.get(pk, 0), -held.get(pk, 0)) for pk, name in names.items()]
    return sorted(found, key=lambda one: one.free_kop >= 0)


def account_card(actor: Actor, organisation_id: int, participant_id: int) -> AccountCard:
    """One account as the books have it. Raises Forbidden."""
    actor.require(SettlementRight.MONEY_VIEW, organisation_id)
    entries = [
        AccountEntry(
            one.on_date,
            one.title,
            None if one.operation_kind in {"settlement.cash", "ledger.reversal"} else one.source_id,
            one.credit_kop - one.debit_kop,
        )
        for one in ledger.subject_entries(organisation_id, "buyer", participant_id)
        if one.code == FREE
    ]
    return AccountCard(
        -ledger.balances(organisation_id, codes=[FREE], subject_ids=[participant_id]).get(participant_id, 0),
        -ledger.balances(organisation_id, codes=[HELD], subject_ids=[participant_id]).get(participant_id, 0),
        tuple(reversed(entries[-SHOWN:])),
        cash_lines(organisation_id, participant_id=participant_id),
    )


def cash_row(organisation_id: int, cash_id: int) -> Cash | None:
    """A row of money that is no taking back itself."""
    return Cash.objects.filter(organisation_id=organisation_id, pk=cash_id, takes_back__isnull=True).first()
