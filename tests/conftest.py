"""What the tests over the whole house share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.world import World, standing


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    """Two organisations with everything in them, made once for a file (see tests/world.py)."""
    with django_db_blocker.unblock(), standing() as built:  # type: ignore[attr-defined]
        yield built
