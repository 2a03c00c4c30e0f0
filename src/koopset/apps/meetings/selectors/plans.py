"""What stands against a meeting as it is planned: the plan out of its rows, and the clock's findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from koopset.apps.meetings.models import AgendaItem, ItemResult, Material, Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.clock import Clock, Demand, FailedMeeting, Finding, Plan, clock
from koopset.apps.meetings.rules.law import Form, Source
from koopset.apps.meetings.rules.profile import Profile
from koopset.apps.meetings.rules.terms import first_lawful_day
from koopset.apps.meetings.selectors.law import law_keys, law_on, laws_on
from koopset.apps.meetings.selectors.telling import noticed_on, standing_notice
from koopset.apps.meetings.selectors.words import law_name
from koopset.foundation.rights.actors import Actor, Forbidden


def agenda_of(meeting: Meeting) -> list[AgendaItem]:
    """Items in their order."""
    rows = AgendaItem.objects.filter(organisation_id=meeting.organisation_id, meeting_id=meeting.pk)
    return list(rows.order_by("position", "pk"))


def materials_on(meeting: Meeting) -> dict[str, date]:
    """item → since when all its papers could be read; items without papers are left out."""
    found: dict[str, date] = {}
    rows = Material.objects.filter(
        organisation_id=meeting.organisation_id, item__meeting_id=meeting.pk, withdrawn_at__isnull=True
    )
    for key, day in rows.values_list("item__key", "published_on"):
        found[key] = max(day, found.get(key, day))
    return found


def failed_of(meeting: Meeting) -> FailedMeeting | None:
    """The meeting without a quorum whose items this one takes up again."""
    if meeting.repeats_id is None:
        return None
    return failed_meeting(Meeting.objects.get(organisation_id=meeting.organisation_id, pk=meeting.repeats_id))


def failed_meeting(first: Meeting) -> FailedMeeting:
    """A meeting with the items for which it had no quorum; maybe none."""
    keys = ItemResult.objects.filter(
        organisation_id=first.organisation_id, meeting_id=first.pk, outcome=ItemResult.Outcome.NO_QUORUM
    ).values_list("item__key", flat=True)
    return FailedMeeting(on=first.on, form=Form(first.form), items=frozenset(keys))


def plan_of(
    meeting: Meeting,
    *,
    told_on: date | None,
    noticed_items: tuple[str, ...] | None = None,
    papers: Mapping[str, date] | None = None,
    items: tuple[str, ...] | None = None,
) -> Plan:
    """The meeting in the words of the rules. `told_on`: when the last of the electors was told."""
    demand = None
    if meeting.demanded_on is not None:
        demand = Demand(on=meeting.demanded_on, supporters=meeting.supporters, members=meeting.demand_members)
    return Plan(
        form=Form(meeting.form),
        on=meeting.on,
        items=tuple(item.key for item in agenda_of(meeting)) if items is None else items,
        opens_on=meeting.opens_on,
        noticed_on=told_on,
        noticed_items=noticed_items,
        materials_on=materials_on(meeting) if papers is None else papers,
        electronic=meeting.electronic,
        in_system=meeting.in_system,
        message_on=meeting.message_on,
        posted_on=meeting.posted_on,
        initiator=meeting.initiator,
        demand=demand,
        repeats=failed_of(meeting),
    )


def plan_before_notice(meeting: Meeting, today: date) -> Plan:
    """The plan as it would be if all were told today and the papers that lack were opened today."""
    known = materials_on(meeting)
    papers = {item.key: known.get(item.key, today) for item in agenda_of(meeting)}
    return plan_of(meeting, told_on=today, papers=papers)


def plan_as_told(meeting: Meeting) -> Plan:
    """The plan by the notice that stands and by proofs of how each was told."""
    notice = standing_notice(meeting)
    if notice is None:
        return plan_of(meeting, told_on=None)
    keys = tuple(str(row["key"]) for row in notice.agenda)
    return plan_of(meeting, told_on=noticed_on(notice), noticed_items=keys)


#: Findings on days, form and initiator, which a draft has before there is an agenda.
_OF_SETTINGS = (
    "meetings.notice_late",
    "meetings.dates_out_of_order",
    "meetings.absentia_",
    "meetings.system_",
    "meetings.initiator_unknown",
    "meetings.demand_",
)


def settings_findings(meeting: Meeting, today: date) -> tuple[Finding, ...]:
    """What refuses the days, form and initiator of a meeting (a row that may be unsaved), if everybody were told today: no later day
    of notice makes them right. Asks no right. Raises what `law_on` raises.
    """
    law = law_on(meeting.organisation_id, meeting.law, meeting.on)
    if meeting._state.adding:
        plan = plan_of(meeting, told_on=today, papers={}, items=())
    else:
        plan = plan_before_notice(meeting, today)
    found = clock(law.profile, plan, law.facts).refusals
    return tuple(one for one in found if one.code.startswith(_OF_SETTINGS))


@dataclass(frozen=True, slots=True)
class TermsHere:
    """What the law of one kind of meeting asks before the day: `first_on` is the first lawful day when everybody is told today."""

    key: str
    name: str
    profile: Profile
    first_on: date
    days: int
    source: Source
    materials_days: int | None
    materials_source: Source | None


def terms_here(actor: Actor, organisation_id: int, today: date) -> list[TermsHere]:
    """The terms of each kind of meeting of the body, counted from today. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_PREPARE, organisation_id)
    keys = law_keys(organisation_id)
    laws = laws_on(organisation_id, [(key, today) for key in keys])
    found = []
    for key in keys:
        here = laws.get((key, today))
        if here is None:
            continue
        one = here.profile
        papers = one.term("materials.days")
        found.append(
            TermsHere(
                key,
                law_name(one),
                one,
                first_lawful_day(one, today) if one.number("notice.days") else today,
                one.number("notice.days") or 0,
                one.source("notice.days"),
                one.number("materials.days"),
                papers.source if papers is not None else None,
            )
        )
    return found


def clock_of(actor: Actor, organisation_id: int, meeting_id: int, *, today: date) -> Clock:
    """Everything that stands against the meeting: before the notice as if it went out today, after it by its proofs. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_VIEW, organisation_id)
    row = Meeting.objects.filter(organisation_id=organisation_id, pk=meeting_id).first()
    if row is None:
        raise Forbidden(MeetingRight.MEETING_VIEW)
    law = law_on(organisation_id, row.law, row.on)
    plan = plan_before_notice(row, today) if row.state == Meeting.State.DRAFT else plan_as_told(row)
    return clock(law.profile, plan, law.facts)
