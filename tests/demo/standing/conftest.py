"""The town of the demo, built once for whatever looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.demo.building import built

from koopset.foundation.tenants.guard import across_tenants


@pytest.fixture(scope="package")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """The folder of its files; whatever a test changes is undone after it."""
    folder: Path = tmp_path_factory.mktemp("town")
    with django_db_blocker.unblock(), across_tenants("a test looks at the whole town"), built(folder):
        yield folder
