"""The proof of the books can fail: each kind of damage is found, and nothing else."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from koopset.apps.ledger import factories, selectors
from koopset.apps.ledger.selectors import Check
from koopset.foundation.history import facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    org = factories.book().organisation_id
    factories.operation(org, [(("76.01", 7), "86.01", 100_00)], on_date=date(2026, 10, 5))
    factories.operation(org, [("50", ("76.01", 7), 40_00)], on_date=date(2026, 11, 5))
    return org


def damage(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def account(org, code):
    from koopset.apps.ledger.models import Account

    return Account.objects.get(organisation_id=org, chart__code=code).pk


def test_whole_books_agree(org):
    assert selectors.verify(org) == []
    assert selectors.verify() == []


def test_a_total_that_was_altered(org):
    damage("UPDATE ledger_account SET debit_kop = debit_kop + 1 WHERE id = %s", account(org, "50"))
    found = selectors.verify(org)
    assert [one.check for one in found] == [Check.ACCOUNT_TOTAL, Check.MONTHS_OF_ACCOUNT]
    assert (found[0].code, found[0].stored_debit_kop, found[0].proved_debit_kop) == ("50", 40_01, 40_00)
    assert str(found[0]) == (
        f"organisation {org}, account 50: total: debit 40.01 stored, 40.00 proved; credit 0.00 stored, 0.00 proved"
    )


def test_a_month_that_was_altered(org):
    damage(
        "UPDATE ledger_monthtotal SET credit_kop = 0 WHERE organisation_id = %s AND account_id = %s AND month = 202611",
        org,
        account(org, "76.01"),
    )
    found = selectors.verify(org)
    assert [(one.check, one.code, one.subject_id, one.month) for one in found] == [
        (Check.MONTH_TOTAL, "76.01", 7, 202611),
        (Check.MONTHS_OF_ACCOUNT, "76.01", 7, None),
    ]


def test_a_month_that_was_lost_and_one_that_was_invented(org):
    damage("DELETE FROM ledger_monthtotal WHERE organisation_id = %s AND month = 202610", org)
    assert [one.code for one in selectors.verify(org) if one.check is Check.MONTH_TOTAL] == ["76.01", "86.01"]
    damage(
        "INSERT INTO ledger_monthtotal (organisation_id, account_id, month, debit_kop, credit_kop) VALUES (%s, %s, 202612, 5, 0)",
        org,
        account(org, "50"),
    )
    assert any(one.code == "50" and one.month == 202612 for one in selectors.verify(org))


def test_an_entry_slipped_in_past_the_service(org):
    from koopset.apps.ledger.models import Operation

    operation = Operation.objects.filter(organisation_id=org).first()
    damage(
        "INSERT INTO ledger_entry (organisation_id, operation_id, debit_id, credit_id, amount_kop, on_date, month) "
        "VALUES (%s, %s, %s, %s, 7, '2026-10-05', 202610)",
        org,
        operation.pk,
        account(org, "50"),
        account(org, "86.01"),
    )
    checks = {one.check for one in selectors.verify(org)}
    assert checks == {Check.MONTH_TOTAL, Check.ACCOUNT_TOTAL, Check.OPERATION}


def test_an_entry_of_foreign_books(org):
    other = factories.book().organisation_id
    factories.operation(other, [("50", "91", 1_00)])
    from koopset.apps.ledger.models import Operation

    damage(
        "INSERT INTO ledger_entry (organisation_id, operation_id, debit_id, credit_id, amount_kop, on_date, month) "
        "VALUES (%s, %s, %s, %s, 7, '2026-10-05', 202610)",
        org,
        Operation.objects.filter(organisation_id=org).first().pk,
        account(org, "50"),
        account(other, "91"),
    )
    assert Check.FOREIGN_ACCOUNT in {one.check for one in selectors.verify(org)}
    assert [one for one in selectors.verify(other) if one.check is Check.FOREIGN_ACCOUNT] == []


def test_one_organisations_damage_is_not_anothers(org):
    other = factories.book().organisation_id
    damage("UPDATE ledger_account SET debit_kop = debit_kop + 1 WHERE id = %s", account(org, "50"))
    assert selectors.verify(other) == []
    assert {one.organisation_id for one in selectors.verify()} == {org}


def test_the_command(org):
    out = StringIO()
    call_command("ledger_verify", stdout=out)
    assert out.getvalue() == "the books agree\n"

    damage("UPDATE ledger_account SET debit_kop = debit_kop + 1 WHERE id = %s", account(org, "50"))
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("ledger_verify", organisation=org, stdout=out)
    assert ended.value.code == 1
    assert "account 50" in out.getvalue()


def test_lost_triggers_are_found(org):
    facts.lower_guard(connection)
    found = [one for one in selectors.verify(org) if one.check is Check.TRIGGERS]
    assert [one.note for one in found] == ["ledger_entry", "ledger_operation"]
    facts.raise_guard(connection)
    assert selectors.verify(org) == []
