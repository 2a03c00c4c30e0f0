"""Building the town for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from koopset.portal.demo import fill_database

DAY = date(2026, 11, 24)


@contextmanager
def built(folder: Path) -> Iterator[None]:
    """A town for a while; all it wrote is undone, its files are in `folder`."""
    before = settings.DATA_DIR
    settings.DATA_DIR = folder
    try:
        with transaction.atomic():
            fill_database(report=lambda _text: None, today=DAY)
            yield
            transaction.set_rollback(True)
    finally:
        settings.DATA_DIR = before
