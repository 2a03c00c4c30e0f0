"""Which ballot of a person counts on an item. One person has one result over all channels; what does not count is kept and says why.

The order is published before the vote: first the channel by `precedence` (a vote in the hall before a written decision), then, inside a
channel, the last where votes may be changed, else the first. The principal's own ballot goes before that of whoever holds a power.
The answer does not depend on the order in which ballots are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from koopset.apps.meetings.rules.law import Channel
from koopset.apps.meetings.rules.profile import Profile
from koopset.kernel.violations import RuleViolation

_FROM_AFAR = frozenset({Channel.PAPER, Channel.ELECTRONIC})


class Mark(StrEnum):
    """A mark on a ballot."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Choice(StrEnum):
    """What a person's vote on an item came to. `not_voted`: takes part in the meeting and left this item open."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    INVALID = "invalid"
    NOT_VOTED = "not_voted"


class Standing(StrEnum):
    """What became of a ballot."""

    COUNTED = "counted"
    REPLACED = "replaced"  # a later one of the same channel counts
    SECOND = "second"  # an earlier one counts: votes are not changed here
    OUTRANKED = "outranked"  # one of a channel that goes before counts
    PRINCIPAL_VOTED = "principal_voted"  # cast by a power, and the principal voted himself
    LATE = "late"  # after the closing
    AFTER_START = (
        "after_start"  # a written decision that came when the meeting had begun (217-ФЗ art. 17 part 24)
    )
    NOT_ELECTOR = "not_elector"
    NO_PROXY = "no_proxy"  # cast by somebody without a power for this item
    NOT_ON_AGENDA = "not_on_agenda"


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote on one item as it came. `key` is unique in the meeting; `elector` whose vote it is, `by` who cast it (None: the elector)."""

    key: int
    elector: int
    item: str
    marks: frozenset[Mark]
    channel: Channel
    received_at: datetime
    by: int | None = None

    @property
    def is_by_proxy(self) -> bool:
        return self.by is not None and self.by != self.elector


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRules:
    """How ballots of one meeting count; frozen at its opening.

    `began_at`: when a mixed meeting began; ballots of the channels `sent_before` count only when received before. None: no such rule.
    """

    precedence: tuple[Channel, ...]
    revote: bool
    closes_at: datetime | None = None
    began_at: datetime | None = None
    sent_before: frozenset[Channel] = frozenset({Channel.PAPER})


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Several ballots of one person on one item, in the order in which they came; `counted` is None where none counts."""

    elector: int
    item: str
    keys: tuple[int, ...]
    counted: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """The count: what became of each ballot, which one counts for a person and an item, who gave more than one."""

    standing: Mapping[int, Standing]
    counted: Mapping[tuple[int, str], Ballot]
    duplicates: tuple[Duplicate, ...] = field(default=())

    def choices(self, item: str) -> dict[int, Choice]:
        """What each person's vote on an item came to; who gave no ballot is not there."""
        return {who: choice_of(one.marks) for (who, key), one in self.counted.items() if key == item}

    def senders(self) -> frozenset[int]:
        """Persons whose own written or electronic ballot counts on any item: by it they take part in the whole meeting from afar.

        Who voted in the hall takes part in what he was there for (`voters`), who is represented in the items of the power.
        """
        return frozenset(
            who
            for (who, _), ballot in self.counted.items()
            if ballot.channel in _FROM_AFAR and not ballot.is_by_proxy
        )

    def voters(self, item: str) -> frozenset[int]:
        """Persons with a ballot that counts on the item."""
        return frozenset(who for who, key in self.counted if key == item)


def choice_of(marks: Collection[Mark]) -> Choice:
    """One mark is a choice; two are invalid (ЖК art. 48 part 6); none leaves the item open."""
    if not marks:
        return Choice.NOT_VOTED
    return Choice(next(iter(marks)).value) if len(set(marks)) == 1 else Choice.INVALID


def precedence_of(profile: Profile) -> tuple[Channel, ...]:
    """The order of channels that is published: the first goes before the rest."""
    return tuple(Channel(word) for word in profile.words("precedence"))


def count_rules(
    profile: Profile, *, closes_at: datetime | None, began_at: datetime | None = None
) -> CountRules:
    """The rules of a profile for one meeting. `began_at` of a mixed meeting; it matters where the profile says «mixed.before»."""
    return CountRules(
        precedence=precedence_of(profile),
        revote=profile.says("revote"),
        closes_at=closes_at,
        began_at=began_at if profile.says("mixed.before") else None,
    )


def count_rules_kept(frozen: CountRules, now: CountRules, ballots: int) -> None:
    """Refuse rules that changed after the first ballot: meetings.rules_changed with the number of ballots."""
    if ballots and frozen != now:
        raise RuleViolation("meetings.rules_changed", field="rules", ballots=ballots)


def ballot_checked(
    ballot: Ballot,
    *,
    electors: Collection[int],
    items: Collection[str],
    rules: CountRules,
    already: Iterable[Ballot] = (),
    agents: Mapping[tuple[int, str], int] = MappingProxyType({}),
) -> None:
    """Refuse a ballot at the door, before it is written down: for channels where the voter is told at once.

    Raises meetings.ballot_not_elector, ballot_not_on_agenda, ballot_no_proxy, ballot_late, ballot_after_start, ballot_two_marks,
    ballot_empty, ballot_second (votes are not changed here).
    """
    standing = _at_door(ballot, electors, items, rules, agents)
    if standing is not None:
        raise RuleViolation(_REFUSALS[standing], field="ballot", item=ballot.item)
    choice = choice_of(ballot.marks)
    if choice is Choice.INVALID:
        raise RuleViolation("meetings.ballot_two_marks", field="ballot", item=ballot.item)
    if choice is Choice.NOT_VOTED:
        raise RuleViolation("meetings.ballot_empty", field="ballot", item=ballot.item)
    if not rules.revote and any(
        one.elector == ballot.elector and one.item == ballot.item and one.channel is ballot.channel
        for one in already
    ):
        raise RuleViolation("meetings.ballot_second", field="ballot", item=ballot.item)


def count(
    ballots: Iterable[Ballot],
    *,
    electors: Collection[int],
    items: Collection[str],
    rules: CountRules,
    agents: Mapping[tuple[int, str], int] = MappingProxyType({}),
) -> Counted:
    """Which ballots count. `agents`: (principal, item) → who votes for him, as `proxies_on` says.

    Raises meetings.ballot_key_twice: two different ballots under one key.
    """
    known: dict[int, Ballot] = {}
    for ballot in ballots:
        if known.setdefault(ballot.key, ballot) != ballot:
            raise RuleViolation("meetings.ballot_key_twice", key=ballot.key)
    standing: dict[int, Standing] = {}
    places: dict[tuple[int, str], list[Ballot]] = {}
    for ballot in sorted(known.values(), key=lambda one: (one.received_at, one.key)):
        places.setdefault((ballot.elector, ballot.item), []).append(ballot)
        refused = _at_door(ballot, electors, items, rules, agents)
        if refused is not None:
            standing[ballot.key] = refused
    counted: dict[tuple[int, str], Ballot] = {}
    duplicates = []
    for place, given in sorted(places.items()):
        valid = [ballot for ballot in given if ballot.key not in standing]
        best = _best(valid, rules)
        if best is not None:
            counted[place] = best
            for ballot in valid:
                standing[ballot.key] = _beside(ballot, best, rules)
        if len(given) > 1:
            keys = tuple(ballot.key for ballot in given)
            duplicates.append(Duplicate(place[0], place[1], keys, None if best is None else best.key))
    return Counted(standing, counted, tuple(duplicates))


_REFUSALS = {
    Standing.NOT_ELECTOR: "meetings.ballot_not_elector",
    Standing.NOT_ON_AGENDA: "meetings.ballot_not_on_agenda",
    Standing.NO_PROXY: "meetings.ballot_no_proxy",
    Standing.LATE: "meetings.ballot_late",
    Standing.AFTER_START: "meetings.ballot_after_start",
}


def _at_door(
    ballot: Ballot,
    electors: Collection[int],
    items: Collection[str],
    rules: CountRules,
    agents: Mapping[tuple[int, str], int],
) -> Standing | None:
    if ballot.elector not in electors:
        return Standing.NOT_ELECTOR
    if ballot.item not in items:
        return Standing.NOT_ON_AGENDA
    if ballot.is_by_proxy and agents.get((ballot.elector, ballot.item)) != ballot.by:
        return Standing.NO_PROXY
    if rules.closes_at is not None and ballot.received_at > rules.closes_at:
        return Standing.LATE
    if (
        rules.began_at is not None
        and ballot.channel in rules.sent_before
        and ballot.received_at >= rules.began_at
    ):
        return Standing.AFTER_START
    return None


def _best(valid: list[Ballot], rules: CountRules) -> Ballot | None:
    """Of ballots in the order of time."""
    if not valid:
        return None
    own = [ballot for ballot in valid if not ballot.is_by_proxy] or valid
    rank = {channel: at for at, channel in enumerate(rules.precedence)}
    first = min(rank.get(ballot.channel, len(rank)) for ballot in own)
    same = [ballot for ballot in own if rank.get(ballot.channel, len(rank)) == first]
    return same[-1] if rules.revote else same[0]


def _beside(ballot: Ballot, best: Ballot, rules: CountRules) -> Standing:
    if ballot is best:
        return Standing.COUNTED
    if ballot.is_by_proxy and not best.is_by_proxy:
        return Standing.PRINCIPAL_VOTED
    if ballot.channel is not best.channel:
        return Standing.OUTRANKED
    return Standing.REPLACED if rules.revote else Standing.SECOND
