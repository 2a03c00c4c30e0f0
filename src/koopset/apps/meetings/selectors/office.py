"""A meeting as its office sees it: agenda with the law of each item in words, papers, officials, what stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.meetings.models import (
    AgendaItem,
    Candidate,
    Closing,
    Material,
    Meeting,
    Notice,
    Official,
    Opening,
)
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.clock import Clock, Finding, Severity, clock
from koopset.apps.meetings.rules.law import Form, MixedWhen, Weight
from koopset.apps.meetings.rules.profile import Item, Profile
from koopset.apps.meetings.rules.terms import last_materials_day, last_notice_day, minutes_due
from koopset.apps.meetings.selectors import words
from koopset.apps.meetings.selectors.frozen import frozen_of
from koopset.apps.meetings.selectors.law import law_on, laws_on
from koopset.apps.meetings.selectors.meetings import seen_meeting
from koopset.apps.meetings.selectors.plans import agenda_of, plan_of
from koopset.apps.meetings.selectors.telling import ToldRow, last_told, told_of
from koopset.apps.people.selectors import full_names, login_names
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.actors import Actor
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper that is open to be read since a day."""

    id: int
    title: str
    name: str
    url: str
    since: date


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """Somebody who stands."""

    id: int
    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of the agenda; `rule` is None where the law of the meeting cannot be read. `against`: what bars it, in words."""

    id: int
    key: str
    number: int
    title: str
    wording: str
    is_secret: bool
    seats: int
    effect: str
    is_put: bool
    rule: words.RuleWords | None
    candidates: tuple[CandidateRow, ...]
    papers: tuple[PaperRow, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """Who presides, writes, counts."""

    id: int
    role: str
    role_text: str
    name: str


@dataclass(frozen=True, slots=True)
class MoveRow:
    """What happened to a meeting: for `c-history`."""

    when: datetime
    who: str
    what: str
    changes: tuple[()] = ()


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """All of it. `refusals`, `warnings`: what stands against the plan, in words; `problem`: why the law cannot be read.

    `last_notice_on`: by when everybody must be told; `papers_on`: by when papers must be open; `minutes_by`: by when minutes are due.
    """

    id: int
    title: str
    kind_text: str
    law: str
    law_name: str
    law_version: str
    form: str
    form_text: str
    state: str
    state_text: str
    initiator_text: str
    on: date
    place: str
    starts_at: datetime | None
    opens_on: date | None
    ends_at: datetime | None
    electronic: bool
    number: str
    cancel_reason: str
    repeats_id: int | None
    agenda: tuple[ItemRow, ...]
    officials: tuple[OfficialRow, ...]
    history: tuple[MoveRow, ...]
    problem: str
    refusals: tuple[str, ...]
    warnings: tuple[str, ...]
    first_lawful_on: date | None
    last_notice_on: date | None
    papers_on: date | None
    minutes_by: date | None
    first_day: date
    told: tuple[ToldRow, ...] | None

    @property
    def told_counts(self) -> tuple[int, int] | None:
        """(told, all) by the notice that stands; None without one."""
        if self.told is None:
            return None
        return sum(one.on is not None for one in self.told), len(self.told)

    @property
    def is_draft(self) -> bool:
        return self.state == Meeting.State.DRAFT

    @property
    def is_counted(self) -> bool:
        """Whether votes are counted: there are results to show."""
        return self.state in (Meeting.State.CLOSED, Meeting.State.RECORDED, Meeting.State.FAILED)

    @property
    def may_name(self) -> bool:
        """Whether officials may be named."""
        return self.state in (
            Meeting.State.DRAFT, Meeting.State.NOTICED, Meeting.State.OPEN, Meeting.State.CLOSED
        )  # fmt: skip

    @property
    def has_officials(self) -> bool:
        """Whether those who sign the minutes are named."""
        return {"chair", "secretary"} <= {one.role for one in self.officials}

    @property
    def lacking_papers(self) -> tuple[ItemRow, ...]:
        """Items without a paper to read."""
        return tuple(item for item in self.agenda if not item.papers)

    @property
    def lacking_candidates(self) -> tuple[ItemRow, ...]:
        """Elections without candidates."""
        return tuple(item for item in self.agenda if item.seats and not item.candidates)


def meeting_page(actor: Actor, organisation_id: int, meeting_id: int, *, today: date) -> MeetingPage:
    """A meeting with everything its card shows. Raises Forbidden, also where there is none."""
    row = seen_meeting(actor, organisation_id, meeting_id)
    items = agenda_of(row)
    papers = papers_of(row)
    notices = list(
        Notice.objects.filter(organisation_id=organisation_id, meeting_id=row.pk).order_by("number")
    )
    standing = next((one for one in notices if one.withdrawn_at is None), None)
    is_noticed = standing is not None and row.state == Meeting.State.NOTICED
    told = tuple(told_of(standing)) if standing is not None and is_noticed else None
    profile, found, problem = _law_and_clock(row, items, papers, standing, told, today)
    titles = {item.key: item.title for item in items}
    names = words.names_of(profile, titles) if profile is not None else titles
    findings = found.findings if found is not None else ()
    moves = _history(row, notices)
    return MeetingPage(
        id=row.pk,
        title=row.title,
        kind_text=str(Meeting.Kind(row.kind).label),
        law=row.law,
        law_name=words.law_name(profile) if profile is not None else "",
        law_version=profile.version if profile is not None else "",
        form=row.form,
        form_text=str(Meeting.Form(row.form).label),
        state=row.state,
        state_text=str(Meeting.State(row.state).label),
        initiator_text=words.initiator_words(row.initiator),
        on=row.on,
        place=row.place,
        starts_at=row.starts_at,
        opens_on=row.opens_on,
        ends_at=row.ends_at,
        electronic=row.electronic,
        number=row.number,
        cancel_reason=row.cancel_reason,
        repeats_id=row.repeats_id,
        agenda=tuple(_items(row, items, papers, profile, findings, names)),
        officials=officials_of(row),
        history=moves,
        problem=problem,
        refusals=_said(findings, Severity.REFUSAL, names),
        warnings=_said(findings, Severity.WARNING, names),
        first_lawful_on=found.first_lawful_on if found is not None else None,
        last_notice_on=last_notice_day(profile, begins_on(row)) if profile is not None else None,
        papers_on=last_materials_day(profile, begins_on(row)) if profile is not None else None,
        minutes_by=minutes_due(profile, timezone.localdate(row.closed_at))
        if profile is not None and row.closed_at is not None
        else None,
        first_day=row.opens_on or row.on,
        told=told,
    )


def begins_on(row: Meeting) -> date:
    """The day against which terms are counted."""
    if row.form == Meeting.Form.ABSENTIA and row.opens_on is not None:
        return row.opens_on
    return row.on


def _law_and_clock(
    row: Meeting,
    items: list[AgendaItem],
    papers: Mapping[int, list[PaperRow]],
    notice: Notice | None,
    told: tuple[ToldRow, ...] | None,
    today: date,
) -> tuple[Profile | None, Clock | None, str]:
    """The law of the meeting (frozen at its opening), the clock before the opening, and why the law cannot be read."""
    if row.opened_at is not None:
        return frozen_of(row).profile, None, ""
    try:
        here = law_on(row.organisation_id, row.law, row.on)
    except RuleViolation as violation:
        return None, None, text_of(violation)
    if row.state == Meeting.State.CANCELLED:
        return here.profile, None, ""
    keys = tuple(item.key for item in items)
    since = {item.key: max(paper.since for paper in papers[item.pk]) for item in items if papers.get(item.pk)}
    if row.state == Meeting.State.DRAFT:
        open_today = {key: since.get(key, today) for key in keys}
        plan = plan_of(row, told_on=today, papers=open_today, items=keys)
    else:
        plan = plan_of(
            row,
            told_on=last_told(told or ()),
            noticed_items=tuple(str(one["key"]) for one in notice.agenda) if notice is not None else None,
            papers=since,
            items=keys,
        )
    return here.profile, clock(here.profile, plan, here.facts), ""


def _said(findings: tuple[Finding, ...], severity: Severity, names: Mapping[str, str]) -> tuple[str, ...]:
    found = []
    for one in findings:
        if one.severity is severity and one.code != "meetings.agenda_empty":
            violation = one.violation()
            found.append(words.said(violation.code, violation.params, names))
    return tuple(dict.fromkeys(found))


def _items(
    row: Meeting,
    items: list[AgendaItem],
    papers: Mapping[int, list[PaperRow]],
    profile: Profile | None,
    findings: tuple[Finding, ...],
    names: Mapping[str, str],
) -> list[ItemRow]:
    standing = candidates_named(row)
    return [
        ItemRow(
            item.pk,
            item.key,
            number,
            item.title,
            item.wording,
            item.is_secret,
            item.seats,
            item.effect,
            item.put_at is not None,
            _rule(profile, item.key),
            tuple(standing.get(item.pk, ())),
            tuple(papers.get(item.pk, ())),
            _said(tuple(one for one in findings if one.item == item.key), Severity.BARRED, names),
        )
        for number, item in enumerate(items, 1)
    ]


def _rule(profile: Profile | None, key: str) -> words.RuleWords | None:
    if profile is None:
        return None
    try:
        return words.rule_words(profile.item(key))
    except RuleViolation:  # the law in force has no such item any more; the clock says so
        return None


def papers_of(row: Meeting) -> dict[int, list[PaperRow]]:
    """item → papers that can be read."""
    found: dict[int, list[PaperRow]] = {}
    rows = Material.objects.filter(
        organisation_id=row.organisation_id, item__meeting_id=row.pk, withdrawn_at__isnull=True
    )
    for one in rows.select_related("file").order_by("pk"):
        found.setdefault(one.item_id, []).append(
            PaperRow(one.pk, one.title, one.file.name, one.file.url, one.published_on)
        )
    return found


def candidates_named(row: Meeting) -> dict[int, list[CandidateRow]]:
    """item → candidates with their names."""
    rows = list(
        Candidate.objects.filter(organisation_id=row.organisation_id, item__meeting_id=row.pk)
        .order_by("position", "pk")
        .values_list("pk", "item_id", "person_id")
    )
    names = (
        full_names([person for _pk, _item, person in rows], organisation_id=row.organisation_id)
        if rows
        else {}
    )
    found: dict[int, list[CandidateRow]] = {}
    for pk, item, person in rows:
        found.setdefault(item, []).append(CandidateRow(pk, person, names.get(person, "—")))
    return found


def officials_of(row: Meeting) -> tuple[OfficialRow, ...]:
    """Chair, secretary, counting commission."""
    rows = list(Official.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk))
    names = full_names([one.person_id for one in rows], organisation_id=row.organisation_id) if rows else {}
    order = list(Official.Role.values)
    rows.sort(key=lambda one: (order.index(one.role), one.pk))
    return tuple(
        OfficialRow(one.pk, one.role, str(Official.Role(one.role).label), names.get(one.person_id, "—"))
        for one in rows
    )


def _history(row: Meeting, notices: list[Notice]) -> tuple[MoveRow, ...]:
    """What happened, the latest first."""
    pk = row.organisation_id
    moves: list[tuple[datetime, int | None, str]] = [
        (row.created_at, row.created_by, _("The draft was made"))
    ]
    for notice in notices:
        moves.append(
            (notice.at, notice.sent_by, _("Notice No. %(number)s was given") % {"number": notice.number})
        )
        if notice.withdrawn_at is not None:
            text = _("Notice No. %(number)s was withdrawn: %(why)s")
            moves.append(
                (notice.withdrawn_at, None, text % {"number": notice.number, "why": notice.withdrawn_why})
            )
    if row.opened_at is not None:
        by = Opening.objects.filter(organisation_id=pk, meeting_id=row.pk).values_list("opened_by", flat=True)
        moves.append(
            (row.opened_at, by.first(), _("The meeting was opened, the register of voters was frozen"))
        )
    if row.closed_at is not None:
        closer = Closing.objects.filter(organisation_id=pk, meeting_id=row.pk).values_list(
            "closed_by", flat=True
        )
        moves.append((row.closed_at, closer.first(), _("The vote was closed and counted")))
    if row.recorded_at is not None:
        text = _("Minutes No. %(number)s were signed, decisions are in the register")
        moves.append((row.recorded_at, None, text % {"number": row.number}))
    if row.cancelled_at is not None:
        moves.append((row.cancelled_at, None, _("The meeting was called off")))
    names = login_names({who for _when, who, _what in moves if who is not None}, organisation_id=pk)
    moves.sort(key=lambda one: one[0])
    shown = (MoveRow(when, names.get(who or 0, ""), what) for when, who, what in reversed(moves))
    return tuple(shown)


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in the list: where it stands, and what is next, in words."""

    id: int
    title: str
    kind_text: str
    form_text: str
    state: str
    state_text: str
    on: date
    next_text: str


STATE_ROLES = {
    "draft": "wait",
    "noticed": "wait",
    "open": "act",
    "closed": "wait",
    "recorded": "ok",
    "failed": "over",
    "cancelled": "",
}


def meeting_lines(
    actor: Actor, organisation_id: int, *, state: str = "", limit: int = 200
) -> list[MeetingLine]:
    """Meetings, the newest first; drafts for those who prepare them. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_VIEW, organisation_id)
    rows = Meeting.objects.filter(organisation_id=organisation_id)
    if not actor.can(MeetingRight.MEETING_PREPARE, organisation_id):
        rows = rows.exclude(state=Meeting.State.DRAFT)
    if state == "now":
        rows = rows.exclude(state__in=(Meeting.State.RECORDED, Meeting.State.CANCELLED, Meeting.State.FAILED))
    elif state in Meeting.State.values:
        rows = rows.filter(state=state)
    found = list(rows.order_by("-created_at", "-pk")[:limit])
    laws = laws_on(organisation_id, {(row.law, row.on) for row in found if row.state == Meeting.State.DRAFT})
    return [
        MeetingLine(
            row.pk,
            row.title,
            str(Meeting.Kind(row.kind).label),
            str(Meeting.Form(row.form).label),
            row.state,
            str(Meeting.State(row.state).label),
            row.on,
            _next(row, laws[row.law, row.on].profile if (row.law, row.on) in laws else None),
        )
        for row in found
    ]


def _next(row: Meeting, profile: Profile | None) -> str:
    match row.state:
        case Meeting.State.DRAFT if profile is not None and profile.number("notice.days"):
            day = last_notice_day(profile, begins_on(row))
            return _("give notice by %(day)s") % {"day": day.strftime("%d.%m.%Y")}
        case Meeting.State.DRAFT:
            return _("give notice")
        case Meeting.State.NOTICED:
            return _("hold it")
        case Meeting.State.OPEN:
            return _("close the vote and count")
        case Meeting.State.CLOSED:
            return _("sign the minutes")
        case Meeting.State.FAILED:
            return _("hold a repeated meeting")
    return ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way of a meeting, for `c-steps`."""

    title: str
    note: str
    state: str


_AT = {"draft": 0, "noticed": 1, "open": 2, "closed": 4, "recorded": 5, "failed": 5, "cancelled": 0}


def steps_of(state: str) -> list[Step]:
    """Prepare → notice → hold → count → minutes, with the one that is on now."""
    titles: tuple[str, ...] = (_("Prepare"), _("Give notice"), _("Hold"), _("Count"), _("Minutes"))
    at = _AT.get(state, 0)
    if state == Meeting.State.NOTICED:
        at = 2
    if state == Meeting.State.FAILED:
        titles, at = titles[:4], 4
    return [
        Step(title, "", "done" if number < at else "now" if number == at else "")
        for number, title in enumerate(titles)
    ]


def repeat_moment(row: Meeting, first_on: date) -> datetime:
    """When a repeated meeting could be: the first lawful day at the hour of the first meeting."""
    moment = timezone.localtime(row.starts_at or row.ends_at)
    return moment.replace(year=first_on.year, month=first_on.month, day=first_on.day)


def waiting_count(organisation_id: int) -> int:
    """Meetings that wait for their office: prepared, told of, open, or without signed minutes. Asks no right."""
    return Meeting.objects.filter(
        organisation_id=organisation_id,
        state__in=(Meeting.State.DRAFT, Meeting.State.NOTICED, Meeting.State.OPEN, Meeting.State.CLOSED),
    ).count()


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """A row of the law's competence to put on an agenda. `against`: why this meeting may not take it, in words; nothing where it may."""

    key: str
    rule: words.RuleWords
    against: str


def item_choices(row: Meeting) -> list[ItemChoice]:
    """What the law of the meeting lets it decide: items of its form first. Asks no right. Nothing where the law cannot be read."""
    try:
        here = law_on(row.organisation_id, row.law, row.on)
    except RuleViolation:
        return []
    found = []
    for item in here.profile.items:
        against = ""
        if row.form not in item.forms:
            against = _("not in this form of meeting")
        elif row.form == Form.MIXED.value and item.mixed is MixedWhen.AFTER_FAILED and row.repeats_id is None:
            against = _("only after a meeting in person had no quorum for it")
        found.append(ItemChoice(item.key, words.rule_words(item), against))
    return sorted(found, key=lambda one: bool(one.against))


def item_law(row: Meeting, key: str) -> Item | None:
    """The law of an item of the meeting; None where the law in force knows no such item. Asks no right."""
    try:
        if row.opened_at is not None:
            return frozen_of(row).profile.item(key)
        return law_on(row.organisation_id, row.law, row.on).profile.item(key)
    except RuleViolation:
        return None


def may_be_secret(row: Meeting, law: Item) -> bool:
    """Whether a secret vote is possible: people count, in the hall. Asks no right."""
    return law.weight is Weight.HEAD and row.form != Meeting.Form.ABSENTIA
