"""Secret votes: no way from a voter to a ballot, one ballot each, a receipt that tells nothing of the choice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.factories import (
    NOW,
    close,
    come,
    make_item,
    make_meeting,
    make_members,
    open_meeting,
    put,
    show_hands,
    voter,
)
from koopset.apps.meetings.models import (
    BallotFact,
    ChainEvent,
    Closing,
    CurrentVote,
    SecretBallot,
    SecretVoter,
)
from koopset.apps.meetings.rules.archive import archive_check
from koopset.apps.meetings.rules.merkle import inclusion_holds
from koopset.apps.meetings.rules.secrecy import openings_hold
from koopset.apps.meetings.selectors.votes import sealed_of
from koopset.apps.organisations.factories import make_organisation
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)
REPORTS: dict[str, Any] = {"type": "reports", "title": "Отчёт", "wording": "Утвердить.", "is_secret": True}


def vote(row, person, item="reports", **more):
    return services.secret_vote(
        actor=more.pop("actor", voter(row.organisation_id, person)),
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        person_id=person.pk,
        item=item,
        now=LATER,
        **more,
    )


def election(persons, seats=1):
    return {
        "type": "election",
        "title": "Выборы председателя",
        "wording": "Избрать председателем:",
        "seats": seats,
        "is_secret": True,
        "candidates": persons,
        "effect_data": {"role": "board"},
    }


def test_a_secret_election_from_ballots_to_the_archive():
    pk, persons = make_members(7)
    row = open_meeting(pk, items=(election(persons[:2]),))
    come(row, persons[:6])
    put(row)
    receipts = [
        vote(row, person, "election", marked=[persons[0 if at < 4 else 1].pk]).receipt
        for at, person in enumerate(persons[:6])
    ]
    close(row)
    (result,) = selectors.results(SYSTEM, pk, row.pk)
    assert result.data["elected"] == [persons[0].pk]
    for receipt in receipts:
        proof = selectors.secret_receipt(voter(pk, persons[0]), pk, row.pk, "election", receipt)
        assert inclusion_holds(proof.leaf, proof.proof, proof.root)
        assert proof.root in selectors.archive_files(SYSTEM, pk, row.pk)["events.jsonl"].decode()
    assert selectors.secret_receipt(voter(pk, persons[0]), pk, row.pk, "election", "00" * 32) is None
    assert archive_check(selectors.archive_files(SYSTEM, pk, row.pk)).holds


def test_nothing_leads_from_a_voter_to_a_ballot():
    pk, persons = make_members(5)
    row = open_meeting(pk, items=(REPORTS,))
    come(row, persons)
    put(row)
    before = ChainEvent.objects.filter(organisation_id=pk).count()
    for person in persons:
        vote(row, person, mark="for")
    assert ChainEvent.objects.filter(organisation_id=pk).count() == before
    assert not BallotFact.objects.filter(organisation_id=pk).exists()
    assert not CurrentVote.objects.filter(organisation_id=pk).exists()
    names = {field.name for field in SecretBallot._meta.fields}
    assert names == {"id", "organisation", "meeting", "item", "key", "content"}
    assert {field.name for field in SecretVoter._meta.fields} == {
        "id",
        "organisation",
        "meeting",
        "item",
        "person",
    }
    contents = [bytes(one.content) for one in SecretBallot.objects.filter(organisation_id=pk)]
    assert set(contents) == {b'{"item":"reports","marks":["for"]}'}
    voters = list(
        SecretVoter.objects.filter(organisation_id=pk).order_by("pk").values_list("person_id", flat=True)
    )
    keys = sorted(SecretVoter.objects.filter(organisation_id=pk).values_list("pk", flat=True))
    assert len(voters) == 5
    assert keys[-1] - keys[0] > 1_000_000  # drawn, not counted up
    (item,) = selectors.live(SYSTEM, pk, row.pk, now=LATER).items
    assert (item.voted, item.tallies) == (5, {})


def test_published_tables_are_one_set_of_ballots_for_a_court():
    pk, persons = make_members(5)
    row = open_meeting(pk, items=(REPORTS,))
    come(row, persons)
    put(row)
    for person, mark in zip(persons, ("for", "for", "for", "against", "abstain"), strict=True):
        vote(row, person, mark=mark)
    close(row)
    tables = Closing.objects.get(organisation_id=pk).secret["reports"]
    contents = [content.encode() for content in tables["contents"]]
    assert openings_hold(sealed_of(row, "reports"), tables["commitments"], contents)
    assert tables["commitments"] == sorted(tables["commitments"])


def test_one_ballot_each_and_only_from_the_hall():
    pk, persons = make_members(5)
    row = open_meeting(pk, items=(REPORTS, {}))
    come(row, persons[:3])
    refused("meetings.item_not_put", lambda: vote(row, persons[0], mark="for"))
    put(row)
    refused("meetings.not_here", lambda: vote(row, persons[3], mark="for"))
    refused("meetings.ballot_empty", lambda: vote(row, persons[0]))
    refused("meetings.bad_mark", lambda: vote(row, persons[0], mark="maybe"))
    refused("meetings.item_not_secret", lambda: vote(row, persons[0], "fees", mark="for"))
    refused("meetings.ballot_not_on_agenda", lambda: vote(row, persons[0], "budget", mark="for"))
    refused("meetings.item_is_secret", lambda: show_hands(row, "reports", {persons[0]: "for"}))
    refused(
        "meetings.ballot_no_proxy", lambda: vote(row, persons[0], mark="for", for_person_id=persons[1].pk)
    )
    with pytest.raises(Forbidden):
        vote(row, persons[0], mark="for", actor=voter(pk, persons[1]))
    vote(row, persons[0], mark="for")
    refused("meetings.ballot_second", lambda: vote(row, persons[0], mark="against"))
    assert SecretBallot.objects.filter(organisation_id=pk).count() == 1


def test_names_are_checked():
    pk, persons = make_members(5)
    row = open_meeting(pk, items=(election(persons[:3], seats=2),))
    come(row, persons)
    put(row)
    refused("meetings.ballot_empty", lambda: vote(row, persons[0], "election"))
    refused(
        "meetings.too_many_names",
        lambda: vote(row, persons[0], "election", marked=[one.pk for one in persons[:3]]),
    )
    refused("meetings.unknown_candidate", lambda: vote(row, persons[0], "election", marked=[persons[4].pk]))


def test_whoever_voted_counts_also_after_leaving_and_coming_late():
    pk, persons = make_members(5)
    row = open_meeting(pk, items=(REPORTS,))
    come(row, persons[:3])
    put(row, now=NOW)
    come(row, persons[3:4], now=NOW + timedelta(minutes=5))  # after it was put
    for person in persons[1:4]:
        vote(row, person, mark="for")
    services.person_leave(
        actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, person_id=persons[1].pk, now=LATER
    )
    close(row)
    (result,) = selectors.results(SYSTEM, pk, row.pk)
    assert (result.outcome, result.data["measure"]["part"], result.data["measure"]["whole"]) == (
        "adopted",
        "3/1",
        "4/1",
    )


def test_a_ballot_by_a_power_counts_whatever_becomes_of_the_power():
    pk, persons = make_members(5)
    row = open_meeting(pk, items=(REPORTS,))
    power = services.power_enter(
        actor=SYSTEM,
        organisation_id=pk,
        meeting_id=row.pk,
        principal_id=persons[0].pk,
        agent_id=persons[1].pk,
        issued_on=date(2026, 11, 1),
        now=NOW,
    )
    come(row, persons[1:4])
    put(row)
    for person in persons[1:4]:
        vote(row, person, mark="for")
    vote(row, persons[1], mark="for", for_person_id=persons[0].pk)
    services.power_withdraw(
        actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, power_id=power.pk, on=NOW.date(), now=LATER
    )
    close(row)
    assert selectors.results(SYSTEM, pk, row.pk)[0].data["measure"]["part"] == "4/1"
    assert archive_check(selectors.archive_files(SYSTEM, pk, row.pk)).holds


def test_a_vote_by_area_or_in_absentia_cannot_be_secret():
    pk = make_organisation("tsj").pk
    row = make_meeting(pk, law="tsj", items=())
    refused("meetings.secret_by_area", make_item, row, is_secret=True)
    pk, _persons = make_members(3)
    row = make_meeting(pk, items=(), form="absentia", starts_at=None, ends_at=NOW)
    refused("meetings.secret_in_absentia", lambda: make_item(row, **REPORTS))
