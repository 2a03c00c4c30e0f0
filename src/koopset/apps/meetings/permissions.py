"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import EVERYBODY_INSIDE, Role


class MeetingRight(StrEnum):
    MEETING_VIEW = "meetings:meeting:view"
    MEETING_PREPARE = "meetings:meeting:prepare"
    MEETING_HOLD = "meetings:meeting:hold"
    MEETING_COUNT = "meetings:meeting:count"  # officials of a meeting have it there without a role
    MEETING_VOTE = "meetings:meeting:vote"
    LAW_VIEW = "meetings:law:view"
    LAW_EDIT = "meetings:law:edit"


_LEADERS = frozenset({Role.CHAIR, Role.BOARD})


def declare_rights() -> None:
    declare(
        MeetingRight,
        {
            MeetingRight.MEETING_VIEW: EVERYBODY_INSIDE,
            MeetingRight.MEETING_PREPARE: _LEADERS,
            MeetingRight.MEETING_HOLD: _LEADERS,
            MeetingRight.MEETING_COUNT: _LEADERS,
            MeetingRight.MEETING_VOTE: EVERYBODY_INSIDE,
            MeetingRight.LAW_VIEW: EVERYBODY_INSIDE,
            MeetingRight.LAW_EDIT: frozenset({Role.OPERATOR, Role.CHAIR}),
        },
        machines={MeetingRight.MEETING_VIEW, MeetingRight.LAW_VIEW},
    )
