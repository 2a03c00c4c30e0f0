"""What counts now of the ballots of a person on an item, made anew from the facts whenever a place changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from koopset.apps.meetings.models import BallotFact, CurrentVote, Meeting, MeetingPower
from koopset.apps.meetings.rules.ballots import Ballot, choice_of, count
from koopset.apps.meetings.rules.law import Channel
from koopset.apps.meetings.selectors.frozen import Frozen, weights_of_persons
from koopset.apps.meetings.selectors.hall import proxies_of
from koopset.apps.meetings.selectors.votes import ballots_of

Place = tuple[int, str]
_AFAR = frozenset({Channel.PAPER, Channel.ELECTRONIC})
BATCH = 2000


def places_of_powers(row: Meeting, persons: Collection[int]) -> set[Place]:
    """(person, item): ballots given by a power of which one of the persons is the principal or the agent."""
    key = {"organisation_id": row.organisation_id, "meeting_id": row.pk}
    powers = MeetingPower.objects.filter(**key)
    touched = set(powers.filter(principal_id__in=persons).values_list("principal_id", flat=True))
    touched |= set(powers.filter(agent_id__in=persons).values_list("principal_id", flat=True))
    if not touched:
        return set()
    rows = BallotFact.objects.filter(**key, elector_id__in=sorted(touched), agent_id__isnull=False)
    return set(rows.values_list("elector_id", "item"))


def places_settle(
    row: Meeting,
    frozen: Frozen,
    places: Iterable[Place],
    *,
    agents: Mapping[Place, int] | None = None,
) -> None:
    """Count the places again and write what counts now. The caller holds the lock. `agents`: powers in force, if known already."""
    wanted = set(places)
    if not wanted:
        return
    persons, items = {who for who, _ in wanted}, {item for _, item in wanted}
    ballots = [one for one in ballots_of(row, persons, items) if (one.elector, one.item) in wanted]
    if agents is None:
        agents = (
            proxies_of(row, frozen.profile, frozen.items).agents
            if any(one.is_by_proxy for one in ballots)
            else MappingProxyType({})
        )
    weights = weights_of_persons(row, persons)
    counted = count(
        ballots, electors=weights.keys(), items=frozen.items, rules=frozen.rules, agents=agents
    ).counted
    key = {"organisation_id": row.organisation_id, "meeting_id": row.pk}
    old = CurrentVote.objects.filter(**key, person_id__in=sorted(persons), item__in=sorted(items))
    gone = [pk for pk, who, item in old.values_list("pk", "person_id", "item") if (who, item) in wanted]
    CurrentVote.objects.filter(**key, pk__in=gone).delete()
    CurrentVote.objects.bulk_create(
        (
            CurrentVote(
                organisation_id=row.organisation_id,
                meeting=row,
                item=item,
                voters=voters.value,
                person_id=who,
                choice=choice_of(ballot.marks).value,
                numerator=weights[who][voters][0],
                denominator=weights[who][voters][1],
                is_from_afar=_is_from_afar(ballot),
                ballot_id=ballot.key,
            )
            for (who, item), ballot in sorted(counted.items())
            for voters in frozen.voters_of(item)
            if voters in weights[who]
        ),
        batch_size=BATCH,
    )


def _is_from_afar(ballot: Ballot) -> bool:
    return ballot.channel in _AFAR and not ballot.is_by_proxy
