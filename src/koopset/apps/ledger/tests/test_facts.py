"""What was posted can be neither altered nor removed, whoever asks the database."""

import pytest
from django.db import DatabaseError, connection, transaction

from koopset.apps.ledger import factories, selectors
from koopset.foundation.history.facts import is_refusal

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_entry SET amount_kop = 1",
        "UPDATE ledger_entry SET source_id = 1",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_operation SET title = 'Другое'",
        "UPDATE ledger_operation SET on_date = '2026-01-01'",
        "DELETE FROM ledger_operation",
    ],
)
def test_the_database_refuses(sql):
    org = factories.book().organisation_id
    factories.operation(org, [("50", "91", 100)])
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert is_refusal(refused.value)
    assert selectors.verify(org) == []
    assert selectors.balance(org, "50") == 100


@pytest.mark.parametrize(("amount", "same"), [(0, False), (-5, False), (5, True)])
def test_the_database_itself_refuses_a_bad_entry(amount, same):
    org = factories.book().organisation_id
    operation = factories.operation(org, [("50", "91", 100)])
    line = factories.line(org, "50", "91", 1)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_entry (organisation_id, operation_id, debit_id, credit_id, amount_kop, on_date, month) "
            "VALUES (%s, %s, %s, %s, %s, '2026-11-10', 202611)",
            [org, operation.pk, line.debit_id, line.debit_id if same else line.credit_id, amount],
        )
