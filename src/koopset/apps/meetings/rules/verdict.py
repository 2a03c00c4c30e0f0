"""What was decided on an item: with the arithmetic as numbers, the article, and the version of the profile; no words.

Void goes before no quorum, no quorum before the count. At equality in a board the chair has one more vote, on both sides of the fraction:
2 of 4 become 3 of 5, and more than half are reached; with one abstention 2 of 5 become 3 of 6, and are not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from koopset.apps.meetings.rules.ballots import Choice
from koopset.apps.meetings.rules.law import Base, Measure, Source, Status, Voters, Weight
from koopset.apps.meetings.rules.profile import Item, Profile, item_type
from koopset.apps.meetings.rules.tally import NOBODY, Amount, Quorum, Tally, measure


class Outcome(StrEnum):
    """What became of an item."""

    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"
    NO_QUORUM = "no_quorum"
    VOID = "void"


class VoidReason(StrEnum):
    """Why a decision on an item would be void (ГК art. 181.5)."""

    NOT_NOTICED = "not_noticed"  # no notice named it, and not all members took part
    MATERIALS_LATE = "materials_late"
    FORM_FORBIDDEN = "form_forbidden"
    OUTSIDE_COMPETENCE = "outside_competence"


_GENERAL_VOID = Source("ГК РФ, ст. 181.5", Status.GENERAL)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on an item.

    `measure` decided it; `members` and `owners` are the two tallies' own measures where owners without membership vote too.
    `readings_differ`: another reading of «с учётом результатов голосования» would decide otherwise, which the chair should know first.
    `casting`: what the chair's second vote was, where it was used.
    """

    item: str
    outcome: Outcome
    source: Source
    profile: str
    digest: str
    quorum: Quorum
    measure: Measure
    members: Measure
    owners: Measure | None
    readings_differ: bool
    casting: Choice | None
    void: tuple[VoidReason, ...]

    @property
    def is_adopted(self) -> bool:
        return self.outcome is Outcome.ADOPTED


def void_reasons(
    profile: Profile,
    item: Item,
    *,
    noticed: bool,
    barred: bool,
    all_took_part: bool,
    form_allowed: bool = True,
) -> tuple[VoidReason, ...]:
    """Why an item may not be decided. Not in the notice is mended only by the presence of all members (ГК art. 181.5 p. 1)."""
    found = []
    if not noticed and not all_took_part:
        found.append(VoidReason.NOT_NOTICED)
    if barred and profile.number("materials.days") is not None:
        found.append(VoidReason.MATERIALS_LATE)
    if not form_allowed:
        found.append(VoidReason.FORM_FORBIDDEN)
    if item_type(item.key) not in {known.key for known in profile.items}:
        found.append(VoidReason.OUTSIDE_COMPETENCE)
    return tuple(found)


def verdict(
    profile: Profile,
    item: Item,
    tally: Tally,
    *,
    quorum: Quorum,
    owners: Tally | None = None,
    chair: Choice | None = None,
    void: Collection[VoidReason] = (),
) -> Verdict:
    """The verdict on an item. `owners`: the other tally of an item that owners without membership vote on; `chair`: the chair's own vote.

    An item of two electorates whose owners gave no tally is decided by the members alone. Raises ValueError for a tally of other weights.
    """
    if tally.weight is not item.weight:
        raise ValueError("a tally of other weights")
    two = owners if item.voters is Voters.MEMBERS_AND_OWNERS else None
    part, whole = tally.of(Choice.FOR), _base(item, tally)
    casting = _casting(profile, item, tally, chair)
    if casting is not None:
        more = Amount(1, Fraction(1))
        part, whole = (part + more if casting is Choice.FOR else part), whole + more
    members = measure(item.needs, part, whole, item.weight)
    apart = None if two is None else _owners_measure(item, two)
    together = members if two is None else _together(item, part, whole, two)
    reading = profile.word("owners.reading", "members")
    by_reading = {
        "members": members.is_reached,
        "together": together.is_reached,
        "both": members.is_reached and (apart is None or apart.whole == 0 or apart.is_reached),
    }
    decided = by_reading[reading]
    if void:
        outcome = Outcome.VOID
    elif not quorum.is_reached:
        outcome = Outcome.NO_QUORUM
    else:
        outcome = Outcome.ADOPTED if decided else Outcome.NOT_ADOPTED
    return Verdict(
        item=item.key,
        outcome=outcome,
        source=_GENERAL_VOID if void else item.source,
        profile=profile.version,
        digest=profile.digest,
        quorum=quorum,
        measure=together if reading == "together" else members,
        members=members,
        owners=apart,
        readings_differ=two is not None and len(set(by_reading.values())) > 1,
        casting=casting,
        void=tuple(sorted(void)),
    )


def _base(item: Item, tally: Tally) -> Amount:
    return tally.present if item.base is Base.PRESENT else tally.whole


def _owners_measure(item: Item, owners: Tally) -> Measure:
    return measure(item.needs, owners.of(Choice.FOR), owners.present, item.weight)


def _together(item: Item, part: Amount, whole: Amount, owners: Tally) -> Measure:
    """Members and owners added: of the owners only those who took part are in the base, whatever the base of the members is."""
    return measure(item.needs, part + owners.of(Choice.FOR), whole + owners.present, item.weight)


def _casting(profile: Profile, item: Item, tally: Tally, chair: Choice | None) -> Choice | None:
    """The chair's second vote: at equality of votes for and against, where the law gives one and the chair voted for or against."""
    if chair not in (Choice.FOR, Choice.AGAINST) or not profile.says("chair.casting"):
        return None
    if item.weight is not Weight.HEAD or item.base is not Base.PRESENT:
        return None
    equal = tally.of(Choice.FOR).people == tally.of(Choice.AGAINST).people
    return chair if equal and tally.of(Choice.FOR) != NOBODY else None


def verdict_data(found: Verdict) -> dict[str, object]:
    """A verdict in plain data, for the chain of events and the archive: fractions as «7/12», no words in any language."""
    return {
        "item": found.item,
        "outcome": found.outcome,
        "article": found.source.article,
        "status": found.source.status,
        "profile": found.profile,
        "digest": found.digest,
        "quorum": [measure_data(one) for one in found.quorum.measures],
        "measure": measure_data(found.measure),
        "members": measure_data(found.members),
        "owners": None if found.owners is None else measure_data(found.owners),
        "readings_differ": found.readings_differ,
        "casting": found.casting,
        "void": list(found.void),
    }


def measure_data(one: Measure) -> dict[str, object]:
    """A measure in plain data."""
    return {
        "part": one.part,
        "whole": one.whole,
        "needed": one.needed,
        "share": one.threshold.share,
        "strict": one.threshold.strict,
        "weight": one.weight,
        "reached": one.is_reached,
    }
