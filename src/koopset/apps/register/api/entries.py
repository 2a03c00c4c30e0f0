"""Plots and flats, owners, members, decisions, loading of a register, for programs."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query
from ninja.files import UploadedFile
from pydantic import Field

from koopset.apps.register import services
from koopset.apps.register.models import RegisterImport
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.selectors.decisions import decision, decisions_query
from koopset.apps.register.selectors.register_of_date import (
    RegisterFilters,
    RegisterRow,
    memberships_of,
    register_at,
)
from koopset.foundation.access.batch import BatchResult, Rows, run_batch
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Id, In, Line, Made, Out, Started, Text, started
from koopset.foundation.access.uploads import content_of
from koopset.foundation.personal.looks import looked
from koopset.foundation.refusals import text_of_code
from koopset.kernel.fractions import parse_share, share_text

room = Room(
    "register",
    _("Register"),
    {
        RegisterRight.REGISTER_VIEW: _("See the register of plots, owners and members"),
        RegisterRight.REGISTER_EDIT: _("Change the register"),
        RegisterRight.REGISTER_IMPORT: _("Load the register from files"),
        RegisterRight.DECISION_VIEW: _("See decisions"),
        RegisterRight.DECISION_RECORD: _("Record decisions"),
        RegisterRight.APPLICATION_VIEW: _("See applications for membership"),
        RegisterRight.APPLICATION_HANDLE: _("Handle applications for membership"),
        RegisterRight.EXCLUSION_VIEW: _("See exclusions"),
        RegisterRight.EXCLUSION_HANDLE: _("Carry out exclusions"),
        RegisterRight.POWER_VIEW: _("See powers of attorney"),
        RegisterRight.POWER_EDIT: _("Enter and revoke powers of attorney"),
    },
)

Area = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
Kind = Literal["plot", "flat", "premises", "parking"]


class ShareIn(In):
    """An owner's share: "1", "1/3", "0.5", "50%"."""

    person_id: Id
    share: Line = "1"
    right: Literal["share", "joint", "lease"] = "share"

    def stated(self) -> services.ShareInput:
        return services.ShareInput(self.person_id, parse_share(self.share), self.right)


class UnitIn(In):
    """A plot or a flat, with its owners if they are known."""

    number: Annotated[str, Field(min_length=1, max_length=30)]
    kind: Kind = "plot"
    street: Annotated[str, Field(max_length=100)] = ""
    cadastral_number: Annotated[str, Field(max_length=40)] = ""
    note: Line = ""
    area_m2: Area | None = None
    owners: Annotated[list[ShareIn], Field(max_length=200)] = []
    since: date | None = None
    deed: Annotated[str, Field(max_length=200)] = ""


class UnitBatch(In):
    rows: Rows[UnitIn]


class UnitChange(In):
    """What is named changes, the rest stays."""

    number: Annotated[str, Field(min_length=1, max_length=30)] = ""
    kind: Kind = "plot"
    street: Annotated[str, Field(max_length=100)] = ""
    cadastral_number: Annotated[str, Field(max_length=40)] = ""
    note: Line = ""


class AreaIn(In):
    area_m2: Area
    on: date
    document: Annotated[str, Field(max_length=200)] = ""


class TransferIn(In):
    """Who owns the unit from the day on; all of them, with shares."""

    owners: Annotated[list[ShareIn], Field(min_length=1, max_length=200)]
    on: date
    deed: Annotated[str, Field(max_length=200)] = ""


class OnDay(In):
    on: date


class OwnerOut(Out):
    person_id: int
    name: str
    share: str
    right: str
    since: date
    deed: str
    is_member: bool


class UnitOut(Out):
    """A unit on a date; `gap` is what the shares lack to the whole, null without an owner."""

    id: int
    kind: str
    number: str
    street: str
    text: str
    cadastral_number: str
    area_m2: Decimal | None
    gap: str | None
    owners: list[OwnerOut]


class MembershipIn(In):
    person_id: Id
    on: date
    decision_id: Id | None = None
    card_number: Annotated[str, Field(max_length=40)] = ""


class MembershipEnd(In):
    """`ground`: left, excluded, sold, died."""

    on: date
    ground: Literal["left", "excluded", "sold", "died"]
    decision_id: Id | None = None


class MembershipOut(Out):
    id: int
    person_id: int
    valid_from: date
    valid_to: date | None
    ground: str
    card_number: str
    admitted_by_id: int | None
    ended_by_id: int | None


class DecisionIn(In):
    """A decision: what allows a fee. `body`: meeting, board, chair, court, founders."""

    body: Literal["meeting", "board", "chair", "court", "founders"]
    decided_on: date
    number: Annotated[str, Field(min_length=1, max_length=40)]
    item: Annotated[str, Field(max_length=20)] = ""
    title: Annotated[str, Field(min_length=1, max_length=200)]
    wording: Text
    article: Annotated[str, Field(max_length=120)] = ""


class DecisionOut(Out):
    id: int
    body: str
    decided_on: date
    number: str
    item: str
    title: str
    wording: str
    article: str
    label: str


class Mapping(In):
    """Field of ours → number of the column, from 0; without `columns` those that were guessed."""

    columns: dict[str, Annotated[int, Field(ge=0, le=500)]] | None = None
    area_unit: Literal["", "m2", "sotka", "ha"] | None = None


class FindingOut(Out):
    line: int | None
    code: str
    text: str
    is_error: bool


class ImportOut(Out):
    """A file on its way into the register. `state`: mapping, preview, running, done, cancelled."""

    id: int
    state: str
    name: str
    as_of: date
    created_at: datetime
    columns: dict[str, int]
    heading: list[str]
    counts: dict[str, Any]
    findings: list[FindingOut]
    done: dict[str, Any]
    failed_rows: str | None
    job_id: int | None


def _unit(row: RegisterRow) -> dict[str, Any]:
    return {
        "id": row.unit_id,
        "kind": row.kind,
        "number": row.number,
        "street": row.street,
        "text": row.text,
        "cadastral_number": row.cadastral_number,
        "area_m2": row.area_m2,
        "gap": None if row.gap is None else _fraction(row.gap),
        "owners": [
            {
                "person_id": owner.card.id,
                "name": owner.card.full_name,
                "share": share_text(owner.share),
                "right": owner.right,
                "since": owner.since,
                "deed": owner.deed,
                "is_member": owner.is_member,
            }
            for owner in row.owners
        ],
    }


def _fraction(value: Fraction) -> str:
    return str(value)


@room.reads(
    "/o/{int:organisation_id}/units",
    asks=RegisterRight.REGISTER_VIEW,
    summary=_("The register of a date: units, owners, members"),
    response=Piece[UnitOut],
)
def register_of_date(
    request: ApiRequest,
    organisation_id: int,
    paging: Query[Paging],
    on: date | None = None,
    q: str = "",
    street: str = "",
    kind: str = "",
    show: Literal["", "gap", "ownerless", "member", "no-member"] = "",
) -> Any:
    filters = RegisterFilters(q=q[:100], street=street[:100], kind=kind[:20], show=show)
    found = piece(
        paging,
        register_at(request.actor, organisation_id, on or timezone.localdate(), filters),
        _unit,
    )
    looked(request.actor, organisation_id, "register.units", count=len(found["items"]))
    return found


def _unit_create(request: ApiRequest, organisation_id: int, row: UnitIn, now: datetime) -> int:
    values = row.model_dump(exclude={"owners"})
    return services.unit_create(
        actor=request.actor,
        organisation_id=organisation_id,
        owners=[owner.stated() for owner in row.owners],
        now=now,
        **values,
    ).pk


@room.writes(
    "/o/{int:organisation_id}/units",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Add a unit"),
    response=Made,
    status=201,
)
def unit_create(request: ApiRequest, organisation_id: int, body: UnitIn) -> Any:
    return {"id": _unit_create(request, organisation_id, body, timezone.now())}


@room.writes(
    "/o/{int:organisation_id}/units/batch",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Add many units"),
    response=BatchResult,
    needs_key=True,
)
def units_batch(request: ApiRequest, organisation_id: int, body: UnitBatch) -> Any:
    now = timezone.now()
    return run_batch(body.rows, lambda row: _unit_create(request, organisation_id, row, now))


@room.changes(
    "/o/{int:organisation_id}/units/{int:unit_id}",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Change a unit; what is not named stays"),
    response=Made,
)
def unit_update(request: ApiRequest, organisation_id: int, unit_id: int, body: UnitChange) -> Any:
    services.unit_update(
        actor=request.actor,
        organisation_id=organisation_id,
        unit_id=unit_id,
        now=timezone.now(),
        **body.given(),
    )
    return {"id": unit_id}


@room.writes(
    "/o/{int:organisation_id}/units/{int:unit_id}/area",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Set the area from a day on"),
    response=Made,
)
def unit_area_set(request: ApiRequest, organisation_id: int, unit_id: int, body: AreaIn) -> Any:
    services.unit_area_set(
        actor=request.actor,
        organisation_id=organisation_id,
        unit_id=unit_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": unit_id}


@room.writes(
    "/o/{int:organisation_id}/units/{int:unit_id}/transfer",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Pass a unit to new owners"),
    response=Made,
)
def ownership_transfer(request: ApiRequest, organisation_id: int, unit_id: int, body: TransferIn) -> Any:
    services.ownership_transfer(
        actor=request.actor,
        organisation_id=organisation_id,
        unit_id=unit_id,
        new=[owner.stated() for owner in body.owners],
        on=body.on,
        deed=body.deed,
        now=timezone.now(),
    )
    return {"id": unit_id}


@room.writes(
    "/o/{int:organisation_id}/units/{int:unit_id}/close",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Take a unit out of the register"),
    response=Made,
)
def unit_close(request: ApiRequest, organisation_id: int, unit_id: int, body: OnDay) -> Any:
    services.unit_close(
        actor=request.actor,
        organisation_id=organisation_id,
        unit_id=unit_id,
        on=body.on,
        now=timezone.now(),
    )
    return {"id": unit_id}


@room.reads(
    "/o/{int:organisation_id}/persons/{int:person_id}/memberships",
    asks=RegisterRight.REGISTER_VIEW,
    summary=_("Memberships of a person"),
    response=list[MembershipOut],
)
def memberships_list(request: ApiRequest, organisation_id: int, person_id: int) -> Any:
    return memberships_of(organisation_id, [person_id])


@room.writes(
    "/o/{int:organisation_id}/memberships",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Admit a member"),
    response=Made,
    status=201,
)
def membership_open(request: ApiRequest, organisation_id: int, body: MembershipIn) -> Any:
    row = services.membership_open(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/persons/{int:person_id}/membership-end",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("End a membership"),
    response=Made,
)
def membership_close(request: ApiRequest, organisation_id: int, person_id: int, body: MembershipEnd) -> Any:
    row = services.membership_close(
        actor=request.actor,
        organisation_id=organisation_id,
        person_id=person_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": row.pk}


def _decision(row: Any) -> dict[str, Any]:
    names = ("body", "decided_on", "number", "item", "title", "wording", "article")
    return {"id": row.pk, "label": row.title, **{name: getattr(row, name) for name in names}}


@room.reads(
    "/o/{int:organisation_id}/decisions",
    asks=RegisterRight.DECISION_VIEW,
    summary=_("Decisions, the latest first"),
    response=Piece[DecisionOut],
)
def decisions_list(
    request: ApiRequest, organisation_id: int, paging: Query[Paging], q: str = "", body: str = ""
) -> Any:
    rows = decisions_query(request.actor, organisation_id, q=q[:100], body=body[:20])
    return piece(paging, rows, _decision)


@room.reads(
    "/o/{int:organisation_id}/decisions/{int:decision_id}",
    asks=RegisterRight.DECISION_VIEW,
    summary=_("A decision"),
    response=DecisionOut,
)
def decision_card(request: ApiRequest, organisation_id: int, decision_id: int) -> Any:
    return decision(request.actor, organisation_id, decision_id)


@room.writes(
    "/o/{int:organisation_id}/decisions",
    asks=RegisterRight.DECISION_RECORD,
    summary=_("Record a decision"),
    response=Made,
    status=201,
)
def decision_record(request: ApiRequest, organisation_id: int, body: DecisionIn) -> Any:
    row = services.decision_record(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": row.pk}


def _import(row: RegisterImport) -> dict[str, Any]:
    report, mapping = row.report, row.mapping
    failed = f"/api/v1/o/{row.organisation_id}/register-imports/{row.pk}/failed-rows"
    return {
        "id": row.pk,
        "state": row.state,
        "name": row.file.name,
        "as_of": row.as_of,
        "created_at": row.created_at,
        "columns": mapping.get("columns", {}),
        "heading": mapping.get("heading", []),
        "counts": report.get("counts", {}),
        "findings": [
            {
                "line": finding.get("line"),
                "code": finding["code"],
                "text": text_of_code(finding["code"], finding["params"]),
                "is_error": bool(finding.get("is_error", False)),
            }
            for finding in report.get("findings", [])
        ],
        "done": report.get("done", {}),
        "failed_rows": failed if row.failed_file_id else None,
        "job_id": row.job_id,
    }


def _one_import(organisation_id: int, import_id: int) -> RegisterImport:
    rows = RegisterImport.objects.select_related("file", "failed_file")
    return rows.get(organisation_id=organisation_id, pk=import_id)


@room.writes(
    "/o/{int:organisation_id}/register-imports",
    asks=RegisterRight.REGISTER_IMPORT,
    summary=_("Bring a file of a register: its columns are guessed, it is checked, nothing is loaded yet"),
    response=ImportOut,
    status=201,
)
def import_start(
    request: ApiRequest, organisation_id: int, file: File[UploadedFile], as_of: Form[date]
) -> Any:
    row = services.import_start(
        actor=request.actor,
        organisation_id=organisation_id,
        name=file.name or "",
        content=content_of(file),
        as_of=as_of,
        now=timezone.now(),
    )
    return _import(row)


@room.reads(
    "/o/{int:organisation_id}/register-imports/{int:import_id}",
    asks=RegisterRight.REGISTER_IMPORT,
    summary=_("A file on its way into the register: mapping, preview, result"),
    response=ImportOut,
)
def import_card(request: ApiRequest, organisation_id: int, import_id: int) -> Any:
    return _import(_one_import(organisation_id, import_id))


@room.writes(
    "/o/{int:organisation_id}/register-imports/{int:import_id}/check",
    asks=RegisterRight.REGISTER_IMPORT,
    summary=_("Name the columns and check the file again"),
    response=ImportOut,
)
def import_check(request: ApiRequest, organisation_id: int, import_id: int, body: Mapping) -> Any:
    services.import_check(
        actor=request.actor,
        organisation_id=organisation_id,
        import_id=import_id,
        columns=body.columns,
        area_unit=body.area_unit,
        now=timezone.now(),
    )
    return _import(_one_import(organisation_id, import_id))


@room.writes(
    "/o/{int:organisation_id}/register-imports/{int:import_id}/load",
    asks=RegisterRight.REGISTER_IMPORT,
    summary=_("Load the file as it was previewed"),
    response=Started,
    status=202,
)
def import_run(request: ApiRequest, organisation_id: int, import_id: int) -> Any:
    row = services.import_run(
        actor=request.actor, organisation_id=organisation_id, import_id=import_id, now=timezone.now()
    )
    return started(organisation_id, row.pk, row.job_id)


@room.writes(
    "/o/{int:organisation_id}/register-imports/{int:import_id}/cancel",
    asks=RegisterRight.REGISTER_IMPORT,
    summary=_("Put the file aside"),
    response=Made,
)
def import_cancel(request: ApiRequest, organisation_id: int, import_id: int) -> Any:
    services.import_cancel(
        actor=request.actor, organisation_id=organisation_id, import_id=import_id, now=timezone.now()
    )
    return {"id": import_id}


@room.reads(
    "/o/{int:organisation_id}/register-imports/{int:import_id}/failed-rows",
    asks=RegisterRight.REGISTER_IMPORT,
    summary=_("Rows that could not be loaded, as a table to mend and bring again"),
)
def import_failed_rows(request: ApiRequest, organisation_id: int, import_id: int) -> Any:
    failed = _one_import(organisation_id, import_id).failed_file
    if failed is None:
        raise Http404
    return FileResponse(
        failed.open(), as_attachment=True, filename=failed.name, content_type=failed.media_type
    )
