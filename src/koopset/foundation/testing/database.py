"""Flushes in tests. A fact refuses DELETE and TRUNCATE, so the end of a test without a transaction lifts the guard and restores it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase

from koopset.foundation.history import facts

_plain: Any = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # before `install`, whose twin it calls


def _teardown(self: Any) -> None:
    with ExitStack() as guards:
        for alias in self._databases_names(include_mirrors=False):
            guards.enter_context(facts.lifted(alias))
        _plain(self)


def install() -> None:
    """Called once by the pytest plugin. pytest-django's `transactional_db` and `live_server` end by the same method."""
    TransactionTestCase._fixture_teardown = _teardown  # type: ignore[attr-defined]


def clean_tables() -> None:
    """Clear away the rows that tests took back and count what is left: PostgreSQL goes through them on every scan otherwise.

    Nothing inside a transaction, where it cannot be done, and nothing for SQLite, which leaves none.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@contextmanager
def readers_pass_writers() -> Iterator[None]:
    """For a while a reader of a database in memory is not refused while another thread writes.

    A site's database lies in a file, where readers never wait (WAL). One in memory that threads share locks whole tables, and refuses at
    once instead of waiting: a page would break only because a form of the same person was being written.
    """

    def opened(connection: BaseDatabaseWrapper, **_: object) -> None:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA read_uncommitted = 1")

    connection_created.connect(opened, weak=False)
    try:
        yield
    finally:
        connection_created.disconnect(opened)
