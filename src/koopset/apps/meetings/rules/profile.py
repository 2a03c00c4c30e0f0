"""A law profile: the law of meetings of one legal form, or of its board, between two days. Read by `profile_text`, changed by `charter`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from koopset.apps.meetings.rules.law import (
    Base,
    Body,
    Effect,
    Form,
    Leeway,
    MixedWhen,
    Source,
    Threshold,
    Voters,
    Weight,
    Words,
)
from koopset.apps.meetings.rules.rule_kinds import Value
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class Act:
    """A source of the profile: an act of law with its edition. `url` may be empty."""

    title: str
    edition: str
    url: str


@dataclass(frozen=True, slots=True)
class Term:
    """A single term. `charter`: what a charter may do with it."""

    key: str
    value: Value
    source: Source
    charter: Leeway


@dataclass(frozen=True, slots=True)
class Item:
    """An item of competence: a type of decision that an agenda may hold.

    `number` is its number in the article. `needs` of `base` must be for it, weighed by `weight`. `quorum`: its own, not the meeting's.
    `forms` in which it may be taken, `mixed`: on what condition; `electronic` instead of the profile's term of that name ("" takes it).
    `charter`: what a charter may do with the threshold.
    """

    key: str
    number: str
    title: Words
    voters: Voters
    weight: Weight
    base: Base
    needs: Threshold
    quorum: Threshold | None
    forms: tuple[Form, ...]
    mixed: MixedWhen
    electronic: str
    effect: Effect
    charter: Leeway
    source: Source


@dataclass(frozen=True, slots=True)
class MinutesPoint:
    """Something that minutes must hold. `when`: in which circumstances, any of them (none: always); `words`: one stands in such a text."""

    key: str
    title: Words
    when: tuple[str, ...]
    words: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Profile:
    """The whole of it. In force from `since` through `until`. `digest`: sha256 of the text that it was read from, hexadecimal.

    `is_charter_only`: the form has no law of its own here, and pages say so.
    """

    key: str
    body: Body
    name: Words
    law: str
    edition: str
    since: date
    until: date
    is_charter_only: bool
    acts: tuple[Act, ...]
    terms: Mapping[str, Term]
    items: tuple[Item, ...]
    minutes: tuple[MinutesPoint, ...]
    digest: str

    @property
    def version(self) -> str:
        """What a verdict shows: «snt 2025-09-01 1a2b3c4d5e6f»."""
        return f"{self.key} {self.since.isoformat()} {self.digest[:12]}"

    def item(self, key: str) -> Item:
        """The type of an agenda's item, under the agenda's own key («fees#2» is of type «fees»; see `item_type`).

        Raises meetings.item_unknown: outside the competence (ГК art. 181.5).
        """
        for item in self.items:
            if item.key == item_type(key):
                return item if item.key == key else replace(item, key=key)
        raise RuleViolation("meetings.item_unknown", field="items", item=key)

    def term(self, key: str) -> Term | None:
        """The term, or None where this law says nothing of it."""
        return self.terms.get(key)

    def number(self, key: str) -> int | None:
        """The value of a term that is a number; None where this law says nothing of it."""
        term = self.terms.get(key)
        return term.value if term is not None and isinstance(term.value, int) else None

    def says(self, key: str) -> bool:
        """Whether a term of yes or no is there and is yes."""
        term = self.terms.get(key)
        return term is not None and term.value is True

    def word(self, key: str, default: str = "") -> str:
        """The value of a term that is one of known words."""
        term = self.terms.get(key)
        return term.value if term is not None and isinstance(term.value, str) else default

    def words(self, key: str) -> tuple[str, ...]:
        """The value of a term that is a list of known words."""
        term = self.terms.get(key)
        return term.value if term is not None and isinstance(term.value, tuple) else ()

    def threshold(self, key: str) -> Threshold | None:
        """The value of a term that is a threshold."""
        term = self.terms.get(key)
        return term.value if term is not None and isinstance(term.value, Threshold) else None

    def source(self, key: str) -> Source:
        """Where a term is written. Raises KeyError for a term that is not there."""
        return self.terms[key].source

    @property
    def to_be_checked(self) -> tuple[str, ...]:
        """Keys of terms, items («item:charter») and points of minutes («minutes:…») that pages show «проверьте по действующей редакции»."""
        return (
            *(term.key for term in self.terms.values() if term.source.is_to_be_checked),
            *(f"item:{item.key}" for item in self.items if item.source.is_to_be_checked),
            *(f"minutes:{point.key}" for point in self.minutes if point.source.is_to_be_checked),
        )


def item_type(key: str) -> str:
    """The type of an agenda's item: an agenda may hold several of one type, «exclusion#2»; a candidate of an item is «election#2/17»."""
    return key.partition("/")[0].partition("#")[0]


def candidate_key(item: str, candidate: int) -> str:
    """The key under which open ballots for a candidate of an election are kept: «election#2/17»."""
    return f"{item}/{candidate}"


def profile_on(profiles: Iterable[Profile], key: str, day: date) -> Profile:
    """The edition in force on a day: of those that hold then, the one that began last.

    Raises meetings.no_profile with `key` and `day`.
    """
    found = [known for known in profiles if known.key == key and known.since <= day <= known.until]
    if not found:
        raise RuleViolation("meetings.no_profile", key=key, day=day)
    return max(found, key=lambda known: (known.since, known.digest))


def item_contradictions(item: Item, profile: Profile) -> list[tuple[str, dict[str, object]]]:
    """What in an item cannot hold together, as codes without the room's name, with params; empty for a sound one."""
    found: list[tuple[str, dict[str, object]]] = []
    wanted = {Base.ALL_MEMBERS: Weight.HEAD, Base.ALL_VOTES: Weight.AREA}.get(item.base)
    if wanted is not None and item.weight is not wanted:
        found.append(("profile_base_and_weight", {"base": item.base.value, "weight": item.weight.value}))
    if (item.voters is Voters.BOARD) != (profile.body is Body.BOARD):
        found.append(("profile_board_voters", {"voters": item.voters.value}))
    if item.voters is Voters.BOARD and item.weight is not Weight.HEAD:
        found.append(("profile_base_and_weight", {"base": "board", "weight": item.weight.value}))
    if item.voters is Voters.MEMBERS_AND_OWNERS and (
        "owners.reading" not in profile.terms or item.weight is not Weight.HEAD
    ):
        found.append(("profile_owners_reading", {}))
    if item.mixed is MixedWhen.AFTER_FAILED and Form.MIXED not in item.forms:
        found.append(("profile_mixed_form", {}))
    if not item.forms:
        found.append(("profile_missing", {"name": "forms"}))
    return found
