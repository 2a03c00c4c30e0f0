from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from koopset.apps.joining.models import Application
from koopset.apps.joining.rules import (
    EDITABLE,
    MOVES,
    OPEN,
    JoiningFacts,
    documents_missing,
    next_state,
    present_step,
    steps_of,
)
from koopset.kernel.violations import RuleViolation

DAY = datetime(2026, 11, 1, 9, tzinfo=UTC)
NOTHING: dict[str, Any] = {
    "applied_at": None,
    "documents_at": None,
    "verified_at": None,
    "bank_at": None,
    "register_at": None,
    "charged_at": None,
}


def test_the_table_names_states_only_and_ends_where_nothing_follows():
    states = set(Application.State.values)
    assert {before for before, _deed in MOVES} | set(MOVES.values()) == states
    assert {before for before, _deed in MOVES} == OPEN
    assert EDITABLE < OPEN


@pytest.mark.parametrize("state", ["verified", "refused", "withdrawn"])
@pytest.mark.parametrize("deed", ["submit", "mend", "refuse", "verify", "withdraw"])
def test_what_is_over_is_over(state, deed):
    with pytest.raises(RuleViolation) as refusal:
        next_state(state, deed)
    assert refusal.value.code == "joining.not_now"


@pytest.mark.parametrize("deed", ["mend", "refuse", "verify"])
def test_a_draft_is_not_decided(deed):
    with pytest.raises(RuleViolation):
        next_state("draft", deed)


def test_papers_by_form():
    assert documents_missing("snt", "4700000001", ["minutes"]) == ["extract"]
    assert documents_missing("tos", "4700000001", ["minutes"]) == ["extract"], "one that is a legal person"
    assert documents_missing("tos", "", ["minutes"]) == ["charter"]
    assert documents_missing("snt", "", []) == ["extract", "minutes"]


def test_steps_follow_from_facts():
    steps = steps_of(JoiningFacts(began_at=DAY, **NOTHING))
    assert [one.state for one in steps] == ["now", "", "", "", "", ""]
    facts = NOTHING | {
        "applied_at": DAY,
        "documents_at": DAY,
        "verified_at": DAY + timedelta(days=3),
        "register_at": DAY + timedelta(days=9),
    }
    steps = steps_of(JoiningFacts(began_at=DAY, **facts))
    assert [one.state for one in steps] == ["done", "done", "done", "now", "done", ""]
    present = present_step(steps)
    assert present is not None
    assert (present.step, present.since) == ("bank", DAY + timedelta(days=3))


def test_a_verification_that_lapsed_is_the_step_to_do_again():
    facts = NOTHING | dict.fromkeys(
        ("applied_at", "documents_at", "bank_at", "register_at", "charged_at"), DAY
    )
    present = present_step(steps_of(JoiningFacts(began_at=DAY, **facts)))
    assert present is not None
    assert present.step == "verification"
    done = steps_of(JoiningFacts(began_at=DAY, **(NOTHING | dict.fromkeys(NOTHING, DAY))))
    assert present_step(done) is None
