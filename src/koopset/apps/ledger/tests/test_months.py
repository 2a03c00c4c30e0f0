"""Months are closed in order and opened from the end."""

from datetime import UTC, date, datetime

import pytest

from koopset.apps.ledger import factories, ports, selectors, services
from koopset.apps.ledger.models import Month as MonthRow
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW = factories.NOW  # 23 November 2026


@pytest.fixture
def org():
    return factories.book(opened_month=202608).organisation_id


@pytest.fixture
def unfinished(monkeypatch):
    """A room that has unfinished work in September."""
    found = {202609: [ports.Blocker("разберите 2 платежа", "/queue/")]}
    blockers = {
        "test": lambda organisation_id, months: {
            month: found[month.number] for month in months if month.number in found
        }
    }
    monkeypatch.setattr(ports, "_blockers", blockers)
    return found


def close(org, month, now=NOW):
    return services.month_close(actor=SYSTEM, organisation_id=org, month=month, now=now)


def reopen(org, month, reason="Пришёл счёт"):
    return services.month_reopen(actor=SYSTEM, organisation_id=org, month=month, reason=reason, now=NOW)


def closed(org):
    return sorted(
        MonthRow.objects.filter(organisation_id=org, state=MonthRow.State.CLOSED).values_list(
            "month", flat=True
        )
    )


def test_closing_takes_the_open_months_before_it_in_order(org):
    close(org, Month(2026, 10))
    assert closed(org) == [202608, 202609, 202610]
    assert selectors.last_closed_month(org) == Month(2026, 10)
    assert selectors.first_open_month(org) == Month(2026, 11)
    assert [selectors.month_state(org, Month(2026, n)) for n in (7, 8, 11)] == ["before", "closed", "open"]


@pytest.mark.parametrize(
    ("month", "code"),
    [
        (Month(2026, 11), "ledger.month_not_over"),
        (Month(2026, 7), "ledger.before_book"),
        (Month(2030, 1), "ledger.month_not_over"),
    ],
)
def test_what_cannot_be_closed(org, month, code):
    with pytest.raises(RuleViolation) as refusal:
        close(org, month)
    assert refusal.value.code == code
    assert closed(org) == []


def test_the_last_day_is_by_the_clock_of_the_organisation(org):
    evening = datetime(2026, 10, 31, 20, 59, tzinfo=UTC)  # 23:59 in Moscow
    with pytest.raises(RuleViolation):
        close(org, Month(2026, 10), evening)
    close(org, Month(2026, 10), datetime(2026, 10, 31, 21, 1, tzinfo=UTC))
    assert closed(org)[-1] == 202610


def test_unfinished_work_holds_all_months_after_it(org, unfinished):
    with pytest.raises(RuleViolation) as refusal:
        close(org, Month(2026, 10))
    assert refusal.value.code == "ledger.month_blocked"
    assert refusal.value.params == {"month": "2026-09", "reasons": "разберите 2 платежа"}
    assert closed(org) == []

    unfinished.clear()
    close(org, Month(2026, 10))
    assert closed(org) == [202608, 202609, 202610]


def test_only_the_last_closed_month_is_opened_and_says_why(org):
    close(org, Month(2026, 10))
    for month, reason, code in (
        (Month(2026, 9), "Нужно", "ledger.not_last_closed"),
        (Month(2026, 11), "Нужно", "ledger.month_not_closed"),
        (Month(2026, 10), " ", "ledger.reason_required"),
    ):
        with pytest.raises(RuleViolation) as refusal:
            reopen(org, month, reason)
        assert refusal.value.code == code
    assert closed(org) == [202608, 202609, 202610]

    reopen(org, Month(2026, 10))
    factories.operation(org, [("50", "91", 100)], on_date=date(2026, 10, 31))
    assert closed(org) == [202608, 202609]
    assert [row.reason for row in MonthRow.history.filter(organisation_id=org, month=202610)] == [
        "Пришёл счёт",
        "",
    ]

    close(org, Month(2026, 10))
    assert closed(org)[-1] == 202610


def test_states_for_the_page(org):
    close(org, Month(2026, 9))
    states = selectors.month_states(SYSTEM, org, today=date(2026, 11, 23))
    assert [(s.month.month, s.is_closed, s.can_close, s.can_reopen) for s in states] == [
        (11, False, False, False),
        (10, False, True, False),
        (9, True, False, True),
        (8, True, False, False),
    ]
    assert selectors.month_states(SYSTEM, factories.tenant(), today=date(2026, 11, 23)) == []
