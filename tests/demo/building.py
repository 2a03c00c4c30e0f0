"""Building the town for a while."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction

from koopset.apps.billing.models import Charge
from koopset.apps.billing.payments.models import Payment
from koopset.apps.people.models import Person
from koopset.apps.register.models import Ownership
from koopset.foundation.testing.database import clean_tables
from koopset.portal.demo import fill_database

DAY = date(2026, 11, 24)
#: What each town that this process built was about: they are all the same.
FIGURES: list[tuple[str, int]] = []


def _figures() -> str:
    """A digest of what the town is about."""
    digest = hashlib.sha256()
    row: tuple[object, ...]
    for row in Charge.objects.order_by("pk").values_list(
        "account__number", "unit__number", "month", "amount_kop"
    ):
        digest.update(repr(row).encode())
    for row in Payment.objects.order_by("pk").values_list(
        "account__number", "received_on", "amount_kop", "matched_by"
    ):
        digest.update(repr(row).encode())
    for row in Person.objects.order_by("pk").values_list(
        "last_name", "first_name", "middle_name", "email", "phone"
    ):
        digest.update(repr(row).encode())
    for row in Ownership.objects.order_by("pk").values_list(
        "unit__number", "person__last_name", "share_numerator", "share_denominator"
    ):
        digest.update(repr(row).encode())
    return digest.hexdigest()


@contextmanager
def built(folder: Path) -> Iterator[None]:
    """A town for a while; all it wrote is undone, its files are in `folder`."""
    before = settings.DATA_DIR
    settings.DATA_DIR = folder
    clean_tables()
    try:
        with transaction.atomic():
            _keys_from_the_start()
            fill_database(report=lambda _text: None, today=DAY)
            FIGURES.append((_figures(), (folder / "demo" / "vypiska.txt").read_bytes().count(b"\n")))
            yield
            transaction.set_rollback(True)
    finally:
        settings.DATA_DIR = before
        clean_tables()


def _keys_from_the_start() -> None:
    """Number rows as a new database does: sequences of PostgreSQL are not undone with the rows, and codes are made from keys."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
