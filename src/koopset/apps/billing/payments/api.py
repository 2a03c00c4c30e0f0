"""Bank statements, the queue, payments and their way, for programs."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File, Query
from ninja.files import UploadedFile
from pydantic import Field

from koopset.apps.billing import selectors as billing
from koopset.apps.billing.payments import selectors, services
from koopset.apps.billing.payments.models import BankLine, BankStatement
from koopset.apps.billing.payments.permissions import PaymentRight
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece, whole_piece
from koopset.foundation.access.schemas import Id, In, Line, Made, MonthText, Out, Positive, Started, started
from koopset.foundation.access.uploads import content_of
from koopset.foundation.rights.pages import Gate
from koopset.kernel.period import Month

room = Room(
    "payments",
    _("Payments"),
    {
        PaymentRight.PAYMENT_VIEW: _("See bank statements and payments"),
        PaymentRight.STATEMENT_IMPORT: _("Load bank statements"),
        PaymentRight.PAYMENT_MATCH: _("Match payments with accounts"),
        PaymentRight.PAYMENT_ENTER: _("Enter payments by hand"),
        PaymentRight.PAYMENT_REVERSE: _("Move and take back payments"),
    },
)


class StatementOut(Out):
    """A statement of the bank. `state`: checked, posting, posted, refused; `report`: counts, sums, findings by line."""

    id: int
    name: str
    state: str
    date_from: date | None
    date_to: date | None
    report: dict[str, Any]
    job_id: int | None
    created_at: datetime


class PartOut(Out):
    account_id: int
    number: str
    amount_kop: int


class LineOut(Out):
    """A line of a statement. `free_kop` is not on any account yet; `parts` is what is suggested, `reasons` why."""

    id: int
    direction: str
    state: str
    posted_on: date
    number: str
    amount_kop: int
    free_kop: int
    party_name: str
    purpose: str
    confidence: str
    parts: list[PartOut]
    reasons: list[str]
    statement_id: int | None
    line_number: int | None


class PartIn(In):
    account_id: Id
    amount_kop: Positive


class PartsIn(In):
    """To which accounts, how much to each; together the sum of the line. `is_one_payer`: the next such line will be known by its payer."""

    parts: Annotated[list[PartIn], Field(min_length=1, max_length=60)]
    is_one_payer: bool = False


class MoveIn(In):
    """To which accounts the payment goes instead, with the reason."""

    parts: Annotated[list[PartIn], Field(min_length=1, max_length=60)]
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class ReasonIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class AsideIn(In):
    """`code`: the account of the chart on which the money stands."""

    code: Annotated[str, Field(min_length=1, max_length=12)]


class ReturnIn(In):
    """`out_line_id`: the line by which the money was sent back."""

    out_line_id: Id


class HandIn(In):
    """A payment without a statement. `key` makes repeats harmless."""

    key: Annotated[str, Field(min_length=1, max_length=60, examples=["cash-000123"])]
    account_id: Id
    amount_kop: Positive
    received_on: date
    way: Line = Field("bank", examples=["bank"])
    bank_account_id: Id | None = None
    payer_name: Line = ""
    purpose: Line = ""
    for_month: MonthText | None = None


class PaymentOut(Out):
    """Money on a personal account; `is_back`: it was taken back."""

    id: int
    account_id: int | None
    account_number: str
    received_on: date
    amount_kop: int
    source: str
    payer: str
    purpose: str
    matched: str
    is_back: bool


class StepOut(Out):
    title: str
    note: str
    state: str


class WayOut(Out):
    """The way of a payment from the bank to the charges that it settled; `advance_kop` waits for the next charges."""

    payment: PaymentOut
    steps: list[StepOut]
    settled: list["SettledOut"]
    advance_kop: int
    back_reason: str
    line_id: int | None
    operation_id: int


class SettledOut(Out):
    fee: str
    month: str
    amount_kop: int


WayOut.model_rebuild()


class MadeMany(Out):
    """Payments that came to be."""

    ids: list[int]


def _statement(row: BankStatement) -> dict[str, Any]:
    names = ("state", "date_from", "date_to", "report", "job_id", "created_at")
    return {"id": row.pk, "name": row.file.name, **{name: getattr(row, name) for name in names}}


def _one_statement(organisation_id: int, statement_id: int) -> BankStatement:
    rows = BankStatement.objects.select_related("file")
    return rows.get(organisation_id=organisation_id, pk=statement_id)


@room.writes(
    "/o/{int:organisation_id}/statements",
    asks=PaymentRight.STATEMENT_IMPORT,
    summary=_("Bring a bank statement: it is read and previewed, nothing is posted yet"),
    response=StatementOut,
    status=201,
)
def statement_bring(request: ApiRequest, organisation_id: int, file: File[UploadedFile]) -> Any:
    row = services.statement_bring(
        actor=request.actor,
        organisation_id=organisation_id,
        name=file.name or "",
        content=content_of(file),
        now=timezone.now(),
    )
    return _statement(row)


@room.reads(
    "/o/{int:organisation_id}/statements",
    asks=PaymentRight.PAYMENT_VIEW,
    summary=_("Bank statements, the latest first"),
    response=Piece[StatementOut],
)
def statements_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    rows = BankStatement.objects.filter(organisation_id=organisation_id).select_related("file")
    return piece(paging, rows.order_by("-created_at", "-pk"), _statement)


@room.reads(
    "/o/{int:organisation_id}/statements/{int:statement_id}",
    asks=PaymentRight.PAYMENT_VIEW,
    summary=_("A bank statement: preview, then result"),
    response=StatementOut,
)
def statement_card(request: ApiRequest, organisation_id: int, statement_id: int) -> Any:
    return _statement(_one_statement(organisation_id, statement_id))


@room.writes(
    "/o/{int:organisation_id}/statements/{int:statement_id}/post",
    asks=PaymentRight.STATEMENT_IMPORT,
    summary=_("Post a bank statement as it was previewed"),
    response=Started,
    status=202,
)
def statement_start(request: ApiRequest, organisation_id: int, statement_id: int) -> Any:
    _one_statement(organisation_id, statement_id)
    row = services.statement_start(
        actor=request.actor, organisation_id=organisation_id, statement_id=statement_id, now=timezone.now()
    )
    return started(organisation_id, row.pk, row.job_id)


def _line(card: selectors.LineCard) -> dict[str, Any]:
    names = set(LineOut.model_fields) - {"parts", "reasons"}
    return {
        **{name: getattr(card, name) for name in names},
        "parts": [
            {"account_id": part.account.id, "number": part.account.number, "amount_kop": part.amount_kop}
            for part in card.parts
        ],
        "reasons": [str(reason) for reason in card.reasons],
    }


@room.reads(
    "/o/{int:organisation_id}/bank-lines",
    asks=PaymentRight.PAYMENT_VIEW,
    summary=_("Lines that wait: money that came in, money that went out, likely repeats"),
    response=Piece[LineOut],
)
def queue_list(
    request: ApiRequest,
    organisation_id: int,
    paging: Query[Paging],
    kind: Literal["in", "out", "asked"] = "in",
) -> Any:
    rows = selectors.queue(request.actor, organisation_id, kind)
    count = rows.count()
    shown = list(rows[paging.start : paging.start + paging.limit]) if paging.start < count else []
    cards = selectors.line_cards(organisation_id, shown)
    return whole_piece(paging, [_line(card) for card in cards], count, paging.start)


def _one_line(organisation_id: int, line_id: int) -> BankLine:
    return BankLine.objects.get(organisation_id=organisation_id, pk=line_id)


@room.reads(
    "/o/{int:organisation_id}/bank-lines/{int:line_id}",
    asks=PaymentRight.PAYMENT_VIEW,
    summary=_("A line of a bank statement"),
    response=LineOut,
)
def line_card(request: ApiRequest, organisation_id: int, line_id: int) -> Any:
    return _line(selectors.line_cards(organisation_id, [_one_line(organisation_id, line_id)])[0])


@room.writes(
    "/o/{int:organisation_id}/bank-lines/{int:line_id}/match",
    asks=PaymentRight.PAYMENT_MATCH,
    summary=_("Put the money of a line on accounts"),
    response=MadeMany,
    status=201,
)
def line_match(request: ApiRequest, organisation_id: int, line_id: int, body: PartsIn) -> Any:
    _one_line(organisation_id, line_id)
    made = services.line_match(
        actor=request.actor,
        organisation_id=organisation_id,
        line_id=line_id,
        parts=[(part.account_id, part.amount_kop) for part in body.parts],
        is_one_payer=body.is_one_payer,
        now=timezone.now(),
    )
    return {"ids": [payment.pk for payment in made]}


@room.writes(
    "/o/{int:organisation_id}/bank-lines/{int:line_id}/set-aside",
    asks=PaymentRight.PAYMENT_MATCH,
    summary=_("Name the chart account of a line that is no payment of a resident"),
    response=Made,
)
def line_set_aside(request: ApiRequest, organisation_id: int, line_id: int, body: AsideIn) -> Any:
    _one_line(organisation_id, line_id)
    services.line_set_aside(
        actor=request.actor,
        organisation_id=organisation_id,
        line_id=line_id,
        code=body.code,
        now=timezone.now(),
    )
    return {"id": line_id}


@room.writes(
    "/o/{int:organisation_id}/bank-lines/{int:line_id}/return",
    asks=PaymentRight.PAYMENT_MATCH,
    summary=_("Tie a mistaken payment with the line that sent it back"),
    response=Made,
)
def line_return(request: ApiRequest, organisation_id: int, line_id: int, body: ReturnIn) -> Any:
    _one_line(organisation_id, line_id)
    services.line_return(
        actor=request.actor,
        organisation_id=organisation_id,
        line_id=line_id,
        out_line_id=body.out_line_id,
        now=timezone.now(),
    )
    return {"id": line_id}


@room.writes(
    "/o/{int:organisation_id}/bank-lines/{int:line_id}/repeat",
    asks=PaymentRight.PAYMENT_MATCH,
    summary=_("Say that a line is a repeat: it is left out"),
    response=Made,
)
def line_is_repeat(request: ApiRequest, organisation_id: int, line_id: int) -> Any:
    _one_line(organisation_id, line_id)
    services.line_confirm_repeat(
        actor=request.actor, organisation_id=organisation_id, line_id=line_id, now=timezone.now()
    )
    return {"id": line_id}


@room.writes(
    "/o/{int:organisation_id}/bank-lines/{int:line_id}/no-repeat",
    asks=PaymentRight.PAYMENT_MATCH,
    summary=_("Say that a line is another payment, not a repeat"),
    response=Made,
)
def line_is_no_repeat(request: ApiRequest, organisation_id: int, line_id: int) -> Any:
    _one_line(organisation_id, line_id)
    services.line_reject_repeat(
        actor=request.actor, organisation_id=organisation_id, line_id=line_id, now=timezone.now()
    )
    return {"id": line_id}


@room.writes(
    "/o/{int:organisation_id}/bank-lines/{int:line_id}/reopen",
    asks=PaymentRight.PAYMENT_REVERSE,
    summary=_("Sort a line anew, with the reason"),
    response=Made,
)
def line_reopen(request: ApiRequest, organisation_id: int, line_id: int, body: ReasonIn) -> Any:
    _one_line(organisation_id, line_id)
    services.line_reopen(
        actor=request.actor,
        organisation_id=organisation_id,
        line_id=line_id,
        reason=body.reason,
        now=timezone.now(),
    )
    return {"id": line_id}


def _payment(row: selectors.PaymentRow) -> dict[str, Any]:
    names = ("id", "received_on", "amount_kop", "source", "payer", "purpose", "is_back")
    return {
        **{name: getattr(row, name) for name in names},
        "account_id": row.account.id if row.account else None,
        "account_number": row.account.number if row.account else "",
        "matched": str(row.matched_text),
    }


@room.reads(
    "/o/{int:organisation_id}/payments",
    asks=PaymentRight.PAYMENT_VIEW,
    summary=_("Payments, the latest first"),
    response=Piece[PaymentOut],
)
def payments_list(
    request: ApiRequest,
    organisation_id: int,
    paging: Query[Paging],
    q: str = "",
    date_from: date | None = None,
    date_to: date | None = None,
    source: str = "",
) -> Any:
    rows = selectors.payments_list(
        request.actor, organisation_id, text=q[:100], date_from=date_from, date_to=date_to, source=source[:8]
    )
    count = rows.count()
    shown = rows[paging.start : paging.start + paging.limit] if paging.start < count else []
    found = selectors.payment_rows(organisation_id, shown)
    return whole_piece(paging, [_payment(row) for row in found], count, paging.start)


def _way(card: selectors.PaymentCard) -> dict[str, Any]:
    return {
        "payment": _payment(card.row),
        "steps": [
            {"title": str(step.title), "note": str(step.note), "state": step.state} for step in card.steps
        ],
        "settled": [
            {"fee": str(fee), "month": str(Month.from_number(month)), "amount_kop": kop}
            for fee, month, kop in card.settled
        ],
        "advance_kop": card.advance_kop,
        "back_reason": card.back_reason,
        "line_id": card.line_id,
        "operation_id": card.operation_id,
    }


@room.reads(
    "/o/{int:organisation_id}/payments/{int:payment_id}",
    asks=PaymentRight.PAYMENT_VIEW,
    summary=_("The way of a payment: from the bank to what it settled"),
    response=WayOut,
)
def payment_way(request: ApiRequest, organisation_id: int, payment_id: int) -> Any:
    return _way(selectors.payment_card(request.actor, organisation_id, payment_id))


@room.reads(
    "/o/{int:organisation_id}/my/payments/{int:payment_id}",
    asks=Gate.HOUSEHOLD,
    summary=_("The way of one's own payment"),
    response=WayOut,
)
def my_payment_way(request: ApiRequest, organisation_id: int, payment_id: int) -> Any:
    own = {row.id for row in billing.accounts_of_actor(request.actor, organisation_id)}
    card = selectors.payment_card(request.actor, organisation_id, payment_id)
    if card.row.account is None or card.row.account.id not in own:
        raise Http404
    return _way(card)


@room.writes(
    "/o/{int:organisation_id}/payments",
    asks=PaymentRight.PAYMENT_ENTER,
    summary=_("Enter a payment by hand"),
    response=Made,
    status=201,
)
def payment_enter(request: ApiRequest, organisation_id: int, body: HandIn) -> Any:
    payment = services.payment_enter_by_hand(
        actor=request.actor,
        organisation_id=organisation_id,
        for_month=Month.parse(body.for_month).number if body.for_month else None,
        now=timezone.now(),
        **body.model_dump(exclude={"for_month"}),
    )
    return {"id": payment.pk}


@room.writes(
    "/o/{int:organisation_id}/payments/{int:payment_id}/move",
    asks=PaymentRight.PAYMENT_REVERSE,
    summary=_("Move a payment to other accounts, with the reason"),
    response=MadeMany,
    status=201,
)
def payment_move(request: ApiRequest, organisation_id: int, payment_id: int, body: MoveIn) -> Any:
    made = services.payment_move(
        actor=request.actor,
        organisation_id=organisation_id,
        payment_id=payment_id,
        parts=[(part.account_id, part.amount_kop) for part in body.parts],
        reason=body.reason,
        now=timezone.now(),
    )
    return {"ids": [payment.pk for payment in made]}


@room.writes(
    "/o/{int:organisation_id}/payments/{int:payment_id}/take-back",
    asks=PaymentRight.PAYMENT_REVERSE,
    summary=_("Take a payment back, with the reason"),
    response=Made,
)
def payment_take_back(request: ApiRequest, organisation_id: int, payment_id: int, body: ReasonIn) -> Any:
    row = services.payment_take_back(
        actor=request.actor,
        organisation_id=organisation_id,
        payment_id=payment_id,
        reason=body.reason,
        now=timezone.now(),
    )
    return {"id": row.pk}
