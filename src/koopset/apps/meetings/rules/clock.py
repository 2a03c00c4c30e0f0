"""The clock of a meeting: is a plan lawful, and if not, by which article, and from which day it would be. Days are counted by `terms`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from koopset.apps.meetings.rules.charter import CharterFacts
from koopset.apps.meetings.rules.law import Form, MixedWhen, Source, Status, Threshold
from koopset.apps.meetings.rules.profile import Item, Profile, item_type
from koopset.apps.meetings.rules.terms import (
    demand_due,
    demand_is_enough,
    first_after,
    first_lawful_day,
    last_notice_day,
)
from koopset.kernel.violations import RuleViolation

#: Why an item that no notice named may not be decided, in every form of body.
VOID = Source("ГК РФ, ст. 181.5 п. 1", Status.GENERAL)


class Severity(StrEnum):
    """What a finding does: refuses the whole meeting, bars one item from it, or only warns."""

    REFUSAL = "refusal"
    BARRED = "barred"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a plan. `lawful_on`: the first day on which this would be right, None where no other day mends it."""

    code: str
    severity: Severity
    source: Source
    item: str | None = None
    lawful_on: date | None = None
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def violation(self) -> RuleViolation:
        """The same as a refusal, with `article` and `lawful_on` («—» where no day mends it) among its params."""
        return RuleViolation(
            self.code,
            field="items" if self.item else "on",
            **{
                "article": self.source.article,
                "item": self.item or "",
                "lawful_on": self.lawful_on or "—",
                **self.params,
            },  # type: ignore[arg-type]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A demand to hold an extraordinary meeting: its day, and how many of how many members made it (0: it came from an organ)."""

    on: date
    supporters: int = 0
    members: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedMeeting:
    """A meeting that had no quorum for `items`."""

    on: date
    form: Form
    items: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A meeting as it is meant. `on`: its day; for voting in absentia the last day on which decisions are taken in, `opens_on` the first.
    `items`: keys of the agenda («fees», «fees#2»; `profile.item_type`).

    `noticed_on`: the day on which the last of the electors was told; `noticed_items`: what that notice said. `materials_on`: since when the
    papers of each item could be read. `in_system`: voting in the system of ЖК art. 47.1, with the days on which its administrator was
    told and the message was posted. `initiator`: a word of the term «extraordinary.by». `repeats`: the meeting without a quorum whose
    items it takes up again.
    """

    form: Form
    on: date
    items: tuple[str, ...]
    opens_on: date | None = None
    noticed_on: date | None = None
    noticed_items: tuple[str, ...] | None = None
    materials_on: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    electronic: bool = False
    in_system: bool = False
    message_on: date | None = None
    posted_on: date | None = None
    initiator: str = "board"
    demand: Demand | None = None
    repeats: FailedMeeting | None = None

    @property
    def begins_on(self) -> date:
        """The day against which terms are counted: that of the meeting, or the first of voting in absentia.

        A mixed meeting is counted to its part in person, though written decisions are taken in before.
        """
        return self.opens_on if self.opens_on is not None and self.form is Form.ABSENTIA else self.on


@dataclass(frozen=True, slots=True)
class Clock:
    """All that was found. A plan with findings that only bar items is lawful for the other items."""

    findings: tuple[Finding, ...]

    @property
    def refusals(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.severity is Severity.REFUSAL)

    @property
    def is_lawful(self) -> bool:
        return not self.refusals

    @property
    def barred(self) -> frozenset[str]:
        """Keys of items that this meeting may not decide."""
        return frozenset(
            one.item for one in self.findings if one.severity is Severity.BARRED and one.item is not None
        )

    @property
    def first_lawful_on(self) -> date | None:
        """The first day on which no refusal stands; None where one of them is mended by no day, or where there is none."""
        days = [one.lawful_on for one in self.refusals]
        known = [day for day in days if day is not None]
        return max(known) if known and len(known) == len(days) else None


def clock(profile: Profile, plan: Plan, charter: CharterFacts | None = None) -> Clock:
    """Everything that stands against a plan: terms, forms, electronic means, demand, repeat. Facts and data only, no present day.

    Codes: meetings.agenda_empty, item_unknown, item_twice, dates_out_of_order, notice_absent, notice_late, item_not_noticed,
    materials_absent, materials_late, form_forbidden, mixed_needs_failed, repeat_other_item, repeat_before, repeat_late,
    absentia_without_charter, absentia_without_opening, electronic_forbidden, electronic_without_charter, electronic_without_decision,
    electronic_not_listed, system_message, system_posted, system_short, system_long, initiator_unknown, demand_small, demand_not_due,
    demand_overdue.
    """
    facts = charter or CharterFacts()
    items: list[Item] = []
    found: list[Finding] = []
    if not plan.items:
        found.append(Finding("meetings.agenda_empty", Severity.REFUSAL, VOID))
    for key in plan.items:
        try:
            item = profile.item(key)
        except RuleViolation as refusal:
            found.append(Finding(refusal.code, Severity.REFUSAL, VOID, key))
            continue
        if item in items:
            found.append(Finding("meetings.item_twice", Severity.REFUSAL, VOID, key))
        items.append(item)
    if plan.opens_on is not None and plan.opens_on > plan.on:
        found.append(Finding("meetings.dates_out_of_order", Severity.REFUSAL, VOID))
    found += _notice(profile, plan)
    found += _materials(profile, plan)
    found += _forms(profile, plan, items, facts)
    found += _repeat(profile, plan)
    found += _electronic(profile, plan, items, facts)
    found += _system(profile, plan)
    found += _initiative(profile, plan)
    return Clock(tuple(found))


def lawful(profile: Profile, plan: Plan, charter: CharterFacts | None = None) -> Clock:
    """The clock of a plan that may go on: some of its items may be barred, not all.

    Raises the first refusal of `clock`, or what bars the last item that was left.
    """
    found = clock(profile, plan, charter)
    if found.refusals:
        raise found.refusals[0].violation()
    if found.barred >= frozenset(plan.items):
        raise next(one for one in found.findings if one.severity is Severity.BARRED).violation()
    return found


def _notice(profile: Profile, plan: Plan) -> Iterable[Finding]:
    term = profile.terms["notice.days"]
    days = profile.number("notice.days") or 0
    if plan.noticed_on is None:
        if days:
            yield Finding("meetings.notice_absent", Severity.REFUSAL, term.source, params={"days": days})
    else:
        lawful_on = first_lawful_day(profile, plan.noticed_on)
        # Without a term of days a notice may be of the day itself, but not later.
        if plan.begins_on < (lawful_on if days else plan.noticed_on):
            params = {"days": days, "last": last_notice_day(profile, plan.begins_on)}
            yield Finding(
                "meetings.notice_late", Severity.REFUSAL, term.source, lawful_on=lawful_on, params=params
            )
    if plan.noticed_items is not None and profile.says("agenda.closed"):
        for key in plan.items:
            if key not in plan.noticed_items:
                yield Finding(
                    "meetings.item_not_noticed", Severity.BARRED, profile.source("agenda.closed"), key
                )


def _materials(profile: Profile, plan: Plan) -> Iterable[Finding]:
    days = profile.number("materials.days")
    if days is None:
        return
    source, count = profile.source("materials.days"), profile.word("days.count")
    for key in dict.fromkeys(plan.items):
        since = plan.materials_on.get(key)
        if since is None:
            yield Finding("meetings.materials_absent", Severity.BARRED, source, key, params={"days": days})
        elif plan.begins_on < (lawful_on := first_after(since, days, count)):
            yield Finding(
                "meetings.materials_late", Severity.BARRED, source, key, lawful_on, params={"days": days}
            )


def _forms(profile: Profile, plan: Plan, items: list[Item], facts: CharterFacts) -> Iterable[Finding]:
    for item in items:
        if plan.form not in item.forms:
            yield Finding(
                "meetings.form_forbidden",
                Severity.REFUSAL,
                item.source,
                item.key,
                params={"form": plan.form.value, "number": item.number},
            )
        elif plan.form is Form.MIXED and item.mixed is MixedWhen.AFTER_FAILED:
            failed = plan.repeats
            if failed is None or failed.form is not Form.IN_PERSON or item.key not in failed.items:
                source = profile.source("repeat.form") if "repeat.form" in profile.terms else item.source
                yield Finding(
                    "meetings.mixed_needs_failed",
                    Severity.REFUSAL,
                    source,
                    item.key,
                    params={"number": item.number},
                )
    if plan.form is Form.ABSENTIA:
        if profile.says("absentia.charter") and not facts.absentia_clause:
            source = profile.source("absentia.charter")
            yield Finding("meetings.absentia_without_charter", Severity.REFUSAL, source)
        if plan.opens_on is None:
            yield Finding("meetings.absentia_without_opening", Severity.REFUSAL, VOID)


def _repeat(profile: Profile, plan: Plan) -> Iterable[Finding]:
    failed = plan.repeats
    if failed is None:
        return
    source = profile.source("repeat.form") if "repeat.form" in profile.terms else VOID
    for key in plan.items:
        if key not in failed.items:
            yield Finding("meetings.repeat_other_item", Severity.REFUSAL, source, key)
    if plan.begins_on <= failed.on:
        after = failed.on + timedelta(days=1)
        yield Finding("meetings.repeat_before", Severity.REFUSAL, source, lawful_on=after)
    within = profile.number("repeat.within_days")
    if within is not None and plan.on > failed.on + timedelta(days=within):
        yield Finding(
            "meetings.repeat_late",
            Severity.WARNING,
            profile.source("repeat.within_days"),
            params={"days": within, "last": failed.on + timedelta(days=within)},
        )


def _electronic(profile: Profile, plan: Plan, items: list[Item], facts: CharterFacts) -> Iterable[Finding]:
    if not plan.electronic:
        return
    for item in items:
        how = item.electronic or profile.word("electronic")
        source = item.source if item.electronic else profile.source("electronic")
        if how == "no":
            yield Finding("meetings.electronic_forbidden", Severity.REFUSAL, source, item.key)
        elif how == "decision" and not facts.electronic_decision:
            yield Finding("meetings.electronic_without_decision", Severity.REFUSAL, source, item.key)
        elif how == "charter" and not facts.electronic_clause:
            yield Finding("meetings.electronic_without_charter", Severity.REFUSAL, source, item.key)
        elif (
            how == "charter"
            and facts.electronic_items is not None
            and item_type(item.key) not in facts.electronic_items
        ):
            params = {"clause": facts.electronic_clause}
            yield Finding("meetings.electronic_not_listed", Severity.REFUSAL, source, item.key, params=params)


def _system(profile: Profile, plan: Plan) -> Iterable[Finding]:
    if not plan.in_system:
        return
    count = profile.word("days.count")
    for key, since, code in (
        ("system.message_days", plan.message_on, "meetings.system_message"),
        ("system.posted_days", plan.posted_on, "meetings.system_posted"),
    ):
        days = profile.number(key)
        if days is None:
            continue
        lawful_on = None if since is None else first_after(since, days, count)
        if lawful_on is None or plan.begins_on < lawful_on:
            params = {"days": days}
            yield Finding(code, Severity.REFUSAL, profile.source(key), lawful_on=lawful_on, params=params)
    lasts = (plan.on - plan.begins_on).days
    least, most = profile.number("system.least_days"), profile.number("system.most_days")
    if least is not None and lasts < least:
        params = {"days": least, "lasts": lasts}
        yield Finding(
            "meetings.system_short", Severity.REFUSAL, profile.source("system.least_days"), params=params
        )
    if most is not None and lasts > most:
        params = {"days": most, "lasts": lasts}
        yield Finding(
            "meetings.system_long", Severity.REFUSAL, profile.source("system.most_days"), params=params
        )


def _initiative(profile: Profile, plan: Plan) -> Iterable[Finding]:
    if "extraordinary.by" not in profile.terms:
        return
    source = profile.source("extraordinary.by")
    if plan.initiator not in profile.words("extraordinary.by"):
        params = {"initiator": plan.initiator}
        yield Finding("meetings.initiator_unknown", Severity.REFUSAL, source, params=params)
        return
    demand = plan.demand
    needs = profile.threshold("extraordinary.share")
    by_members = plan.initiator == "members" and needs is not None
    if by_members and demand is None:
        yield Finding("meetings.demand_small", Severity.REFUSAL, source, params=_short(needs, 0, 0))
    if demand is None:
        return
    is_of_members = by_members or demand.members > 0
    if is_of_members and not demand_is_enough(profile, demand.supporters, demand.members):
        yield Finding(
            "meetings.demand_small",
            Severity.REFUSAL,
            profile.source("extraordinary.share") if needs is not None else source,
            params=_short(needs, demand.supporters, demand.members),
        )
    due = demand_due(profile, demand.on)
    if due is None:
        return
    source = profile.source("extraordinary.days")
    if plan.initiator != "board" and plan.begins_on <= due:
        yield Finding(
            "meetings.demand_not_due",
            Severity.REFUSAL,
            source,
            lawful_on=due + timedelta(days=1),
            params={"due": due},
        )
    if plan.initiator == "board" and plan.begins_on > due:
        yield Finding("meetings.demand_overdue", Severity.WARNING, source, params={"due": due})


def _short(needs: Threshold | None, supporters: int, members: int) -> dict[str, object]:
    least = needs.least_people(members) if needs is not None and members else 0
    return {"supporters": supporters, "members": members, "needed": least}
