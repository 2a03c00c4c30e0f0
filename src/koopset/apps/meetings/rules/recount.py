"""Verdicts once more, from the raw votes of a meeting: what services decide with at the closing, and what an archive is checked by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from koopset.apps.meetings.rules.ballots import Choice, Counted, Mark, choice_of
from koopset.apps.meetings.rules.canonical import canonical_read
from koopset.apps.meetings.rules.election import Election, NameBallot, election, name_choices
from koopset.apps.meetings.rules.electorate import Electorate
from koopset.apps.meetings.rules.law import Voters, Weight
from koopset.apps.meetings.rules.profile import Item, Profile, candidate_key
from koopset.apps.meetings.rules.tally import (
    Group,
    Tally,
    amount_of,
    item_quorum,
    tally,
    tally_of_groups,
    whole_of,
)
from koopset.apps.meetings.rules.verdict import Verdict, VoidReason, measure_data, verdict, verdict_data
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """The raw votes of one meeting at its closing. `present`: who checked in; `absent`: (person, item), who had left by then.

    `secret`: contents of secret items, canonical bytes: {"item", "marks"}, or {"item", "marked"} in an election; on an item of two
    electorates also "voters". An item with candidates and open ballots has them under `profile.candidate_key`.
    """

    profile: Profile
    electorates: Mapping[Voters, Electorate]
    counted: Counted
    present: frozenset[int]
    agents: Mapping[tuple[int, str], int]
    secret: Mapping[str, tuple[bytes, ...]]
    absent: frozenset[tuple[int, str]] = frozenset()
    is_repeat: bool = False

    def taking_part(self, item: str) -> frozenset[int]:
        """Who takes part in an item: there at it, represented on it, with a ballot on it, or by a ballot sent from afar on any."""
        there = self.present - {who for who, key in self.absent if key == item}
        represented = {who for (who, key) in self.agents if key == item}
        return there | represented | self.counted.senders() | self.counted.voters(item)


def item_verdict(votes: Votes, item: Item, void: tuple[VoidReason, ...] = ()) -> Verdict:
    """The verdict on an item from raw votes; in a board the chair's second vote comes from the chair's own ballot.

    Raises meetings.no_electorate for an item whose electors are not in the snapshot, meetings.secret_by_area for a secret item weighed by
    area: weights would tell who voted.
    """
    main = _electorate(votes, item)
    part = votes.taking_part(item.key)
    owners = None
    second = item.voters is Voters.MEMBERS_AND_OWNERS and Voters.OWNERS in votes.electorates
    if item.key in votes.secret:
        found = _secret_tally(votes, item, main)
        if second:
            owners = _secret_tally(votes, item, votes.electorates[Voters.OWNERS])
    else:
        choices = votes.counted.choices(item.key)
        found = tally(main, part, choices)
        if second:
            owners = tally(votes.electorates[Voters.OWNERS], part, choices)
    quorum = item_quorum(
        votes.profile, item, amount_of(main, part), whole_of(main), is_repeat=votes.is_repeat
    )
    chair = None
    if main.chair is not None and item.key not in votes.secret:
        chair = votes.counted.choices(item.key).get(main.chair)
    return verdict(votes.profile, item, found, quorum=quorum, owners=owners, chair=chair, void=void)


def item_tallies(votes: Votes, item: Item) -> dict[Voters, Tally]:
    """Votes of each electorate on an item without candidates, that of the quorum first: what the verdict was made of.

    Raises what `item_verdict` raises.
    """
    main = _electorate(votes, item)
    both = [main]
    if item.voters is Voters.MEMBERS_AND_OWNERS and Voters.OWNERS in votes.electorates:
        both.append(votes.electorates[Voters.OWNERS])
    if item.key in votes.secret:
        return {one.voters: _secret_tally(votes, item, one) for one in both}
    part, choices = votes.taking_part(item.key), votes.counted.choices(item.key)
    return {one.voters: tally(one, part, choices) for one in both}


def candidate_tallies(votes: Votes, item: Item, candidates: list[int], seats: int) -> dict[int, Tally]:
    """Votes for and against each candidate of an election. Raises what `elected_data` raises."""
    return _name_tallies(votes, item, _electorate(votes, item), candidates, seats)


def result_again(votes: Votes, told: Mapping[str, Any]) -> dict[str, object]:
    """What the event «result» must hold; reasons of voidness are taken as told: they come from the plan, not from votes."""
    item = votes.profile.item(str(told["item"]))
    void = tuple(VoidReason(reason) for reason in told["void"])
    return verdict_data(item_verdict(votes, item, void))


def elected_again(votes: Votes, told: Mapping[str, Any]) -> dict[str, object]:
    """What the event «elected» must hold, for its candidates and seats."""
    item = votes.profile.item(str(told["item"]))
    candidates = [int(who) for who in told["candidates"]]
    return elected_data(votes, item, candidates, int(told["seats"]))


def elected_data(votes: Votes, item: Item, candidates: list[int], seats: int) -> dict[str, object]:
    """The event «elected»: who has a seat, who is tied at the last one, the arithmetic of each; nobody without a quorum.

    Raises meetings.no_electorate, meetings.secret_by_area, meetings.election_seats.
    """
    main = _electorate(votes, item)
    tallies = _name_tallies(votes, item, main, candidates, seats)
    found: Election = election(item, tallies, seats)
    taking = next(iter(tallies.values())).present
    quorum = item_quorum(votes.profile, item, taking, whole_of(main), is_repeat=votes.is_repeat)
    holds = quorum.is_reached
    return {
        "item": item.key,
        "profile": votes.profile.version,
        "digest": votes.profile.digest,
        "article": item.source.article,
        "status": item.source.status,
        "quorum": [measure_data(one) for one in quorum.measures],
        "candidates": candidates,
        "seats": seats,
        "elected": list(found.elected) if holds else [],
        "tied": list(found.tied) if holds else [],
        "measures": {str(who): measure_data(one) for who, one in found.measures.items()},
    }


def _electorate(votes: Votes, item: Item) -> Electorate:
    voters = Voters.MEMBERS if item.voters is Voters.MEMBERS_AND_OWNERS else item.voters
    if voters not in votes.electorates:
        raise RuleViolation("meetings.no_electorate", item=item.key)
    return votes.electorates[voters]


def _secret_tally(votes: Votes, item: Item, main: Electorate) -> Tally:
    if item.weight is not Weight.HEAD:
        raise RuleViolation("meetings.secret_by_area", item=item.key)
    choices = [
        choice_of([Mark(mark) for mark in canonical_read(content)["marks"]])
        for content in votes.secret[item.key]
        if item.voters is not Voters.MEMBERS_AND_OWNERS
        or canonical_read(content)["voters"] == main.voters.value
    ]
    return _of_heads(votes, item, main, choices)


def _name_tallies(
    votes: Votes, item: Item, main: Electorate, candidates: list[int], seats: int
) -> dict[int, Tally]:
    if item.key not in votes.secret:
        part = votes.taking_part(item.key).union(
            *(votes.counted.voters(candidate_key(item.key, who)) for who in candidates)
        )
        return {
            who: tally(main, part, votes.counted.choices(candidate_key(item.key, who))) for who in candidates
        }
    if item.weight is not Weight.HEAD:
        raise RuleViolation("meetings.secret_by_area", item=item.key)
    ballots = [
        NameBallot(at, frozenset(int(who) for who in canonical_read(content)["marked"]))
        for at, content in enumerate(votes.secret[item.key])
    ]
    choices = name_choices(ballots, candidates, seats)
    return {who: _of_heads(votes, item, main, list(choices[who].values())) for who in candidates}


def _of_heads(votes: Votes, item: Item, main: Electorate, choices: list[Choice]) -> Tally:
    groups = [Group(choice, 1, number, number) for choice in Choice if (number := choices.count(choice)) > 0]
    taking = amount_of(main, votes.taking_part(item.key))
    return tally_of_groups(groups, weight=main.weight, taking_part=taking, whole=whole_of(main))
