"""What single terms a law profile may name: the type of each, its bounds, whether a profile is incomplete without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from koopset.apps.meetings.rules.law import Channel, Form, Threshold, Weight

Value = int | bool | str | Threshold | tuple[str, ...]


class ValueType(StrEnum):
    """How the value of a term is written in TOML."""

    NUMBER = "number"  # a whole number between two bounds
    YES = "yes"  # true or false
    THRESHOLD = "threshold"  # "more than 1/2"
    ONE = "one"  # one of the known words
    SOME = "some"  # a list of known words, each once, in the order that matters


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A term that a profile may hold. `unit`: of what a number is a count, for pages and messages."""

    type: ValueType
    words: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    unit: str = ""
    is_required: bool = False


def _number(unit: str, most: int, *, least: int = 0, required: bool = False) -> RuleKind:
    return RuleKind(ValueType.NUMBER, least=least, most=most, unit=unit, is_required=required)


_YES = RuleKind(ValueType.YES)
_YES_ALWAYS = RuleKind(ValueType.YES, is_required=True)
_CHANNELS = tuple(channel.value for channel in Channel)

KINDS: Mapping[str, RuleKind] = MappingProxyType(
    {
        # How days are counted: "clear" leaves out both ends (the notice's day and the meeting's), "next-day" the first only (ГК art. 191).
        "days.count": RuleKind(ValueType.ONE, ("clear", "next-day"), is_required=True),
        "notice.days": _number("days", 366, required=True),
        "materials.days": _number("days", 366),
        # Nothing is added to the agenda after the notice.
        "agenda.closed": _YES_ALWAYS,
        "items.open": RuleKind(
            ValueType.YES, is_required=True
        ),  # the charter may add items to the competence
        "agenda.share": RuleKind(
            ValueType.THRESHOLD
        ),  # so many members may put an item on the agenda before the notice
        "ordinary.months": _number("months", 60, least=1),
        "extraordinary.by": RuleKind(
            ValueType.SOME, ("board", "chair", "auditors", "members", "owners", "authority", "manager")
        ),
        "extraordinary.share": RuleKind(ValueType.THRESHOLD),
        "extraordinary.days": _number("days", 366, least=1),
        "quorum": RuleKind(ValueType.THRESHOLD, is_required=True),
        "quorum.weight": RuleKind(ValueType.ONE, tuple(w.value for w in Weight), is_required=True),
        # At least so many people where there are fewer members than `least_below`.
        "quorum.least": _number("people", 1000, least=1),
        "quorum.least_below": _number("people", 100_000, least=1),
        "repeat.form": RuleKind(ValueType.ONE, tuple(f.value for f in Form)),
        "repeat.within_days": _number("days", 366, least=1),
        "repeat.quorum": RuleKind(ValueType.THRESHOLD),
        # Written decisions of a mixed meeting count only when they came before it began.
        "mixed.before": _YES,
        # The order of voting in absentia must stand in the charter.
        "absentia.charter": _YES,
        # From afar by electronic means: by the charter (with a list of questions), by a decision of the owners, freely, never.
        "electronic": RuleKind(ValueType.ONE, ("charter", "decision", "yes", "no"), is_required=True),
        "system.message_days": _number("days", 366),
        "system.posted_days": _number("days", 366),
        "system.least_days": _number("days", 366),
        "system.most_days": _number("days", 366),
        "proxy": _YES_ALWAYS,
        "proxy.months": _number("months", 600, least=1),  # how long a proxy without a term holds
        "proxy.most": _number("people", 1_000_000, least=1),  # for how many one person may vote
        # What «с учётом результатов голосования» of owners without membership means here.
        "owners.reading": RuleKind(ValueType.ONE, ("together", "members", "both")),
        "owners.weight": RuleKind(ValueType.ONE, ("head", "unit")),
        "chair.casting": _YES,
        "board.least": _number("people", 1000, least=1),
        "board.most_percent": _number("percent", 100, least=1),
        "revote": _YES_ALWAYS,
        "precedence": RuleKind(ValueType.SOME, _CHANNELS, is_required=True),
        "minutes.days": _number("days", 366),
        "minutes.years": _number("years", 1000, least=1),
        "ballots.years": _number("years", 1000, least=1),
        "challenge.months": _number("months", 600, least=1),
    }
)

#: Words that `precedence` must name, each once: a channel left out would have no place.
WHOLE_LISTS = frozenset({"precedence"})
#: Terms that stand or fall together.
PAIRS: tuple[tuple[str, str], ...] = (
    ("quorum.least", "quorum.least_below"),
    ("system.least_days", "system.most_days"),
    ("owners.reading", "owners.weight"),
)
