"""Two at once: the lock of the book decides. With the lock off the race is real, or these tests would prove nothing."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from koopset.apps.ledger import factories, selectors, services
from koopset.apps.ledger.models import Book, Operation
from koopset.apps.ledger.services import book_lock
from koopset.foundation.history import facts
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 20


def unlocked(organisation_id):
    return Book.objects.get(organisation_id=organisation_id)


def run(*acts):
    """Run the acts at once, each on its own connection; what each returned or raised."""
    results: list[Any] = [None] * len(acts)

    def one(index, act):
        try:
            results[index] = act()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()
    return results


def post(org, line, *, key="one", on_date=date(2026, 10, 10), wait=None):
    def lines():
        if wait is not None:
            wait()
        yield line

    return services.operation_post_for_room(
        actor=SYSTEM,
        organisation_id=org,
        kind="test",
        key=key,
        on_date=on_date,
        title="Проба",
        lines=lines(),
        now=factories.NOW,
    )


@pytest.fixture
def database(transactional_db, tmp_path):
    """A database that threads can share: on SQLite a file, as in life; the test's own one lives in memory."""
    if connection.vendor != "sqlite":
        yield
        facts.lower_guard(connection)  # The flush that follows raises it again.
        return
    path, memory, name = tmp_path / "books.sqlite3", connection.connection, connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name


@pytest.fixture
def org(database):
    return factories.book().organisation_id


def test_two_posts_of_one_key_post_once(org):
    line = factories.line(org, "50", "91", 100)
    start = threading.Barrier(2, timeout=SECONDS)

    def act():
        start.wait()
        return post(org, line)

    first, second = run(act, act)
    assert first.pk == second.pk
    assert selectors.balance(org, "50") == 100
    assert Operation.objects.filter(organisation_id=org).count() == 1
    assert selectors.verify(org) == []


@pytest.mark.postgres
def test_without_the_lock_both_would_write(org, monkeypatch):
    """Both pass the check of the key: the second is stopped by the last wall, the unique constraint."""
    monkeypatch.setattr(book_lock, "lock_book", unlocked)
    line = factories.line(org, "50", "91", 100)
    both = threading.Barrier(2, timeout=SECONDS)
    results = run(lambda: post(org, line, wait=both.wait), lambda: post(org, line, wait=both.wait))
    assert sorted(isinstance(result, DatabaseError) for result in results) == [False, True]
    assert selectors.verify(org) == []


def close_while_posting(org):
    """A posting stands between its check of the month and its entries while somebody closes the month."""
    line = factories.line(org, "50", "91", 100)
    checked, closed = threading.Event(), threading.Event()

    def closing():
        assert checked.wait(SECONDS)
        try:
            return services.month_close(
                actor=SYSTEM, organisation_id=org, month=Month(2026, 10), now=factories.NOW
            )
        finally:
            closed.set()

    def posting():
        def wait():
            checked.set()
            closed.wait(1)  # With the lock the closing cannot end before us; a second is enough to see it.

        return post(org, line, wait=wait)

    return run(posting, closing)


def test_a_month_is_closed_only_after_the_posting_under_way(org):
    posted, closed = close_while_posting(org)
    assert isinstance(posted, Operation)
    assert not isinstance(closed, Exception)
    assert closed.changed_at is not None
    with pytest.raises(RuleViolation):
        post(org, factories.line(org, "50", "91", 5), key="two")
    assert selectors.verify(org) == []


@pytest.mark.postgres
def test_without_the_lock_an_entry_slips_into_a_closed_month(org, monkeypatch):
    monkeypatch.setattr(book_lock, "lock_book", unlocked)
    times = []
    line = factories.line(org, "50", "91", 100)
    checked, closed = threading.Event(), threading.Event()

    def closing():
        assert checked.wait(SECONDS)
        services.month_close(actor=SYSTEM, organisation_id=org, month=Month(2026, 10), now=factories.NOW)
        times.append("closed")
        closed.set()

    def posting():
        def wait():
            checked.set()
            assert closed.wait(SECONDS)

        post(org, line, wait=wait)
        times.append("posted")

    run(posting, closing)
    assert times == ["closed", "posted"]


def test_a_reader_never_sees_half_an_operation(org):
    line = factories.line(org, "50", "91", 100)
    inside, seen = threading.Event(), threading.Event()

    def posting():
        with transaction.atomic():
            post(org, line)
            inside.set()
            assert seen.wait(SECONDS)

    def reading():
        assert inside.wait(SECONDS)
        try:
            return selectors.balance(org, "50"), selectors.verify(org)
        finally:
            seen.set()

    _posted, read = run(posting, reading)
    assert read == (0, [])
    assert selectors.balance(org, "50") == 100
