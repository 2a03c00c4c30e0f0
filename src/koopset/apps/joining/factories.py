"""Applications, coordinators and groups for tests of this room and of the whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from koopset.apps.joining import services
from koopset.apps.joining.models import Application, Coordinator
from koopset.apps.organisations.factories import make_inn
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Login
from koopset.apps.people.services import coordinator_mark_for_room
from koopset.apps.places.models import Territory
from koopset.foundation.rights.actors import actor_for_login

_serial = count(70_000)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def make_ogrn(serial: int) -> str:
    """A valid ОГРН of a body in region 47."""
    twelve = f"10247{serial:07d}"
    return twelve + str(int(twelve) % 11 % 10)


def application_values(territory_id: int, **changed: Any) -> dict[str, Any]:
    """All that is asked for, with valid numbers."""
    serial = next(_serial)
    return {
        "form": "snt",
        "name_short": f"СНТ «Заявка-{serial}»",
        "name_full": f"Садоводческое некоммерческое товарищество «Заявка-{serial}»",
        "inn": make_inn(serial),
        "ogrn": make_ogrn(serial),
        "territory_id": territory_id,
        "last_name": "Ключев",
        "first_name": "Пётр",
        "phone": "+7 911 000-00-01",
        "elected_on": date(2026, 6, 1),
        "minutes_number": "2",
    } | changed


def make_application(
    territory_id: int, *, login: Login | None = None, sent: bool = True, now: datetime = NOW, **changed: Any
) -> Application:
    """An application with both papers; sent unless told otherwise."""
    owner = login or make_login(password=None)
    actor = actor_for_login(owner.pk, on=now.date())
    row = services.application_save(actor=actor, now=now, **application_values(territory_id, **changed))
    for kind in ("extract", "minutes"):
        services.document_add(
            actor=actor,
            application_id=row.pk,
            kind=kind,
            name=f"{kind}.txt",
            content="Бумага".encode(),
            now=now,
        )
    if sent:
        row = services.application_submit(actor=actor, application_id=row.pk, now=now)
    return row


def make_district(name: str = "Примерный район") -> Territory:
    """A district in a country and a region of its own, where the tree is not loaded."""
    parent: Territory | None = None
    for level, title in (("country", "Страна"), ("region", "Область"), ("district", name)):
        row = Territory.objects.create(parent=parent, level=level, name=f"{title} {next(_serial)}")
        row.path = f"{parent.path if parent else ''}{row.pk}."
        row.save()
        parent = row
    assert parent is not None
    return parent


def make_coordinator(territory_id: int, *, login: Login | None = None, **fields: Any) -> Coordinator:
    """An appointment since the beginning of 2026."""
    owner = login or make_login(password=None)
    coordinator_mark_for_room(login_id=owner.pk)
    values = {
        "name": "Ольга Районная",
        "valid_from": date(2026, 1, 1),
        "basis": "соглашение от 01.01.2026 № 1",
    }
    return Coordinator.objects.create(login_id=owner.pk, territory_id=territory_id, **(values | fields))
