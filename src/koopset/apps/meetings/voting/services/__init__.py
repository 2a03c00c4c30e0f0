"""All writing of this room: the queue of speakers, and what the counting commission types in at one go."""

from koopset.apps.meetings.voting.services.desk import (
    hands_enter,
    paper_read_again,
    paper_take_in,
    power_take_in,
)
from koopset.apps.meetings.voting.services.floor import (
    floor_set,
    speech_ask,
    speech_call,
    speech_end,
    speech_withdraw,
    speeches_forget_for_room,
)

__all__ = [
    "floor_set",
    "hands_enter",
    "paper_read_again",
    "paper_take_in",
    "power_take_in",
    "speech_ask",
    "speech_call",
    "speech_end",
    "speech_withdraw",
    "speeches_forget_for_room",
]
