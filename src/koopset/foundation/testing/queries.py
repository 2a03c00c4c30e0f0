"""Budgets of queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

_FREE = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN", "COMMIT")


@contextmanager
def query_budget(most: int) -> Iterator[None]:
    """Fail when the block asks the database more than `most` times; the failure lists the queries. Savepoints are free."""
    with CaptureQueriesContext(connection) as seen:
        yield
    asked = [query["sql"] for query in seen.captured_queries if not query["sql"].startswith(_FREE)]
    if len(asked) > most:
        listing = "\n".join(f"{number}. {sql[:300]}" for number, sql in enumerate(asked, start=1))
        raise AssertionError(f"{len(asked)} queries, the budget is {most}:\n{listing}")
