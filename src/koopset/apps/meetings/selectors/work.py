"""What the meetings of a body wait for, and decisions of meetings to search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koopset.apps.meetings.models import EffectRow, ItemResult, Material, Meeting, PaperDecision
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.terms import last_notice_day, minutes_due
from koopset.apps.meetings.selectors import words
from koopset.apps.meetings.selectors.law import LawHere, laws_on
from koopset.apps.meetings.selectors.office import begins_on
from koopset.apps.meetings.selectors.telling import told_count
from koopset.foundation.rights.actors import Actor

_GOING_ON = (Meeting.State.DRAFT, Meeting.State.NOTICED, Meeting.State.OPEN, Meeting.State.CLOSED)


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that waits. `effect_id`: a decision to be carried out; else the meeting itself."""

    meeting_id: int
    effect_id: int | None
    title: str
    text: str
    is_urgent: bool


def work_of_body(organisation_id: int, today: date, *, near: timedelta) -> list[Work]:
    """What waits for the office, urgent things first. Asks no right: the panel has."""
    offered = EffectRow.objects.filter(
        organisation_id=organisation_id,
        result__meeting_id=OuterRef("pk"),
        state=EffectRow.State.OFFERED,
    )
    # One question where nothing waits: the page of every day asks it.
    waiting = list(
        Meeting.objects.filter(
            Q(state__in=_GOING_ON) | Q(Exists(offered), state=Meeting.State.RECORDED),
            organisation_id=organisation_id,
        ).order_by("created_at")[:20]
    )
    rows = [row for row in waiting if row.state != Meeting.State.RECORDED]
    laws = laws_on(organisation_id, {(row.law, row.on) for row in rows}) if rows else {}
    from_afar = any(row.state == Meeting.State.OPEN and row.form != Meeting.Form.IN_PERSON for row in rows)
    papers = _papers(organisation_id) if from_afar else {}
    found = []
    for row in rows:
        here = laws.get((row.law, row.on))
        text, is_urgent = _text(row, here, today, near)
        found.append(Work(row.pk, None, row.title, text, is_urgent))
        if papers.get(row.pk):
            count = papers[row.pk]
            words_of = ngettext(
                "%(count)s written decision waits for another person to check it",
                "%(count)s written decisions wait for another person to check them",
                count,
            )
            found.append(Work(row.pk, None, row.title, words_of % {"count": count}, False))
    if len(rows) < len(waiting):
        found += _effects(organisation_id)
    return sorted(found, key=lambda one: not one.is_urgent)


def _effects(organisation_id: int) -> list[Work]:
    rows = EffectRow.objects.filter(organisation_id=organisation_id, state=EffectRow.State.OFFERED)
    known = rows.order_by("pk").values_list("pk", "result__meeting_id", "result__item__title")[:20]
    return [Work(meeting, pk, title, _("adopted: carry it out"), False) for pk, meeting, title in known]


def _papers(organisation_id: int) -> dict[int, int]:
    rows = PaperDecision.objects.filter(
        organisation_id=organisation_id,
        state=PaperDecision.State.ENTERED,
        meeting__state=Meeting.State.OPEN,
    )
    return dict(rows.order_by().values("meeting_id").annotate(n=Count("pk")).values_list("meeting_id", "n"))


def _text(row: Meeting, here: LawHere | None, today: date, near: timedelta) -> tuple[str, bool]:
    match row.state:
        case Meeting.State.DRAFT:
            return _draft(row, here, today, near)
        case Meeting.State.NOTICED:
            return _noticed(row, today)
        case Meeting.State.OPEN:
            is_over = row.on < today
            return (
                _("voting is over: close the vote and count") if is_over else _("the meeting is open")
            ), is_over
    day = None
    if here is not None and row.closed_at is not None:
        day = minutes_due(here.profile, timezone.localdate(row.closed_at))
    if day is None:
        return _("sign the minutes"), False
    text = _("sign the minutes by %(day)s") % {"day": day.strftime("%d.%m.%Y")}
    return text, day - today <= timedelta(days=2)


def _draft(row: Meeting, here: LawHere | None, today: date, near: timedelta) -> tuple[str, bool]:
    if here is None:
        return _("the law of this meeting cannot be read: look at its page"), True
    last = last_notice_day(here.profile, begins_on(row))
    if last < today:
        return _("the day is too near for a notice now: move it"), True
    text = _("give notice by %(day)s") % {"day": last.strftime("%d.%m.%Y")}
    return text, last - today <= near


def _noticed(row: Meeting, today: date) -> tuple[str, bool]:
    first = row.opens_on or row.on
    if first <= today:
        return _("its day has come: open it"), True
    told = told_count(row.organisation_id, row.pk)
    if told is not None and told[0] < told[1]:
        count = told[1] - told[0]
        text = ngettext("%(count)s person is not told yet", "%(count)s people are not told yet", count)
        return text % {"count": count}, False
    return _("held on %(day)s") % {"day": row.on.strftime("%d.%m.%Y")}, False


@dataclass(frozen=True, slots=True)
class MeetingName:
    """A meeting by its key and title."""

    id: int
    title: str


def meeting_of_decision(organisation_id: int, decision_id: int) -> MeetingName | None:
    """The meeting that made a decision of the register; None for one entered by hand. Asks no right."""
    row = (
        ItemResult.objects.filter(organisation_id=organisation_id, decision_id=decision_id)
        .values_list("meeting_id", "meeting__title")
        .first()
    )
    return MeetingName(*row) if row is not None else None


def paper_is_open(organisation_id: int, file_id: int) -> bool:
    """Whether a file is a paper that people may read: of a meeting they were told of. Asks no right."""
    return (
        Material.objects.filter(organisation_id=organisation_id, file_id=file_id, withdrawn_at__isnull=True)
        .exclude(item__meeting__state=Meeting.State.DRAFT)
        .exists()
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A search among what meetings decided: words, a meeting, days, an outcome, an effect; nothing given is not asked."""

    text: str = ""
    meeting_id: int | None = None
    since: date | None = None
    until: date | None = None
    outcome: str = ""
    effect: str = ""


def decided_query(actor: Actor, organisation_id: int, asked: Asked) -> QuerySet[ItemResult]:
    """What meetings decided, also what was not adopted, the latest first. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_VIEW, organisation_id)
    rows = ItemResult.objects.filter(organisation_id=organisation_id).select_related("item", "meeting")
    for word in asked.text.split():
        # SQLite folds the case of Latin letters only: Russian words are sought as typed, capitalised and small.
        found = Q(meeting__number=word)
        for form in {word, word.lower(), word.capitalize()}:
            found |= Q(item__title__icontains=form) | Q(item__wording__icontains=form)
            found |= Q(meeting__title__icontains=form)
        rows = rows.filter(found)
    if asked.meeting_id is not None:
        rows = rows.filter(meeting_id=asked.meeting_id)
    if asked.since is not None:
        rows = rows.filter(meeting__closed_at__date__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(meeting__closed_at__date__lte=asked.until)
    if asked.outcome:
        rows = rows.filter(outcome=asked.outcome)
    if asked.effect:
        rows = rows.filter(item__effect=asked.effect)
    return rows.order_by("-meeting__closed_at", "item__position", "pk")


def meetings_counted(organisation_id: int, limit: int = 100) -> list[MeetingName]:
    """Meetings with verdicts, to choose from, the newest first. Asks no right."""
    rows = Meeting.objects.filter(organisation_id=organisation_id, closed_at__isnull=False)
    return [
        MeetingName(pk, title)
        for pk, title in rows.order_by("-closed_at", "-pk").values_list("pk", "title")[:limit]
    ]


def effect_choices() -> Mapping[str, str]:
    """Effects of decisions in words."""
    return {key.value: str(text) for key, text in words.EFFECTS.items() if text}
