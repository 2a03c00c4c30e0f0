from datetime import UTC, date, datetime
from typing import Any

import pytest

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_actor, make_person
from koopset.apps.register import ports, selectors, services
from koopset.apps.register.factories import make_decision, make_unit
from koopset.apps.register.models import Exclusion, Membership, ServedNotice
from koopset.apps.register.ports import OverdueFees
from koopset.apps.register.rules import debt_checked, months_after
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
LETTER: dict[str, Any] = {
    "title": "Предупреждение",
    "text": "Оплатите долг",
    "channel": "letter",
    "number": "18875012345678",
}


@pytest.fixture
def home():
    return make_organisation()


@pytest.fixture
def chair(home):
    return make_actor(Role.CHAIR, home.pk)


@pytest.fixture
def debtor(home, monkeypatch):
    person = make_person(home.pk, email="dolg@example.org")
    make_unit(home.pk, owners=[person], member=True)
    known = {person.pk: OverdueFees(1_250_000, date(2026, 6, 25))}
    monkeypatch.setattr(
        ports, "_overdue", [lambda _home, ids, _day: {key: known[key] for key in ids if key in known}]
    )
    return person


def start(home, chair, person, **changes):
    return services.exclusion_start(
        **({"actor": chair, "organisation_id": home.pk, "person_id": person.pk, "now": NOW} | changes)
    )


def step(home, chair, row, **changes):
    return {"actor": chair, "organisation_id": home.pk, "exclusion_id": row.pk, "now": NOW} | changes


def test_all_steps(home, chair, debtor):
    row = start(home, chair, debtor)
    row = services.exclusion_warn(**step(home, chair, row, **LETTER, sent_on=date(2026, 10, 20)))
    assert (row.state, row.lawful_from) == ("warned", date(2026, 11, 20))
    decision = make_decision(home.pk, decided_on=date(2026, 11, 21))
    row = services.exclusion_decide(**step(home, chair, row, decision_id=decision.pk))
    member = Membership.objects.get(organisation_id=home.pk, person=debtor)
    assert (member.valid_to, member.ground, member.ended_by_id) == (
        date(2026, 11, 21),
        "excluded",
        decision.pk,
    )
    assert (row.notice_due_on, row.closed_on) == (date(2026, 12, 1), None)
    row = services.exclusion_notify(**step(home, chair, row, **LETTER, sent_on=TODAY))
    assert row.closed_on == TODAY
    assert ServedNotice.objects.filter(organisation_id=home.pk, subject="register.exclusion").count() == 2


def test_without_a_warning_or_too_early_it_says_which_day_is_lawful(home, chair, debtor):
    row = start(home, chair, debtor)
    decision = make_decision(home.pk, decided_on=TODAY)
    refusal = refused(
        "register.exclusion_not_warned",
        services.exclusion_decide,
        **step(home, chair, row, decision_id=decision.pk),
    )
    assert refusal.params["lawful"] == date(2026, 12, 24)
    row = services.exclusion_warn(**step(home, chair, row, **LETTER, sent_on=date(2026, 10, 31)))
    refusal = refused(
        "register.exclusion_too_early",
        services.exclusion_decide,
        **step(home, chair, row, decision_id=decision.pk),
    )
    assert refusal.params["lawful"] == date(2026, 11, 30)  # November has no 31st
    assert selectors.member_person_ids(home.pk, TODAY) == {debtor.pk}


def test_membership_is_not_closed_round_the_steps(home, chair, debtor):
    refused(
        "register.exclusion_by_steps", services.membership_close, actor=chair, organisation_id=home.pk, person_id=debtor.pk,
        on=TODAY, ground="excluded", decision_id=make_decision(home.pk).pk, now=NOW,
    )  # fmt: skip


def test_the_board_does_not_exclude(home, chair, debtor):
    row = start(home, chair, debtor)
    services.exclusion_warn(**step(home, chair, row, **LETTER, sent_on=date(2026, 10, 1)))
    board = make_decision(home.pk, body="board", decided_on=TODAY)
    refused(
        "register.decision_wrong_body",
        services.exclusion_decide,
        **step(home, chair, row, decision_id=board.pk),
    )


@pytest.mark.parametrize(
    ("since", "months", "today", "lawful"),
    [
        (date(2026, 9, 25), 2, date(2026, 11, 25), date(2026, 11, 26)),
        (date(2026, 12, 31), 2, date(2027, 2, 28), date(2027, 3, 1)),
        (date(2026, 6, 25), 6, date(2026, 12, 25), date(2026, 12, 26)),
    ],
)
def test_the_debt_is_older_than_the_term(since, months, today, lawful):
    with pytest.raises(RuleViolation) as refusal:
        debt_checked(since, months, today)
    assert refusal.value.params["lawful"] == lawful
    assert debt_checked(since, months, lawful) == since


def test_months_of_a_calendar():
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)


def test_no_ground_no_exclusion(home, chair, debtor):
    other = make_person(home.pk)
    make_unit(home.pk, owners=[other], member=True)
    refused("register.exclusion_no_debt", start, home=home, chair=chair, person=other)
    refused("register.not_a_member", start, home=home, chair=chair, person=make_person(home.pk))
    refused("register.exclusion_term", start, home=home, chair=chair, person=debtor, term_months=1)
    start(home, chair, debtor)
    refused("register.exclusion_open", start, home=home, chair=chair, person=debtor)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": ""}, "register.notice_needs_number"),
        ({"channel": "board"}, "register.exclusion_board_only"),
        ({"channel": "email", "sent_on": date(2026, 11, 1)}, "register.notice_today_only"),
        ({"sent_on": date(2026, 12, 1)}, "register.future_date"),
        ({"sent_on": date(2026, 5, 1)}, "register.exclusion_warned_before_debt"),
        ({"received_on": date(2026, 11, 1)}, "register.received_before_sent"),
    ],
)
def test_a_notice_without_proof_is_none(home, chair, debtor, changes, code):
    row = start(home, chair, debtor)
    values = LETTER | {"sent_on": date(2026, 11, 20)} | changes
    refused(code, services.exclusion_warn, **step(home, chair, row, **values))
    assert Exclusion.objects.get(organisation_id=home.pk).state == "prepared"


def test_a_letter_by_mail_is_followed_and_a_paper_one_is_received_once(home, chair, debtor):
    row = start(home, chair, debtor)
    row = services.exclusion_warn(
        **step(home, chair, row, **(LETTER | {"channel": "email", "sent_on": TODAY}))
    )
    (notice,) = selectors.notices_of_subject(home.pk, "register.exclusion", [row.pk])
    assert notice.role == "wait"
    Notification.objects.filter(organisation_id=home.pk).update(mail="failed")
    (notice,) = selectors.notices_of_subject(home.pk, "register.exclusion", [row.pk])
    assert notice.role == "over"
    services.exclusion_warn(**step(home, chair, row, **LETTER, sent_on=date(2026, 11, 23)))
    letter = selectors.notices_of_subject(home.pk, "register.exclusion", [row.pk])[1]
    common = {"actor": chair, "organisation_id": home.pk, "notice_id": letter.id, "now": NOW}
    services.notice_received(received_on=TODAY, **common)
    refused("register.received_already", services.notice_received, received_on=TODAY, **common)


def test_dropped_with_a_word(home, chair, debtor):
    row = start(home, chair, debtor)
    refused("register.no_word", services.exclusion_drop, **step(home, chair, row, word=" "))
    services.exclusion_drop(**step(home, chair, row, word="Долг уплачен"))
    refused(
        "register.exclusion_closed",
        services.exclusion_warn,
        **step(home, chair, row, **LETTER, sent_on=TODAY),
    )
