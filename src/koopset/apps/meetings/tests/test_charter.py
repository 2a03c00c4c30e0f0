from __future__ import annotations

from dataclasses import replace

import pytest

from koopset.apps.meetings.rules.charter import Clause, charter_applied
from koopset.apps.meetings.rules.law import Base, Status, Voters
from koopset.apps.meetings.rules.records import charter_data, charter_read
from koopset.apps.meetings.tests.conftest import profile, refused


def test_a_charter_makes_a_term_longer_and_its_clause_is_shown(snt):
    found = charter_applied(snt, [Clause("notice.days", 21, "устав, п. 5.3")])
    assert found.number("notice.days") == 21
    assert found.source("notice.days").article == "устав, п. 5.3"
    assert found.source("notice.days").status is Status.READ
    assert (snt.number("notice.days"), found.digest != snt.digest) == (14, True)
    assert found.version != snt.version


@pytest.mark.parametrize(
    ("target", "value", "code"),
    [
        ("notice.days", 13, "charter_only_more"),
        ("notice.days", "14", "profile_type"),
        ("ordinary.months", 18, "charter_only_less"),
        ("quorum", "at least 1/3", "charter_cannot"),
        ("extraordinary.share", "more than 1/3", "charter_cannot"),
        ("quorum.weight", "area", "charter_cannot"),
        ("notice.weeks", 2, "charter_unknown"),
        (
            "repeat.quorum",
            "at least 1/3",
            "charter_unknown",
        ),  # the law says nothing of it, and a charter cannot either
        ("chair.casting", True, "charter_unknown"),
        ("item:nothing", "at least 2/3", "charter_unknown"),
        ("item:charter", "at least 3/4", "charter_cannot"),
        ("item:charter", 3, "profile_type"),
        ("item:charter", "a lot", "threshold"),
        ("precedence", ["paper"], "profile_missing"),
    ],
)
def test_a_charter_changes_only_what_it_may(snt, target, value, code):
    clause = Clause(target, value, "устав, п. 1")
    assert refused(lambda: charter_applied(snt, [clause])) == f"meetings.{code}"


def test_what_the_law_leaves_open_a_charter_may_set(snt):
    clauses = [
        Clause("proxy.most", 3, "устав, п. 6"),
        Clause("minutes.days", 5, "устав, п. 7"),
        Clause("revote", True, "устав, п. 8"),
        Clause("precedence", ["paper", "hall", "phone", "electronic"], "устав, п. 9"),
    ]
    found = charter_applied(snt, clauses)
    assert (found.number("proxy.most"), found.number("minutes.days"), found.says("revote")) == (3, 5, True)
    assert found.words("precedence")[0] == "paper"
    assert charter_applied(snt, reversed(clauses)).digest == found.digest
    assert charter_applied(snt, []) is snt


def test_a_clause_must_be_named_and_given_once(snt):
    assert (
        refused(lambda: charter_applied(snt, [Clause("revote", True, " ")])) == "meetings.charter_no_clause"
    )
    twice = [Clause("revote", True, "п. 1"), Clause("revote", False, "п. 2")]
    assert refused(lambda: charter_applied(snt, twice)) == "meetings.charter_twice"


def test_a_threshold_of_an_item_may_go_up_where_the_law_lets_it():
    jsk = profile("jsk")
    found = charter_applied(jsk, [Clause("item:charter", "more than 3/4", "устав, п. 4")])
    assert str(found.item("charter").needs) == "more than 3/4"
    assert found.item("charter").source.article.endswith("; устав, п. 4")
    low = Clause("item:charter", "at least 1/2", "устав, п. 4")
    assert refused(lambda: charter_applied(jsk, [low])) == "meetings.charter_only_more"
    same = Clause("item:charter", "more than 1/2", "устав, п. 4")
    assert charter_applied(jsk, [same]).item("charter").needs == jsk.item("charter").needs


def test_questions_of_the_charter_itself(snt):
    po = profile("po")
    added = replace(po.item("other"), key="shop", number="")
    assert charter_applied(po, [], [added]).item("shop") == added
    assert refused(lambda: charter_applied(snt, [], [added])) == "meetings.charter_items"
    assert refused(lambda: charter_applied(po, [], [po.item("other")])) == "meetings.charter_twice"
    odd = replace(added, voters=Voters.BOARD)
    assert refused(lambda: charter_applied(po, [], [odd])) == "meetings.charter_item"
    by_area = replace(added, base=Base.ALL_VOTES)
    assert refused(lambda: charter_applied(po, [], [by_area])) == "meetings.charter_item"


def test_what_a_charter_changed_is_read_back():
    po = profile("po")
    clauses = (
        Clause("revote", True, "п. 8"),
        Clause("precedence", ["paper", "hall", "phone", "electronic"], "п. 9"),
    )
    added = (replace(po.item("reorganisation"), key="shop"),)
    assert charter_read(charter_data(clauses, added)) == (clauses, added)
