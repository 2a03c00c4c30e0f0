"""Words of voting law. A number is an int or a Fraction, never a float: half exactly and one vote more are different verdicts."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from koopset.kernel.violations import RuleViolation


class Status(StrEnum):
    """How surely a value is known."""

    READ = "V"  # read in a published text
    PARTLY = "V-M"  # the rule was read, a part of it (a number of a list, an edition) was not
    GENERAL = "M"  # general knowledge: pages say «проверьте по действующей редакции»


@dataclass(frozen=True, slots=True)
class Source:
    """Where it is written: an article of law or a clause of the charter."""

    article: str
    status: Status

    @property
    def is_to_be_checked(self) -> bool:
        """Whether the reader is asked to compare it with the edition in force."""
        return self.status is not Status.READ


@dataclass(frozen=True, slots=True)
class Words:
    """A name in both languages."""

    ru: str
    en: str

    def in_language(self, language: str) -> str:
        """The name for a language code such as «ru» or «en-gb»."""
        return self.en if language.startswith("en") else self.ru


class Body(StrEnum):
    """Who meets: all members, all owners of an apartment house, a board."""

    MEETING = "meeting"
    OWNERS = "owners"
    BOARD = "board"


class Voters(StrEnum):
    """Who votes on an item. `members+owners`: two electorates tallied apart (217-ФЗ art. 17 part 3)."""

    MEMBERS = "members"
    OWNERS = "owners"
    MEMBERS_AND_OWNERS = "members+owners"
    BOARD = "board"


class Weight(StrEnum):
    """What a vote weighs: one a head, or the area of premises times the share in them."""

    HEAD = "head"
    AREA = "area"


class Base(StrEnum):
    """Of what a threshold is a part: those who take part, all members by head, all votes by area."""

    PRESENT = "present"
    ALL_MEMBERS = "all_members"
    ALL_VOTES = "all_votes"


class Form(StrEnum):
    """In what form a meeting is held: очно, очно-заочно, заочно."""

    IN_PERSON = "in_person"
    MIXED = "mixed"
    ABSENTIA = "absentia"


class Channel(StrEnum):
    """How a vote came: in the hall by hand or bulletin, there by phone, a written decision sent in, from afar by a simple signature."""

    HALL = "hall"
    PHONE = "phone"
    PAPER = "paper"
    ELECTRONIC = "electronic"


class Effect(StrEnum):
    """What an adopted decision lets other rooms do."""

    FEE = "fee"
    TARIFF = "tariff"
    ADMISSION = "admission"
    EXCLUSION = "exclusion"
    ELECTION = "election"
    BUDGET = "budget"
    PURCHASE = "purchase"
    NONE = "none"


class MixedWhen(StrEnum):
    """When a mixed meeting may take an item: always, or only after a meeting in person had no quorum for it."""

    ALWAYS = "always"
    AFTER_FAILED = "after-failed"


class Leeway(StrEnum):
    """What a charter may do with a value: nothing, only raise it, only lower it, whatever."""

    NO = "no"
    MORE = "more"
    LESS = "less"
    ANY = "any"


_THRESHOLD = re.compile(r"(more than|at least) ([0-9]{1,6})/([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A part of a base that must be reached (`strict` False: «at least») or passed (`strict` True: «more than»)."""

    share: Fraction
    strict: bool

    def reached(self, part: Fraction | int, whole: Fraction | int) -> bool:
        """Whether `part` of `whole` is enough, both in one unit (people, or square metres). Nothing of nothing is never enough."""
        if whole <= 0:
            return False
        needed = self.share * whole
        return part > needed if self.strict else part >= needed

    def least_people(self, whole: int) -> int:
        """The smallest number of heads that is enough: 10 members, more than 1/2 → 6; 6 present, at least 2/3 → 4."""
        needed = self.share * whole
        return math.floor(needed) + 1 if self.strict else max(math.ceil(needed), 1)

    def is_harder_than(self, other: Threshold) -> bool:
        """Whether it asks for more: a larger share, or «more than» where the other says «at least»."""
        return (self.share, self.strict) > (other.share, other.strict)

    def __str__(self) -> str:
        """As a profile writes it; `threshold_read` reads it back."""
        return f"{'more than' if self.strict else 'at least'} {self.share.numerator}/{self.share.denominator}"


def threshold_read(text: str) -> Threshold:
    """A threshold from «more than 1/2», «at least 2/3», «at least 1/1» (all).

    Raises meetings.threshold for other words, a part of zero, more than the whole, or more than the whole asked strictly.
    """
    match = _THRESHOLD.fullmatch(" ".join(text.split()))
    if match is None or int(match[3]) == 0:
        raise RuleViolation("meetings.threshold", value=text[:40])
    found = Threshold(Fraction(int(match[2]), int(match[3])), match[1] == "more than")
    if not 0 < found.share <= 1 or (found.strict and found.share == 1):
        raise RuleViolation("meetings.threshold", value=text[:40])
    return found


@dataclass(frozen=True, slots=True)
class Measure:
    """The arithmetic of a threshold, with no words: `part` of `whole` against `threshold`, in people or in square metres, never mixed."""

    part: Fraction
    whole: Fraction
    threshold: Threshold
    weight: Weight

    @property
    def needed(self) -> Fraction:
        """What must be reached, or passed where the threshold is strict."""
        return self.threshold.share * self.whole

    @property
    def is_reached(self) -> bool:
        """Whether it is enough."""
        return self.threshold.reached(self.part, self.whole)

    @property
    def least_people(self) -> int | None:
        """The smallest number of heads that is enough; None where votes are weighed by area."""
        if self.weight is not Weight.HEAD or self.whole.denominator != 1:
            return None
        return self.threshold.least_people(int(self.whole))
