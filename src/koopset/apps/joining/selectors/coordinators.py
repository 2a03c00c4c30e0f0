"""Who helps in which districts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from koopset.apps.joining.models import Coordinator
from koopset.apps.joining.permissions import JoiningRight
from koopset.apps.people.selectors import login_emails
from koopset.apps.places.selectors import district_of, districts
from koopset.foundation.rights.actors import Actor, ActorKind, Forbidden
from koopset.foundation.rights.once import asked_once


@dataclass(frozen=True, slots=True)
class CoordinatorRow:
    """An appointment; `holds` on the asked day."""

    id: int
    login_id: int
    email: str
    name: str
    territory: str
    valid_from: date
    valid_to: date | None
    basis: str
    holds: bool


def _holding(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))


@asked_once
def appointments_of(login_id: int, *, on: date) -> tuple[str, ...]:
    """Paths of the territories to which the login is appointed on the day."""
    rows = Coordinator.objects.filter(_holding(on), login_id=login_id)
    return tuple(rows.order_by("pk").values_list("territory__path", flat=True))


def districts_of(actor: Actor, *, on: date | None = None) -> list[int]:
    """Districts in which the actor helps: all for the operator, none for others than coordinators."""
    rows = districts()
    if actor.is_operator or actor.kind is ActorKind.SYSTEM:
        return [row.pk for row in rows]
    if actor.login_id is None:
        return []
    paths = appointments_of(actor.login_id, on=on or timezone.localdate())
    return [row.pk for row in rows if row.path.startswith(paths)] if paths else []


def needs_district(actor: Actor, district_id: int | None) -> int:
    """The district, if the actor helps there. Raises Forbidden, as for a district that is not."""
    if district_id is None or district_id not in districts_of(actor):
        raise Forbidden(JoiningRight.DISTRICT_VIEW)
    return district_id


def coordinator_login_ids(territory_id: int, *, on: date) -> list[int]:
    """Logins of those who help where a territory lies."""
    district = district_of(territory_id)
    if district is None:
        return []
    rows = Coordinator.objects.filter(_holding(on)).values_list("login_id", "territory__path")
    return sorted({login for login, path in rows if district.path.startswith(path)})


def coordinator_rows(actor: Actor, *, on: date) -> list[CoordinatorRow]:
    """All appointments, those that hold first. Raises Forbidden."""
    actor.require(JoiningRight.COORDINATOR_APPOINT, None)
    rows = list(Coordinator.objects.select_related("territory").order_by("name", "-valid_from", "pk"))
    emails = login_emails({row.login_id for row in rows})
    found = [
        CoordinatorRow(
            id=row.pk,
            login_id=row.login_id,
            email=emails.get(row.login_id, ""),
            name=row.name,
            territory=row.territory.name,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            basis=row.basis,
            holds=row.valid_from <= on and (row.valid_to is None or row.valid_to >= on),
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: not row.holds)
