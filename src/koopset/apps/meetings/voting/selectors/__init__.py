"""All reading of this room."""

from koopset.apps.meetings.voting.selectors.agenda import AgendaItemRow, ChoiceRow, agenda_rows
from koopset.apps.meetings.voting.selectors.desk import (
    DeskPerson,
    HandRow,
    PaperRow,
    PowerLine,
    agents_of,
    desk_people,
    duplicates,
    hands_of,
    paper_of,
    papers_of,
    powers_of_meeting,
    voices_of_elector,
)
from koopset.apps.meetings.voting.selectors.floor import Queue, SpeechRow, minutes_of, queue_of
from koopset.apps.meetings.voting.selectors.hall import (
    HallItem,
    HallState,
    hall_state,
    pulse_mark,
    quorum_line,
)
from koopset.apps.meetings.voting.selectors.mine import MyMeeting, meeting_seen, my_meetings, votes_waiting
from koopset.apps.meetings.voting.selectors.receipts import (
    CheckedReceipt,
    OwnReceipt,
    own_receipts,
    receipt_check,
)
from koopset.apps.meetings.voting.selectors.voter import (
    GivenVote,
    Voice,
    VoterState,
    WeightLine,
    asked_signature,
    personal_mark,
    voter_state,
)

__all__ = [
    "AgendaItemRow",
    "CheckedReceipt",
    "ChoiceRow",
    "DeskPerson",
    "GivenVote",
    "HallItem",
    "HallState",
    "HandRow",
    "MyMeeting",
    "OwnReceipt",
    "PaperRow",
    "PowerLine",
    "Queue",
    "SpeechRow",
    "Voice",
    "VoterState",
    "WeightLine",
    "agenda_rows",
    "agents_of",
    "asked_signature",
    "desk_people",
    "duplicates",
    "hall_state",
    "hands_of",
    "meeting_seen",
    "minutes_of",
    "my_meetings",
    "own_receipts",
    "paper_of",
    "papers_of",
    "personal_mark",
    "powers_of_meeting",
    "pulse_mark",
    "queue_of",
    "quorum_line",
    "receipt_check",
    "voices_of_elector",
    "voter_state",
    "votes_waiting",
]
