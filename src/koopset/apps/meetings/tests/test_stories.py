"""Whole meetings from the plan to the verdict, in pure steps."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from koopset.apps.meetings.rules.ballots import count, count_rules
from koopset.apps.meetings.rules.clock import FailedMeeting, Plan, clock, lawful
from koopset.apps.meetings.rules.electorate import (
    Holding,
    Unit,
    board_by_head,
    members_by_area,
    members_by_head,
    owners_by_head,
)
from koopset.apps.meetings.rules.law import Channel, Form, Measure
from koopset.apps.meetings.rules.proxies import Proxy, proxies_on
from koopset.apps.meetings.rules.recount import Votes, item_verdict
from koopset.apps.meetings.rules.repeat import next_steps
from koopset.apps.meetings.rules.tally import amount_of, meeting_quorum, whole_of
from koopset.apps.meetings.rules.verdict import Outcome
from koopset.apps.meetings.tests.conftest import NOON, profile, refused, vote


def votes_of(law, electorates, ballots, items, *, present=(), agents=None, began_at=None, **more):
    rules = count_rules(law, closes_at=NOON + timedelta(hours=3), began_at=began_at)
    electors = frozenset().union(*(one.persons for one in electorates))
    counted = count(ballots, electors=electors, items=items, rules=rules, agents=agents or {})
    return Votes(
        profile=law,
        electorates={one.voters: one for one in electorates},
        counted=counted,
        present=frozenset(present),
        agents=agents or {},
        secret={},
        **more,
    )


def said(measure: Measure) -> str:
    return f"{measure.part} of {measure.whole}"


def test_a_partnership_without_quorum_and_its_mixed_repeat():
    snt = profile("snt")
    members = members_by_head(range(1, 102))
    owners = owners_by_head([Holding(at, 200 + at, Fraction(1)) for at in range(9)], set(range(1, 102)))
    items = ("fees", "reports")
    first = Plan(
        form=Form.IN_PERSON,
        on=date(2026, 6, 6),
        items=items,
        noticed_on=date(2026, 5, 20),
        noticed_items=items,
        materials_on=dict.fromkeys(items, date(2026, 5, 25)),
    )
    assert lawful(snt, first).findings == ()
    # the fees could not have gone to a mixed meeting at once
    early = Plan(**{name: getattr(first, name) for name in first.__slots__} | {"form": Form.MIXED})
    assert refused(lambda: lawful(snt, early)) == "meetings.mixed_needs_failed"

    # 50 of 101 came
    votes = votes_of(snt, [members, owners], [], items, present=range(1, 51))
    assert not meeting_quorum(snt, amount_of(members, votes.present), whole_of(members)).is_reached
    assert item_verdict(votes, snt.item("fees")).outcome is Outcome.NO_QUORUM

    failed = FailedMeeting(on=first.on, form=first.form, items=frozenset(items))
    (step,) = next_steps(snt, failed, noticed_on=date(2026, 6, 8))
    assert (step.form, step.items, step.first_on) == (Form.MIXED, ("reports", "fees"), date(2026, 6, 23))
    second = Plan(
        form=step.form,
        on=step.first_on,
        items=step.items,
        noticed_on=date(2026, 6, 8),
        noticed_items=step.items,
        materials_on=dict.fromkeys(step.items, date(2026, 6, 8)),
        repeats=failed,
    )
    assert clock(snt, second).findings == ()

    # 30 in the hall; 25 written decisions before, 3 when it had begun; 201 and 202 own plots without membership
    ballots = [vote(at, at, "for", minute=5) for at in range(1, 31)]
    ballots += [vote(at, at, "against", channel=Channel.PAPER, minute=-60) for at in range(31, 51)]
    ballots += [vote(at, at, "for", channel=Channel.PAPER, minute=-60) for at in range(51, 56)]
    ballots += [vote(at, at, "for", channel=Channel.PAPER, minute=1) for at in range(56, 59)]
    ballots += [vote(at, at, "for", minute=6) for at in (201, 202)]
    votes = votes_of(snt, [members, owners], ballots, items, present=[*range(1, 31), 201, 202], began_at=NOON)
    found = item_verdict(votes, snt.item("fees"))
    # 35 of 55 members are fewer than two thirds; with both owners 37 of 57 are too
    assert (said(found.members), said(found.measure)) == ("35 of 55", "37 of 57")
    assert (found.outcome, found.readings_differ) == (Outcome.NOT_ADOPTED, False)
    assert found.quorum.measures[0].least_people == 51
    # who sent a decision takes part in the reports too, where nobody voted
    reports = item_verdict(votes, snt.item("reports"))
    assert (reports.outcome, said(reports.measure)) == (Outcome.NOT_ADOPTED, "0 of 55")


def test_an_association_by_area_with_joint_owners_and_a_power():
    tsj = profile("tsj")
    units = [Unit(at, Decimal("50.5")) for at in range(1, 5)]
    third = Fraction(1, 3)
    holdings = [
        Holding(1, 1, third),
        Holding(1, 2, third),
        Holding(1, 3, third),
        Holding(2, 4, Fraction(1)),
        Holding(3, 5, Fraction(1)),
        Holding(4, 6, Fraction(1)),  # no member
    ]
    members = members_by_area(units, holdings, members={1, 2, 3, 4, 5})
    assert members.whole == Fraction("151.5")
    powers = proxies_on(
        tsj,
        [Proxy(key=1, principal=5, agent=1, issued_on=date(2026, 5, 1))],
        on=date(2026, 6, 6),
        items=("loans", "budget"),
        electors=members.persons,
        present={1, 2, 3},
    )
    ballots = [vote(at, at, "for", item="loans") for at in (1, 2, 3)]
    ballots.append(vote(9, 5, "for", item="loans", by=1))
    ballots += [vote(10 + at, at, "for", item="budget") for at in (1, 2)]
    ballots.append(vote(19, 5, "against", item="budget", by=1))
    votes = votes_of(tsj, [members], ballots, ("loans", "budget"), present=(1, 2, 3), agents=powers.agents)
    # unit 1 and unit 3: two thirds of all members' votes exactly, by thirds that no percent can hold
    loans = item_verdict(votes, tsj.item("loans"))
    assert (said(loans.measure), str(loans.measure.needed)) == ("101 of 303/2", "101")
    assert loans.outcome is Outcome.ADOPTED
    budget = item_verdict(votes, tsj.item("budget"))
    assert said(budget.measure) == "101/3 of 101"
    assert budget.outcome is Outcome.NOT_ADOPTED


def test_a_board_admits_two_people_by_two_items():
    law = profile("snt-board")
    board = board_by_head([1, 2, 3, 4], chair=1)
    items = ("admission#10", "admission#11")
    plan = Plan(form=Form.IN_PERSON, on=date(2026, 6, 6), items=items, noticed_on=date(2026, 6, 6))
    assert lawful(law, plan).is_lawful
    marks = {"admission#10": "for for against against", "admission#11": "against for for against"}
    ballots = [
        vote(100 * row + at, at, mark, item=item)
        for row, item in enumerate(items)
        for at, mark in enumerate(marks[item].split(), 1)
    ]
    votes = votes_of(law, [board], ballots, items, present=range(1, 5))
    found = [item_verdict(votes, law.item(item)) for item in items]
    assert [one.outcome for one in found] == [Outcome.ADOPTED, Outcome.NOT_ADOPTED]
    assert [one.item for one in found] == list(items)
    assert found[0].source.article.startswith("217-ФЗ, ст. 12 ч. 2")
    # one member is no quorum, whatever the chair says
    alone = votes_of(law, [board], ballots[:1], items, present=[1])
    assert item_verdict(alone, law.item("admission#10")).outcome is Outcome.NO_QUORUM
