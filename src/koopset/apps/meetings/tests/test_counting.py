"""Which ballot counts, and sums of votes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.meetings.rules.ballots import (
    Ballot,
    Choice,
    CountRules,
    Mark,
    Standing,
    ballot_checked,
    choice_of,
    count,
    count_rules,
    count_rules_kept,
    precedence_of,
)
from koopset.apps.meetings.rules.electorate import Elector, Electorate, members_by_head
from koopset.apps.meetings.rules.law import Channel, Voters, Weight
from koopset.apps.meetings.rules.tally import (
    Amount,
    Group,
    amount_of,
    groups_of,
    item_quorum,
    meeting_quorum,
    tally,
    tally_of_groups,
    whole_of,
)
from koopset.apps.meetings.tests.conftest import NOON, profile, refused, vote

RULES = CountRules(precedence=(Channel.HALL, Channel.PHONE, Channel.PAPER, Channel.ELECTRONIC), revote=False)
REVOTE = replace(RULES, revote=True)
ELECTORS = frozenset(range(1, 20))


def counted(*ballots, rules=RULES, agents=None):
    return count(ballots, electors=ELECTORS, items=("fees", "reports"), rules=rules, agents=agents or {})


def standings(found):
    return {key: str(value) for key, value in sorted(found.standing.items())}


@pytest.mark.parametrize(
    ("marks", "choice"),
    [
        (("for",), "for"),
        (("against",), "against"),
        (("abstain",), "abstain"),
        (("for", "against"), "invalid"),
        (("for", "against", "abstain"), "invalid"),
        ((), "not_voted"),
    ],
)
def test_two_marks_are_invalid_and_none_leaves_the_item_open(marks, choice):
    assert choice_of([Mark(mark) for mark in marks]) == Choice(choice)


def test_a_second_ballot_counts_only_where_votes_may_be_changed():
    first, second = vote(1, 5, "for"), vote(2, 5, "against", minute=1)
    once = counted(first, second)
    assert standings(once) == {1: "counted", 2: "second"}
    assert once.choices("fees") == {5: Choice.FOR}
    again = counted(first, second, rules=REVOTE)
    assert standings(again) == {1: "replaced", 2: "counted"}
    assert again.choices("fees") == {5: Choice.AGAINST}
    # history is kept, and shown
    assert [(d.elector, d.keys, d.counted) for d in once.duplicates] == [(5, (1, 2), 1)]
    assert [(d.elector, d.keys, d.counted) for d in again.duplicates] == [(5, (1, 2), 2)]


def test_one_person_one_result_over_all_channels():
    paper = vote(1, 5, "against", channel=Channel.PAPER)
    hall = vote(2, 5, "for", minute=30)
    phone = vote(3, 5, "abstain", channel=Channel.PHONE, minute=40)
    found = counted(paper, hall, phone, rules=REVOTE)
    assert standings(found) == {1: "outranked", 2: "counted", 3: "outranked"}
    paper_first = replace(REVOTE, precedence=(Channel.PAPER, Channel.HALL, Channel.PHONE, Channel.ELECTRONIC))
    assert counted(paper, hall, phone, rules=paper_first).choices("fees") == {5: Choice.AGAINST}
    assert precedence_of(profile("snt")) == RULES.precedence


def test_votes_after_the_closing():
    rules = replace(RULES, closes_at=NOON)
    found = counted(vote(1, 5), vote(2, 6, minute=1), rules=rules)
    assert standings(found) == {1: "counted", 2: "late"}
    assert found.choices("fees") == {5: Choice.FOR}


def test_written_decisions_that_came_after_the_beginning_are_kept_and_not_counted():
    rules = replace(RULES, began_at=NOON)
    before = vote(1, 5, channel=Channel.PAPER, minute=-1)
    at_the_hour = vote(2, 6, channel=Channel.PAPER)
    after = vote(3, 7, channel=Channel.PAPER, minute=1)
    hall = vote(4, 7, "against", minute=5)
    found = counted(before, at_the_hour, after, hall, rules=rules)
    assert standings(found) == {1: "counted", 2: "after_start", 3: "after_start", 4: "counted"}
    assert found.choices("fees") == {5: Choice.FOR, 7: Choice.AGAINST}
    assert (found.senders(), found.voters("fees")) == ({5}, {5, 7})


def test_rules_of_counting_come_from_the_profile():
    later = NOON + timedelta(hours=2)
    snt = count_rules(profile("snt"), closes_at=later, began_at=NOON)
    assert (snt.began_at, snt.closes_at, snt.revote) == (NOON, later, False)
    assert count_rules(profile("mkd"), closes_at=later, began_at=NOON).began_at is None


def test_rules_do_not_change_after_the_first_ballot():
    count_rules_kept(RULES, REVOTE, 0)
    count_rules_kept(RULES, RULES, 10)
    assert refused(lambda: count_rules_kept(RULES, REVOTE, 1)) == "meetings.rules_changed"


def test_the_principal_goes_before_whoever_holds_the_power():
    agents = {(5, "fees"): 9}
    by_power = vote(1, 5, "for", by=9)
    own = vote(2, 5, "against", channel=Channel.ELECTRONIC, minute=1)
    found = counted(by_power, own, agents=agents)
    assert standings(found) == {1: "principal_voted", 2: "counted"}
    assert counted(by_power, agents=agents).choices("fees") == {5: Choice.FOR}
    assert standings(counted(by_power)) == {1: "no_proxy"}
    assert standings(counted(vote(1, 5, by=8), agents=agents)) == {1: "no_proxy"}
    assert standings(counted(vote(1, 5, by=9, item="reports"), agents=agents)) == {1: "no_proxy"}
    assert standings(counted(vote(1, 5, by=5))) == {1: "counted"}


def test_strangers_and_items_off_the_agenda():
    found = counted(vote(1, 99), vote(2, 5, item="budget"), vote(3, 99, minute=1))
    assert standings(found) == {1: "not_elector", 2: "not_on_agenda", 3: "not_elector"}
    assert [(d.elector, d.counted) for d in found.duplicates] == [(99, None)]
    assert (found.counted, found.senders()) == ({}, frozenset())


def test_a_key_stands_for_one_ballot():
    assert standings(counted(vote(1, 5), vote(1, 5))) == {1: "counted"}
    assert refused(lambda: counted(vote(1, 5), vote(1, 6))) == "meetings.ballot_key_twice"


@pytest.mark.parametrize(
    ("ballot", "code"),
    [
        (vote(1, 99), "not_elector"),
        (vote(1, 5, item="budget"), "not_on_agenda"),
        (vote(1, 5, by=9), "no_proxy"),
        (vote(1, 5, minute=61), "late"),
        (vote(1, 5, channel=Channel.PAPER, minute=1), "after_start"),
        (vote(1, 5, ("for", "against")), "two_marks"),
        (vote(1, 5, ()), "empty"),
        (vote(1, 6), "second"),
    ],
)
def test_a_ballot_is_refused_at_the_door(ballot, code):
    rules = replace(RULES, closes_at=NOON + timedelta(hours=1), began_at=NOON)
    already = [vote(7, 6, "against")]

    def ask(one: Ballot, frozen: CountRules = rules) -> None:
        ballot_checked(one, electors=ELECTORS, items=("fees",), rules=frozen, already=already)

    assert refused(lambda: ask(ballot)) == f"meetings.ballot_{code}"
    ask(vote(1, 5))
    ask(vote(1, 6), replace(rules, revote=True))
    ask(vote(1, 6, channel=Channel.PHONE))


# Tallies


def test_abstained_and_invalid_votes_stand_in_the_base():
    voters = members_by_head(range(1, 11))
    choices = {1: Choice.FOR, 2: Choice.AGAINST, 3: Choice.ABSTAIN, 4: Choice.INVALID, 99: Choice.FOR}
    found = tally(voters, {1, 2, 3, 4, 5, 6, 99}, choices)
    assert found.present == Amount(6, Fraction(6))
    assert found.of(Choice.NOT_VOTED).people == 2
    assert (found.of(Choice.FOR).people, found.whole) == (1, Amount(10, Fraction(10)))


@pytest.mark.parametrize(
    ("key", "members", "present", "holds"),
    [
        ("snt", 10, 5, False),
        ("snt", 10, 6, True),
        ("snt", 101, 50, False),
        ("snt", 101, 51, True),
        ("snt", 0, 0, False),
        ("charter", 10, 5, True),
        ("charter", 11, 5, False),
        ("tsn", 10, 4, False),
        ("snt-board", 5, 2, False),
        ("snt-board", 5, 3, True),
        ("snt-board", 4, 2, True),
        ("jsk", 10, 5, False),
        ("po", 10, 6, True),
        ("spk-production", 10, 5, True),
        ("spk-production", 10, 4, False),
        # a quarter, and at least five of fewer than twenty
        ("spk-consumer", 100, 24, False),
        ("spk-consumer", 100, 25, True),
        ("spk-consumer", 19, 4, False),
        ("spk-consumer", 19, 5, True),
        ("spk-consumer", 20, 5, True),
        ("spk-consumer", 20, 4, False),
        ("spk-consumer", 4, 4, False),
    ],
)
def test_quorum_by_head_at_its_border(key, members, present, holds):
    found = meeting_quorum(
        profile(key), Amount(present, Fraction(present)), Amount(members, Fraction(members))
    )
    assert found.is_reached is holds
    assert found.measures[0].threshold == profile(key).threshold("quorum")


@pytest.mark.parametrize(("members", "measures"), [(19, 2), (20, 1)])
def test_the_least_number_is_asked_below_twenty_members_only(members, measures):
    found = meeting_quorum(
        profile("spk-consumer"), Amount(9, Fraction(9)), Amount(members, Fraction(members))
    )
    assert len(found.measures) == measures
    assert found.measures[-1].least_people == 5


@pytest.mark.parametrize(
    ("key", "present", "holds"), [("mkd", "500.00", False), ("mkd", "500.01", True), ("tsj", "500", False)]
)
def test_half_of_the_area_exactly_is_no_quorum(key, present, holds):
    """However many people that is."""
    amounts = Amount(90, Fraction(present)), Amount(100, Fraction(1000))
    assert meeting_quorum(profile(key), *amounts).is_reached is holds


def test_an_item_with_a_quorum_of_its_own(mkd):
    law, item = mkd, mkd.item("nonresidential")
    whole = Amount(10, Fraction(900))
    assert not item_quorum(law, item, Amount(6, Fraction(600)), whole).is_reached
    assert item_quorum(law, item, Amount(6, Fraction(601)), whole).is_reached
    assert item_quorum(law, law.item("tariff"), Amount(6, Fraction(600)), whole).is_reached


def test_a_lower_quorum_of_a_repeated_meeting_where_the_law_gives_one(snt):
    from koopset.apps.meetings.rules.law import Leeway, Source, Status, threshold_read
    from koopset.apps.meetings.rules.profile import Term

    term = Term("repeat.quorum", threshold_read("at least 1/4"), Source("устав", Status.READ), Leeway.NO)
    law = replace(snt, terms={**snt.terms, "repeat.quorum": term})
    some, whole = Amount(3, Fraction(3)), Amount(10, Fraction(10))
    assert not meeting_quorum(law, some, whole).is_reached
    assert meeting_quorum(law, some, whole, is_repeat=True).is_reached
    assert not meeting_quorum(snt, some, whole, is_repeat=True).is_reached


weights = st.fractions(min_value=Fraction(1, 600), max_value=500, max_denominator=600)
ballots = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(list(Choice)), weights),
    max_size=40,
    unique_by=lambda row: row[0],
)


@given(ballots, st.sets(st.integers(1, 12)))
def test_sums_grouped_by_denominator_are_the_tally(rows, absent):
    electors = tuple(Elector(who, weight) for who, _, weight in sorted(rows))
    whole = sum((one.weight for one in electors), Fraction(0))
    voters = Electorate(Voters.OWNERS, Weight.AREA, electors, whole)
    taking = {who for who, _, _ in rows} - absent
    choices = {who: choice for who, choice, _ in rows if choice is not Choice.NOT_VOTED}
    walked = tally(voters, taking, choices)
    groups = groups_of(
        (choices[one.person], one.weight)
        for one in electors
        if one.person in taking and one.person in choices
    )
    summed = tally_of_groups(
        reversed(groups), weight=Weight.AREA, taking_part=amount_of(voters, taking), whole=whole_of(voters)
    )
    assert summed == walked
    assert walked.present == amount_of(voters, taking)


def test_sums_of_different_snapshots_are_refused():
    with pytest.raises(ValueError, match="more votes"):
        tally_of_groups(
            [Group(Choice.FOR, 3, 4, 4)],
            weight=Weight.AREA,
            taking_part=Amount(3, Fraction(1)),
            whole=Amount(),
        )


ballot = st.builds(
    vote,
    st.integers(1, 10_000),
    st.integers(1, 6),
    st.lists(st.sampled_from(["for", "against", "abstain"]), max_size=2).map(tuple),
    item=st.sampled_from(["fees", "reports", "budget"]),
    channel=st.sampled_from(list(Channel)),
    minute=st.integers(-5, 5),
    by=st.sampled_from([None, 1, 2, 3]),
)


@given(
    st.lists(ballot, max_size=30, unique_by=lambda one: one.key),
    st.randoms(use_true_random=False),
    st.booleans(),
    st.booleans(),
)
def test_the_count_does_not_depend_on_the_order_of_ballots(given_ballots, random, revote, began):
    rules = replace(
        RULES, revote=revote, began_at=NOON if began else None, closes_at=NOON + timedelta(minutes=4)
    )
    agents = {(4, "fees"): 1, (5, "reports"): 2}
    mixed = list(given_ballots)
    random.shuffle(mixed)
    one = counted(*given_ballots, rules=rules, agents=agents)
    assert counted(*mixed, rules=rules, agents=agents) == one
    # every ballot has a standing; one counts for a person and an item, no more
    assert set(one.standing) == {b.key for b in given_ballots}
    counts = [key for key, value in one.standing.items() if value is Standing.COUNTED]
    assert sorted(counts) == sorted(b.key for b in one.counted.values())
    assert len({(b.elector, b.item) for b in one.counted.values()}) == len(counts)
