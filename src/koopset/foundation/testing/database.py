"""Flushes in tests. A fact refuses DELETE and TRUNCATE, so the end of a test without a transaction lifts the guard and restores it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

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
