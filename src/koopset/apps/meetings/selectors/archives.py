"""The archive of a closed meeting: files that prove by themselves what was voted and decided (`rules.archive`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from koopset.apps.meetings.formats.archive_file import archive_pack
from koopset.apps.meetings.models import ChainEvent, Closing, Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.archive import Attendance, SecretVotes, archive_made
from koopset.apps.meetings.rules.canonical import canonical
from koopset.apps.meetings.rules.chain import Event, chain_check
from koopset.apps.meetings.rules.charter import Clause
from koopset.apps.meetings.rules.profile import Item
from koopset.apps.meetings.rules.records import charter_read
from koopset.apps.meetings.selectors.frozen import electorates_of, frozen_of
from koopset.apps.meetings.selectors.votes import ballots_of
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.kernel.violations import RuleViolation


def attendance_data(attendance: Attendance) -> dict[str, Any]:
    """Who took part, in plain data; `attendance_read` reads it back."""
    return {
        "present": sorted(attendance.present),
        "agents": sorted([who, item, by] for (who, item), by in attendance.agents.items()),
        "absent": sorted([who, item] for who, item in attendance.absent),
    }


def attendance_read(data: Mapping[str, Any]) -> Attendance:
    """What `attendance_data` wrote."""
    return Attendance(
        present=frozenset(data["present"]),
        agents={(who, item): by for who, item, by in data["agents"]},
        absent=frozenset((who, item) for who, item in data["absent"]),
    )


def secret_data(secret: Mapping[str, SecretVotes]) -> dict[str, Any]:
    """The published tables of secret items in plain data; `secret_read` reads them back."""
    return {
        item: {
            "commitments": list(votes.commitments),
            "contents": [content.decode("utf-8") for content in votes.contents],
        }
        for item, votes in secret.items()
    }


def secret_read(data: Mapping[str, Any]) -> dict[str, SecretVotes]:
    """What `secret_data` wrote."""
    return {
        item: SecretVotes(
            commitments=tuple(row["commitments"]),
            contents=tuple(content.encode("utf-8") for content in row["contents"]),
        )
        for item, row in data.items()
    }


def events_of(meeting: Meeting) -> tuple[Event, ...]:
    """The chain, checked as it is read. Raises meetings.chain_broken with the number of the first event that is not as it was."""
    rows = ChainEvent.objects.filter(organisation_id=meeting.organisation_id, meeting_id=meeting.pk)
    report = chain_check(bytes(line) for line in rows.order_by("number").values_list("line", flat=True))
    if not report.is_whole:
        raise RuleViolation("meetings.chain_broken", number=report.broken_at or 0)
    return report.events


def archive_files(actor: Actor, organisation_id: int, meeting_id: int) -> dict[str, bytes]:
    """The files of the archive by their names. Raises Forbidden, meetings.not_closed, meetings.chain_broken."""
    actor.require(MeetingRight.MEETING_HOLD, organisation_id)
    meeting = Meeting.objects.filter(organisation_id=organisation_id, pk=meeting_id).first()
    if meeting is None:
        raise Forbidden(MeetingRight.MEETING_HOLD)
    closing = Closing.objects.filter(organisation_id=organisation_id, meeting_id=meeting.pk).first()
    if closing is None:
        raise RuleViolation("meetings.not_closed")
    frozen = frozen_of(meeting)
    clauses: tuple[Clause, ...]
    added: tuple[Item, ...]
    clauses, added = charter_read(frozen.opening.charter)
    return archive_made(
        meeting=f"{organisation_id}/{meeting.pk}",
        events=events_of(meeting),
        profile_text=frozen.opening.law_text,
        clauses=clauses,
        added=added,
        electorates=electorates_of(meeting),
        attendance=attendance_read(closing.attendance),
        ballots=ballots_of(meeting),
        secret=secret_read(closing.secret),
    )


def meeting_archive(actor: Actor, organisation_id: int, meeting_id: int) -> bytes:
    """The archive as one ZIP: the same meeting gives the same bytes. Raises what `archive_files` raises."""
    return archive_pack(archive_files(actor, organisation_id, meeting_id))


def plain(value: object) -> Any:
    """Data of a rule in types that JSON keeps: as an event of the chain holds them."""
    return json.loads(canonical(value))
