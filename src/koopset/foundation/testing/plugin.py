"""The pytest plugin of the house: flushes that know of facts, answers closed, fixtures for queries. Named in conftest.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

# Nothing of Django is imported with this module: pytest loads it before the settings are read.


def pytest_collection_modifyitems() -> None:
    from koopset.foundation.testing import database, template

    database.install()
    template.install()


@pytest.fixture(autouse=True)
def _answers_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the files of answers that a test looked at without reading: a server closes every answer."""
    from django.http import HttpResponseBase
    from django.test import Client

    given: list[HttpResponseBase] = []
    ask = Client.request

    def asked(self: Client, **request: Any) -> Any:
        answer = ask(self, **request)
        if answer.streaming:
            given.append(answer)
        return answer

    monkeypatch.setattr(Client, "request", asked)
    yield
    for answer in given:
        # Not answer.close(): it also tells Django that a request is over, and with it the test's database connection.
        for close in answer._resource_closers:  # type: ignore[attr-defined]
            close()


@pytest.fixture(autouse=True)
def _language_of_the_house() -> None:
    """Begin in the language of the settings: a page that a test before read in another leaves its thread in that one."""
    from django.utils import translation

    translation.deactivate()


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
