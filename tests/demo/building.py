"""Building the town for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction

from koopset.portal.demo import fill_database

DAY = date(2026, 11, 24)


@contextmanager
def built(folder: Path) -> Iterator[None]:
    """A town for a while; all it wrote is undone, its files are in `folder`."""
    before = settings.DATA_DIR
    settings.DATA_DIR = folder
    try:
        with transaction.atomic():
            _keys_from_the_start()
            fill_database(report=lambda _text: None, today=DAY)
            yield
            transaction.set_rollback(True)
    finally:
        settings.DATA_DIR = before


def _keys_from_the_start() -> None:
    """Number rows as a new database does: sequences of PostgreSQL are not undone with the rows, and codes are made from keys."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
