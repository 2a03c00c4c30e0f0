"""What stood in the old books."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from koopset.apps.ledger import factories, ports, selectors, services
from koopset.apps.ledger.formats.opening_table import OpeningRow, read_opening_table
from koopset.apps.ledger.models import Operation
from koopset.apps.ledger.selectors import Columns
from koopset.apps.ledger.services import OpeningBalance
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


@pytest.fixture
def org(db):
    return factories.book().organisation_id


def post(org, *balances, key="one", **options):
    return services.opening_balances_post(
        actor=SYSTEM, organisation_id=org, key=key, balances=balances, now=factories.NOW, **options
    )


def test_they_stand_before_the_first_month(org):
    operation = post(
        org,
        OpeningBalance("50", 0, 500_00, 0),
        OpeningBalance("76.01", 7, 0, 100_00),
        OpeningBalance("86.01", 0, 0, 400_00),
    )

    assert (operation.on_date, operation.total_kop) == (date(2025, 12, 31), 1_000_00)
    assert selectors.balance(org, "000") == 0
    rows = {
        row.code: row.columns for row in selectors.trial_balance(SYSTEM, org, Month(2026, 1), Month(2026, 1))
    }
    assert rows["50"] == Columns(500_00, 0, 0, 0, 500_00, 0)
    assert rows["76.01"] == Columns(0, 100_00, 0, 0, 0, 100_00)
    assert selectors.verify(org) == []


def test_the_same_table_is_posted_once(org):
    first = post(org, OpeningBalance("50", 0, 500_00, 0))
    assert post(org, OpeningBalance("50", 0, 500_00, 0)).pk == first.pk
    assert selectors.balance(org, "50") == 500_00


def test_after_the_first_month_is_closed_they_are_refused(org):
    operation = post(org, OpeningBalance("50", 0, 1_00, 0))
    services.month_close(actor=SYSTEM, organisation_id=org, month=Month(2026, 1), now=factories.NOW)
    with pytest.raises(RuleViolation) as refusal:
        post(org, OpeningBalance("50", 0, 500_00, 0), key="two")
    assert refusal.value.code == "ledger.opening_too_late"
    with pytest.raises(RuleViolation) as refusal:
        services.operation_reverse(
            actor=SYSTEM,
            organisation_id=org,
            operation_id=operation.pk,
            on_date=date(2025, 12, 31),
            reason="Нет",
            now=factories.NOW,
        )
    assert refusal.value.code == "ledger.opening_too_late"
    assert selectors.balance(org, "50") == 1_00


def test_a_mistaken_one_is_reversed_on_its_own_day(org):
    operation = post(org, OpeningBalance("50", 0, 500_00, 0))
    services.operation_reverse(
        actor=SYSTEM,
        organisation_id=org,
        operation_id=operation.pk,
        on_date=date(2025, 12, 31),
        reason="Описка",
        now=factories.NOW,
    )
    rows = selectors.trial_balance(SYSTEM, org, Month(2026, 1), Month(2026, 1))
    assert rows == []


def test_a_later_load_is_a_turnover_of_its_day(org):
    operation = post(org, OpeningBalance("76.01", 7, 10_00, 0), on_date=date(2026, 11, 1))
    assert operation.month == 202611
    with pytest.raises(RuleViolation) as refusal:
        post(org, OpeningBalance("76.01", 7, 10_00, 0), on_date=date(2025, 12, 30), key="two")
    assert refusal.value.code == "ledger.before_book"


@pytest.mark.parametrize(
    ("balance", "code"),
    [
        (OpeningBalance("50", 0, 0, 0), "ledger.empty_operation"),
        (OpeningBalance("50", 0, -1, 0), "ledger.amount_not_positive"),
        (OpeningBalance("000", 0, 1, 0), "ledger.same_account"),
        (OpeningBalance("76", 0, 1, 0), "ledger.heading"),
        (OpeningBalance("76.01", 0, 1, 0), "ledger.subject_required"),
    ],
)
def test_refusals(org, balance, code):
    with pytest.raises(RuleViolation) as refusal:
        post(org, balance)
    assert refusal.value.code == code
    assert not Operation.objects.filter(organisation_id=org).exists()


def rows(*cells):
    return [SimpleNamespace(line=number, cells=list(line)) for number, line in enumerate(cells, 1)]


def test_a_table_as_people_bring_it():
    table = read_opening_table(
        rows(
            ("Остатки на 1 января", None, None, None),
            ("Счёт", "Номер", "Дебет", "Кредит, руб."),
            (Decimal("76.01"), Decimal(117), Decimal("1500.5"), None),
            (Decimal(50), None, "1 234,56", None),
            ("76.06", "118", None, "100"),
            (Decimal("76.9"), None, None, Decimal(5)),
            ("Итого", None, None, None),
            ("51", "x", "много", None),
            ("51", "x", "-1", None),
        )
    )
    assert table.rows == [
        OpeningRow(3, "76.01", "117", 150_050, 0),
        OpeningRow(4, "50", "", 123_456, 0),
        OpeningRow(5, "76.06", "118", 0, 10_000),
        OpeningRow(6, "76.90", "", 0, 500),
    ]
    assert [(one.line, one.code) for one in table.wrong] == [
        (8, "money.bad_amount"),
        (9, "ledger.amount_not_positive"),
    ]


def test_a_table_without_a_head_is_refused():
    with pytest.raises(RuleViolation) as refusal:
        read_opening_table(rows(("a", "b", "c")))
    assert refusal.value.code == "ledger.no_columns"


class Numbers:
    def labels(self, organisation_id, ids):
        return {one: f"л/с {one}" for one in ids}

    def find(self, organisation_id, numbers):
        return {number: int(number) for number in numbers if number.isdigit()}

    def url(self, organisation_id, subject_id):
        return ""


def test_numbers_become_subjects_and_each_wrong_line_is_told(org, monkeypatch):
    monkeypatch.setattr(ports, "_subjects", {"personal-account": Numbers()})
    found, wrong = selectors.opening_subjects(
        org,
        [
            OpeningRow(1, "76.01", "117", 100, 0),
            OpeningRow(2, "50", "", 100, 0),
            OpeningRow(3, "76.01", "нет", 100, 0),
            OpeningRow(4, "76.01", "", 100, 0),
            OpeningRow(5, "50", "1", 100, 0),
            OpeningRow(6, "44", "", 100, 0),
            OpeningRow(7, "76", "", 100, 0),
        ],
    )
    assert [tuple(one) for one in found] == [("76.01", 117, 100, 0), ("50", 0, 100, 0)]
    assert [(one.line, one.code) for one in wrong] == [
        (3, "ledger.subject_unknown"),
        (4, "ledger.subject_required"),
        (5, "ledger.subject_not_allowed"),
        (6, "ledger.unknown_code"),
        (7, "ledger.heading"),
    ]
