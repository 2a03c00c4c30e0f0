"""Money and goods for the body that runs the rounds."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.apps.purchases.models import Round
from koopset.apps.purchases.settlement import selectors, services
from koopset.apps.purchases.settlement.api.frame import room
from koopset.apps.purchases.settlement.api.shapes import (
    AccountOut,
    AnswerIn,
    ClaimOut,
    CostIn,
    DoneOut,
    FeeIn,
    FoundOut,
    GiveIn,
    HandoutOut,
    IntakeIn,
    MoneyOut,
    PayInIn,
    PayOutIn,
    PointIn,
    PreviewOut,
    ReasonIn,
    ReturnIn,
    SettledOut,
    SettleIn,
    SlotAddIn,
    SupplierIn,
    TermsIn,
)
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Made


def _row(organisation_id: int, round_id: int) -> Round:
    return get_object_or_404(Round, organisation_id=organisation_id, pk=round_id)


def _done(deed: Callable[..., Any], request: ApiRequest, organisation_id: int, **arguments: Any) -> Any:
    """One call of the domain by whoever asks, now; 404 where its round is another body's."""
    if "round_id" in arguments:
        _row(organisation_id, arguments["round_id"])
    return deed(actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **arguments)


def _made(deed: Callable[..., Any], request: ApiRequest, organisation_id: int, **arguments: Any) -> Any:
    """The same, of a deed that makes a row: its key."""
    return {"id": _done(deed, request, organisation_id, **arguments).pk}


_ROUND = "/o/{int:organisation_id}/rounds/{int:round_id}"


@room.reads(
    f"{_ROUND}/money",
    asks=SettlementRight.MONEY_VIEW,
    summary=_("The money of a joint purchase"),
    response=MoneyOut,
)
def money(request: ApiRequest, organisation_id: int, round_id: int) -> Any:
    return selectors.round_money(request.actor, _row(organisation_id, round_id))


@room.writes(
    f"{_ROUND}/terms",
    asks=SettlementRight.TERMS_EDIT,
    summary=_("Set the terms of the money"),
    response=DoneOut,
)
def terms(request: ApiRequest, organisation_id: int, round_id: int, body: TermsIn) -> Any:
    row = _row(organisation_id, round_id)
    _done(services.terms_set, request, organisation_id, round_id=round_id, **body.model_dump())
    return {"state": row.state}


@room.writes(
    f"{_ROUND}/fees",
    asks=SettlementRight.TERMS_EDIT,
    summary=_("Set an organiser’s fee with its source"),
    response=Made,
    status=201,
)
def fee(request: ApiRequest, organisation_id: int, round_id: int, body: FeeIn) -> Any:
    return _made(services.fee_set, request, organisation_id, round_id=round_id, **body.model_dump())


@room.writes(
    f"{_ROUND}/fees/{{int:fee_id}}/end",
    asks=SettlementRight.TERMS_EDIT,
    summary=_("Take a fee away"),
    response=Made,
)
def fee_end(request: ApiRequest, organisation_id: int, round_id: int, fee_id: int) -> Any:
    return _made(services.fee_end, request, organisation_id, round_id=round_id, fee_id=fee_id)


@room.writes(
    f"{_ROUND}/costs",
    asks=SettlementRight.MONEY_TAKE,
    summary=_("Enter an invoice, a cost, a correction"),
    response=Made,
    status=201,
)
def cost(request: ApiRequest, organisation_id: int, round_id: int, body: CostIn) -> Any:
    return _made(services.cost_add, request, organisation_id, round_id=round_id, **body.model_dump())


@room.writes(
    f"{_ROUND}/payments",
    asks=SettlementRight.MONEY_TAKE,
    summary=_("A participant paid"),
    response=Made,
    status=201,
)
def pay_in(request: ApiRequest, organisation_id: int, round_id: int, body: PayInIn) -> Any:
    return _made(services.pay_in, request, organisation_id, round_id=round_id, **body.model_dump())


@room.writes(
    f"{_ROUND}/supplier-payments",
    asks=SettlementRight.MONEY_TAKE,
    summary=_("Paid to the supplier, or came back"),
    response=Made,
    status=201,
)
def pay_supplier(request: ApiRequest, organisation_id: int, round_id: int, body: SupplierIn) -> Any:
    return _made(services.pay_supplier, request, organisation_id, round_id=round_id, **body.model_dump())


@room.reads(
    "/o/{int:organisation_id}/purchase-accounts",
    asks=SettlementRight.MONEY_VIEW,
    summary=_("Accounts of participants"),
    response=Piece[AccountOut],
)
def accounts(request: ApiRequest, organisation_id: int, paging: Query[Paging], q: str = "") -> Any:
    return piece(paging, selectors.accounts_of(request.actor, organisation_id, text=q[:100]))


@room.writes(
    "/o/{int:organisation_id}/purchase-accounts/{int:participant_id}/refunds",
    asks=SettlementRight.MONEY_TAKE,
    summary=_("Send free money back to a participant"),
    response=Made,
    status=201,
)
def pay_out(request: ApiRequest, organisation_id: int, participant_id: int, body: PayOutIn) -> Any:
    return _made(
        services.pay_out, request, organisation_id, participant_id=participant_id, **body.model_dump()
    )


@room.writes(
    "/o/{int:organisation_id}/purchase-cash/{int:cash_id}/back",
    asks=SettlementRight.MONEY_TAKE,
    summary=_("Take a row of money back"),
    response=Made,
)
def cash_back(request: ApiRequest, organisation_id: int, cash_id: int, body: ReasonIn) -> Any:
    return _made(services.cash_take_back, request, organisation_id, cash_id=cash_id, reason=body.reason)


@room.writes(
    f"{_ROUND}/intake",
    asks=SettlementRight.INTAKE_WRITE,
    summary=_("Write down what came of a good"),
    response=Made,
    status=201,
)
def intake(request: ApiRequest, organisation_id: int, round_id: int, body: IntakeIn) -> Any:
    return _made(services.intake_add, request, organisation_id, round_id=round_id, **body.model_dump())


@room.writes(
    f"{_ROUND}/intake/finish",
    asks=SettlementRight.INTAKE_WRITE,
    summary=_("Nothing more will come: share out what came"),
    response=DoneOut,
)
def intake_finish(request: ApiRequest, organisation_id: int, round_id: int) -> Any:
    return _done(services.intake_finish, request, organisation_id, round_id=round_id)


@room.reads(
    f"{_ROUND}/handout",
    asks=SettlementRight.HANDOUT_GIVE,
    summary=_("Whom to give what"),
    response=Piece[HandoutOut],
)
def handout(request: ApiRequest, organisation_id: int, round_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.handout_of(request.actor, _row(organisation_id, round_id)))


@room.reads(
    f"{_ROUND}/handout/by-code",
    asks=SettlementRight.HANDOUT_GIVE,
    summary=_("Whose code it is"),
    response=FoundOut,
)
def by_code(request: ApiRequest, organisation_id: int, round_id: int, code: str) -> Any:
    row = _row(organisation_id, round_id)
    return {"participant_id": selectors.participant_by_code(request.actor, row, code[:200])}


@room.writes(
    f"{_ROUND}/handout",
    asks=SettlementRight.HANDOUT_GIVE,
    summary=_("Give goods into hands"),
    response=list[Made],
    status=201,
)
def give(request: ApiRequest, organisation_id: int, round_id: int, body: GiveIn) -> Any:
    made = _done(
        services.goods_give,
        request,
        organisation_id,
        round_id=round_id,
        participant_id=body.participant_id,
        quantities={one.line_id: one.quantity for one in body.lines},
        outcome=body.outcome,
        key=body.key,
    )
    return [{"id": one.pk} for one in made]


@room.writes(
    "/o/{int:organisation_id}/handout-points",
    asks=SettlementRight.TERMS_EDIT,
    summary=_("Add a place of handing out"),
    response=Made,
    status=201,
)
def point(request: ApiRequest, organisation_id: int, body: PointIn) -> Any:
    return _made(services.point_save, request, organisation_id, **body.model_dump())


@room.writes(
    f"{_ROUND}/slots",
    asks=SettlementRight.TERMS_EDIT,
    summary=_("Add a time of handing out"),
    response=Made,
    status=201,
)
def slot(request: ApiRequest, organisation_id: int, round_id: int, body: SlotAddIn) -> Any:
    return _made(services.slot_add, request, organisation_id, round_id=round_id, **body.model_dump())


@room.reads(
    f"{_ROUND}/claims",
    asks=SettlementRight.HANDOUT_GIVE,
    summary=_("Claims of a joint purchase"),
    response=Piece[ClaimOut],
)
def claims(
    request: ApiRequest, organisation_id: int, round_id: int, paging: Query[Paging], state: str = ""
) -> Any:
    return piece(
        paging, selectors.claims_of(request.actor, _row(organisation_id, round_id), state=state[:10])
    )


@room.writes(
    "/o/{int:organisation_id}/purchase-claims/{int:claim_id}/answer",
    asks=SettlementRight.CLAIM_ANSWER,
    summary=_("Answer a claim"),
    response=DoneOut,
)
def answer(request: ApiRequest, organisation_id: int, claim_id: int, body: AnswerIn) -> Any:
    return _done(services.claim_answer, request, organisation_id, claim_id=claim_id, **body.model_dump())


@room.writes(
    "/o/{int:organisation_id}/purchase-claims/{int:claim_id}/returns",
    asks=SettlementRight.HANDOUT_GIVE,
    summary=_("Goods of a claim came back"),
    response=Made,
    status=201,
)
def came_back(request: ApiRequest, organisation_id: int, claim_id: int, body: ReturnIn) -> Any:
    return _made(services.goods_came_back, request, organisation_id, claim_id=claim_id, **body.model_dump())


@room.reads(
    f"{_ROUND}/settlement",
    asks=SettlementRight.MONEY_VIEW,
    summary=_("What the settlement would post"),
    response=PreviewOut,
)
def settle_preview(request: ApiRequest, organisation_id: int, round_id: int) -> Any:
    row = _row(organisation_id, round_id)
    if row.state != Round.State.RECEIVED:
        raise Http404
    return selectors.preview(row)


@room.writes(
    f"{_ROUND}/settlement",
    asks=SettlementRight.ROUND_SETTLE,
    summary=_("Settle a joint purchase"),
    response=SettledOut,
)
def settle(request: ApiRequest, organisation_id: int, round_id: int, body: SettleIn) -> Any:
    return _done(
        services.round_settle, request, organisation_id, round_id=round_id, fingerprint=body.fingerprint
    )
