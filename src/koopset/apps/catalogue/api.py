"""Categories of needs, recognition of names on receipts and answers what a name is, for programs."""

from decimal import Decimal
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from koopset.apps.catalogue import selectors, services
from koopset.apps.catalogue.permissions import CatalogueRight
from koopset.foundation.access.batch import MOST_IN_BATCH
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import In, Line, Made, Out
from koopset.foundation.rights.pages import Gate
from koopset.kernel.quantity import Unit

room = Room(
    "catalogue",
    _("Catalogue"),
    {
        CatalogueRight.NAME_CORRECT: _("Correct learnt names of goods (operator)"),
        CatalogueRight.GOOD_EDIT: _("Say what goods with a number are (operator)"),
    },
)


class KindOut(Out):
    """A kind of goods that needs and offers are compared by."""

    key: str
    title: str
    unit: str = Field(description="kg | l | pcs")


class CategoryOut(Out):
    """A category of needs. `is_private`: seen by who brought the receipt; `is_need` false: bags, tobacco, bets, deposits, utilities."""

    key: str
    title: str
    group: str
    unit: str = Field(description="kg | l | pcs")
    is_need: bool
    is_private: bool
    kinds: list[KindOut]


class NameIn(In):
    name: Line
    gtin: Annotated[str, Field(max_length=20)] = ""


class NamesIn(In):
    names: Annotated[list[NameIn], Field(min_length=1, max_length=MOST_IN_BATCH)]


class RecognisedOut(Out):
    """What a name is. `category` "" is unknown; `how`: gtin, own, learnt, phrase, word, brand, cut, like or "".

    `amount` of `unit` is what one package holds by its name; null where it says nothing.
    """

    category: str
    kind: str
    how: str
    amount: Decimal | None
    unit: str | None


class RecognisedNames(Out):
    """In the order of the request."""

    known: int
    results: list[RecognisedOut]


class AnswerIn(In):
    name: Line
    category: Annotated[str, Field(max_length=40)]
    kind: Annotated[str, Field(max_length=40)] = ""


class WhatIn(In):
    category: Annotated[str, Field(max_length=40)]
    kind: Annotated[str, Field(max_length=40)] = ""


class LearntOut(Out):
    """A learnt name. `state`: asked, confirmed, corrected, refused."""

    id: int
    key: str
    state: str
    category: str
    kind: str
    people: int


def _category(info: selectors.CategoryInfo) -> dict[str, Any]:
    return {
        "key": info.key,
        "title": selectors.title_of(info),
        "group": info.parent,
        "unit": info.unit.value,
        "is_need": info.is_need,
        "is_private": info.is_private,
        "kinds": [
            {"key": kind.key, "title": selectors.title_of(kind), "unit": kind.unit.value}
            for kind in info.kinds
        ],
    }


@room.reads(
    "/catalogue/categories",
    asks=Gate.SIGNED_IN,
    summary=_("Categories of needs with their kinds of goods"),
    response=Piece[CategoryOut],
)
def categories_list(request: ApiRequest, paging: Query[Paging]) -> Any:
    return piece(paging, list(selectors.categories().values()), _category)


@room.writes(
    "/catalogue/recognise",
    asks=Gate.SIGNED_IN,
    summary=_("What names on receipts are, up to a thousand at once; nothing is stored"),
    response=RecognisedNames,
)
def names_recognise(request: ApiRequest, body: NamesIn) -> Any:
    login_id = request.actor.login_id
    own = login_id if login_id is not None and login_id > 0 else None
    found = selectors.recognise([(one.name, one.gtin) for one in body.names], login_id=own)
    results = [
        {
            "category": one.category,
            "kind": one.kind,
            "how": one.how,
            "amount": one.amount,
            "unit": one.unit.value if one.unit is not None else None,
        }
        for one in found
    ]
    return {"known": sum(bool(one.category) for one in found), "results": results}


@room.writes(
    "/catalogue/answers",
    asks=Gate.SIGNED_IN,
    summary=_("Say what a name on your receipt is; a second person who says the same makes it known to all"),
    response=Made,
    status=201,
)
def name_answer(request: ApiRequest, body: AnswerIn) -> Any:
    row = services.name_answer(actor=request.actor, now=timezone.now(), **body.model_dump())
    return {"id": row.pk}


@room.reads(
    "/catalogue/names",
    asks=CatalogueRight.NAME_CORRECT,
    summary=_("Learnt names, the latest first"),
    response=Piece[LearntOut],
)
def names_list(
    request: ApiRequest,
    paging: Query[Paging],
    state: Annotated[str, Field(max_length=10)] = "",
    q: Annotated[str, Field(max_length=120)] = "",
) -> Any:
    return piece(paging, selectors.learnt_names(request.actor, state=state, q=q), selectors.learnt_row)


@room.writes(
    "/catalogue/names/{int:name_id}",
    asks=CatalogueRight.NAME_CORRECT,
    summary=_("Set what a learnt name is for everybody"),
    response=Made,
)
def name_correct(request: ApiRequest, name_id: int, body: WhatIn) -> Any:
    row = services.name_correct(actor=request.actor, name_id=name_id, now=timezone.now(), **body.model_dump())
    return {"id": row.pk}


class GoodIn(In):
    gtin: Annotated[str, Field(max_length=20)]
    name: Line
    category: Annotated[str, Field(max_length=40)]
    kind: Annotated[str, Field(max_length=40)] = ""
    amount: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=6)] | None = None
    unit: Annotated[str, Field(pattern="^(kg|l|pcs)$")] | None = None


@room.writes(
    "/catalogue/goods",
    asks=CatalogueRight.GOOD_EDIT,
    summary=_("Say what the good with a GTIN is, for everybody"),
    response=Made,
)
def good_set(request: ApiRequest, body: GoodIn) -> Any:
    given = body.model_dump()
    unit = Unit(given.pop("unit")) if body.unit is not None else None
    row = services.good_set(actor=request.actor, unit=unit, now=timezone.now(), **given)
    return {"id": row.pk}
