"""What this room asks of the rooms above: links from its pages, and further columns of a register's file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from koopset.foundation.rights.actors import Actor


@dataclass(frozen=True, slots=True)
class Link:
    """A way to what another room holds of a unit or a person; `note` is a short fact beside it."""

    text: str
    url: str
    note: str = ""
    icon: str = "link"


#: (actor, organisation_id, unit_id, person_id or decision_id) → links that this actor may follow.
Links = Callable[[Actor, int, int], Sequence[Link]]

_unit_links: list[Links] = []
_person_links: list[Links] = []
_decision_links: list[Links] = []


def register_unit_links(links: Links) -> None:
    """Called once from AppConfig.ready of the room that holds something of a unit."""
    _unit_links.append(links)


def register_person_links(links: Links) -> None:
    """Called once from AppConfig.ready of the room that holds something of a person."""
    _person_links.append(links)


def register_decision_links(links: Links) -> None:
    """Called once from AppConfig.ready of the room that holds something of a decision: the meeting that made it."""
    _decision_links.append(links)


def decision_links(actor: Actor, organisation_id: int, decision_id: int) -> list[Link]:
    return [link for source in _decision_links for link in source(actor, organisation_id, decision_id)]


def unit_links(actor: Actor, organisation_id: int, unit_id: int) -> list[Link]:
    return [link for source in _unit_links for link in source(actor, organisation_id, unit_id)]


def person_links(actor: Actor, organisation_id: int, person_id: int) -> list[Link]:
    return [link for source in _person_links for link in source(actor, organisation_id, person_id)]


@dataclass(frozen=True, slots=True)
class ExtraValue:
    """What an extra column said of one unit: `value` is what `parse` returned, `line` the line of the file."""

    line: int
    unit_id: int
    payer_id: int | None
    value: Any


class ExtraColumn(Protocol):
    """A column that another room fills ("Лицевой счёт", "Сальдо").

    `key` is stable and not one of the register's own fields; `title` is for a person; `synonyms` are headings as people write them;
    `required_right` (None: none) hides the column from those who may not load it.
    """

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> Any: ...

    @property
    def synonyms(self) -> Sequence[str]: ...

    @property
    def required_right(self) -> str | None: ...

    def parse(self, text: str) -> Any:
        """The value of a cell that is not empty. Raises RuleViolation, which is shown at the line before anything is loaded."""

    def load(
        self, *, actor: Actor, organisation_id: int, values: Sequence[ExtraValue], as_of: date, now: datetime
    ) -> None:
        """Write the values of one part of the file, in its transaction, after its units and owners and after RegisterLoaded.

        Called again with the same values when the same file is loaded again: it must change nothing then. Raises RuleViolation with
        `line` for a value that cannot be written: the part is then loaded unit by unit, and only the refused unit goes back to its owner.
        """


_extra_columns: dict[str, ExtraColumn] = {}


def register_extra_columns(*columns: ExtraColumn) -> None:
    """Called once from AppConfig.ready. Raises ValueError for a key that is taken."""
    for column in columns:
        if _extra_columns.setdefault(column.key, column) is not column:
            raise ValueError(f"column {column.key} is declared already")


def extra_columns() -> Mapping[str, ExtraColumn]:
    return dict(_extra_columns)


@dataclass(frozen=True, slots=True)
class LateLine:
    """A charge of one person that is late and not settled in full. `is_contribution`: a membership or a target fee (217-ФЗ art. 14 part 1);
    penalties, utilities and payments of other kinds are none. `month` 202611; `settled_kop` was paid or taken back by a correction."""

    account: str
    title: str
    kind_name: str
    is_contribution: bool
    month: int
    due_on: date
    charged_kop: int
    settled_kop: int

    @property
    def left_kop(self) -> int:
        return self.charged_kop - self.settled_kop


@dataclass(frozen=True, slots=True)
class LateCharges:
    """What of a person's charges is late, oldest due day first. `ahead_kop` was paid and is not set off yet; `unnamed_kop` was brought
    from former books as one sum: of which kind it is and since when nobody wrote down."""

    lines: tuple[LateLine, ...]
    ahead_kop: int = 0
    unnamed_kop: int = 0


#: (organisation_id, person_ids, today) → those of whose charges something is late; who keeps the accounts answers.
LateOf = Callable[[int, Sequence[int], date], Mapping[int, LateCharges]]

_late: list[LateOf] = []


def register_late(source: LateOf) -> None:
    """Called once from AppConfig.ready of the room that keeps personal accounts."""
    _late.append(source)


def late_charges(organisation_id: int, person_ids: Sequence[int], today: date) -> dict[int, LateCharges]:
    """Who of the persons owes late, charge by charge; empty where no room knows."""
    found: dict[int, LateCharges] = {}
    for source in _late:
        found |= source(organisation_id, person_ids, today)
    return found
