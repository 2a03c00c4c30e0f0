"""Death, inheritance, division and joining of units, for programs."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from koopset.apps.register import services
from koopset.apps.register.api.entries import room
from koopset.apps.register.permissions import RegisterRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.schemas import Id, In, Line, Made, Out
from koopset.kernel.fractions import parse_share


class DeathIn(In):
    died_on: date
    document: Annotated[str, Field(min_length=1, max_length=200)]


class DeathReverseIn(In):
    """`heirs_stay`: what heirs have taken stays theirs until a court decides."""

    word: Annotated[str, Field(min_length=1, max_length=500)]
    document: Annotated[str, Field(max_length=200)] = ""
    heirs_stay: bool = False


class HeirIn(In):
    """An heir; `share` is a part of the whole unit."""

    person_id: Id
    share: Line


class EstateIn(In):
    deceased_id: Id
    heirs: Annotated[list[HeirIn], Field(min_length=1, max_length=50)]
    on: date
    deed: Annotated[str, Field(min_length=1, max_length=200)]


class PartIn(In):
    number: Annotated[str, Field(min_length=1, max_length=30)]
    area_m2: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
    cadastral_number: Annotated[str, Field(max_length=40)] = ""

    def stated(self) -> services.NewUnit:
        return services.NewUnit(self.number, self.area_m2, self.cadastral_number)


class SplitIn(In):
    """`accept_difference`: the areas do not add up, and that is right."""

    parts: Annotated[list[PartIn], Field(min_length=2, max_length=20)]
    on: date
    document: Annotated[str, Field(max_length=200)] = ""
    accept_difference: bool = False


class MergeIn(In):
    unit_ids: Annotated[list[Id], Field(min_length=2, max_length=20)]
    into: PartIn
    on: date
    document: Annotated[str, Field(max_length=200)] = ""
    accept_difference: bool = False


class UnitsMade(Out):
    ids: list[int]


@room.writes(
    "/o/{int:organisation_id}/persons/{int:person_id}/death",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Record a death: membership ends, shares become an estate"),
    response=Made,
)
def death_record(request: ApiRequest, organisation_id: int, person_id: int, body: DeathIn) -> Any:
    row = services.death_record(
        actor=request.actor,
        organisation_id=organisation_id,
        person_id=person_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/persons/{int:person_id}/death/reverse",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Take back a death that was entered by mistake"),
    response=Made,
)
def death_reverse(request: ApiRequest, organisation_id: int, person_id: int, body: DeathReverseIn) -> Any:
    row = services.death_reverse(
        actor=request.actor,
        organisation_id=organisation_id,
        person_id=person_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/units/{int:unit_id}/heirs",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Enter heirs of an estate by certificate"),
    response=Made,
)
def estate_pass(request: ApiRequest, organisation_id: int, unit_id: int, body: EstateIn) -> Any:
    services.estate_pass(
        actor=request.actor,
        organisation_id=organisation_id,
        unit_id=unit_id,
        deceased_id=body.deceased_id,
        heirs=[services.ShareInput(heir.person_id, parse_share(heir.share)) for heir in body.heirs],
        on=body.on,
        deed=body.deed,
        now=timezone.now(),
    )
    return {"id": unit_id}


@room.writes(
    "/o/{int:organisation_id}/units/{int:unit_id}/split",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Divide a unit into several"),
    response=UnitsMade,
    status=201,
)
def unit_split(request: ApiRequest, organisation_id: int, unit_id: int, body: SplitIn) -> Any:
    made = services.unit_split(
        actor=request.actor,
        organisation_id=organisation_id,
        unit_id=unit_id,
        parts=[part.stated() for part in body.parts],
        on=body.on,
        document=body.document,
        accept_difference=body.accept_difference,
        now=timezone.now(),
    )
    return {"ids": [unit.pk for unit in made]}


@room.writes(
    "/o/{int:organisation_id}/units/merge",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Join units of the same owners into one"),
    response=Made,
    status=201,
)
def unit_merge(request: ApiRequest, organisation_id: int, body: MergeIn) -> Any:
    made = services.unit_merge(
        actor=request.actor,
        organisation_id=organisation_id,
        unit_ids=body.unit_ids,
        into=body.into.stated(),
        on=body.on,
        document=body.document,
        accept_difference=body.accept_difference,
        now=timezone.now(),
    )
    return {"id": made.pk}
