"""Shapes of what programs send and get about money and goods of joint purchases."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from koopset.foundation.access.schemas import Id, In, Out, Positive

Key = Annotated[str, Field(min_length=1, max_length=40, description="a repeat is harmless")]
Way = Literal["cash", "bank"]
Signed = Annotated[int, Field(ge=-(10**12), le=10**12)]
Text = Annotated[str, Field(max_length=300)]


class OwnMoneyOut(Out):
    """A household's money in a round. `free_kop` below zero is a debt; `to_pay_kop` is asked for now."""

    free_kop: int
    held_all_kop: int
    due_kop: int
    held_kop: int
    to_pay_kop: int
    policy: str
    is_settled: bool


class StatementLineOut(Out):
    line_id: int
    name: str
    ordered_text: str
    received_text: str
    charged_text: str
    price_text: str
    goods_kop: int
    credit_kop: int
    reason: str
    state: str


class StatementPartOut(Out):
    title: str
    note: str
    kop: int
    whole_kop: int


class WhereOut(Out):
    """To whom what one paid has gone. The platform takes nothing."""

    producer_kop: int
    delivery_kop: int
    body_kop: int
    platform_kop: int
    total_kop: int


class StatementOut(Out):
    """`is_final`: the round is settled; otherwise an estimate."""

    is_final: bool
    lines: list[StatementLineOut]
    costs: list[StatementPartOut]
    fees: list[StatementPartOut]
    goods_kop: int
    costs_kop: int
    fee_kop: int
    credit_kop: int
    total_kop: int
    where: WhereOut


class SlotOut(Out):
    id: int
    point: str
    address: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int


class CodeOut(Out):
    """The code by which goods are fetched; empty until they have come."""

    code: str
    slot_id: int | None
    slots: list[SlotOut]


class SlotIn(In):
    slot_id: Id


class ClaimIn(In):
    """`quantity` in units of the good (pieces, grams, millilitres); without a sum all that it cost is asked back."""

    line_id: Id
    reason: Literal["spoilt", "short", "wrong", "quality"]
    quantity: Annotated[int, Field(ge=1, le=10**9)]
    amount_kop: Positive | None = None
    text: Annotated[str, Field(max_length=1000)] = ""


class RatingIn(In):
    quality: Annotated[int, Field(ge=1, le=5)]
    terms: Annotated[int, Field(ge=1, le=5)]
    price: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[str, Field(max_length=500)] = ""


class HeldOut(Out):
    held_kop: int


class SavingLineOut(Out):
    name: str
    amount: Decimal
    unit: str
    paid_kop: int
    prior_count: int
    prior_kop: int | None
    saved_kop: int | None


class RoundSavingOut(Out):
    round_id: int
    title: str
    on_date: date
    saved_kop: int
    minutes: int
    lines: list[SavingLineOut]


class SavingsOut(Out):
    """What a household saved against its own earlier prices; a good never bought before is not counted."""

    saved_kop: int
    minutes: int
    unknown: int
    rounds: list[RoundSavingOut]


class MemberOut(Out):
    participant_id: int
    name: str
    due_kop: int
    held_kop: int
    free_kop: int
    missing_kop: int


class CostOut(Out):
    id: int
    kind: str
    title: str
    on_date: date
    amount_kop: int
    corrects_id: int | None


class ProofOut(Out):
    """Σ of all rows of participants, and the body's own row: together zero."""

    members_kop: int
    body_kop: int
    gap_kop: int


class MoneyOut(Out):
    """The money of a round. `books_kop` is what stands on it in the books: zero once it is settled."""

    due_kop: int
    held_kop: int
    missing_kop: int
    fund_kop: int
    books_kop: int
    members: list[MemberOut]
    costs: list[CostOut]
    proof: ProofOut | None


class PayInIn(In):
    """`bank_line_id`: a line that waits in the queue of payments; it leaves the queue."""

    participant_id: Id
    amount_kop: Positive
    on_date: date
    way: Way = "cash"
    key: Key
    bank_line_id: Id | None = None


class PayOutIn(In):
    """`reason`: whose decision it is that other money is used."""

    amount_kop: Positive
    on_date: date
    way: Way = "cash"
    key: Key
    reason: Text = ""


class SupplierIn(PayOutIn):
    """`recovered`: the money came back from the supplier."""

    recovered: bool = False


class ReasonIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class CostIn(In):
    """A correction is signed and names what it corrects."""

    kind: Literal["invoice", "transport", "packing", "other"]
    amount_kop: Signed
    on_date: date
    key: Key
    split: Literal["", "by_value", "by_weight", "equally"] = ""
    title: Annotated[str, Field(max_length=200)] = ""
    corrects_id: Id | None = None


class FeeIn(In):
    """`rate`: hundredths of a percent, or kopecks. Once the round is open a fee may only fall."""

    kind: Literal["percent", "item", "flat"]
    rate: Annotated[int, Field(ge=1, le=10**9)]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    source: Annotated[str, Field(min_length=1, max_length=300)]
    replaces_id: Id | None = None


class TermsIn(In):
    policy: Literal["before", "handout"] = "before"
    loss: Literal["supplier", "spread"] = "supplier"
    claim_days: Annotated[int, Field(ge=0, le=60)] = 2
    trip_minutes: Annotated[int, Field(ge=0, le=60_000)] = 60
    organiser_minutes: Annotated[int, Field(ge=0, le=60_000)] = 0
    helper_minutes: Annotated[int, Field(ge=0, le=60_000)] = 0


class IntakeIn(In):
    """`quantity` in units of the good (pieces, grams, millilitres); below zero takes back a slip."""

    good_id: Id
    quantity: Annotated[int, Field(ge=-(10**9), le=10**9)]
    outcome: Literal["good", "spoilt", "substitute"] = "good"
    instead: Annotated[str, Field(max_length=200)] = ""
    note: Text = ""
    key: Key


class GiveLineIn(In):
    line_id: Id
    quantity: Annotated[int, Field(ge=-(10**9), le=10**9)]


class GiveIn(In):
    participant_id: Id
    lines: Annotated[list[GiveLineIn], Field(min_length=1, max_length=500)]
    outcome: Literal["given", "not-taken"] = "given"
    key: Key


class GiveLineOut(Out):
    line_id: int
    name: str
    gets_text: str
    given_text: str
    left: int


class HandoutOut(Out):
    participant_id: int
    name: str
    owes_kop: int
    is_done: bool
    lines: list[GiveLineOut]


class FoundOut(Out):
    participant_id: int


class ClaimOut(Out):
    """A claim with its three facts: `returned` units came back, `accepted_kop` is owed, `sent_kop` was sent since.

    `is_credited`: what is owed stands on the account; before the settlement it is accepted only.
    """

    id: int
    round_id: int
    line_id: int
    participant_id: int
    good: str
    quantity: int
    amount_kop: int
    state: str
    text: str
    accepted_kop: int
    answer: str
    asked_at: datetime
    returned: int
    sent_kop: int
    is_credited: bool


class AnswerIn(In):
    """0 refuses."""

    accepted_kop: Annotated[int, Field(ge=0, le=10**12)]
    bearer: Literal["supplier", "body"] = "supplier"
    answer: Annotated[str, Field(max_length=1000)] = ""


class ReturnIn(In):
    quantity: Annotated[int, Field(ge=1, le=10**9)]
    key: Key


class SettleIn(In):
    """`fingerprint`: of the preview that was looked at; empty takes what stands."""

    fingerprint: Annotated[str, Field(max_length=64)] = ""


class SettledOut(Out):
    goods_kop: int
    costs_kop: int
    fee_kop: int
    invoice_kop: int
    result_kop: int
    participants: int


class PreviewMemberOut(Out):
    participant_id: int
    name: str
    goods_kop: int
    costs_kop: int
    fee_kop: int
    total_kop: int
    held_kop: int
    released_kop: int


class PreviewOut(Out):
    fingerprint: str
    goods_kop: int
    costs_kop: int
    fee_kop: int
    invoice_kop: int
    result_kop: int
    claims_open: int
    claims_kop: int
    members: list[PreviewMemberOut]


class AccountOut(Out):
    participant_id: int
    name: str
    free_kop: int
    held_kop: int


class PointIn(In):
    name: Annotated[str, Field(min_length=1, max_length=120)]
    address: Annotated[str, Field(min_length=1, max_length=300)]
    note: Text = ""
    is_closed: bool = False


class SlotAddIn(In):
    point_id: Id
    starts_at: datetime
    ends_at: datetime
    capacity: Annotated[int, Field(ge=0, le=10_000)] = 0


class DoneOut(Out):
    state: str
