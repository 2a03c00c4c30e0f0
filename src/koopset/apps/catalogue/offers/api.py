"""Price lists and offers for programs: lists, offers many at once, files of prices, what is offered near a place."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File, Query
from ninja.files import UploadedFile
from pydantic import Field

from koopset.apps.catalogue.offers import selectors, services
from koopset.apps.catalogue.offers.models import Offer
from koopset.apps.catalogue.offers.permissions import OffersRight
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import (
    BIGGEST_ID,
    Id,
    In,
    Line,
    Made,
    Out,
    Positive,
    Quantity,
    Started,
    started,
)
from koopset.foundation.access.uploads import content_of
from koopset.foundation.rights.pages import Gate

room = Room(
    "offers",
    _("Price lists and offers"),
    {
        OffersRight.LIST_VIEW: _("See price lists, drafts too"),
        OffersRight.LIST_EDIT: _("Change price lists and offers"),
    },
)

Count = Annotated[int, Field(ge=1, le=1_000_000)]


class BreakOut(Out):
    """The price of one item from so many items on."""

    from_items: int
    price_kop: int


class ListOut(Out):
    """A price list of a supplier."""

    id: int
    supplier_name: str
    title: str
    state: str
    is_own: bool
    is_public: bool
    valid_from: date
    valid_to: date | None
    offers: int


class OfferOut(Out):
    """An offer: one item is `amount` of `unit`, sold by packs of `pack` items."""

    id: int
    organisation_id: int
    price_list_id: int
    supplier_name: str
    name: str
    article: str
    gtin: str
    category: str
    kind: str
    unit: str
    amount: Decimal
    pack: int
    min_packs: int
    price_kop: int
    breaks: list[BreakOut]
    vat: str
    stock: Decimal | None
    is_offered: bool


class ListIn(In):
    supplier_name: Line = ""
    supplier_inn: Annotated[str, Field(max_length=20)] = ""
    title: Line = ""
    phone: Line = ""
    email: Line = ""
    site: Line = ""
    delivery: Annotated[str, Field(max_length=1000)] = ""
    is_own: bool = False
    is_public: bool = True
    valid_from: date | None = None
    valid_to: date | None = None
    territory_ids: Annotated[list[Id], Field(max_length=100)] = []


class BreakIn(In):
    from_items: Annotated[int, Field(ge=2, le=1_000_000)]
    price_kop: Positive


class OfferIn(In):
    """An offer as a program knows it; it is found again by external_id, article, gtin or name."""

    name: Line
    price_kop: Positive
    external_id: Annotated[str, Field(max_length=100)] = ""
    article: Annotated[str, Field(max_length=64)] = ""
    gtin: Annotated[str, Field(max_length=20)] = ""
    group: Annotated[str, Field(max_length=160)] = ""
    unit: Annotated[str, Field(max_length=8, examples=["kg"])] = "pcs"
    amount: Quantity = Decimal(1)
    pack: Count = 1
    min_packs: Count = 1
    breaks: Annotated[list[BreakIn], Field(max_length=10)] = []
    vat: Annotated[str, Field(max_length=8, description='per cent, "none" or ""')] = ""
    stock: Quantity | None = None
    is_available: bool = True
    note: Annotated[str, Field(max_length=500)] = ""


class OffersIn(In):
    rows: Annotated[list[OfferIn], Field(min_length=1, max_length=1000)]


class OffersWritten(Out):
    """Keys of the offers in the order of the rows."""

    ids: list[int]


class ImportOut(Out):
    """A file on its way: what it would change, or what came of it."""

    id: int
    state: str
    columns: dict[str, int]
    counts: dict[str, int]
    errors: int
    warnings: int
    job_id: int | None


class ImportCheck(In):
    """Columns from 0 by field (name, price, article, gtin, group, unit, amount, pack, minimum, vat, stock, available, note, break:10)."""

    columns: Annotated[dict[str, Annotated[int, Field(ge=0, le=511)]], Field(max_length=40)] | None = None
    price_net: bool | None = None
    price_type: Annotated[str, Field(max_length=100)] | None = None
    is_whole: bool | None = None


def _offer_out(one: selectors.OfferInfo) -> dict[str, Any]:
    return {
        "id": one.id,
        "organisation_id": one.organisation_id,
        "price_list_id": one.price_list_id,
        "supplier_name": one.supplier_name,
        "name": one.name,
        "article": one.article,
        "gtin": one.gtin,
        "category": one.category,
        "kind": one.kind,
        "unit": one.unit.value,
        "amount": one.amount,
        "pack": one.pack,
        "min_packs": one.min_packs,
        "price_kop": one.price_kop,
        "breaks": [{"from_items": items, "price_kop": price} for items, price in one.breaks],
        "vat": one.vat,
        "stock": one.stock,
        "is_offered": one.is_offered,
    }


def _of_office(row: Offer) -> dict[str, Any]:
    return {
        "id": row.pk,
        "organisation_id": row.organisation_id,
        "price_list_id": row.price_list_id,
        "supplier_name": "",
        "unit": row.unit,
        "breaks": [{"from_items": one.from_items, "price_kop": one.price_kop} for one in row.breaks.all()],
        "is_offered": row.archived_at is None and row.is_available,
        **{
            name: getattr(row, name)
            for name in (
                "name", "article", "gtin", "category", "kind", "amount", "pack", "min_packs", "price_kop", "vat", "stock",
            )
        },
    }  # fmt: skip


@room.reads(
    "/offers",
    asks=Gate.SIGNED_IN,
    summary=_("What suppliers offer near a territory"),
    response=Piece[OfferOut],
)
def offers_near(
    request: ApiRequest,
    paging: Query[Paging],
    territory_id: Annotated[int, Field(ge=1, le=BIGGEST_ID)],
    category: str = "",
    kind: str = "",
    q: str = "",
) -> Any:
    found = selectors.offers_near(
        [territory_id],
        kinds=[kind[:40]] if kind else [],
        categories=[category[:40]] if category else [],
        on=timezone.localdate(),
        q=q[:100],
    )
    return piece(paging, found, _offer_out)


@room.reads(
    "/o/{int:organisation_id}/price-lists",
    asks=OffersRight.LIST_VIEW,
    summary=_("Price lists of the organisation"),
    response=Piece[ListOut],
)
def lists(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.list_rows(request.actor, organisation_id))


@room.writes(
    "/o/{int:organisation_id}/price-lists",
    asks=OffersRight.LIST_EDIT,
    summary=_("Begin a price list"),
    response=Made,
    status=201,
)
def list_add(request: ApiRequest, organisation_id: int, body: ListIn) -> Any:
    row = services.price_list_add(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/price-lists/{int:price_list_id}/publish",
    asks=OffersRight.LIST_EDIT,
    summary=_("Publish a price list; an older one of the same supplier is replaced"),
    response=Made,
)
def list_publish(request: ApiRequest, organisation_id: int, price_list_id: int) -> Any:
    services.price_list_publish(
        actor=request.actor, organisation_id=organisation_id, price_list_id=price_list_id, now=timezone.now()
    )
    return {"id": price_list_id}


@room.writes(
    "/o/{int:organisation_id}/price-lists/{int:price_list_id}/withdraw",
    asks=OffersRight.LIST_EDIT,
    summary=_("Take a published price list back to a draft"),
    response=Made,
)
def list_withdraw(request: ApiRequest, organisation_id: int, price_list_id: int) -> Any:
    services.price_list_withdraw(
        actor=request.actor, organisation_id=organisation_id, price_list_id=price_list_id, now=timezone.now()
    )
    return {"id": price_list_id}


@room.reads(
    "/o/{int:organisation_id}/price-lists/{int:price_list_id}/offers",
    asks=OffersRight.LIST_VIEW,
    summary=_("Offers of a price list"),
    response=Piece[OfferOut],
)
def offers(
    request: ApiRequest, organisation_id: int, price_list_id: int, paging: Query[Paging], q: str = ""
) -> Any:
    row = selectors.list_of_office(request.actor, organisation_id, price_list_id)
    if row is None:
        raise Http404
    found = selectors.offers_of_list(organisation_id, price_list_id, q=q[:100])
    return piece(paging, found, lambda one: {**_of_office(one), "supplier_name": row.supplier_name})


@room.writes(
    "/o/{int:organisation_id}/price-lists/{int:price_list_id}/offers",
    asks=OffersRight.LIST_EDIT,
    summary=_("Enter or renew many offers, all or none"),
    response=OffersWritten,
    needs_key=True,
)
def offers_upsert(request: ApiRequest, organisation_id: int, price_list_id: int, body: OffersIn) -> Any:
    rows = [
        {
            **row.model_dump(exclude={"breaks"}),
            "breaks": [(one.from_items, one.price_kop) for one in row.breaks],
        }
        for row in body.rows
    ]
    ids = services.offers_upsert(
        actor=request.actor,
        organisation_id=organisation_id,
        price_list_id=price_list_id,
        rows=rows,
        now=timezone.now(),
    )
    return {"ids": ids}


@room.writes(
    "/o/{int:organisation_id}/offers/{int:offer_id}/archive",
    asks=OffersRight.LIST_EDIT,
    summary=_("Take an offer out of its list"),
    response=Made,
)
def offer_archive(request: ApiRequest, organisation_id: int, offer_id: int) -> Any:
    services.offer_archive(
        actor=request.actor, organisation_id=organisation_id, offer_id=offer_id, now=timezone.now()
    )
    return {"id": offer_id}


@room.writes(
    "/o/{int:organisation_id}/price-lists/{int:price_list_id}/files",
    asks=OffersRight.LIST_EDIT,
    summary=_("Bring a file of prices: XLSX, CSV or CommerceML; nothing changes yet"),
    response=ImportOut,
    status=201,
)
def import_start(
    request: ApiRequest, organisation_id: int, price_list_id: int, file: File[UploadedFile]
) -> Any:
    row = services.import_start(
        actor=request.actor,
        organisation_id=organisation_id,
        price_list_id=price_list_id,
        name=file.name or "",
        content=content_of(file),
        now=timezone.now(),
    )
    return _import_out(row)


@room.reads(
    "/o/{int:organisation_id}/price-files/{int:import_id}",
    asks=OffersRight.LIST_EDIT,
    summary=_("How a file of prices stands"),
    response=ImportOut,
)
def import_card(request: ApiRequest, organisation_id: int, import_id: int) -> Any:
    row = selectors.import_row(organisation_id, import_id)
    if row is None:
        raise Http404
    return _import_out(row)


@room.writes(
    "/o/{int:organisation_id}/price-files/{int:import_id}/check",
    asks=OffersRight.LIST_EDIT,
    summary=_("Name the columns and see what the file would change"),
    response=ImportOut,
)
def import_check(request: ApiRequest, organisation_id: int, import_id: int, body: ImportCheck) -> Any:
    row = services.import_check(
        actor=request.actor,
        organisation_id=organisation_id,
        import_id=import_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return _import_out(row)


@room.writes(
    "/o/{int:organisation_id}/price-files/{int:import_id}/load",
    asks=OffersRight.LIST_EDIT,
    summary=_("Load a checked file, in the background"),
    response=Started,
    status=202,
)
def import_run(request: ApiRequest, organisation_id: int, import_id: int) -> Any:
    row = services.import_run(
        actor=request.actor, organisation_id=organisation_id, import_id=import_id, now=timezone.now()
    )
    return started(organisation_id, row.pk, row.job_id)


def _import_out(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "state": row.state,
        "columns": row.mapping.get("columns", {}),
        "counts": row.report.get("done") or row.report.get("counts", {}),
        "errors": row.report.get("errors", 0),
        "warnings": row.report.get("warnings", 0),
        "job_id": row.job_id,
    }
