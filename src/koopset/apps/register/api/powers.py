"""Powers of attorney, for programs."""

from datetime import date
from typing import Annotated, Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from koopset.apps.register import selectors, services
from koopset.apps.register.api.entries import room
from koopset.apps.register.permissions import RegisterRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Id, In, Made, Out


class PowerIn(In):
    """Without `valid_to` it holds a year. `scope`: what the agent may do."""

    principal_id: Id
    agent_id: Id
    kind: Literal["simple", "notarial"]
    number: Annotated[str, Field(max_length=60)] = ""
    issued_on: date
    valid_to: date | None = None
    scope: Annotated[list[Literal["vote", "papers", "sign", "pay"]], Field(min_length=1, max_length=4)]


class RevokeIn(In):
    on: date


class PowerOut(Out):
    id: int
    principal_id: int
    agent_id: int
    number: str
    issued_on: date
    valid_to: date
    revoked_on: date | None
    scope: list[str]
    in_force: bool


@room.reads(
    "/o/{int:organisation_id}/powers",
    asks=RegisterRight.POWER_VIEW,
    summary=_("Powers of attorney in force, ending soon, or ended"),
    response=Piece[PowerOut],
)
def powers_list(
    request: ApiRequest,
    organisation_id: int,
    paging: Query[Paging],
    show: Literal["", "ending", "ended"] = "",
) -> Any:
    names = ("id", "number", "issued_on", "valid_to", "revoked_on", "scope", "in_force")
    return piece(
        paging,
        list(selectors.powers(request.actor, organisation_id, timezone.localdate(), show)),
        lambda row: (
            {name: getattr(row, name) for name in names}
            | {"principal_id": row.principal.id, "agent_id": row.agent.id}
        ),
    )


@room.writes(
    "/o/{int:organisation_id}/powers",
    asks=RegisterRight.POWER_EDIT,
    summary=_("Enter a power of attorney"),
    response=Made,
    status=201,
)
def power_record(request: ApiRequest, organisation_id: int, body: PowerIn) -> Any:
    values = body.model_dump()
    row = services.power_record(
        actor=request.actor,
        organisation_id=organisation_id,
        scope=frozenset(values.pop("scope")),
        now=timezone.now(),
        **values,
    )
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/powers/{int:power_id}/revoke",
    asks=RegisterRight.POWER_EDIT,
    summary=_("Revoke a power of attorney"),
    response=Made,
)
def power_revoke(request: ApiRequest, organisation_id: int, power_id: int, body: RevokeIn) -> Any:
    services.power_revoke(
        actor=request.actor,
        organisation_id=organisation_id,
        power_id=power_id,
        on=body.on,
        now=timezone.now(),
    )
    return {"id": power_id}
