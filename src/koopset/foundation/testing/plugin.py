"""The pytest plugin of the house: flushes that know of facts, fixtures for queries. Named in conftest.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

# Nothing of Django is imported with this module: pytest loads it before the settings are read.


def pytest_collection_modifyitems() -> None:
    from koopset.foundation.testing import database

    database.install()


@pytest.fixture
def guarded_tenants() -> Iterator[None]:
    """The whole test under the tenant guard."""
    from koopset.foundation.testing.tenancy import tenant_guard

    with tenant_guard():
        yield


@pytest.fixture
def at_most_queries() -> Callable[[int], AbstractContextManager[None]]:
    from koopset.foundation.testing.queries import query_budget

    return query_budget
