"""The tree of territories and where an organisation is, for programs."""

from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from koopset.apps.places import selectors, services
from koopset.apps.places.permissions import PlacesRight
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import BIGGEST_ID, Id, In, Line, Made, Out
from koopset.foundation.rights.pages import Gate

room = Room(
    "places",
    _("Places"),
    {
        PlacesRight.LOCATION_EDIT: _("Say where the organisation is"),
        PlacesRight.TERRITORY_EDIT: _("Change the tree of territories (operator)"),
    },
)


class PlaceOut(Out):
    """A territory and how many organisations are in it."""

    id: int
    name: str
    level: str
    oktmo: str
    organisations: int


class LocationIn(In):
    territory_id: Id
    address: Line = ""
    latitude: Annotated[Decimal, Field(ge=-90, le=90, max_digits=9, decimal_places=6)] | None = None
    longitude: Annotated[Decimal, Field(ge=-180, le=180, max_digits=9, decimal_places=6)] | None = None


class SettlementIn(In):
    name: Line
    oktmo: Line = ""


@room.reads(
    "/territories",
    asks=Gate.SIGNED_IN,
    summary=_("Territories inside a territory; without it the topmost"),
    response=Piece[PlaceOut],
)
def territories_list(
    request: ApiRequest,
    paging: Query[Paging],
    inside: Annotated[int, Field(ge=1, le=BIGGEST_ID)] | None = None,
    q: str = "",
) -> Any:
    node = selectors.territory(inside) if inside is not None else None
    if inside is not None and node is None:
        raise Http404
    return piece(paging, selectors.children_of(node, q[:100]))


@room.writes(
    "/territories/{int:district_id}/settlements",
    asks=PlacesRight.TERRITORY_EDIT,
    summary=_("Add a settlement to a district"),
    response=Made,
    status=201,
)
def settlement_add(request: ApiRequest, district_id: int, body: SettlementIn) -> Any:
    made = services.settlement_add(
        actor=request.actor, district_id=district_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": made.pk}


@room.writes(
    "/o/{int:organisation_id}/location",
    asks=PlacesRight.LOCATION_EDIT,
    summary=_("Say where the organisation is"),
    response=Made,
)
def location_set(request: ApiRequest, organisation_id: int, body: LocationIn) -> Any:
    row = services.location_set(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": row.pk}
