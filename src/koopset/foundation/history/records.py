"""History of editable rows (K2): who, when, before, after. Facts (entries, charges) need none: they are append-only."""

from __future__ import annotations

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords

from koopset.foundation.rights.acting import current_actor


def _login_of_actor(instance: models.Model, **_kwargs: Any) -> int | None:
    actor = current_actor()
    return actor.login_id if actor else None


def _get_login(historical: Any) -> int | None:
    return historical.history_user_id  # type: ignore[no-any-return]


def _set_login(historical: Any, login_id: int | None) -> None:
    historical.history_user_id = login_id


def changes(**options: Any) -> HistoricalRecords:
    """`history = changes()` on a model keeps each of its changes with who made it: a login, or below zero a key of an organisation.

    No foreign key: a login may be erased.
    """
    return HistoricalRecords(
        history_user_id_field=models.BigIntegerField(null=True),
        history_user_getter=_get_login,
        history_user_setter=_set_login,
        get_user=_login_of_actor,
        history_change_reason_field=models.TextField(null=True),
        **options,
    )
