"""What the opening froze, in the words of the rules: law, rules of counting, electorates, keys under which votes are taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from koopset.apps.meetings.models import Elector, ElectorateRow, Meeting, Opening
from koopset.apps.meetings.rules.ballots import CountRules
from koopset.apps.meetings.rules.canonical import fraction_read
from koopset.apps.meetings.rules.charter import CharterFacts, charter_applied
from koopset.apps.meetings.rules.electorate import Elector as Voter
from koopset.apps.meetings.rules.electorate import Electorate, Part
from koopset.apps.meetings.rules.law import Voters, Weight
from koopset.apps.meetings.rules.profile import Item, Profile
from koopset.apps.meetings.rules.records import charter_read, count_rules_read
from koopset.apps.meetings.selectors.law import facts_read, read_profile


@dataclass(frozen=True, slots=True)
class Frozen:
    """The opening of a meeting. `items`: keys of the agenda and of candidates; `barred`: those on which nothing is decided."""

    opening: Opening
    profile: Profile
    rules: CountRules
    facts: CharterFacts
    items: tuple[str, ...]
    barred: frozenset[str]

    def item(self, key: str) -> Item:
        """The law of an item or of a candidate of it."""
        return self.profile.item(key)

    def voters_of(self, key: str) -> tuple[Voters, ...]:
        """The electorates that vote on an item, that of the quorum first."""
        voters = self.item(key).voters
        return (Voters.MEMBERS, Voters.OWNERS) if voters is Voters.MEMBERS_AND_OWNERS else (voters,)


def frozen_of(meeting: Meeting) -> Frozen:
    """What the opening froze. Raises Opening.DoesNotExist for a meeting that never opened."""
    row = Opening.objects.get(organisation_id=meeting.organisation_id, meeting_id=meeting.pk)
    clauses, added = charter_read(row.charter)
    return Frozen(
        opening=row,
        profile=charter_applied(read_profile(row.law_text), clauses, added),
        rules=count_rules_read(row.rules),
        facts=facts_read(row.facts),
        items=tuple(row.items),
        barred=frozenset(row.barred),
    )


def electorates_of(meeting: Meeting) -> tuple[Electorate, ...]:
    """The snapshot of electors, as the rules have it."""
    pk = meeting.organisation_id
    voters: dict[str, list[Voter]] = defaultdict(list)
    rows = Elector.objects.filter(organisation_id=pk, meeting_id=meeting.pk).order_by("voters", "person_id")
    for kind, person, top, below, parts in rows.values_list(
        "voters", "person_id", "numerator", "denominator", "parts"
    ).iterator(chunk_size=5000):
        voters[kind].append(
            Voter(
                person,
                Fraction(top, below),
                tuple(
                    Part(int(unit), fraction_read(share), fraction_read(weight))
                    for unit, share, weight in parts
                ),
            )
        )
    heads = ElectorateRow.objects.filter(organisation_id=pk, meeting_id=meeting.pk).order_by("voters")
    return tuple(
        Electorate(
            voters=Voters(head.voters),
            weight=Weight(head.weight),
            electors=tuple(voters[head.voters]),
            whole=fraction_read(head.whole),
            chair=head.chair_id,
        )
        for head in heads
    )


def weights_of_persons(
    meeting: Meeting, persons: Collection[int]
) -> dict[int, dict[Voters, tuple[int, int]]]:
    """person → electorate → numerator and denominator, for those who have a vote."""
    found: dict[int, dict[Voters, tuple[int, int]]] = {}
    ids = sorted(set(persons))
    for at in range(0, len(ids), 5000):
        rows = Elector.objects.filter(
            organisation_id=meeting.organisation_id,
            meeting_id=meeting.pk,
            voters__in=[kind.value for kind in Voters],
            person_id__in=ids[at : at + 5000],
        ).values_list("person_id", "voters", "numerator", "denominator")
        for person, kind, top, below in rows:
            found.setdefault(person, {})[Voters(kind)] = (top, below)
    return found
