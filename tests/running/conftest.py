from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.running.installation import Installation, installation

Make = Callable[..., Installation]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Installation]:
    """A database without anybody, made once; others are copies of it."""
    with installation(tmp_path_factory.mktemp("migrated") / "var") as made:
        ran = made.koopset("migrate")
        assert ran.returncode == 0, ran.stderr
        yield made


@pytest.fixture(scope="session")
def filled(migrated: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A small world in it; a test that changes it takes a copy."""
    with installation(tmp_path_factory.mktemp("filled") / "var", like=migrated) as made:
        made.ask("tests.running.small_world", "fill")
        yield made


@pytest.fixture
def make(tmp_path: Path, django_db_setup: None) -> Iterator[Make]:
    """`make(name)` gives an empty installation, `make(name, like=another)` a copy."""
    with ExitStack() as stack:
        yield lambda name, like=None: stack.enter_context(installation(tmp_path / name / "var", like=like))
