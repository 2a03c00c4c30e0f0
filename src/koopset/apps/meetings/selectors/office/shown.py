"""What the pages of an office show of a meeting: its agenda, papers, officials, history and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from koopset.apps.meetings.models import (
    Meeting,
)
from koopset.apps.meetings.selectors import words
from koopset.apps.meetings.selectors.telling import ToldRow


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
