"""A secret election from the notice to the offices: a receipt proves that the ballot is there, and nobody can show what is on it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.factories import NOW, close, come, make_members, open_meeting, put, voter
from koopset.apps.meetings.formats.archive_file import archive_unpack
from koopset.apps.meetings.models import ChainEvent, SecretBallot, SecretVoter
from koopset.apps.meetings.rules.archive import archive_check
from koopset.apps.meetings.rules.canonical import canonical_read
from koopset.apps.meetings.rules.merkle import inclusion_holds
from koopset.apps.organisations.models import RoleAssignment
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)
AFTER = NOW + timedelta(hours=3)
#: Whom of the three who stand each of nine marks: 8, 7 and 2 votes for two seats.
MARKED = ((0, 1),) * 6 + ((0,), (0, 2), (1, 2))


def test_a_secret_election_gives_offices_and_tells_nobodys_choice():
    pk, persons = make_members(11)
    standing = persons[:3]
    election = {
        "type": "election",
        "title": "Выборы правления",
        "wording": "Избрать в правление:",
        "seats": 2,
        "is_secret": True,
        "candidates": standing,
        "effect_data": {"role": "board"},
    }
    row = open_meeting(pk, items=(election,))
    come(row, persons[:10])  # one of them takes no ballot, one never came
    put(row)
    receipts = {}
    for person, marked in zip(persons, MARKED, strict=False):
        given = services.secret_vote(
            actor=voter(pk, person),
            organisation_id=pk,
            meeting_id=row.pk,
            person_id=person.pk,
            item="election",
            marked=[standing[at].pk for at in marked],
            now=LATER,
        )
        receipts[person.pk] = given.receipt
    assert len(set(receipts.values())) == len(MARKED)  # equal ballots have different receipts
    before = ChainEvent.objects.filter(organisation_id=pk, meeting=row)
    assert set(before.values_list("kind", flat=True)) == {"opened", "came", "put"}
    live = selectors.live(SYSTEM, pk, row.pk, now=LATER).items[0]
    assert (live.voted, live.tallies) == (9, {})
    assert close(row).state == "closed"

    # what a voter keeps: the ballot is there, by a proof that holds against the root; anybody may ask, and learns no more
    for who, receipt in receipts.items():
        member = next(one for one in persons if one.pk == who)
        found = selectors.secret_receipt(voter(pk, member), pk, row.pk, "election", receipt)
        assert found is not None
        assert inclusion_holds(found.leaf, found.proof, found.root)
        assert found.leaf.hex() == receipt
        assert not inclusion_holds(bytes(32), found.proof, found.root)
    asked = voter(pk, persons[0])
    assert selectors.secret_receipt(asked, pk, row.pk, "election", "00" * 32) is None

    # two tables that nothing joins: no key, no moment, no order of one is in the other
    voters = {one.pk for one in SecretVoter.objects.filter(organisation_id=pk, meeting=row)}
    ballots = list(SecretBallot.objects.filter(organisation_id=pk, meeting=row))
    assert len(voters) == len(ballots) == len(MARKED)
    assert not voters & {one.pk for one in ballots}
    contents = Counter(tuple(canonical_read(bytes(one.content))["marked"]) for one in ballots)
    assert contents == Counter(tuple(sorted(standing[at].pk for at in marked)) for marked in MARKED)
    for one in ballots:
        text = bytes(one.content).decode()
        assert set(canonical_read(bytes(one.content))) == {"item", "marked"}
        assert not any(receipt in text for receipt in receipts.values())

    # the archive: commitments by their hashes, contents in a drawn order, all counted again
    data = selectors.meeting_archive(SYSTEM, pk, row.pk)
    assert archive_check(archive_unpack(data)).holds
    published = b"".join(archive_unpack(data).values()).decode()
    assert all(receipt in published for receipt in receipts.values())
    for person in persons:
        assert f'"voter":{person.pk}' not in published

    services.meeting_record(actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, number="4", now=AFTER)
    (result,) = selectors.results(SYSTEM, pk, row.pk)
    assert (result.outcome, result.data["elected"]) == ("adopted", [standing[0].pk, standing[1].pk])
    (effect,) = selectors.effects_waiting(SYSTEM, pk)
    call: dict[str, Any] = {"actor": SYSTEM, "organisation_id": pk, "effect_id": effect.id, "now": AFTER}
    services.effect_carry_out(**call)
    offices = RoleAssignment.objects.filter(organisation_id=pk, role="board")
    assert {one.person_id for one in offices} == {standing[0].pk, standing[1].pk}
    refused("meetings.effect_done", services.effect_carry_out, **call)
