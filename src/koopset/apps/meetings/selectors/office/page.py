"""A meeting as its office sees it: agenda with the law of each item in words, papers, officials, what stands against it."""

from __future__ import annotations

from collections.abc import Mapping
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
from koopset.apps.meetings.rules.clock import Clock, Finding, Severity, clock
from koopset.apps.meetings.rules.profile import Profile
from koopset.apps.meetings.rules.terms import last_materials_day, last_notice_day, minutes_due
from koopset.apps.meetings.selectors import words
from koopset.apps.meetings.selectors.frozen import frozen_of
from koopset.apps.meetings.selectors.law import law_on
from koopset.apps.meetings.selectors.meetings import seen_meeting
from koopset.apps.meetings.selectors.office.shown import (
    CandidateRow,
    ItemRow,
    MeetingPage,
    MoveRow,
    OfficialRow,
    PaperRow,
)
from koopset.apps.meetings.selectors.plans import agenda_of, plan_of
from koopset.apps.meetings.selectors.telling import ToldRow, last_told, told_of
from koopset.apps.people.selectors import full_names, login_names
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.actors import Actor
from koopset.kernel.violations import RuleViolation


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
