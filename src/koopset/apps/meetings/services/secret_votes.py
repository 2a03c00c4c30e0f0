"""Secret votes in the hall: who has voted goes to one table, the ballot to another, and nothing leads from one to the other.

No event of the chain and no moment is written when the vote is given; ballots enter the chain shuffled at the closing.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from koopset.apps.meetings.models import AgendaItem, Candidate, Meeting, SecretBallot, SecretVoter
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.ballots import Mark
from koopset.apps.meetings.rules.canonical import canonical
from koopset.apps.meetings.rules.law import Voters
from koopset.apps.meetings.rules.secrecy import KEY_BYTES, SealedBallot, commitment
from koopset.apps.meetings.selectors.frozen import Frozen, frozen_of, weights_of_persons
from koopset.apps.meetings.selectors.hall import hall_of, proxies_of
from koopset.apps.meetings.services.locks import lock_meeting, require_state
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: Keys of rows are drawn below this, so that their order tells nothing; the database would give them in the order of votes.
_MOST_KEY = 2**62


@dataclass(frozen=True, slots=True)
class SecretReceipt:
    """What the voter keeps: the hash under which the ballot is among those published. It proves that it is there, not what it says."""

    item: str
    receipt: str


@service(MeetingRight.MEETING_VOTE)
def secret_vote(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    person_id: int,
    item: str,
    mark: str = "",
    marked: Collection[int] = (),
    for_person_id: int | None = None,
    now: datetime,
) -> SecretReceipt:
    """Give a secret vote: a `mark`, or in an election the cards of the `marked` candidates, not more than there are seats. It is not
    changed afterwards: nobody, the server too, finds it again.

    Right: one's own card, checked in. Raises Forbidden, meetings.state, meetings.not_here, meetings.ballot_not_on_agenda,
    meetings.item_not_secret, meetings.item_barred, meetings.item_not_put, meetings.ballot_not_elector, meetings.ballot_no_proxy,
    meetings.ballot_empty, meetings.bad_mark, meetings.too_many_names, meetings.unknown_candidate, meetings.ballot_second.
    """
    if person_id not in actor.person_ids:
        raise Forbidden(MeetingRight.MEETING_VOTE)
    row = lock_meeting(organisation_id, meeting_id)
    require_state(row, Meeting.State.OPEN)
    frozen = frozen_of(row)
    found = _item(row, frozen, item)
    if person_id not in hall_of(row, [person_id]).here:
        raise RuleViolation("meetings.not_here", field="person", person=person_id)
    elector = person_id if for_person_id is None else for_person_id
    voters = _voters(row, frozen, item, elector, person_id)
    content = _content(row, frozen, found, voters, mark, marked)
    try:
        with transaction.atomic():
            SecretVoter.objects.create(
                pk=secrets.randbelow(_MOST_KEY) + 1,
                organisation_id=organisation_id,
                meeting=row,
                item=item,
                person_id=elector,
            )
    except IntegrityError as error:
        raise RuleViolation("meetings.ballot_second", field="ballot", item=found.title) from error
    ballot = SealedBallot(secrets.token_bytes(KEY_BYTES), content)
    SecretBallot.objects.create(
        pk=secrets.randbelow(_MOST_KEY) + 1,
        organisation_id=organisation_id,
        meeting=row,
        item=item,
        key=ballot.key,
        content=canonical(content),
    )
    return SecretReceipt(item, commitment(ballot))


def _item(row: Meeting, frozen: Frozen, key: str) -> AgendaItem:
    found = AgendaItem.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk, key=key).first()
    if found is None:
        raise RuleViolation("meetings.ballot_not_on_agenda", field="item", item=key[:60])
    if not found.is_secret:
        raise RuleViolation("meetings.item_not_secret", field="item", item=found.title)
    if key in frozen.barred:
        raise RuleViolation("meetings.item_barred", field="item", item=found.title)
    if found.put_at is None:
        raise RuleViolation("meetings.item_not_put", field="item", item=found.title)
    return found


def _voters(row: Meeting, frozen: Frozen, key: str, elector: int, voter: int) -> Voters:
    votes = weights_of_persons(row, [elector]).get(elector, {})
    voters = next((one for one in frozen.voters_of(key) if one in votes), None)
    if voters is None:
        raise RuleViolation("meetings.ballot_not_elector", field="person")
    top, below = votes[voters]
    if top != below:
        # A share of a vote would tell whose it is.
        raise RuleViolation("meetings.secret_by_area", field="person")
    if voter != elector:
        agents = proxies_of(row, frozen.profile, frozen.items, coming=[voter]).agents
        if agents.get((elector, key)) != voter:
            raise RuleViolation("meetings.ballot_no_proxy", field="person")
    return voters


def _content(
    row: Meeting, frozen: Frozen, item: AgendaItem, voters: Voters, mark: str, marked: Collection[int]
) -> dict[str, object]:
    """What is on the ballot, and nothing of who gave it."""
    content: dict[str, object] = {"item": item.key}
    if item.seats:
        names = sorted(set(marked))
        known = set(
            Candidate.objects.filter(organisation_id=row.organisation_id, item_id=item.pk).values_list(
                "person_id", flat=True
            )
        )
        if not names:
            raise RuleViolation("meetings.ballot_empty", field="ballot", item=item.title)
        if len(names) > item.seats:
            raise RuleViolation("meetings.too_many_names", field="ballot", seats=item.seats)
        if not known.issuperset(names):
            raise RuleViolation("meetings.unknown_candidate", field="ballot")
        content["marked"] = names
    else:
        if not mark:
            raise RuleViolation("meetings.ballot_empty", field="ballot", item=item.title)
        if mark not in {one.value for one in Mark}:
            raise RuleViolation("meetings.bad_mark", field="mark", item=item.title)
        content["marks"] = [mark]
    if frozen.item(item.key).voters is Voters.MEMBERS_AND_OWNERS:
        content["voters"] = voters.value
    return content
