"""A meeting as its office sees it: agenda with the law of each item in words, papers, officials, what stands against it."""

from koopset.apps.meetings.selectors.office.choices import (
    ItemChoice,
    item_choices,
    item_law,
    may_be_secret,
    repeat_moment,
)
from koopset.apps.meetings.selectors.office.lines import (
    STATE_ROLES,
    MeetingLine,
    Step,
    meeting_lines,
    steps_of,
    waiting_count,
)
from koopset.apps.meetings.selectors.office.page import begins_on, candidates_named, meeting_page, papers_of
from koopset.apps.meetings.selectors.office.shown import (
    CandidateRow,
    ItemRow,
    MeetingPage,
    MoveRow,
    OfficialRow,
    PaperRow,
)

__all__ = [
    "STATE_ROLES",
    "CandidateRow",
    "ItemChoice",
    "ItemRow",
    "MeetingLine",
    "MeetingPage",
    "MoveRow",
    "OfficialRow",
    "PaperRow",
    "Step",
    "begins_on",
    "candidates_named",
    "item_choices",
    "item_law",
    "may_be_secret",
    "meeting_lines",
    "meeting_page",
    "papers_of",
    "repeat_moment",
    "steps_of",
    "waiting_count",
]
