"""Sums of votes. People and weight stand side by side and are never mixed in one percentage.

A database sums integers: the numerators of weights, grouped by choice and denominator; `tally_of_groups` adds the groups after. The result
is that of `tally`, which walks over the voters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from koopset.apps.meetings.rules.ballots import Choice
from koopset.apps.meetings.rules.electorate import Electorate
from koopset.apps.meetings.rules.law import Measure, Threshold, Weight
from koopset.apps.meetings.rules.profile import Item, Profile


@dataclass(frozen=True, slots=True)
class Amount:
    """So many people with so much weight."""

    people: int = 0
    weight: Fraction = Fraction(0)

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.people + other.people, self.weight + other.weight)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.people - other.people, self.weight - other.weight)


NOBODY = Amount()


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes of one electorate on one item. All choices together are those who take part; `whole` is the electorate with all its votes."""

    weight: Weight
    amounts: Mapping[Choice, Amount]
    whole: Amount

    def of(self, choice: Choice) -> Amount:
        """How many made a choice."""
        return self.amounts.get(choice, NOBODY)

    @property
    def present(self) -> Amount:
        """Who takes part: votes of every kind and those who left the item open. The base of thresholds «of those present»."""
        return sum(self.amounts.values(), NOBODY)


@dataclass(frozen=True, slots=True)
class Group:
    """A row of a grouped query: choice, denominator of the weights, sum of their numerators, count of people."""

    choice: Choice
    denominator: int
    numerators: int
    people: int


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether enough take part, with the arithmetic: all measures must be reached."""

    measures: tuple[Measure, ...]

    @property
    def is_reached(self) -> bool:
        return all(measure.is_reached for measure in self.measures)


def amount_of(electorate: Electorate, persons: Collection[int]) -> Amount:
    """So many of the electorate are among the persons, with their weight."""
    found = [elector.weight for elector in electorate.electors if elector.person in persons]
    return Amount(len(found), sum(found, Fraction(0)))


def whole_of(electorate: Electorate) -> Amount:
    """The electorate: all its people, all its votes (also those of parts whose owner nobody knows)."""
    return Amount(len(electorate.electors), electorate.whole)


def tally(electorate: Electorate, taking_part: Collection[int], choices: Mapping[int, Choice]) -> Tally:
    """Votes of an electorate on an item. Who takes part without a choice has left it open; choices of others count nothing."""
    amounts: dict[Choice, Amount] = {}
    for elector in electorate.electors:
        if elector.person not in taking_part:
            continue
        choice = choices.get(elector.person, Choice.NOT_VOTED)
        amounts[choice] = amounts.get(choice, NOBODY) + Amount(1, elector.weight)
    return Tally(electorate.weight, amounts, whole_of(electorate))


def groups_of(weights: Iterable[tuple[Choice, Fraction]]) -> list[Group]:
    """The rows that a database would give for these votes, in no promised order."""
    sums: dict[tuple[Choice, int], tuple[int, int]] = {}
    for choice, weight in weights:
        place = (choice, weight.denominator)
        numerators, people = sums.get(place, (0, 0))
        sums[place] = (numerators + weight.numerator, people + 1)
    return [
        Group(choice, denominator, numerators, people)
        for (choice, denominator), (numerators, people) in sums.items()
    ]


def tally_of_groups(groups: Iterable[Group], *, weight: Weight, taking_part: Amount, whole: Amount) -> Tally:
    """The same as `tally`, from grouped sums. Who takes part and is in no group has left the item open.

    Raises ValueError for more votes than take part: sums of different snapshots.
    """
    amounts: dict[Choice, Amount] = {}
    for group in groups:
        found = Amount(group.people, Fraction(group.numerators, group.denominator))
        amounts[group.choice] = amounts.get(group.choice, NOBODY) + found
    rest = taking_part - sum(amounts.values(), NOBODY)
    if rest.people < 0 or rest.weight < 0:
        raise ValueError("more votes than take part")
    if rest.people:
        amounts[Choice.NOT_VOTED] = amounts.get(Choice.NOT_VOTED, NOBODY) + rest
    return Tally(weight, {choice: found for choice, found in amounts.items() if found.people}, whole)


def measure(threshold: Threshold, part: Amount, whole: Amount, weight: Weight) -> Measure:
    """A threshold against two amounts of one weight. By head a vote weighs 1, and joint owners of a plot their shares of that 1."""
    return Measure(part.weight, whole.weight, threshold, weight)


def meeting_quorum(profile: Profile, present: Amount, whole: Amount, *, is_repeat: bool = False) -> Quorum:
    """Whether the meeting may begin. `is_repeat`: after one without a quorum, where the law asks for less then."""
    return _quorum(profile, None, present, whole, is_repeat)


def item_quorum(
    profile: Profile, item: Item, present: Amount, whole: Amount, *, is_repeat: bool = False
) -> Quorum:
    """Whether an item may be decided: those who take part in it, by the item's own quorum where it has one."""
    return _quorum(profile, item, present, whole, is_repeat)


def _quorum(profile: Profile, item: Item | None, present: Amount, whole: Amount, is_repeat: bool) -> Quorum:
    threshold = profile.threshold("quorum")
    if is_repeat and (lower := profile.threshold("repeat.quorum")) is not None:
        threshold = lower
    if item is not None and item.quorum is not None:
        threshold = item.quorum
    if threshold is None:
        raise KeyError("quorum")
    weight = Weight(profile.word("quorum.weight"))
    measures = [measure(threshold, present, whole, weight)]
    least, below = profile.number("quorum.least"), profile.number("quorum.least_below")
    if least is not None and below is not None and 0 < whole.people < below:
        share = Fraction(least, max(whole.people, least))
        measures.append(
            Measure(
                Fraction(present.people),
                Fraction(max(whole.people, least)),
                Threshold(share, strict=False),
                Weight.HEAD,
            )
        )
    return Quorum(tuple(measures))
