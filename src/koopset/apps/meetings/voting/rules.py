"""The pure rules of this room: how long one speaks, what is marked for everybody but a few."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

#: Minutes for a speech where the meeting has not set another time.
USUAL_MINUTES = 3
MOST_MINUTES = 60
MARKS = ("for", "against", "abstain")


def speech_ends(called_at: datetime, minutes: int) -> datetime:
    """When the time of a speech is over."""
    return called_at + timedelta(minutes=minutes)


def everybody_but(places: Collection[str], rest: str, marked: Mapping[str, str]) -> dict[str, str]:
    """place → mark: what was marked, and `rest` for all others; a mark «none» leaves its place open."""
    found = {place: marked.get(place) or rest for place in places}
    return {place: mark for place, mark in found.items() if mark in MARKS}
