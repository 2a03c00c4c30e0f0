"""What the databases must know of Russian letters. Importing this module is enough; `history` does it at start.

SQLite compares letters outside ASCII byte by byte: without the function below «ИВАНОВ» is not found by «иванов», and ё differs from е
in both databases. Names come out in the order of the dictionary by `in_order`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import CharField, F, Func, TextField
from django.db.models.expressions import Combinable
from django.db.models.lookups import IContains, IExact, IStartsWith


def fold(text: str) -> str:
    """Lower case, ё as е: how text is compared in searches."""
    return text.lower().replace("ё", "е")


@functools.lru_cache(maxsize=512)
def _matcher(pattern: str, escape: str | None) -> Callable[[str], Any]:
    parts, escaped = [], False
    for char in fold(pattern):
        if escaped:
            parts.append(re.escape(char))
            escaped = False
        elif char == escape:
            escaped = True
        elif char == "%":
            parts.append(".*")
        elif char == "_":
            parts.append(".")
        else:
            parts.append(re.escape(char))
    middle = "".join(parts)
    plain = re.fullmatch(r"\.\*((?:[^.*+?^$()\[\]{}|\\]|\\.)*)\.\*", middle)
    if plain:  # The usual search: a substring needs no machine of patterns.
        needle = re.sub(r"\\(.)", r"\1", plain[1])
        return lambda text: needle in text
    return re.compile(middle, re.DOTALL).fullmatch


def like(pattern: object, text: object, escape: str | None = None) -> bool | None:
    """SQL LIKE that folds the case of every alphabet, and ё to е. NULL for NULL."""
    if pattern is None or text is None:
        return None
    found = _matcher(str(pattern), escape)(fold(str(text)))
    return found is not None and found is not False


def compare(left: str, right: str) -> int:
    """The order of a dictionary, as ICU has it: ё stands with е and tells only otherwise equal words apart; so does case."""
    a, b = (fold(left), left.lower(), left), (fold(right), right.lower(), right)
    return (a > b) - (a < b)


def _teach(*, connection: BaseDatabaseWrapper, **_kwargs: object) -> None:
    if connection.vendor != "sqlite":
        return
    raw: Any = connection.connection
    raw.create_function("like", 2, like, deterministic=True)
    raw.create_function("like", 3, like, deterministic=True)
    raw.create_collation("russian", compare)
    # REPLACE deletes a row without asking its triggers unless this is on; facts must be asked.
    raw.execute("PRAGMA recursive_triggers = ON")


connection_created.connect(_teach, dispatch_uid="koopset.database")


class in_order(Func):  # noqa: N801 - reads as a word in queries: order_by(in_order("last_name"))
    """An expression by which rows are ordered as in a dictionary in both databases: `order_by(in_order("last_name"))`."""

    arity = 1

    def __init__(self, expression: str | Combinable) -> None:
        super().__init__(F(expression) if isinstance(expression, str) else expression)

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_extra: Any) -> tuple[str, Any]:
        collation = '"ru-x-icu"' if connection.vendor == "postgresql" else "russian"
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} COLLATE {collation}", params


def _folded_on_postgresql(lookup: type[Any]) -> type[Any]:
    """The lookup with ё folded to е on PostgreSQL too, so that both databases find the same."""

    class Folded(lookup):  # type: ignore[misc]
        def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
            if (
                hasattr(self.rhs, "as_sql") or self.bilateral_transforms
            ):  # a column on the right has its own pattern
                return self.as_sql(compiler, connection)  # type: ignore[no-any-return]
            lhs, lhs_params = self.process_lhs(compiler, connection)
            rhs, rhs_params = self.process_rhs(compiler, connection)
            left = f"translate(lower({lhs}::text), 'ё', 'е')"
            right = f"translate(lower(({rhs})::text), 'ё', 'е')"
            return f"{left} LIKE {right}", [*lhs_params, *rhs_params]

    Folded.__name__ = lookup.__name__
    return Folded


for _lookup in (IContains, IStartsWith, IExact):
    _folded = _folded_on_postgresql(_lookup)
    CharField.register_lookup(_folded)
    TextField.register_lookup(_folded)


def refresh_statistics() -> None:
    """Tell PostgreSQL how large the tables have become within a long transaction, where its own housekeeping cannot see them yet.

    Without it the planner takes filled tables for empty ones. SQLite needs nothing.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
