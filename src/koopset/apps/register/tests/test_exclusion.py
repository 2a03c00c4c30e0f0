from datetime import UTC, date, datetime
from typing import Any

import pytest

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_actor, make_person
from koopset.apps.register import ports, selectors, services
from koopset.apps.register.factories import make_decision, make_unit
from koopset.apps.register.models import Exclusion, Membership, ServedNotice
from koopset.apps.register.ports import LateCharges, LateLine
from koopset.apps.register.rules import ground_checked, ground_of, months_after
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


def late(
    kop: int, due_on: date, *, settled: int = 0, contribution: bool = True, title="Членский взнос"
) -> LateLine:
    month = due_on.year * 100 + due_on.month
    return LateLine("117", title, "членский взнос", contribution, month, due_on, kop + settled, settled)


@pytest.fixture
def home():
    return make_organisation()


@pytest.fixture
def chair(home):
    return make_actor(Role.CHAIR, home.pk)


@pytest.fixture
def owed():
    """person → what is late; a test changes it."""
    return {}


@pytest.fixture
def debtor(home, owed, monkeypatch):
    """Takes papers on paper; has no e-mail, so the registered letter alone is needed."""
    person = make_person(home.pk, email="")
    make_unit(home.pk, owners=[person], member=True)
    owed[person.pk] = LateCharges(
        (
            late(500_000, date(2026, 6, 25), settled=500_000),
            late(250_000, date(2026, 9, 23)),
            late(99_000, date(2026, 11, 10)),
            late(700_00, date(2026, 5, 1), contribution=False, title="Пени"),
        )
    )
    monkeypatch.setattr(
        ports, "_late", [lambda _home, ids, _day: {key: owed[key] for key in ids if key in owed}]
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
    ("due", "months", "today", "lawful"),
    [
        (date(2026, 9, 25), 2, date(2026, 11, 25), date(2026, 11, 26)),
        (date(2026, 12, 31), 2, date(2027, 2, 28), date(2027, 3, 1)),
        (date(2026, 6, 25), 6, date(2026, 12, 25), date(2026, 12, 26)),
    ],
)
def test_the_contribution_is_late_for_longer_than_the_term(due, months, today, lawful):
    lines = [late(100_00, due)]
    with pytest.raises(RuleViolation) as refusal:
        ground_checked(ground_of(lines, months, today), months)
    assert (refusal.value.code, refusal.value.params["lawful"]) == ("register.exclusion_debt_young", lawful)
    assert ground_checked(ground_of(lines, months, lawful), months) == due


def test_penalties_and_other_payments_give_no_ground(home, chair, debtor, owed):
    owed[debtor.pk] = LateCharges(
        (
            late(5_000_000, date(2024, 1, 25), contribution=False, title="Пени"),
            late(90_000, date(2026, 11, 10)),
        )
    )
    refusal = refused("register.exclusion_debt_young", start, home=home, chair=chair, person=debtor)
    assert refusal.params["lawful"] == date(2027, 1, 11)  # by the contribution, however old the penalties are
    owed[debtor.pk] = LateCharges(owed[debtor.pk].lines[:1])
    refused("register.exclusion_other_debt", start, home=home, chair=chair, person=debtor)


def test_the_ground_is_kept_with_its_arithmetic(home, chair, debtor, owed):
    row = start(home, chair, debtor)
    assert (row.debt_kop, row.debt_since) == (500_000 + 250_000, date(2026, 6, 25))
    owed.clear()  # paid since
    card = selectors.exclusion(chair, home.pk, row.pk, TODAY)
    assert [(line.kop, line.counts) for line in card.kept] == [
        (500_000, True),
        (250_000, True),
        (99_000, False),
        (70_000, False),
    ]
    assert card.kept[0].charged_kop - card.kept[0].settled_kop == card.kept[0].kop
    assert card.today.lines == ()


def test_what_is_paid_ahead_goes_to_the_oldest_contribution():
    lines = [
        late(300, date(2026, 6, 25)),
        late(200, date(2026, 7, 25)),
        late(50, date(2026, 1, 1), contribution=False),
    ]
    ground = ground_of(lines, 2, TODAY, ahead_kop=350)
    assert [(line.kop, line.taken_kop, line.counts) for line in ground.lines] == [
        (150, 50, True),
        (50, 0, False),
    ]
    assert (ground.kop, ground.since) == (150, date(2026, 7, 25))


def test_where_the_register_has_an_email_both_ways_are_needed(home, chair, debtor):
    debtor.email = "dolg@example.org"
    debtor.save()
    row = start(home, chair, debtor)
    row = services.exclusion_warn(
        **step(home, chair, row, **(LETTER | {"channel": "email", "sent_on": TODAY}))
    )
    assert (row.state, row.lawful_from) == ("prepared", None)
    card = selectors.exclusion(chair, home.pk, row.pk, TODAY)
    assert len(card.missing) == 1
    row = services.exclusion_warn(**step(home, chair, row, **LETTER, sent_on=date(2026, 11, 20)))
    assert (row.state, row.lawful_from) == ("warned", date(2026, 12, 24))  # the later of the two
    channels = ServedNotice.objects.filter(organisation_id=home.pk).order_by("pk")
    assert [one.channel for one in channels] == ["email", "letter"]
    assert selectors.exclusion(chair, home.pk, row.pk, TODAY).missing == ()


def test_with_the_letter_the_email_goes_out_by_itself(home, chair, debtor):
    debtor.email = "dolg@example.org"
    debtor.save()
    row = start(home, chair, debtor)
    row = services.exclusion_warn(**step(home, chair, row, **LETTER, sent_on=date(2026, 11, 20)))
    assert (row.state, row.lawful_from) == ("warned", date(2026, 12, 24))
    assert Notification.objects.filter(organisation_id=home.pk, person_id=debtor.pk).count() == 1
    services.exclusion_warn(**step(home, chair, row, **LETTER, sent_on=TODAY))  # came back, sent again
    assert Notification.objects.filter(organisation_id=home.pk, person_id=debtor.pk).count() == 1


def test_handed_over_is_no_registered_letter(home, chair, debtor):
    row = start(home, chair, debtor)
    hand = LETTER | {"channel": "hand", "number": ""}
    row = services.exclusion_warn(**step(home, chair, row, **hand, sent_on=date(2026, 10, 1)))
    assert (row.state, row.lawful_from) == ("prepared", None)
    refused(
        "register.exclusion_not_warned",
        services.exclusion_decide,
        **step(home, chair, row, decision_id=make_decision(home.pk, decided_on=TODAY).pk),
    )


def test_paid_before_the_meeting_there_is_nothing_to_decide(home, chair, debtor, owed):
    row = start(home, chair, debtor)
    services.exclusion_warn(**step(home, chair, row, **LETTER, sent_on=date(2026, 10, 1)))
    owed[debtor.pk] = LateCharges(owed[debtor.pk].lines[3:])  # only penalties are left
    decision = make_decision(home.pk, decided_on=date(2026, 11, 10))
    place = step(home, chair, row, decision_id=decision.pk)
    refused("register.exclusion_paid", services.exclusion_decide, **place)
    assert selectors.member_person_ids(home.pk, TODAY) == {debtor.pk}
    row = services.exclusion_decide(**place, paid_after=True)
    assert row.state == "excluded"
    refused(
        "register.exclusion_told_before_decision",
        services.exclusion_notify,
        **step(home, chair, row, **LETTER, sent_on=date(2026, 11, 9)),
    )


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
    debtor.email = "dolg@example.org"
    debtor.save()
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
