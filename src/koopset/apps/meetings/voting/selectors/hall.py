"""The hall as everybody inside sees it, counted once a second whoever asks: two hundred telephones ask one question."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TypeVar

from koopset.apps.meetings.models import AgendaItem, Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.ballots import Choice
from koopset.apps.meetings.rules.law import Measure, Weight
from koopset.apps.meetings.rules.tally import Quorum, Tally
from koopset.apps.meetings.selectors import live
from koopset.apps.meetings.voting.selectors.agenda import agenda_rows
from koopset.apps.meetings.voting.selectors.floor import Queue, queue_of
from koopset.apps.meetings.voting.selectors.voter import crowd_of, personal_mark
from koopset.foundation.rights.actors import SYSTEM, Actor

T = TypeVar("T")
#: How long an answer is given again, seconds.
KEEP_SECONDS = 1.0
_MOST_ANSWERS = 64
#: Of a larger electorate each telephone asks for itself: most of it votes from afar.
MOST_KEPT = 3000


class Kept:
    """Answers of this process, each for a second; while one is being made, others wait for it and do not make it again."""

    def __init__(self, seconds: float = KEEP_SECONDS) -> None:
        self.seconds = seconds
        self._answers: dict[object, tuple[float, object]] = {}
        self._locks: dict[object, threading.Lock] = {}
        self._door = threading.Lock()

    def ask(self, key: object, make: Callable[[], T]) -> T:
        """The answer kept under the key, or a new one."""
        with self._door:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            kept = self._answers.get(key)
            if kept is not None and time.monotonic() - kept[0] < self.seconds:
                return kept[1]  # type: ignore[return-value] # what was made under this key
            made = make()
            with self._door:
                if len(self._answers) >= _MOST_ANSWERS:
                    oldest = min(self._answers, key=lambda one: self._answers[one][0])
                    self._answers.pop(oldest, None)
                    self._locks.pop(oldest, None)
                self._answers[key] = (time.monotonic(), made)
            return made

    def forget(self) -> None:
        """Ask everything anew."""
        with self._door:
            self._answers.clear()


kept = Kept()


@dataclass(frozen=True, slots=True)
class QuorumLine:
    """A measure of a quorum for display. `least`: the smallest number of people that is enough, None by area."""

    part: Fraction
    whole: Fraction
    is_area: bool
    needed: Fraction
    least: int | None
    is_reached: bool
    strict: bool

    @property
    def percent(self) -> float:
        """Of the whole, for a bar: 0 to 100."""
        return float(self.part / self.whole * 100) if self.whole else 0.0

    @property
    def mark(self) -> float:
        """Where the threshold stands, 0 to 100."""
        return float(self.needed / self.whole * 100) if self.whole else 0.0


@dataclass(frozen=True, slots=True)
class TallyLine:
    """Votes of an electorate on an item or on a candidate: people with each choice, and who has not voted."""

    name: str
    voters: str
    is_area: bool
    for_: int
    against: int
    abstain: int
    invalid: int
    waiting: int
    for_weight: Fraction
    against_weight: Fraction
    abstain_weight: Fraction


@dataclass(frozen=True, slots=True)
class HallItem:
    """An item of the hall's screen."""

    id: int
    number: int
    key: str
    title: str
    wording: str
    is_secret: bool
    is_put: bool
    is_barred: bool
    voted: int
    has_quorum: bool
    quorum: tuple[QuorumLine, ...]
    tallies: tuple[TallyLine, ...]


@dataclass(frozen=True, slots=True)
class HallState:
    """The hall now. `current`: the item put to the vote last. `mark` changes with anything that is shown."""

    state: str
    here: int
    electors: int
    has_quorum: bool
    quorum: tuple[QuorumLine, ...]
    items: tuple[HallItem, ...]
    current: HallItem | None
    queue: Queue
    mark: str


def quorum_line(measure: Measure) -> QuorumLine:
    """A measure for display."""
    return QuorumLine(
        measure.part,
        measure.whole,
        measure.weight is Weight.AREA,
        measure.needed,
        measure.least_people,
        measure.is_reached,
        measure.threshold.strict,
    )


def _lines(quorum: Quorum) -> tuple[QuorumLine, ...]:
    return tuple(quorum_line(measure) for measure in quorum.measures)


def hall_state(row: Meeting, *, now: datetime) -> HallState | None:
    """The hall of a meeting that was opened; None for one that was not. Asks no right: the caller has. At most a second old."""
    if row.opened_at is None:
        return None
    return kept.ask((row.organisation_id, row.pk), lambda: _made(row, now))


def pulse_mark(actor: Actor, row: Meeting, state: HallState | None) -> str:
    """The same word as `personal_mark`, for a page that asks every few seconds: at most a second old, read once for the whole hall.

    Raises Forbidden.
    """
    if state is None or state.electors > MOST_KEPT:
        return personal_mark(actor, row)
    actor.require(MeetingRight.MEETING_VIEW, row.organisation_id)
    crowd = kept.ask(("crowd", row.organisation_id, row.pk), lambda: crowd_of(row))
    return crowd.mark(row.state, actor.person_ids)


def _made(row: Meeting, now: datetime) -> HallState:
    found = live(SYSTEM, row.organisation_id, row.pk, now=now)
    agenda = {item.key: item for item in agenda_rows(row)}
    items = []
    for one in found.items:
        shown = agenda[one.key]
        names = {choice.key: choice.name for choice in shown.choices}
        items.append(
            HallItem(
                id=shown.id,
                number=shown.number,
                key=one.key,
                title=one.title,
                wording=shown.wording,
                is_secret=one.is_secret,
                is_put=one.is_put,
                is_barred=one.is_barred,
                voted=one.voted,
                has_quorum=one.quorum.is_reached,
                quorum=_lines(one.quorum),
                tallies=tuple(
                    _tally(names.get(key.partition(" ")[0], ""), key.partition(" ")[2], tally)
                    for key, tally in one.tallies.items()
                    if tally.whole.people  # no owners without membership: nothing to show of them
                ),
            )
        )
    put = AgendaItem.objects.filter(
        organisation_id=row.organisation_id, meeting_id=row.pk, put_at__isnull=False
    )
    last = put.order_by("-put_at", "-position").values_list("key", flat=True).first()
    queue = queue_of(row.organisation_id, row.pk)
    current = next((item for item in items if item.key == last), None)
    state = Meeting.objects.filter(organisation_id=row.organisation_id, pk=row.pk).values_list(
        "state", flat=True
    )[0]
    said = repr((state, found.here, found.electors, items, last, queue))
    return HallState(
        state=state,
        here=found.here,
        electors=found.electors,
        has_quorum=found.quorum.is_reached,
        quorum=_lines(found.quorum),
        items=tuple(items),
        current=current,
        queue=queue,
        mark=hashlib.sha256(said.encode()).hexdigest()[:16],
    )


def _tally(name: str, voters: str, tally: Tally) -> TallyLine:
    def people(choice: Choice) -> int:
        return tally.of(choice).people

    return TallyLine(
        name,
        voters,
        tally.weight is Weight.AREA,
        people(Choice.FOR),
        people(Choice.AGAINST),
        people(Choice.ABSTAIN),
        people(Choice.INVALID),
        people(Choice.NOT_VOTED),
        tally.of(Choice.FOR).weight,
        tally.of(Choice.AGAINST).weight,
        tally.of(Choice.ABSTAIN).weight,
    )
