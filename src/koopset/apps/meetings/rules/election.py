"""Election of several people on one item: each candidate has a tally of his own, and the seats go to those with most votes for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from koopset.apps.meetings.rules.ballots import Choice
from koopset.apps.meetings.rules.electorate import Electorate
from koopset.apps.meetings.rules.law import Base, Measure
from koopset.apps.meetings.rules.profile import Item
from koopset.apps.meetings.rules.tally import Tally, measure, tally
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class NameBallot:
    """A ballot with names: those marked, out of the candidates, not more than there are seats."""

    elector: int
    marked: frozenset[int]


@dataclass(frozen=True, slots=True)
class Election:
    """Who is elected, in the order of votes. `tied`: equal at the last seat, so that none of them has it before a second vote.

    `below`: did not reach the threshold, or had no seat left. `measures`: the arithmetic of each candidate.
    """

    elected: tuple[int, ...]
    tied: tuple[int, ...]
    below: tuple[int, ...]
    seats_left: int
    measures: Mapping[int, Measure]


def name_choices(
    ballots: Iterable[NameBallot], candidates: Collection[int], seats: int
) -> dict[int, dict[int, Choice]]:
    """Choices by candidate and elector: marked is «for», not marked «abstain»; no name marked leaves it open.

    Too many names, or a name that stands for nothing, make the ballot invalid for all. Raises meetings.ballot_second for two ballots of
    one elector: which one counts is decided before.
    """
    known = frozenset(candidates)
    found: dict[int, dict[int, Choice]] = {candidate: {} for candidate in candidates}
    seen: set[int] = set()
    for ballot in ballots:
        if ballot.elector in seen:
            raise RuleViolation("meetings.ballot_second", field="ballot", item="")
        seen.add(ballot.elector)
        is_valid = len(ballot.marked) <= seats and ballot.marked <= known
        for candidate in candidates:
            if not is_valid:
                choice = Choice.INVALID
            elif not ballot.marked:
                choice = Choice.NOT_VOTED
            else:
                choice = Choice.FOR if candidate in ballot.marked else Choice.ABSTAIN
            found[candidate][ballot.elector] = choice
    return found


def name_tallies(
    electorate: Electorate,
    taking_part: Collection[int],
    ballots: Iterable[NameBallot],
    candidates: Collection[int],
    seats: int,
) -> dict[int, Tally]:
    """A tally for each candidate out of ballots with names. Raises what `name_choices` raises."""
    choices = name_choices(ballots, candidates, seats)
    return {who: tally(electorate, taking_part, choices[who]) for who in candidates}


def election(item: Item, tallies: Mapping[int, Tally], seats: int) -> Election:
    """Who has a seat: the threshold of the item reached, and more votes than those who have none. Nobody wins by the order of the list.

    Raises meetings.election_seats for no seat or no candidate.
    """
    if seats < 1 or not tallies:
        raise RuleViolation("meetings.election_seats", field="seats", seats=seats)
    measures = {
        who: measure(
            item.needs,
            one.of(Choice.FOR),
            one.present if item.base is Base.PRESENT else one.whole,
            item.weight,
        )
        for who, one in tallies.items()
    }
    fit = sorted(who for who in tallies if measures[who].is_reached)
    score = {who: tallies[who].of(Choice.FOR).weight for who in fit}
    fit.sort(key=lambda who: (-score[who], who))
    elected, tied = fit[:seats], []
    if len(fit) > seats and score[fit[seats - 1]] == score[fit[seats]]:
        border = score[fit[seats]]
        elected = [who for who in fit if score[who] > border]
        tied = [who for who in fit if score[who] == border]
    below = sorted(set(tallies) - set(elected) - set(tied))
    return Election(tuple(elected), tuple(tied), tuple(below), seats - len(elected), measures)
