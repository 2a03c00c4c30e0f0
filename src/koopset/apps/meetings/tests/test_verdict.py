"""Verdicts at every border of the law."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.meetings.rules.ballots import Choice
from koopset.apps.meetings.rules.election import NameBallot, election, name_tallies
from koopset.apps.meetings.rules.electorate import members_by_head
from koopset.apps.meetings.rules.law import Voters
from koopset.apps.meetings.rules.tally import item_quorum
from koopset.apps.meetings.rules.verdict import Outcome, VoidReason, verdict, verdict_data, void_reasons
from koopset.apps.meetings.tests.conftest import heads, metres, profile, refused


def judged(key, item, tally, **more):
    law = profile(key)
    kind = law.item(item)
    quorum = item_quorum(law, kind, tally.present, tally.whole)
    return verdict(law, kind, tally, quorum=quorum, **more)


@pytest.mark.parametrize(
    ("key", "item", "votes", "outcome"),
    [
        # СНТ, two thirds of those PRESENT: 6 of 10 came, 4 for pass, 3 do not
        ("snt", "charter", {"whole": 10, "for_": 4, "against": 2}, "adopted"),
        ("snt", "charter", {"whole": 10, "for_": 3, "against": 3}, "not_adopted"),
        ("snt", "charter", {"whole": 10, "for_": 4, "abstain": 1, "not_voted": 1}, "adopted"),
        ("snt", "charter", {"whole": 10, "for_": 4, "abstain": 2, "invalid": 1}, "not_adopted"),
        # no quorum goes before the count: all five who came are for
        ("snt", "charter", {"whole": 10, "for_": 5}, "no_quorum"),
        ("snt", "reports", {"whole": 10, "for_": 5}, "no_quorum"),
        ("snt", "charter", {"whole": 101, "for_": 50}, "no_quorum"),
        ("snt", "charter", {"whole": 101, "for_": 34, "against": 17}, "adopted"),
        ("snt", "charter", {"whole": 101, "for_": 33, "against": 18}, "not_adopted"),
        # simple majority of those present: half exactly, one vote more
        ("snt", "reports", {"whole": 10, "for_": 4, "against": 4}, "not_adopted"),
        ("snt", "reports", {"whole": 10, "for_": 5, "against": 4}, "adopted"),
        ("snt", "reports", {"whole": 10, "for_": 4, "against": 1, "abstain": 3}, "not_adopted"),
        ("snt", "pay-terms", {"whole": 10, "for_": 5, "against": 3}, "not_adopted"),
        # ЖСК: more than half of those present; more than three quarters by the charter
        ("jsk", "other", {"whole": 10, "for_": 4, "against": 4}, "not_adopted"),
        ("jsk", "by-charter", {"whole": 10, "for_": 6, "against": 2}, "not_adopted"),
        ("jsk", "by-charter", {"whole": 10, "for_": 7, "against": 2}, "adopted"),
        # consumer society: three quarters of those present, exactly is enough
        ("po", "reorganisation", {"whole": 10, "for_": 6, "against": 2}, "adopted"),
        ("po", "reorganisation", {"whole": 10, "for_": 5, "against": 2}, "not_adopted"),
        # agricultural: two thirds of those present
        ("spk-consumer", "charter", {"whole": 100, "for_": 20, "against": 10}, "adopted"),
        ("spk-consumer", "charter", {"whole": 100, "for_": 19, "against": 10}, "not_adopted"),
        ("spk-production", "charter", {"whole": 10, "for_": 4}, "no_quorum"),
        # a partnership is founded by all of its founders
        ("snt-founding", "founding", {"whole": 10, "for_": 10}, "adopted"),
        ("snt-founding", "founding", {"whole": 10, "for_": 9, "abstain": 1}, "not_adopted"),
        ("snt-founding", "founding", {"whole": 10, "for_": 9}, "no_quorum"),
        # charter only: half of all is a quorum
        ("charter", "budget", {"whole": 10, "for_": 3, "against": 2}, "adopted"),
        ("charter", "budget", {"whole": 10, "for_": 2, "against": 2}, "no_quorum"),
    ],
)
def test_by_head(key, item, votes, outcome):
    assert judged(key, item, heads(**votes)).outcome == Outcome(outcome)


@pytest.mark.parametrize(
    ("item", "votes", "outcome"),
    [
        # exactly half of the area came
        ("tariff", {"for_": 500}, "no_quorum"),
        ("tariff", {"for_": "500.01"}, "adopted"),
        # majority of those present
        ("tariff", {"for_": 300, "against": 300}, "not_adopted"),
        ("tariff", {"for_": "300.01", "against": 300}, "adopted"),
        # more than half of ALL votes: exactly half is not
        ("management", {"for_": 500, "against": 100}, "not_adopted"),
        ("management", {"for_": "500.01", "against": 100}, "adopted"),
        # two thirds of ALL votes, though everybody present is for
        ("reconstruction", {"for_": 600}, "not_adopted"),
        ("reconstruction", {"for_": "666.66"}, "not_adopted"),
        ("reconstruction", {"for_": Fraction(2000, 3)}, "adopted"),
        ("reconstruction", {"for_": "666.67"}, "adopted"),
        # everybody
        ("common-property-less", {"for_": "999.99"}, "not_adopted"),
        ("common-property-less", {"for_": 1000}, "adopted"),
    ],
)
def test_by_area(item, votes, outcome):
    tally = metres(1000, **{name: Fraction(area) for name, area in votes.items()})
    assert judged("mkd", item, tally).outcome == Outcome(outcome)


def test_two_thirds_of_present_is_not_two_thirds_of_all():
    """The same people: 60 of 100 came, 40 are for."""
    snt = judged("snt", "charter", heads(100, for_=40, against=20))
    assert (snt.outcome, snt.measure.needed) == (Outcome.ADOPTED, 40)
    house = judged("mkd", "reconstruction", metres(100, for_=40, against=20))
    assert (house.outcome, house.measure.needed) == (Outcome.NOT_ADOPTED, Fraction(200, 3))
    association = judged("tsj", "loans", metres(100, for_=60))
    assert association.outcome is Outcome.NOT_ADOPTED


def test_a_verdict_shows_its_arithmetic_and_law():
    found = judged("snt", "charter", heads(10, for_=4, against=2))
    assert (found.measure.part, found.measure.whole, found.measure.least_people) == (4, 6, 4)
    assert found.source.article == "217-ФЗ, ст. 17 ч. 1 п. 1"
    assert found.profile == profile("snt").version
    assert found.quorum.measures[0].least_people == 6
    data = verdict_data(found)
    assert data["measure"] == {
        "part": 4,
        "whole": 6,
        "needed": 4,
        "share": Fraction(2, 3),
        "strict": False,
        "weight": "head",
        "reached": True,
    }
    assert (data["outcome"], data["owners"], data["void"]) == ("adopted", None, [])


def test_a_tally_of_other_weights_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="weights"):
        judged("snt", "charter", metres(10, for_=6))


# Owners without membership


@pytest.mark.parametrize(
    ("members", "owners", "reading", "outcome", "differ"),
    [
        # 60 of 100 members, 40 for; owners 20 came
        ({"for_": 40, "against": 20}, {"for_": 20}, "together", "adopted", False),
        ({"for_": 40, "against": 20}, {"against": 20}, "together", "not_adopted", True),
        ({"for_": 40, "against": 20}, {"against": 20}, "members", "adopted", True),
        ({"for_": 40, "against": 20}, {"against": 20}, "both", "not_adopted", True),
        ({"for_": 39, "against": 21}, {"for_": 20}, "together", "adopted", True),
        ({"for_": 39, "against": 21}, {"for_": 20}, "both", "not_adopted", True),
        ({"for_": 40, "against": 20}, {}, "both", "adopted", False),
        ({"for_": 40, "against": 20}, {"for_": 2, "against": 1}, "together", "adopted", False),
    ],
)
def test_owners_are_tallied_apart_and_the_reading_decides(members, owners, reading, outcome, differ):
    from koopset.apps.meetings.rules.charter import Clause, charter_applied

    law = charter_applied(profile("snt"), [Clause("owners.reading", reading, "устав, п. 3")])
    item, tally = law.item("fees"), heads(100, **members)
    found = verdict(
        law,
        item,
        tally,
        quorum=item_quorum(law, item, tally.present, tally.whole),
        owners=heads(50, **owners),
    )
    assert (found.outcome, found.readings_differ) == (Outcome(outcome), differ)
    assert found.members.part == members["for_"]
    assert found.owners.part == owners.get("for_", 0)
    assert found.owners.whole == sum(owners.values())


def test_owners_change_no_quorum_and_no_item_that_is_not_theirs():
    found = judged("snt", "fees", heads(10, for_=5), owners=heads(50, for_=50))
    assert found.outcome is Outcome.NO_QUORUM
    reports = judged("snt", "reports", heads(10, for_=6), owners=heads(50, against=50))
    assert (reports.outcome, reports.owners) == (Outcome.ADOPTED, None)
    alone = judged("snt", "fees", heads(10, for_=6))
    assert (alone.outcome, alone.owners, alone.readings_differ) == (Outcome.ADOPTED, None, False)
    assert profile("snt").item("fees").voters is Voters.MEMBERS_AND_OWNERS


# The chair's casting vote


@pytest.mark.parametrize(
    ("votes", "chair", "outcome", "casting"),
    [
        ({"for_": 2, "against": 2}, "for", "adopted", "for"),
        ({"for_": 2, "against": 2}, "against", "not_adopted", "against"),
        ({"for_": 2, "against": 2}, "abstain", "not_adopted", None),
        ({"for_": 2, "against": 2}, None, "not_adopted", None),
        ({"for_": 2, "against": 1}, "against", "adopted", None),
        ({"for_": 1, "against": 2}, "for", "not_adopted", None),
        # equality with an abstention: the second vote makes 3 of 6
        ({"for_": 2, "against": 2, "abstain": 1}, "for", "not_adopted", "for"),
        ({"for_": 1, "against": 1}, "for", "no_quorum", "for"),
        ({"abstain": 4}, "for", "not_adopted", None),
    ],
)
def test_at_equality_in_a_board_the_chair_decides(votes, chair, outcome, casting):
    found = judged("snt-board", "admission", heads(5, **votes), chair=chair and Choice(chair))
    assert (found.outcome, found.casting) == (Outcome(outcome), casting and Choice(casting))


def test_no_casting_vote_where_the_law_gives_none():
    found = judged("board", "admission", heads(4, for_=2, against=2), chair=Choice.FOR)
    assert (found.outcome, found.casting) == (Outcome.NOT_ADOPTED, None)
    meeting = judged("snt", "reports", heads(6, for_=3, against=3), chair=Choice.FOR)
    assert (meeting.outcome, meeting.casting) == (Outcome.NOT_ADOPTED, None)


# Void


def test_an_item_outside_the_agenda_is_void_though_all_present_are_for(snt):
    item = snt.item("reports")
    reasons = void_reasons(snt, item, noticed=False, barred=False, all_took_part=False)
    assert reasons == (VoidReason.NOT_NOTICED,)
    found = judged("snt", "reports", heads(10, for_=9), void=reasons)
    assert (found.outcome, found.source.article) == (Outcome.VOID, "ГК РФ, ст. 181.5")
    # unless all members took part
    assert void_reasons(snt, item, noticed=False, barred=False, all_took_part=True) == ()


def test_void_goes_before_no_quorum(snt, mkd):
    item = snt.item("reports")
    late = void_reasons(snt, item, noticed=True, barred=True, all_took_part=True, form_allowed=False)
    assert late == (VoidReason.MATERIALS_LATE, VoidReason.FORM_FORBIDDEN)
    assert judged("snt", "reports", heads(10, for_=1), void=late).outcome is Outcome.VOID
    outside = void_reasons(snt, mkd.item("tariff"), noticed=True, barred=False, all_took_part=False)
    assert outside == (VoidReason.OUTSIDE_COMPETENCE,)


# Properties

sizes = st.integers(0, 12)
RANK = {Outcome.NO_QUORUM: 0, Outcome.NOT_ADOPTED: 1, Outcome.ADOPTED: 2}


@given(
    st.sampled_from(
        [("snt", "charter"), ("snt", "reports"), ("charter", "budget"), ("snt-board", "current")]
    ),
    sizes,
    sizes,
    sizes,
    sizes,
    st.integers(1, 12),
    st.sampled_from([None, Choice.FOR]),
    st.sampled_from(["absent", "against", "abstain", "invalid"]),
)
def test_a_vote_for_never_lowers_the_verdict(which, pro, con, abstain, invalid, more, chair, source):
    """Whether it comes from somebody who was absent or who voted otherwise."""
    if chair is not None and not pro:
        return
    votes = {"for_": pro, "against": con, "abstain": abstain, "invalid": invalid}
    whole = sum(votes.values()) + more
    before = judged(which[0], which[1], heads(whole, **votes), chair=chair)
    if source != "absent":
        if not votes[source]:
            return
        votes[source] -= 1
    votes["for_"] += 1
    after = judged(which[0], which[1], heads(whole, **votes), chair=chair)
    assert RANK[after.outcome] >= RANK[before.outcome]


@given(
    st.sampled_from(["tariff", "management", "reconstruction", "nonresidential"]),
    st.fractions(0, 400, max_denominator=60),
    st.fractions(0, 400, max_denominator=60),
    st.fractions(Fraction(1, 60), 100, max_denominator=60),
)
def test_a_vote_for_never_lowers_the_verdict_by_area(item, pro, con, more):
    before = judged("mkd", item, metres(1000, for_=pro, against=con))
    after = judged("mkd", item, metres(1000, for_=pro + more, against=con))
    assert RANK[after.outcome] >= RANK[before.outcome]


# Elections

CANDIDATES = (101, 102, 103)


def chosen(*marks):
    return [NameBallot(at, frozenset(one)) for at, one in enumerate(marks, 1)]


def elected(whole, ballots, seats, key="snt", item="chairperson"):
    voters = members_by_head(range(1, whole + 1))
    taking = {one.elector for one in ballots}
    return election(profile(key).item(item), name_tallies(voters, taking, ballots, CANDIDATES, seats), seats)


def test_seats_go_to_those_with_most_votes_who_reached_the_threshold():
    found = elected(9, chosen({101, 102}, {101, 102}, {101}, {103, 102}), 2)
    assert (found.elected, found.tied, found.below, found.seats_left) == ((101, 102), (), (103,), 0)
    assert found.measures[103].part == 1


def test_a_tie_at_the_last_seat_is_no_ones():
    ballots = chosen({101, 102, 103}, {101, 102, 103}, {101, 102, 103}, {101})
    voters = members_by_head(range(1, 5))
    tallies = name_tallies(voters, {1, 2, 3, 4}, ballots, CANDIDATES, 3)
    found = election(profile("snt").item("chairperson"), tallies, 2)
    assert (found.elected, found.tied, found.seats_left) == ((101,), (102, 103), 1)
    all_tied = elected(3, chosen({101}, {102}, {103}), 1)
    assert (all_tied.elected, all_tied.tied, all_tied.below) == ((), (), CANDIDATES)


def test_too_many_names_spoil_a_ballot_and_stay_in_the_base():
    found = elected(3, chosen({101, 102}, {101}, {101}), 1)
    assert (found.elected, found.measures[101].part, found.measures[101].whole) == ((101,), 2, 3)
    stranger = elected(3, chosen({999}, {101}, set()), 1)
    assert (stranger.elected, stranger.measures[101].whole) == ((), 3)


def test_two_thirds_to_elect_a_board():
    ballots = chosen({101}, {101}, {101}, {101}, {102}, {102})
    assert elected(6, ballots, 1, item="election").elected == (101,)
    short = chosen({101}, {101}, {101}, {102}, {102}, {102})
    assert elected(6, short, 1, item="election").elected == ()


def test_elections_that_are_none():
    assert refused(lambda: elected(3, chosen({101}), 0)) == "meetings.election_seats"
    twice = [NameBallot(1, frozenset({101})), NameBallot(1, frozenset({102}))]
    assert refused(lambda: elected(3, twice, 1)) == "meetings.ballot_second"
    assert refused(lambda: election(profile("snt").item("election"), {}, 1)) == "meetings.election_seats"
