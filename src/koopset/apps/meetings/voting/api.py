"""A voter's meetings and the queue of speakers, for programs. The votes themselves are in the room of meetings."""

from datetime import date, datetime
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.voting import selectors, services
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Id, In, Out

room = Room("voting", _("Votes of a person"))
MEETING = "/o/{int:organisation_id}/meetings/{int:meeting_id}"


class MyMeetingOut(Out):
    """A meeting for a voter: `voted` on how many of its `items`; `waits` while something is left to vote on."""

    id: int
    title: str
    state: str
    on: date
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    has_vote: bool
    items: int
    voted: int
    waits: bool


class SpeechOut(Out):
    """A turn to speak. `until`: when the time of who speaks is over."""

    id: int
    person_id: int
    name: str
    asked_at: datetime
    until: datetime | None


class QueueOut(Out):
    """Who speaks, who waits in their order, how many have spoken, how many minutes each has."""

    speaks: SpeechOut | None
    waiting: list[SpeechOut]
    spoken: int
    minutes: int


class TurnOut(Out):
    """Where a turn stands: asked, called, spoken, withdrawn."""

    id: int
    state: str


class SpeakerIn(In):
    """Whose turn."""

    person_id: Id


class CallIn(In):
    """Whom to call; null: the next in the queue."""

    speech_id: Id | None = None


class SpeechMinutesIn(In):
    """How long each speaks."""

    minutes: Annotated[int, Field(ge=1, le=1000)]


def _turn(deed: Any, request: ApiRequest, organisation_id: int, meeting_id: int, **more: Any) -> Any:
    return deed(
        actor=request.actor,
        organisation_id=organisation_id,
        meeting_id=meeting_id,
        now=timezone.now(),
        **more,
    )


@room.reads(
    "/o/{int:organisation_id}/my/meetings",
    asks=MeetingRight.MEETING_VOTE,
    summary=_("Meetings for a voter, the newest first, with what waits for a vote"),
    response=Piece[MyMeetingOut],
)
def my_meetings(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.my_meetings(request.actor, organisation_id))


@room.reads(
    f"{MEETING}/speakers",
    asks=MeetingRight.MEETING_VIEW,
    summary=_("Who speaks and who waits for the floor"),
    response=QueueOut,
)
def speakers(request: ApiRequest, organisation_id: int, meeting_id: int) -> Any:
    row = selectors.meeting_seen(request.actor, organisation_id, meeting_id)
    return selectors.queue_of(organisation_id, row.pk)


@room.writes(
    f"{MEETING}/my/speech",
    asks=MeetingRight.MEETING_VOTE,
    summary=_("Ask for the floor"),
    response=TurnOut,
    status=201,
)
def speech_ask(request: ApiRequest, organisation_id: int, meeting_id: int, body: SpeakerIn) -> Any:
    return _turn(services.speech_ask, request, organisation_id, meeting_id, person_id=body.person_id)


@room.writes(
    f"{MEETING}/my/speech/withdraw",
    asks=MeetingRight.MEETING_VOTE,
    summary=_("Do not speak after all"),
    response=TurnOut,
)
def speech_withdraw(request: ApiRequest, organisation_id: int, meeting_id: int, body: SpeakerIn) -> Any:
    return _turn(services.speech_withdraw, request, organisation_id, meeting_id, person_id=body.person_id)


@room.writes(
    f"{MEETING}/speakers/call",
    asks=MeetingRight.MEETING_HOLD,
    summary=_("Give the floor to the next, or to one named"),
    response=TurnOut,
)
def speech_call(request: ApiRequest, organisation_id: int, meeting_id: int, body: CallIn) -> Any:
    return _turn(services.speech_call, request, organisation_id, meeting_id, speech_id=body.speech_id)


@room.writes(
    f"{MEETING}/speakers/{{int:speech_id}}/end",
    asks=MeetingRight.MEETING_HOLD,
    summary=_("A speech is over, or somebody is taken out of the queue"),
    response=TurnOut,
)
def speech_end(request: ApiRequest, organisation_id: int, meeting_id: int, speech_id: int) -> Any:
    return _turn(services.speech_end, request, organisation_id, meeting_id, speech_id=speech_id)


@room.writes(
    f"{MEETING}/speakers/minutes",
    asks=MeetingRight.MEETING_HOLD,
    summary=_("Set how many minutes each speaks"),
    response=QueueOut,
)
def floor_set(request: ApiRequest, organisation_id: int, meeting_id: int, body: SpeechMinutesIn) -> Any:
    _turn(services.floor_set, request, organisation_id, meeting_id, minutes=body.minutes)
    return selectors.queue_of(organisation_id, meeting_id)
