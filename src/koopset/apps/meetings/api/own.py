"""The votes of a person, for programs that the person gave a key to. Of a secret vote nothing is kept, the answer neither."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.api.asked import (
    HallCodeIn,
    MeetingPersonIn,
    ReceiptIn,
    SecretIn,
    SignatureIn,
    SignIn,
    VotesIn,
)
from koopset.apps.meetings.api.frame import MEETING, done, room
from koopset.apps.meetings.api.told import (
    AskedOut,
    BallotReceiptOut,
    ChangedOut,
    ReceiptFoundOut,
    SecretOut,
    SignedOut,
    TriedOut,
    VotedOut,
    receipt_told,
    refusal_told,
)
from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.rights.actors import Forbidden

VOTE = MeetingRight.MEETING_VOTE


@room.writes(
    f"{MEETING}/my/check-in",
    asks=VOTE,
    summary=_("Check in with the code that is shown in the hall; a wrong code is counted"),
    response=TriedOut,
)
def my_check_in(request: ApiRequest, organisation_id: int, meeting_id: int, body: HallCodeIn) -> Any:
    deed = services.check_in_by_code
    tried = done(deed, request, organisation_id, meeting_id=meeting_id, **body.model_dump())
    return {"is_done": tried.refusal is None, "refusal": refusal_told(tried.refusal)}


@room.writes(
    f"{MEETING}/my/leave",
    asks=VOTE,
    summary=_("Say that one leaves the hall; votes given before stay"),
    response=ChangedOut,
)
def my_leave(request: ApiRequest, organisation_id: int, meeting_id: int, body: MeetingPersonIn) -> Any:
    if body.person_id not in request.actor.person_ids:
        raise Forbidden(VOTE)
    deed = services.person_leave
    more = {"meeting_id": meeting_id, "person_id": body.person_id}
    return {"is_changed": done(deed, request, organisation_id, **more)}


@room.writes(
    f"{MEETING}/my/votes",
    asks=VOTE,
    summary=_("Vote in the hall by phone: all the marks, or none"),
    response=VotedOut,
    status=201,
)
def my_votes(request: ApiRequest, organisation_id: int, meeting_id: int, body: VotesIn) -> Any:
    rows = done(services.phone_vote, request, organisation_id, meeting_id=meeting_id, **body.model_dump())
    return {"ballots": [row.pk for row in rows]}


@room.writes(
    f"{MEETING}/my/signatures",
    asks=VOTE,
    summary=_("Vote from afar: ask for the text and for a code that signs this text and no other"),
    response=AskedOut,
    status=201,
)
def my_signature_ask(request: ApiRequest, organisation_id: int, meeting_id: int, body: SignatureIn) -> Any:
    return done(services.signature_ask, request, organisation_id, meeting_id=meeting_id, **body.model_dump())


@room.writes(
    f"{MEETING}/my/signatures/{{int:ask_id}}",
    asks=VOTE,
    summary=_("Sign the text with the code: its marks become ballots; a wrong code is counted"),
    response=SignedOut,
)
def my_signature(
    request: ApiRequest, organisation_id: int, meeting_id: int, ask_id: int, body: SignIn
) -> Any:
    more = {"meeting_id": meeting_id, "ask_id": ask_id, "code": body.code}
    signed = done(services.signature_sign, request, organisation_id, **more)
    return {"ballots": [row.pk for row in signed.ballots], "refusal": refusal_told(signed.refusal)}


@room.writes(
    f"{MEETING}/my/secret-votes",
    asks=VOTE,
    summary=_("Give a secret vote, once: the receipt is told here and kept nowhere"),
    response=SecretOut,
    status=201,
    is_kept=False,
)
def my_secret_vote(request: ApiRequest, organisation_id: int, meeting_id: int, body: SecretIn) -> Any:
    return done(services.secret_vote, request, organisation_id, meeting_id=meeting_id, **body.model_dump())


@room.reads(
    f"{MEETING}/my/receipts",
    asks=VOTE,
    summary=_("That one’s open votes are among those counted, after the closing"),
    response=Piece[BallotReceiptOut],
)
def my_receipts(request: ApiRequest, organisation_id: int, meeting_id: int, paging: Query[Paging]) -> Any:
    rows = selectors.ballot_receipts(request.actor, organisation_id, meeting_id)
    return piece(paging, rows, receipt_told)


@room.writes(
    f"{MEETING}/my/secret-receipts",
    asks=VOTE,
    summary=_(
        "That a secret ballot is among those counted, by its receipt; asked by POST so that no address holds it"
    ),
    response=ReceiptFoundOut,
    is_kept=False,
)
def my_secret_receipt(request: ApiRequest, organisation_id: int, meeting_id: int, body: ReceiptIn) -> Any:
    found = selectors.secret_receipt(
        request.actor, organisation_id, meeting_id, body.item, body.receipt.strip().lower()
    )
    return {"receipt": None if found is None else receipt_told(found)}
