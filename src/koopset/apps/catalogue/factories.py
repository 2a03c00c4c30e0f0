"""Ready rows for tests and the invented town."""

from __future__ import annotations

from datetime import UTC, datetime

from koopset.apps.catalogue import services
from koopset.apps.catalogue.models import LearntName
from koopset.apps.people.factories import make_login
from koopset.foundation.rights.actors import Actor, ActorKind

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def make_learnt_name(
    name: str, category: str = "сладости", kind: str = "", *, people: int = 1, now: datetime = NOW
) -> LearntName:
    """A name that so many new people have explained alike."""
    row: LearntName | None = None
    for _number in range(people):
        actor = Actor(kind=ActorKind.PERSON, login_id=make_login(password=None).pk)
        row = services.name_answer(actor=actor, name=name, category=category, kind=kind, now=now).name
    assert row is not None
    row.refresh_from_db()
    return row
