"""The tenant guard: a query of tenant rows that does not name the organisation fails the test.

Read are SELECT, UPDATE and DELETE as Django writes them. For each tenant table that a statement reads FROM, changes or deletes, the
statement must compare organisation_id of that table, or of one joined to it, or tie the table to the outer query. Free are INSERTs,
rows reached from a row that was fetched before (its foreign keys, refresh_from_db, save, the collector of deletes, prefetches), and what
stands in `across_tenants(reason)`.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import QuerySet

from koopset.foundation.tenants.guard import crossing_reason
from koopset.foundation.tenants.models import Scope

_NAME = r'"([^"]+)"'
_READS = re.compile(rf'\b(FROM|JOIN|UPDATE|DELETE FROM)\s+{_NAME}(?:\s+(?:AS\s+)?"?([A-Z]+\d+)"?)?')
#: Functions of Django that go on from a row which was fetched already.
_FROM_A_ROW = frozenset(
    {
        ("related_descriptors.py", "__get__"),
        ("related_descriptors.py", "get_object"),
        ("base.py", "refresh_from_db"),
        ("base.py", "_do_update"),
        ("base.py", "_perform_unique_checks"),
        ("deletion.py", "collect"),
        ("subqueries.py", "delete_batch"),
        ("query.py", "prefetch_related_objects"),
        ("models.py", "create_historical_record"),
    }
)


class TenantLeak(AssertionError):
    """A query of tenant rows without organisation_id."""


@functools.cache
def tenant_tables() -> frozenset[str]:
    """Tables of models whose scope is tenant, or that ask to be guarded."""
    return frozenset(
        model._meta.db_table
        for model in apps.get_models()
        if getattr(model, "scope", None) is Scope.TENANT or getattr(model, "guarded", False)
    )


@contextmanager
def tenant_guard() -> Iterator[None]:
    """Inside, a query of tenant rows without the organisation raises TenantLeak."""
    guards = [connections[alias].execute_wrapper(_check) for alias in connections]
    for guard in guards:
        guard.__enter__()
    try:
        yield
    finally:
        for guard in reversed(guards):
            guard.__exit__(None, None, None)


def _check(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if crossing_reason() is None:
        leaks = leaking_tables(sql, tenant_tables())
        if leaks and not _from_a_row():
            raise TenantLeak(f"{', '.join(sorted(leaks))} without organisation_id: {sql[:600]}")
    return execute(sql, params, many, context)


def leaking_tables(sql: str, tables: frozenset[str]) -> set[str]:
    """The tenant tables that `sql` reads across organisations."""
    if (
        sql.lstrip()
        .upper()
        .startswith(("INSERT", "SAVEPOINT", "RELEASE", "ROLLBACK", "CREATE", "PRAGMA", "ALTER", "DROP"))
    ):
        return set()
    found: set[str] = set()
    for query in _queries(sql):
        reads = [(verb, table, alias or table) for verb, table, alias in _READS.findall(query)]
        tenant = [(verb, table, alias) for verb, table, alias in reads if table in tables]
        roots = [(table, alias) for verb, table, alias in tenant if verb != "JOIN"] or [
            (table, alias) for _verb, table, alias in tenant
        ]
        if not roots:
            continue
        where = query.partition(" WHERE ")[2] + query.partition(" ON (")[2]
        own = {alias for _verb, _table, alias in reads}
        if any(_names_organisation(where, alias) for _verb, _table, alias in tenant):
            continue
        if query is not sql and _tied_outside(where, own):
            continue
        found |= {table for table, _alias in roots}
    return found


def _queries(sql: str) -> list[str]:
    """A statement and its subqueries, each without the subqueries inside it."""
    found: list[str] = []
    stack: list[list[str]] = [[]]
    depths: list[int] = []
    depth = index = 0
    while index < len(sql):
        char = sql[index]
        if char == "'":
            end = sql.find("'", index + 1)
            index = (len(sql) if end < 0 else end) + 1
            stack[-1].append("''")
            continue
        if char == "(":
            depth += 1
            if sql.startswith("SELECT", index + 1):
                depths.append(depth)
                stack.append([])
                index += 1
                continue
        elif char == ")":
            if depths and depths[-1] == depth:
                depths.pop()
                found.append("".join(stack.pop()))
                stack[-1].append("NULL")
                depth -= 1
                index += 1
                continue
            depth -= 1
        stack[-1].append(char)
        index += 1
    found.append("".join(stack[0]))
    return [sql if len(found) == 1 else query for query in found]


def _names_organisation(where: str, alias: str) -> bool:
    name = re.escape(alias)
    # The row of an organisation itself is known by its key, the tenant's.
    return (
        re.search(rf'(?:"?{name}"?\.)?"(?:organisation_id|tenant_id)"\s*(?:=|IN\b|IS\b)', where) is not None
    )


def _tied_outside(where: str, own: set[str]) -> bool:
    """Whether a subquery compares a column of its own with one of the query around it."""
    sides = re.findall(r'"?(\w+)"?\."\w+" = \(?"?(\w+)"?\."\w+"\)?', where)
    return any((left in own) != (right in own) for left, right in sides)


def _from_a_row() -> bool:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        name = code.co_filename.replace("\\", "/").rpartition("/")[2]
        if (name, code.co_name) in _FROM_A_ROW and (
            "/django/" in code.co_filename or "/simple_history/" in code.co_filename
        ):
            # The collector first fetches what a query deletes: that is a query like any other.
            deleted = frame.f_locals.get("objs") if name == "deletion.py" else None
            return not (isinstance(deleted, QuerySet) and deleted._result_cache is None)
        frame = frame.f_back
    return False
