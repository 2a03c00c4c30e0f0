"""The notice: the agenda freezes, each elector is told, proofs are entered. A changed agenda is a new notice and a new term."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from koopset.apps.meetings import events
from koopset.apps.meetings.models import Meeting, Notice, NoticeProof, NoticeRow
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.clock import lawful
from koopset.apps.meetings.rules.records import agenda_digest
from koopset.apps.meetings.selectors.electorates import persons_to_tell
from koopset.apps.meetings.selectors.law import law_on
from koopset.apps.meetings.selectors.meetings import agenda_data, candidates_of
from koopset.apps.meetings.selectors.plans import agenda_of, plan_before_notice
from koopset.apps.meetings.selectors.telling import standing_notice
from koopset.apps.meetings.services.locks import lock_meeting, require_move, require_state
from koopset.apps.meetings.services.telling import notice_text, tell_notice
from koopset.foundation.events import publish
from koopset.foundation.files.models import StoredFile
from koopset.foundation.history.bulk import write_rows
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: Kind of a stored file: a list with signatures, a receipt of the post, a photo of the board.
PROOF_FILE = "meetings.proof"
BATCH = 2000


@service(MeetingRight.MEETING_PREPARE)
def meeting_notice(*, actor: Actor, organisation_id: int, meeting_id: int, now: datetime) -> Notice:
    """Send the notice: from now on the agenda is frozen. Each elector of today's register gets a row and a letter.

    Raises meetings.state, meetings.election_seats (an election without candidates), what the clock refuses the plan with (with article and
    first lawful date, as if all were told today), and what `electorates_on` raises for a register that is not in order.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_move(row, Meeting.State.NOTICED)
    today = timezone.localdate(now)
    law = law_on(organisation_id, row.law, row.on)
    lawful(law.profile, plan_before_notice(row, today), law.facts)
    items, candidates = agenda_of(row), candidates_of(row)
    for item in items:
        if bool(item.seats) != bool(candidates.get(item.pk)):
            raise RuleViolation("meetings.election_seats", field="seats", seats=item.seats)
    persons = persons_to_tell(organisation_id, law.profile, items, today)
    agenda = agenda_data(items, candidates)
    text = notice_text(row, agenda)
    number = Notice.objects.filter(organisation_id=organisation_id, meeting_id=row.pk).count() + 1
    notice = Notice.objects.create(
        organisation_id=organisation_id,
        meeting=row,
        number=number,
        agenda=agenda,
        digest=agenda_digest((item.key, item.wording) for item in items),
        text=text,
        law_version=law.profile.version,
        at=now,
        sent_by=actor.login_id,
    )
    letters = {one.person_id: one.pk for one in tell_notice(row, persons, text, now=now)}
    write_rows(
        NoticeRow._meta.db_table,
        ("organisation_id", "notice_id", "person_id", "notification_id"),
        ((organisation_id, notice.pk, person, letters.get(person)) for person in persons),
    )
    row.state, row.noticed_at = Meeting.State.NOTICED, now
    row.save()
    publish(events.MeetingNoticed(organisation_id, row.pk))
    return notice


@service(MeetingRight.MEETING_PREPARE)
def notice_withdraw(
    *, actor: Actor, organisation_id: int, meeting_id: int, reason: str, now: datetime
) -> Meeting:
    """Take the notice back to change the agenda or the days: the meeting is a draft again, and the next notice has a term of its own.

    Raises meetings.state, meetings.no_reason.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_state(row, Meeting.State.NOTICED)
    why = " ".join(reason.split())[:300]
    if not why:
        raise RuleViolation("meetings.no_reason", field="reason")
    notice = standing_notice(row)
    assert notice is not None
    notice.withdrawn_at, notice.withdrawn_why = now, why
    notice.save(update_fields=["withdrawn_at", "withdrawn_why"])
    row.state, row.noticed_at = Meeting.State.DRAFT, None
    row.save()
    return row


@service(MeetingRight.MEETING_PREPARE)
def notice_prove(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    person_ids: Iterable[int],
    channel: str,
    on: date,
    number: str = "",
    file_id: int | None = None,
    now: datetime,
) -> int:
    """Enter that persons were told by a registered letter or against signature; how many rows were written.

    Raises meetings.state, meetings.bad_channel, meetings.proof_day (before the notice, or not come yet), meetings.not_to_be_told,
    meetings.unknown_file.
    """
    notice = _standing(organisation_id, meeting_id)
    if channel not in (NoticeProof.Channel.LETTER, NoticeProof.Channel.SIGNATURE):
        raise RuleViolation("meetings.bad_channel", field="channel")
    _checked(notice, on, file_id, now)
    wanted = sorted(set(person_ids))
    known = set(
        NoticeRow.objects.filter(organisation_id=organisation_id, notice_id=notice.pk).values_list(
            "person_id", flat=True
        )
    )
    if not wanted or not known.issuperset(wanted):
        raise RuleViolation("meetings.not_to_be_told", field="persons")
    NoticeProof.objects.bulk_create(
        (
            NoticeProof(
                organisation_id=organisation_id,
                notice=notice,
                person_id=person,
                channel=channel,
                on=on,
                number=" ".join(number.split())[:60],
                file_id=file_id,
                at=now,
                entered_by=actor.login_id,
            )
            for person in wanted
        ),
        batch_size=BATCH,
    )
    return len(wanted)


@service(MeetingRight.MEETING_PREPARE)
def notice_post(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    channel: str,
    on: date,
    basis: str,
    number: str = "",
    file_id: int | None = None,
    now: datetime,
) -> NoticeProof:
    """Enter that the notice was posted where everybody sees it. It tells everybody only by a clause that says so: of law, of the
    charter, or a decision of the owners (`basis`).

    Raises meetings.state, meetings.bad_channel, meetings.no_basis, meetings.proof_day, meetings.unknown_file.
    """
    notice = _standing(organisation_id, meeting_id)
    if channel not in (NoticeProof.Channel.BOARD, NoticeProof.Channel.SITE):
        raise RuleViolation("meetings.bad_channel", field="channel")
    clause = " ".join(basis.split())[:300]
    if not clause:
        raise RuleViolation("meetings.no_basis", field="basis")
    _checked(notice, on, file_id, now)
    return NoticeProof.objects.create(
        organisation_id=organisation_id,
        notice=notice,
        channel=channel,
        on=on,
        number=" ".join(number.split())[:60],
        basis=clause,
        file_id=file_id,
        at=now,
        entered_by=actor.login_id,
    )


def _standing(organisation_id: int, meeting_id: int) -> Notice:
    row = lock_meeting(organisation_id, meeting_id)
    require_state(row, Meeting.State.NOTICED)
    notice = standing_notice(row)
    assert notice is not None
    return notice


def _checked(notice: Notice, on: date, file_id: int | None, now: datetime) -> None:
    if not timezone.localdate(notice.at) <= on <= timezone.localdate(now):
        raise RuleViolation("meetings.proof_day", field="on")
    if file_id is not None:
        stored = StoredFile.objects.filter(
            organisation_id=notice.organisation_id, pk=file_id, kind=PROOF_FILE
        )
        if not stored.exists():
            raise RuleViolation("meetings.unknown_file", field="file")
