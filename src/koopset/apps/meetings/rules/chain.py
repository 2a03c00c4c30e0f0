"""A chain of hashed events: each line holds the hash of the one before, so that nothing is changed, left out or put between unseen.

A line is canonical JSON without a line end: {"at", "data", "hash", "kind", "number", "previous"}. `hash` is the sha256 of the line without
itself, under a name of its own; the first event stands on GENESIS. Whoever knows the last hash can check all that led to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from koopset.apps.meetings.rules.canonical import canonical, canonical_read

GENESIS = "0" * 64
_NAME = b"koopset.meetings.event.v1\n"
_FIELDS = frozenset({"at", "data", "hash", "kind", "number", "previous"})


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a meeting. `number` counts from 1; `previous` is the hash of the one before; `line` are the bytes that are kept."""

    number: int
    kind: str
    at: str
    data: Mapping[str, Any]
    previous: str
    hash: str
    line: bytes


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a check of a chain found. `broken_at`: the first event that is not as it was (counted from 1), None for a whole chain.

    `why`: meetings.chain_line (no event of ours), chain_number, chain_previous, chain_hash, chain_head (it does not end where it should).
    """

    events: tuple[Event, ...]
    head: str
    broken_at: int | None
    why: str

    @property
    def is_whole(self) -> bool:
        return self.broken_at is None


def event_after(previous: Event | None, *, kind: str, at: datetime, data: Mapping[str, object]) -> Event:
    """The next event of a chain. Raises TypeError for data that have no canonical form: floats, moments without a zone."""
    number = 1 if previous is None else previous.number + 1
    head = GENESIS if previous is None else previous.hash
    body = {"at": at, "data": dict(data), "kind": kind, "number": number, "previous": head}
    found = hashlib.sha256(_NAME + canonical(body)).hexdigest()
    return _event(canonical({**body, "hash": found}))


def chain_check(lines: Iterable[bytes], *, head: str | None = None, events: int | None = None) -> ChainReport:
    """Check a chain from its first event. `head`, `events`: where it must end; without them a cut-off end cannot be seen."""
    found: list[Event] = []
    previous = GENESIS
    for at, line in enumerate(lines, 1):
        why, event = _checked(line, at, previous)
        if event is None or why:
            return ChainReport(tuple(found), previous, at, why)
        found.append(event)
        previous = event.hash
    if (head is not None and head != previous) or (events is not None and events != len(found)):
        return ChainReport(tuple(found), previous, len(found) + 1, "meetings.chain_head")
    return ChainReport(tuple(found), previous, None, "")


def _checked(line: bytes, number: int, previous: str) -> tuple[str, Event | None]:
    try:
        event = _event(line)
    except ValueError:
        return "meetings.chain_line", None
    if event.number != number:
        return "meetings.chain_number", event
    if event.previous != previous:
        return "meetings.chain_previous", event
    body = {
        "at": event.at,
        "data": event.data,
        "kind": event.kind,
        "number": event.number,
        "previous": event.previous,
    }
    if hashlib.sha256(_NAME + canonical(body)).hexdigest() != event.hash:
        return "meetings.chain_hash", event
    return "", event


def _event(line: bytes) -> Event:
    value = canonical_read(line)
    if not isinstance(value, dict) or value.keys() != _FIELDS or not isinstance(value["data"], dict):
        raise ValueError("not an event")
    number, kind, at = value["number"], value["kind"], value["at"]
    texts = (kind, at, value["previous"], value["hash"])
    if not isinstance(number, int) or isinstance(number, bool) or not all(isinstance(t, str) for t in texts):
        raise ValueError("not an event")
    return Event(number, kind, at, value["data"], value["previous"], value["hash"], line)
