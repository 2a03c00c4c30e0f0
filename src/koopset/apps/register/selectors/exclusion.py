"""Exclusions for unpaid fees: the list, one with its steps and proofs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from koopset.apps.people.selectors import PersonCard, persons_by_ids
from koopset.apps.register.models import Exclusion
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.ports import OverdueFees, overdue_of
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
class ExclusionCard:
    """One exclusion: what is owed today beside what was, the decision, the notices with their proof."""

    row: ExclusionRow
    owes: OverdueFees | None
    decision_id: int | None
    decision: str
    warning_id: int | None
    notices: tuple[NoticeRow, ...]


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
    return ExclusionCard(
        row=_row(row, card, today),
        owes=overdue_of(organisation_id, [row.person_id], today).get(row.person_id),
        decision_id=row.decision_id,
        decision=decision_label(organisation_id, row.decision_id) if row.decision_id else "",
        warning_id=row.warning_id,
        notices=tuple(notices_of_subject(organisation_id, SUBJECT, [row.pk])),
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
