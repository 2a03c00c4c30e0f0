"""What this room holds of a person: votes, presence, powers of attorney, how one was told of meetings. Keys only, no names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from koopset.apps.meetings.models import (
    BallotFact,
    Candidate,
    Elector,
    Meeting,
    MeetingPower,
    NoticeProof,
    PaperDecision,
    Presence,
    SecretVoter,
    SignatureAsk,
)
from koopset.foundation.personal.looks import register_look
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    PersonalData,
    Subject,
    Table,
    Tie,
    of_persons,
    register_personal_data,
    register_told,
    table,
)

#: Minutes with what belongs to them are kept so long where the law says nothing else (217-ФЗ art. 21), years.
KEPT_YEARS = 49


class MeetingsData(PersonalData):
    room = "meetings"
    title = gettext_lazy("Meetings and votes")
    models: ClassVar[dict[str, Any]] = {
        "meetings.Official": gettext_lazy("an office at a meeting"),
        "meetings.Candidate": gettext_lazy("a candidacy"),
        "meetings.NoticeRow": gettext_lazy("a notice of a meeting to a person"),
        "meetings.NoticeProof": gettext_lazy("a proof of a notice of a meeting"),
        "meetings.Elector": gettext_lazy("an elector of a meeting"),
        "meetings.ElectorateRow": gettext_lazy("an electorate of a meeting"),
        "meetings.Presence": gettext_lazy("coming to a meeting and leaving it"),
        "meetings.EntryTry": gettext_lazy("wrong codes at the door of a meeting"),
        "meetings.MeetingPower": gettext_lazy("a power of attorney at a meeting"),
        "meetings.PaperDecision": gettext_lazy("a written decision"),
        "meetings.SignatureAsk": gettext_lazy("a code for a vote"),
        "meetings.BallotFact": gettext_lazy("a vote"),
        "meetings.CurrentVote": gettext_lazy("a vote that counts"),
        "meetings.SecretVoter": gettext_lazy("that one has voted in secret"),
    }

    def tables(self, subject: Subject) -> Iterable[Table]:
        organisation = Column("organisation__organisation__name_short", _("Organisation"))
        meeting = Column("meeting__title", _("Meeting"))
        yield table(
            "meeting_electors",
            gettext_lazy("Meetings in which one had a vote"),
            [
                organisation,
                meeting,
                Column("voters", _("Electorate")),
                Column("numerator", _("Weight, numerator")),
                Column("denominator", _("Weight, denominator")),
            ],
            *of_persons(Elector, subject),
        )
        yield table(
            "meeting_votes",
            gettext_lazy("Votes at meetings"),
            [
                organisation,
                meeting,
                Column("item", _("Item")),
                Column("marks", _("Vote")),
                Column("channel", _("How")),
                Column("received_at", _("When")),
            ],
            *of_persons(BallotFact, subject, "elector_id"),
        )
        yield table(
            "meeting_secret_votes",
            gettext_lazy("Secret votes: only that one has voted"),
            [organisation, meeting, Column("item", _("Item"))],
            *of_persons(SecretVoter, subject),
        )
        yield table(
            "meeting_presence",
            gettext_lazy("Coming to meetings"),
            [
                organisation,
                meeting,
                Column("move", _("What"), lambda value: str(Presence.Move(value).label)),
                Column("at", _("When")),
            ],
            *of_persons(Presence, subject),
        )
        power = [
            organisation,
            meeting,
            Column("issued_on", _("Date")),
            Column("until", _("Until")),
            Column("revoked_on", pgettext("power", "Revoked")),
        ]
        yield table(
            "meeting_powers",
            gettext_lazy("Powers of attorney at meetings"),
            power,
            *of_persons(MeetingPower, subject, "principal_id"),
            *of_persons(MeetingPower, subject, "agent_id"),
        )
        yield table(
            "meeting_papers",
            gettext_lazy("Written decisions"),
            [
                organisation,
                meeting,
                Column("received_at", _("Received")),
                Column("state", _("State"), lambda value: str(PaperDecision.State(value).label)),
            ],
            *of_persons(PaperDecision, subject, "elector_id"),
        )
        yield table(
            "meeting_signatures",
            gettext_lazy("Texts signed by a code"),
            [
                organisation,
                meeting,
                Column("text", _("Text")),
                Column("text_hash", _("Hash of the text")),
                Column("signed_at", _("Signed")),
            ],
            *of_persons(SignatureAsk, subject, "voter_id", signed_at__isnull=False),
        )
        yield table(
            "meeting_notices",
            gettext_lazy("How one was told of meetings"),
            [
                organisation,
                Column("notice__meeting__title", _("Meeting")),
                Column("channel", _("How"), lambda value: str(NoticeProof.Channel(value).label)),
                Column("on", _("When")),
            ],
            *of_persons(NoticeProof, subject),
        )
        yield table(
            "meeting_candidacies",
            gettext_lazy("Candidacies"),
            [organisation, Column("item__meeting__title", _("Meeting")), Column("item__title", _("Item"))],
            *of_persons(Candidate, subject),
        )

    def _kept_until(self, subject: Subject) -> date | None:
        """Until when the name is kept: minutes name who took part."""
        last = None
        for organisation_id, person_ids in subject.in_organisations():
            closed = Meeting.objects.filter(
                organisation_id=organisation_id, closed_at__isnull=False, electors__person_id__in=person_ids
            ).aggregate(last=Max("closed_at"))["last"]
            if closed is not None:
                last = closed if last is None else max(last, closed)
        if last is None:
            return None
        return date(timezone.localdate(last).year + KEPT_YEARS, 12, 31)

    def ties(self, subject: Subject, *, now: datetime) -> Iterable[Tie]:
        until = self._kept_until(subject)
        if until is not None:
            yield Tie(
                _("lists of those who took part in meetings"),
                _("217-ФЗ art. 21: minutes are kept 49 years"),
                until,
            )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        count = sum(
            rows.count()
            for model, path in (
                (Elector, "person_id"),
                (BallotFact, "elector_id"),
                (Presence, "person_id"),
                (MeetingPower, "principal_id"),
                (MeetingPower, "agent_id"),
            )
            for rows in of_persons(model, subject, path)
        )
        if count:
            law = _("217-ФЗ art. 21: minutes are kept 49 years")
            yield Line(
                _("votes and presence at meetings: keys, no names"),
                Fate.KEEP,
                count,
                law,
                self._kept_until(subject),
            )

    def erase(self, *, actor: Any, subject: Subject, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        return list(self.holds(subject, needs=needs, now=now))


def register() -> None:
    register_personal_data(MeetingsData())
    register_look("meetings.notice", gettext_lazy("who was told of a meeting, by name"))
    for label, words in (
        ("meetings.LawEdition", gettext_lazy("an edition of the law of meetings")),
        ("meetings.CharterEdition", gettext_lazy("what the charter changes in the law of meetings")),
        ("meetings.Meeting", gettext_lazy("a meeting")),
        ("meetings.AgendaItem", gettext_lazy("an item of an agenda")),
        ("meetings.Material", gettext_lazy("a paper to an item of an agenda")),
        ("meetings.Notice", gettext_lazy("a notice of a meeting")),
        ("meetings.Opening", gettext_lazy("the opening of a meeting")),
        ("meetings.Closing", gettext_lazy("the closing of a meeting")),
        ("meetings.EffectRow", gettext_lazy("what follows from a decision")),
    ):
        register_told(label, words)
