"""The word under which sums are remembered is another one whenever totals change, and only then."""

from __future__ import annotations

import pytest
from django.db import transaction

from koopset.apps.ledger import factories, selectors, services
from koopset.foundation.rights.actors import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def org() -> int:
    return int(factories.book().organisation_id)


def test_posting_and_reversing_change_the_key_of_this_book_only(org: int) -> None:
    other = int(factories.book().organisation_id)
    assert selectors.totals_key(org) == ""
    posted = factories.operation(org, [("50", "86.01", 100)])
    first = selectors.totals_key(org)
    services.operation_reverse(
        actor=SYSTEM,
        organisation_id=org,
        operation_id=posted.pk,
        on_date=posted.on_date,
        reason="Проверка",
        now=factories.NOW,
    )
    second = selectors.totals_key(org)
    assert len({"", first, second}) == 3
    assert selectors.totals_key(other) == ""


def test_what_was_posted_already_and_what_was_taken_back_leave_the_key(org: int) -> None:
    factories.operation(org, [("50", "86.01", 100)], key="once")
    key = selectors.totals_key(org)
    factories.operation(org, [("50", "86.01", 100)], key="once")
    assert selectors.totals_key(org) == key
    with transaction.atomic():
        factories.operation(org, [("50", "86.01", 5)])
        transaction.set_rollback(True)
    assert selectors.totals_key(org) == key


def test_without_books_there_is_no_key() -> None:
    assert selectors.totals_key(factories.tenant()) == ""
