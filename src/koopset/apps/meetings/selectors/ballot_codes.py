"""Codes of written ballots: made for the paper, read by the counting commission."""

from __future__ import annotations

import functools
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings

from koopset.apps.meetings.models import Elector, Meeting, NoticeRow
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.ballot_code import code_made, code_opened, code_read
from koopset.apps.meetings.selectors.officials import meeting_counted_by
from koopset.foundation.rights.actors import Actor
from koopset.kernel.violations import RuleViolation

_NAME = b"koopset.meetings.ballot-codes.v1\n"
#: Meetings that a code without a meeting is looked for in: the latest that have ballots.
MOST_MEETINGS = 50
_WITH_BALLOTS = (
    Meeting.State.NOTICED,
    Meeting.State.OPEN,
    Meeting.State.CLOSED,
    Meeting.State.FAILED,
    Meeting.State.RECORDED,
)


@dataclass(frozen=True, slots=True)
class BallotCode:
    """Whose ballot a code stands on, and of which meeting."""

    meeting_id: int
    person_id: int


def _key(secret: str, organisation_id: int, meeting_id: int) -> bytes:
    name = _NAME + f"{organisation_id}/{meeting_id}".encode()
    return hmac.new(secret.encode(), name, hashlib.sha256).digest()


@functools.lru_cache(maxsize=512)
def _keys(secrets: tuple[str, ...], organisation_id: int, meeting_id: int) -> tuple[bytes, ...]:
    return tuple(_key(secret, organisation_id, meeting_id) for secret in secrets)


def ballot_code(organisation_id: int, meeting_id: int, person_id: int) -> str:
    """The eleven digits that stand on the written ballot of a person. Asks no right: the caller prints the ballot."""
    (key,) = _keys((settings.SECRET_KEY,), organisation_id, meeting_id)
    return code_made(person_id, key)


def ballot_code_read(
    actor: Actor, organisation_id: int, code: str, *, meeting_id: int | None = None
) -> BallotCode:
    """Whose ballot it is, out of what was typed or scanned («4821 0937 551», or the text of the square). For the counting commission.

    `meeting_id`: the meeting whose ballots are being counted; None looks for it among the latest ones. Former secrets of the installation
    still open codes that were printed under them.
    Raises Forbidden; meetings.ballot_code_slip (mistyped), meetings.ballot_code_forged (of no elector: made up, or of another body),
    meetings.ballot_code_other (of another meeting, `title`), meetings.ballot_code_gone (was told of the meeting, had no vote at its
    opening).
    """
    typed = code_read(code)
    rows = Meeting.objects.filter(organisation_id=organisation_id, state__in=_WITH_BALLOTS)
    if meeting_id is not None:
        meeting_counted_by(actor, organisation_id, meeting_id)
    else:
        actor.require(MeetingRight.MEETING_COUNT, organisation_id)
    order = sorted(
        rows.order_by("-created_at", "-pk")[:MOST_MEETINGS],
        key=lambda row: (row.pk != meeting_id, row.pk != typed.meeting),
    )
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    opened = {
        (row.pk, code_opened(typed.digits, key)): row
        for row in order
        for key in _keys(secrets, organisation_id, row.pk)
    }
    persons = {person for _meeting, person in opened}
    electors = set(
        Elector.objects.filter(
            organisation_id=organisation_id, meeting_id__in=[row.pk for row in order], person_id__in=persons
        ).values_list("meeting_id", "person_id")
    )
    told = set(
        NoticeRow.objects.filter(
            organisation_id=organisation_id,
            notice__meeting_id__in=[row.pk for row in order],
            person_id__in=persons,
        ).values_list("notice__meeting_id", "person_id")
    )
    for place, row in opened.items():
        if place not in electors and place not in told:
            continue
        if meeting_id is not None and row.pk != meeting_id:
            raise RuleViolation("meetings.ballot_code_other", field="code", title=row.title)
        if row.opened_at is not None and place not in electors:
            raise RuleViolation("meetings.ballot_code_gone", field="code")
        return BallotCode(*place)
    raise RuleViolation("meetings.ballot_code_forged", field="code")
