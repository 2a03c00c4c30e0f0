"""One's own purchases, for programs: all of it about the household of the key's owner."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File, Query
from ninja.files import UploadedFile
from pydantic import Field

from koopset.apps.catalogue.selectors import categories
from koopset.apps.needs import services
from koopset.apps.needs.formats.picture import MOST_BYTES, code_in_picture
from koopset.apps.needs.models import ReceiptImport
from koopset.apps.needs.permissions import OWN_SCOPE
from koopset.apps.needs.selectors import home_of, own, shared_categories
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import In, Line, Made, Out
from koopset.foundation.access.uploads import content_of
from koopset.foundation.rights.pages import Gate
from koopset.kernel.period import Month

room = Room("needs", _("Own purchases"), {OWN_SCOPE: _("See, add and delete purchases of my own family")})


class CodeIn(In):
    """The text of a receipt's code."""

    code: str = Field(max_length=2000)


class CodeOut(Out):
    """`is_new` false: the household has the receipt already, it counts once."""

    id: int
    is_new: bool
    state: str


class HandLineIn(In):
    name: Line
    sum_kop: int
    quantity: Decimal = Decimal(1)
    unit: str = "pcs"


class HandIn(In):
    lines: list[HandLineIn] = Field(max_length=30)
    day: date | None = None
    shop_name: Line = ""


class LinesIn(In):
    lines: list[HandLineIn] = Field(max_length=30)


class NameIn(In):
    name: Line
    category: Line
    kind: Line = ""


class HomeIn(In):
    territory_id: int | None = None
    organisation_id: int | None = None


class ReceiptOut(Out):
    id: int
    day: date
    shop_name: str
    total_kop: int
    state: str
    source: str
    operation: int
    lines: int
    unknown: int


class LineOut(Out):
    id: int
    name: str
    quantity: Decimal
    unit: str
    price_kop: int
    sum_kop: int
    sign: int
    category: str
    kind: str
    amount: Decimal | None
    amount_unit: str
    gtin: str
    is_private: bool
    is_need: bool


class ReceiptFullOut(Out):
    """`fn`, `fd`, `fp` are told to whoever brought the receipt. To others of the household what is private (medicines, alcohol) is not
    there: neither its lines nor its part of the total.
    """

    id: int
    day: date
    shop_name: str
    shop_inn: str
    total_kop: int
    state: str
    source: str
    operation: int
    fn: str
    fd: int
    fp: int
    flags: list[str]
    lines: list[LineOut]


class CategoryOut(Out):
    category: str
    title: str
    sum_kop: int
    lines: int
    is_need: bool


class MonthOut(Out):
    month: str
    needs_kop: int
    apart_kop: int
    waiting: int
    categories: list[CategoryOut]


class QuestionOut(Out):
    name: str
    times: int
    sum_kop: int


class PriceOut(Out):
    day: date
    shop: str
    name: str
    amount: Decimal | None
    unit: str
    sum_kop: int
    price_kop: int | None
    receipt_id: int


class ImportOut(Out):
    id: int
    file_name: str
    state: str
    receipts: int
    added: int
    filled: int
    known: int
    lines: int
    failed: int
    reason: str
    at: datetime


class SettingsOut(Out):
    territory_id: int | None
    organisation_id: int | None
    shared: list[str]


class Counted(Out):
    count: int


@room.reads(
    "/my/purchases/receipts",
    asks=Gate.PERSON,
    summary=_("Receipts of the own household, the latest first"),
    response=Piece[ReceiptOut],
)
def receipts_list(request: ApiRequest, paging: Query[Paging], state: str = "") -> Any:
    rows = own.receipt_rows(own.own_receipts(request.actor, state=state[:10]))
    return piece(paging, rows, own.receipt_row)


@room.reads(
    "/my/purchases/receipts/{int:receipt_id}",
    asks=Gate.PERSON,
    summary=_("A receipt with its lines"),
    response=ReceiptFullOut,
)
def receipt(request: ApiRequest, receipt_id: int) -> Any:
    info = own.receipt_info(request.actor, receipt_id)
    row = info.row
    return {
        "id": row.pk,
        "day": row.day,
        "shop_name": row.shop_name,
        "shop_inn": row.shop_inn,
        "total_kop": row.total_kop,
        "state": row.state,
        "source": row.source,
        "operation": row.operation,
        "fn": row.fn,
        "fd": row.fd,
        "fp": row.fp,
        "flags": list(row.flag_codes),
        "lines": info.lines,
    }


@room.writes(
    "/my/purchases/receipts",
    asks=Gate.PERSON,
    summary=_("Add a receipt by its code"),
    response=CodeOut,
    status=201,
)
def receipt_add(request: ApiRequest, body: CodeIn) -> Any:
    added = services.code_add(actor=request.actor, code=body.code, now=timezone.now())
    return {"id": added.receipt_id, "is_new": added.is_new, "state": added.state}


@room.writes(
    "/my/purchases/receipts/picture",
    asks=Gate.PERSON,
    summary=_("Add a receipt by a photograph of its code; the picture is not kept"),
    response=CodeOut,
    status=201,
)
def receipt_picture(request: ApiRequest, file: File[UploadedFile]) -> Any:
    code = code_in_picture(content_of(file).read(MOST_BYTES + 1))
    added = services.code_add(actor=request.actor, code=code, now=timezone.now())
    return {"id": added.receipt_id, "is_new": added.is_new, "state": added.state}


@room.writes(
    "/my/purchases/by-hand",
    asks=Gate.PERSON,
    summary=_("Add a purchase by hand"),
    response=Made,
    status=201,
)
def hand_add(request: ApiRequest, body: HandIn) -> Any:
    key = services.hand_add(
        actor=request.actor,
        lines=[services.HandLine(**line.model_dump()) for line in body.lines],
        day=body.day,
        shop_name=body.shop_name,
        now=timezone.now(),
    )
    return {"id": key}


@room.writes(
    "/my/purchases/receipts/{int:receipt_id}/repeat",
    asks=Gate.PERSON,
    summary=_("The same purchase by hand once more, today"),
    response=Made,
    status=201,
)
def receipt_repeat(request: ApiRequest, receipt_id: int) -> Any:
    return {"id": services.hand_repeat(actor=request.actor, receipt_id=receipt_id, now=timezone.now())}


@room.writes(
    "/my/purchases/receipts/{int:receipt_id}/lines",
    asks=Gate.PERSON,
    summary=_("Give lines to a receipt that waits for them"),
    response=Made,
)
def receipt_lines(request: ApiRequest, receipt_id: int, body: LinesIn) -> Any:
    services.receipt_fill_by_hand(
        actor=request.actor,
        receipt_id=receipt_id,
        lines=[services.HandLine(**line.model_dump()) for line in body.lines],
        now=timezone.now(),
    )
    return {"id": receipt_id}


@room.writes(
    "/my/purchases/receipts/{int:receipt_id}/ask",
    asks=Gate.PERSON,
    summary=_("Ask the provider of receipts once more"),
    response=Made,
)
def receipt_ask(request: ApiRequest, receipt_id: int) -> Any:
    services.receipt_ask_again(actor=request.actor, receipt_id=receipt_id, now=timezone.now())
    return {"id": receipt_id}


@room.writes(
    "/my/purchases/receipts/{int:receipt_id}/delete",
    asks=Gate.PERSON,
    summary=_("Delete a receipt with its lines"),
    response=Made,
)
def receipt_delete(request: ApiRequest, receipt_id: int) -> Any:
    services.receipt_delete(actor=request.actor, receipt_id=receipt_id, now=timezone.now())
    return {"id": receipt_id}


@room.writes(
    "/my/purchases/files",
    asks=Gate.PERSON,
    summary=_("Bring a file of receipts; a long one is read in the background"),
    response=ImportOut,
    status=201,
)
def file_bring(request: ApiRequest, file: File[UploadedFile]) -> Any:
    return _import(
        services.import_start(
            actor=request.actor, file=content_of(file), name=file.name or "", now=timezone.now()
        )
    )


@room.reads(
    "/my/purchases/files/{int:import_id}",
    asks=Gate.PERSON,
    summary=_("What came of a file"),
    response=ImportOut,
)
def file_state(request: ApiRequest, import_id: int) -> Any:
    return _import(own.own_import(request.actor, import_id))


def _import(row: ReceiptImport) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ImportOut.model_fields}


@room.reads(
    "/my/purchases/months/{month}",
    asks=Gate.PERSON,
    summary=_("A month by category"),
    response=MonthOut,
)
def month(request: ApiRequest, month: str) -> Any:
    found = own.month_summary(request.actor, Month.parse(month))
    return {
        "month": str(found.month),
        "needs_kop": found.needs_kop,
        "apart_kop": found.apart_kop,
        "waiting": found.waiting,
        "categories": [*found.needs, *found.apart],
    }


@room.reads(
    "/my/purchases/prices",
    asks=Gate.PERSON,
    summary=_("Prices of a kind, a category or a name by shop, the latest first"),
    response=Piece[PriceOut],
)
def prices(
    request: ApiRequest, paging: Query[Paging], kind: str = "", category: str = "", name: str = ""
) -> Any:
    if not (kind or category or name):
        return piece(paging, [])
    return piece(
        paging,
        own.price_points(
            own.own_household_id(request.actor),
            request.actor.login_id or 0,
            kind=kind[:60],
            category=category[:40],
            name=name[:250],
        ),
    )


@room.reads(
    "/my/purchases/questions",
    asks=Gate.PERSON,
    summary=_("Names on the own receipts that nobody knows"),
    response=list[QuestionOut],
)
def questions(request: ApiRequest) -> Any:
    return own.questions(request.actor, most=50)


@room.writes(
    "/my/purchases/names",
    asks=Gate.PERSON,
    summary=_("Say what a name is"),
    response=Counted,
)
def name_tell(request: ApiRequest, body: NameIn) -> Any:
    count = services.name_tell(
        actor=request.actor, name=body.name, category=body.category, kind=body.kind, now=timezone.now()
    )
    return {"count": count}


@room.writes(
    "/my/purchases/home",
    asks=Gate.PERSON,
    summary=_("Say where the household lives"),
    response=SettingsOut,
)
def home_set(request: ApiRequest, body: HomeIn) -> Any:
    services.home_set(actor=request.actor, now=timezone.now(), **body.model_dump())
    return _settings(request)


@room.reads(
    "/my/purchases/settings",
    asks=Gate.PERSON,
    summary=_("Where the household lives and what it shares"),
    response=SettingsOut,
)
def settings_of(request: ApiRequest) -> Any:
    return _settings(request)


def _settings(request: ApiRequest) -> dict[str, Any]:
    household_id = own.own_household_id(request.actor)
    home = home_of(household_id) if household_id else None
    shared = shared_categories([household_id]).get(household_id, frozenset())
    return {
        "territory_id": home.territory_id if home else None,
        "organisation_id": (home.organisation_id or None) if home else None,
        "shared": sorted(shared & {"*", *categories()}),
    }
