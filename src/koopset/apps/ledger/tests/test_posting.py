"""Posting: what goes into the books and what is refused, with nothing changed by a refusal."""


import pytest

from koopset.apps.ledger import factories, selectors

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    return factories.book().organisation_id


def test_a_charge_stands_on_both_sides(org):
    operation = factories.operation(
        org, [(("76.01", 7), "86.01", 150_000), (("76.02", 7), "86.02", 25_050), (("76.01", 8), "86.01", 150_000)]
    )

    assert (operation.entries_count, operation.total_kop, operation.month) == (3, 325_050, 202611)
    assert selectors.balances(org) == {7: 175_050, 8: 150_000}
    assert selectors.balances_by_code(org, subject_ids=[7]) == {7: {"76.01": 150_000, "76.02": 25_050}}
    assert selectors.balance(org, "86") == -325_050
    assert selectors.verify(org) == []
