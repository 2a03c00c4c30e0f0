"""Exclusions for unpaid contributions: the list, one with its ground, steps and proofs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from koopset.apps.people.selectors import PersonCard, persons_by_ids
from koopset.apps.register.models import Exclusion, ServedNotice
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.ports import LateCharges, late_charges
from koopset.apps.register.rules import Ground, GroundLine, ground_of
from koopset.apps.register.selectors.admission import law_here
from koopset.apps.register.selectors.decisions import decision_label
from koopset.apps.register.selectors.notices import NoticeRow, notices_of_subject
from koopset.foundation.rights.actors import Actor, Forbidden

SUBJECT = "register.exclusion"
State = Exclusion.State


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """An exclusion in a list; `days_left` until the notice of the decision is due (negative: overdue)."""

    id: int
    person: PersonCard
    state: str
    state_name: str
    role: str
    started_on: date
    debt_kop: int
    debt_since: date
    term_months: int
    lawful_from: date | None
    notice_due_on: date | None
    days_left: int | None
    closed_on: date | None
    word: str

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def is_overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A late charge as it stood when the exclusion was begun; sums in kopecks."""

    account: str
    title: str
    kind: str
    month: int
    due_on: date
    charged_kop: int
    settled_kop: int
    kop: int
    counts: bool
    is_contribution: bool


@dataclass(frozen=True, slots=True)
class LineGroup:
    """Lines that are counted, or left out for one reason, with their sum."""

    title: str
    lines: tuple[KeptLine, ...]

    @property
    def kop(self) -> int:
        return sum(line.kop for line in self.lines)


def _groups(lines: Sequence[KeptLine]) -> tuple[LineGroup, ...]:
    parts = (
        (_("Counts"), [line for line in lines if line.counts]),
        (
            _("Contributions that are not late for long enough"),
            [line for line in lines if not line.counts and line.is_contribution],
        ),
        (_("No contributions: do not count"), [line for line in lines if not line.is_contribution]),
    )
    return tuple(LineGroup(str(title), tuple(found)) for title, found in parts if found)


@dataclass(frozen=True, slots=True)
class GroundToday:
    """The ground with its arithmetic, and what was brought from former books without lines: nobody knows of which kind that is."""

    ground: Ground
    unnamed_kop: int

    @property
    def other_kop(self) -> int:
        """What is late and gives no ground: no contributions."""
        return sum(line.kop for line in self.ground.other)

    @property
    def lines(self) -> tuple[KeptLine, ...]:
        return tuple(_kept_of(line) for line in self.ground.lines)

    @property
    def groups(self) -> tuple[LineGroup, ...]:
        return _groups(self.lines)


@dataclass(frozen=True, slots=True)
class ExclusionCard:
    """One exclusion: the ground of the first day and of today, the decision, the notices with their proof; `missing`: channels by which
    a notice has still to go."""

    row: ExclusionRow
    kept: tuple[KeptLine, ...]
    today: GroundToday
    decision_id: int | None
    decision: str
    warning_id: int | None
    notices: tuple[NoticeRow, ...]
    missing: tuple[str, ...]

    @property
    def groups(self) -> tuple[LineGroup, ...]:
        """The lines of the first day, those that counted first."""
        return _groups(self.kept)


def exclusions(actor: Actor, organisation_id: int, today: date, show: str = "") -> list[ExclusionRow]:
    """Open ones (or "all"), the oldest first; at most 500. Raises Forbidden."""
    actor.require(RegisterRight.EXCLUSION_VIEW, organisation_id)
    rows = Exclusion.objects.filter(organisation_id=organisation_id)
    if show != "all":
        rows = rows.filter(closed_on__isnull=True)
    found = list(rows.order_by("started_on", "pk")[:500])
    cards = persons_by_ids([row.person_id for row in found], organisation_id=organisation_id)
    return [_row(row, cards[row.person_id], today) for row in found if row.person_id in cards]


def exclusion(actor: Actor, organisation_id: int, exclusion_id: int, today: date) -> ExclusionCard:
    """One exclusion. Raises Forbidden, also where there is none."""
    actor.require(RegisterRight.EXCLUSION_VIEW, organisation_id)
    row = Exclusion.objects.filter(organisation_id=organisation_id, pk=exclusion_id).first()
    card = (
        None
        if row is None
        else persons_by_ids([row.person_id], organisation_id=organisation_id).get(row.person_id)
    )
    if row is None or card is None:
        raise Forbidden(RegisterRight.EXCLUSION_VIEW)
    notices = notices_of_subject(organisation_id, SUBJECT, [row.pk])
    return ExclusionCard(
        row=_row(row, card, today),
        kept=tuple(_kept(line) for line in row.ground),
        today=ground_today(organisation_id, row.person_id, row.term_months, today),
        decision_id=row.decision_id,
        decision=decision_label(organisation_id, row.decision_id) if row.decision_id else "",
        warning_id=row.warning_id,
        notices=tuple(notices),
        missing=_missing(row, card, notices),
    )


def ground_today(organisation_id: int, person_id: int, months: int, today: date) -> GroundToday:
    """What of a person's late charges is a ground of exclusion. Asks no right: the caller has."""
    late = late_charges(organisation_id, [person_id], today).get(person_id, LateCharges(()))
    return GroundToday(ground_of(late.lines, months, today, late.ahead_kop), late.unnamed_kop)


def _kept_of(line: GroundLine) -> KeptLine:
    charge: Any = line.charge
    return KeptLine(
        charge.account,
        charge.title,
        charge.kind_name,
        charge.month,
        charge.due_on,
        charge.charged_kop,
        charge.settled_kop + line.taken_kop,
        line.kop,
        line.counts,
        charge.is_contribution,
    )


def _kept(line: dict[str, Any]) -> KeptLine:
    return KeptLine(**line | {"due_on": date.fromisoformat(line["due_on"])})


def channels_needed(person: PersonCard, by: Collection[str]) -> frozenset[str]:
    """By which of the channels that law names a notice must go: e-mail only where the register holds one that is read."""
    without = {ServedNotice.Channel.EMAIL.value} if person.paper_only or not person.email else set()
    return frozenset(by) - without


def _missing(row: Exclusion, person: PersonCard, notices: Sequence[NoticeRow]) -> tuple[str, ...]:
    after = row.state == State.EXCLUDED
    first = (row.notice_id if after else row.warning_id) or None
    if first is None or row.closed_on is not None or row.state == State.DROPPED:
        return ()
    key = "exclusion.notice_by" if after else "exclusion.warning_by"
    by = law_here(row.organisation_id).value(key, row.started_on, ())
    gone = {notice.channel for notice in notices if not after or notice.id >= first}
    return tuple(
        str(ServedNotice.Channel(one).label)
        for one in sorted(channels_needed(person, by) - gone, reverse=True)
    )


def open_exclusion_of(organisation_id: int, person_id: int) -> int | None:
    """The open exclusion of a person. Asks no right: the caller has."""
    rows = Exclusion.objects.filter(
        organisation_id=organisation_id, person_id=person_id, closed_on__isnull=True
    )
    return rows.values_list("pk", flat=True).first()


def _row(row: Exclusion, card: PersonCard, today: date) -> ExclusionRow:
    state = State(row.state)
    waits = state is State.EXCLUDED and row.closed_on is None and row.notice_due_on is not None
    left = (row.notice_due_on - today).days if waits and row.notice_due_on is not None else None
    role = {State.PREPARED: "wait", State.WARNED: "wait", State.EXCLUDED: "over"}.get(state, "")
    return ExclusionRow(
        row.pk,
        card,
        row.state,
        str(state.label),
        role,
        row.started_on,
        row.debt_kop,
        row.debt_since,
        row.term_months,
        row.lawful_from,
        row.notice_due_on,
        left,
        row.closed_on,
        row.word,
    )
