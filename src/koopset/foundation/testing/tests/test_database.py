"""Readers of a database in memory while another thread writes."""

from __future__ import annotations

import threading
from contextlib import nullcontext

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from koopset.foundation.testing.database import readers_pass_writers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_memory() -> None:
    if connection.vendor != "sqlite" or "memory" not in str(connection.settings_dict["NAME"]):
        pytest.skip("a database of its own in memory is SQLite's")


def read_by_another() -> object:
    """How many sessions another thread counts, or its refusal."""
    found: list[object] = []

    def read() -> None:
        try:
            found.append(Session.objects.count())
        except OperationalError as refusal:
            found.append(str(refusal))
        finally:
            connection.close()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.parametrize("passes", [True, False])
def test_a_reader_is_not_refused_while_another_thread_writes(passes: bool) -> None:
    Session.objects.create(session_key="one", session_data="", expire_date=timezone.now())
    with readers_pass_writers() if passes else nullcontext(), transaction.atomic():
        Session.objects.update(session_data="other")
        read = read_by_another()
    assert read == (1 if passes else "database table is locked: django_session")
