"""The notice of a meeting: its words, whom it is for, who was told and how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from koopset.apps.meetings.models import Meeting, NoticeProof
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.selectors.electorates import persons_to_tell
from koopset.apps.meetings.selectors.law import law_on
from koopset.apps.meetings.selectors.meetings import agenda_data, candidates_of
from koopset.apps.meetings.selectors.plans import agenda_of
from koopset.apps.meetings.selectors.telling import ToldRow, standing_notice, told_of
from koopset.apps.people.selectors import full_names, login_ids_of_persons
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.actors import Actor
from koopset.kernel.violations import RuleViolation


def notice_text(row: Meeting, agenda: Iterable[dict[str, object]]) -> str:
    """The notice in words: form, days, place, agenda with the wordings of decisions, how to see the papers."""
    lines = [f"{Meeting.Form(row.form).label.capitalize()}: {row.title}"]
    if row.starts_at is not None:
        moment = date_format(timezone.localtime(row.starts_at), "j E Y, H:i")
        lines.append(_("Time and place: %(moment)s, %(place)s") % {"moment": moment, "place": row.place})
    if row.opens_on is not None:
        lines.append(_("Votes are taken in from %(day)s") % {"day": date_format(row.opens_on, "j E Y")})
    if row.ends_at is not None:
        moment = date_format(timezone.localtime(row.ends_at), "j E Y, H:i")
        lines.append(_("Votes are taken in until %(moment)s") % {"moment": moment})
    lines.append(_("Called by: %(initiator)s") % {"initiator": Meeting.Initiator(row.initiator).label})
    lines.append(_("Agenda:"))
    for number, item in enumerate(agenda, 1):
        lines.append(f"{number}. {item['title']}\n{item['wording']}")
    lines.append(_("The papers can be read on the page of the meeting and at the office of the board."))
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A person whom the notice is for; `on` is None while nobody proved that the person was told."""

    person_id: int
    name: str
    on: date | None
    channel_text: str


@dataclass(frozen=True, slots=True)
class PostedLine:
    """Where the notice was put up, and by which clause that tells everybody."""

    channel_text: str
    on: date
    basis: str
    number: str


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Before the notice: its text as it would go out, to how many, how many of them by e-mail. After it: who was told."""

    is_sent: bool
    number: int
    at: datetime | None
    text: str
    count: int
    with_mail: int
    problem: str
    rows: tuple[ToldLine, ...]
    posted: tuple[PostedLine, ...]

    @property
    def told(self) -> int:
        """How many are proven to be told."""
        return sum(one.on is not None for one in self.rows)

    @property
    def waiting(self) -> int:
        """How many are not."""
        return len(self.rows) - self.told


def notice_page(
    actor: Actor, row: Meeting, *, today: date, told: Sequence[ToldRow] | None = None
) -> NoticePage:
    """The notice that stands, or how it would be today. `told`: its rows, where they are known. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_PREPARE, row.organisation_id)
    notice = standing_notice(row)
    if notice is None:
        return _before(row, today)
    pk = row.organisation_id
    told = told if told is not None else told_of(notice)
    names = full_names([one.person_id for one in told], organisation_id=pk)
    rows = [
        ToldLine(one.person_id, names.get(one.person_id, "—"), one.on, channel_text(one.channel))
        for one in told
    ]
    posted = NoticeProof.objects.filter(organisation_id=pk, notice_id=notice.pk, person_id__isnull=True)
    return NoticePage(
        True,
        notice.number,
        notice.at,
        notice.text,
        len(rows),
        0,
        "",
        tuple(sorted(rows, key=lambda one: one.name)),
        tuple(
            PostedLine(channel_text(one.channel), one.on, one.basis, one.number)
            for one in posted.order_by("pk")
        ),
    )


def _before(row: Meeting, today: date) -> NoticePage:
    items = agenda_of(row)
    text = notice_text(row, agenda_data(items, candidates_of(row)))
    persons: list[int] = []
    problem = ""
    if items:
        try:
            law = law_on(row.organisation_id, row.law, row.on)
            persons = persons_to_tell(row.organisation_id, law.profile, items, today)
        except RuleViolation as violation:
            problem = text_of(violation)
    mail = len(login_ids_of_persons(persons)) if persons else 0
    return NoticePage(False, 0, None, text, len(persons), mail, problem, (), ())


def channel_text(channel: str) -> str:
    """How a person was told."""
    if channel == "email":
        return _("by e-mail")
    return str(NoticeProof.Channel(channel).label) if channel else ""
