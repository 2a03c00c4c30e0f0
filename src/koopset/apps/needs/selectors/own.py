"""A household's own purchases, for its pages and programs: whoever is not in it is answered as if there were none.

What is private (`selectors.private`) is seen by whoever brought it: `login_id` says for whom the others' is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import BigIntegerField, Count, F, Max, Q, QuerySet, Sum, Value

from koopset.apps.catalogue.selectors import NameToAsk, categories, kinds, names_to_ask
from koopset.apps.needs.models import QuestionLeft, Receipt, ReceiptEvidence, ReceiptImport, ReceiptLine
from koopset.apps.needs.permissions import own_login
from koopset.apps.needs.selectors.facts import price_per_unit
from koopset.apps.needs.selectors.private import is_mine, seen_lines, seen_receipts
from koopset.apps.people.selectors import household_of, names_in_household
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.once import asked_once
from koopset.kernel.period import Month

State = Receipt.State
UNKNOWN = ""
#: Rows of one piece of a list.
SHOWN = 100


def own_household_id(actor: Actor) -> int:
    """The actor's household, 0 where there is none yet. Raises Forbidden for whoever is no person, and for keys not given purchases."""
    found = household_of(own_login(actor))
    return found.id if found else 0


def own_receipt(actor: Actor, receipt_id: int, *, lock: bool) -> Receipt:
    """A receipt of the actor's household. Raises Forbidden, also where there is none."""
    rows = Receipt.objects.select_for_update() if lock else Receipt.objects.all()
    household_id, login_id = own_household_id(actor), own_login(actor)
    row = rows.filter(seen_receipts(login_id), pk=receipt_id, household_id=household_id).first()
    if row is None:
        raise Forbidden("needs.own")
    return row


def own_receipts(actor: Actor, *, state: str = "", month: Month | None = None) -> QuerySet[Receipt]:
    """Receipts of the actor's household, the latest purchase first; `is_mine` beside each: whether the actor brought it."""
    household_id, login_id = own_household_id(actor), own_login(actor)
    rows = Receipt.objects.filter(seen_receipts(login_id), household_id=household_id)
    rows = rows.annotate(is_mine=is_mine(login_id))
    if state:
        rows = rows.filter(state=state)
    if month is not None:
        rows = rows.filter(day__gte=month.first, day__lte=month.last)
    return rows.order_by("-day", "-clock", "-pk")


@asked_once
def has_receipts(household_id: int) -> bool:
    """Whether the household has brought any receipt, filled or waiting. Asks no right."""
    return Receipt.objects.filter(household_id=household_id).exists()


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt in a list."""

    id: int
    day: date
    shop_name: str
    total_kop: int
    state: str
    source: str
    operation: int
    lines: int
    unknown: int

    @property
    def is_return(self) -> bool:
        return self.operation == Receipt.Operation.RETURN


def receipt_rows(rows: QuerySet[Receipt]) -> QuerySet[Receipt]:
    """Rows of `own_receipts` with how many lines each has, how many of them nobody knows, and the sum of those not shown."""
    return rows.annotate(
        line_count=Count("lines", filter=Q(lines__is_private=False) | Q(is_mine=True)),
        unknown_count=Count("lines", filter=Q(lines__category="", lines__sign__gt=0)),
        hidden_kop=Sum("lines__sum_kop", filter=Q(lines__is_private=True, is_mine=False), default=0),
    )


def receipt_row(row: Receipt) -> ReceiptRow:
    """A row of `receipt_rows`."""
    return ReceiptRow(
        row.pk,
        row.day,
        row.shop_name,
        max(0, row.total_kop - row.hidden_kop),  # type: ignore[attr-defined]
        row.state,
        row.source,
        row.operation,
        row.line_count,  # type: ignore[attr-defined]
        row.unknown_count,  # type: ignore[attr-defined]
    )


@dataclass(frozen=True, slots=True)
class LineInfo:
    """A line as its household sees it."""

    id: int
    position: int
    name: str
    quantity: Decimal
    unit: str
    price_kop: int
    sum_kop: int
    sign: int
    category: str
    category_title: str
    kind: str
    how: str
    amount: Decimal | None
    amount_unit: str
    price_per_unit_kop: int | None
    is_private: bool
    is_need: bool
    gtin: str


@dataclass(frozen=True, slots=True)
class EvidenceInfo:
    """Who brought a receipt, how and when; `name` is "" for somebody whose data are erased."""

    name: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptInfo:
    """A receipt with everything that somebody of its household may see of it. `row` is not to be saved: for whoever did not bring the
    receipt, its numbers are blank and its total is that of the lines shown.
    """

    row: Receipt
    lines: tuple[LineInfo, ...]
    evidence: tuple[EvidenceInfo, ...]
    lines_kop: int

    @property
    def unknown(self) -> int:
        return sum(1 for line in self.lines if not line.category and line.sign > 0)


def receipt_info(actor: Actor, receipt_id: int, *, english: bool = False) -> ReceiptInfo:
    """One receipt. Raises Forbidden, also where there is none."""
    row, login_id = own_receipt(actor, receipt_id, lock=False), own_login(actor)
    again = list(ReceiptEvidence.objects.filter(receipt_id=row.pk).order_by("at", "pk"))
    mine = login_id in {row.added_by_id, *(one.login_id for one in again)}
    known = categories()
    lines = []
    if not mine:
        # By its numbers one brings a receipt, and who brings it sees all of it.
        row.fn, row.fd, row.fp = "", 0, 0
    for line in row.lines.order_by("position"):
        if line.is_private and not mine:
            row.total_kop = max(0, row.total_kop - line.sum_kop)
            continue
        info = known.get(line.category)
        title = (info.title_en if english else info.title) if info else line.category
        lines.append(
            LineInfo(
                line.pk,
                line.position,
                line.name,
                line.quantity.normalize(),
                line.unit,
                line.price_kop,
                line.sum_kop,
                line.sign,
                line.category,
                title,
                line.kind,
                line.how,
                None if line.amount is None else line.amount.normalize(),
                line.amount_unit,
                price_per_unit(line.sum_kop, line.amount),
                line.is_private,
                line.is_need,
                line.gtin,
            )
        )
    names = names_in_household({row.added_by_id or 0, *(one.login_id for one in again)})
    evidence = [EvidenceInfo(names.get(row.added_by_id or 0, ""), row.source, row.added_at)]
    evidence += [EvidenceInfo(names.get(one.login_id, ""), one.source, one.at) for one in again]
    return ReceiptInfo(row, tuple(lines), tuple(evidence), sum(line.sum_kop for line in lines))


# By month, by shop


@dataclass(frozen=True, slots=True)
class CategorySum:
    """What a category cost in a month; returns taken off. `share` of the largest one, for a bar, in hundredths."""

    category: str
    title: str
    sum_kop: int
    lines: int
    is_need: bool
    is_private: bool
    share: int


@dataclass(frozen=True, slots=True)
class MonthSummary:
    """A month of a household: needs by category, what is no need apart, what waits, against the month before."""

    month: Month
    needs: tuple[CategorySum, ...]
    apart: tuple[CategorySum, ...]
    needs_kop: int
    apart_kop: int
    unknown_kop: int
    receipts: int
    waiting: int
    waiting_kop: int
    before_kop: int

    @property
    def total_kop(self) -> int:
        return self.needs_kop + self.apart_kop


def signed_sum() -> Sum:
    """Σ of lines' sums with their signs."""
    return Sum(F("sum_kop") * F("sign"), default=Value(0), output_field=BigIntegerField())


def _lines_of(household_id: int, login_id: int, month: Month) -> QuerySet[ReceiptLine]:
    return ReceiptLine.objects.filter(
        seen_lines(login_id),
        receipt__household_id=household_id,
        receipt__day__gte=month.first,
        receipt__day__lte=month.last,
    ).exclude(sign=0)


def month_summary(actor: Actor, month: Month, *, english: bool = False) -> MonthSummary:
    """What the actor's household bought in a month, by category, the dearest first; without what is private to others."""
    household_id, login_id = own_household_id(actor), own_login(actor)
    found = list(
        _lines_of(household_id, login_id, month)
        .values("category", "is_need", "is_private")
        .annotate(total=signed_sum(), count=Count("pk"))
    )
    before = (
        _lines_of(household_id, login_id, month.previous())
        .filter(is_need=True)
        .aggregate(total=signed_sum())["total"]
    )
    known = categories()
    most = max((row["total"] for row in found if row["is_need"]), default=0)
    sums = []
    for row in found:
        info = known.get(row["category"])
        title = (info.title_en if english else info.title) if info else row["category"]
        sums.append(
            CategorySum(
                row["category"],
                title,
                row["total"],
                row["count"],
                row["is_need"],
                row["is_private"],
                max(0, row["total"] * 100 // most) if most > 0 and row["is_need"] else 0,
            )
        )
    sums.sort(key=lambda one: (one.category == UNKNOWN, -one.sum_kop, one.category))
    waiting = Receipt.objects.filter(household_id=household_id).exclude(state=State.FILLED)
    counted = waiting.aggregate(count=Count("pk"), total=Sum("total_kop", default=0))
    return MonthSummary(
        month,
        tuple(one for one in sums if one.is_need),
        tuple(one for one in sums if not one.is_need),
        sum(one.sum_kop for one in sums if one.is_need),
        sum(one.sum_kop for one in sums if not one.is_need),
        sum(one.sum_kop for one in sums if one.category == UNKNOWN),
        Receipt.objects.filter(
            seen_receipts(login_id), household_id=household_id, day__gte=month.first, day__lte=month.last
        ).count(),
        counted["count"],
        counted["total"],
        before,
    )


@dataclass(frozen=True, slots=True)
class PricePoint:
    """A purchase of a kind or of a name at a shop."""

    day: date
    shop: str
    name: str
    amount: Decimal | None
    unit: str
    sum_kop: int
    price_kop: int | None
    receipt_id: int


@dataclass(frozen=True, slots=True)
class ShopPrices:
    """What a shop asked: the last price for a unit, the least and the most, how often it was bought there."""

    shop: str
    last_kop: int
    last_day: date
    least_kop: int
    most_kop: int
    times: int
    unit: str


def price_points(
    household_id: int,
    login_id: int,
    *,
    kind: str = "",
    category: str = "",
    name: str = "",
    since: date | None = None,
) -> list[PricePoint]:
    """Purchases of a kind, a category or a name by a household, the latest first, at most SHOWN of them. Asks no right."""
    rows = ReceiptLine.objects.filter(seen_lines(login_id), receipt__household_id=household_id, sign=1)
    if name:
        rows = rows.filter(name=name)
    elif kind:
        rows = rows.filter(kind=kind)
    else:
        rows = rows.filter(category=category)
    if since is not None:
        rows = rows.filter(receipt__day__gte=since)
    found = rows.order_by("-receipt__day", "-pk").values_list(
        "receipt__day",
        "receipt__shop_name",
        "receipt__shop_inn",
        "name",
        "amount",
        "amount_unit",
        "sum_kop",
        "receipt_id",
    )[:SHOWN]
    return [
        PricePoint(day, shop or inn, text, amount, unit, paid, price_per_unit(paid, amount), receipt_id)
        for day, shop, inn, text, amount, unit, paid, receipt_id in found
    ]


def prices_by_shop(points: Sequence[PricePoint]) -> list[ShopPrices]:
    """The same by shop, the cheapest last price first; purchases whose amount is not known are left out."""
    found: dict[tuple[str, str], list[PricePoint]] = {}
    for point in points:
        if point.price_kop is not None:
            found.setdefault((point.shop, point.unit), []).append(point)
    shops = []
    for (shop, unit), mine in found.items():
        prices = [point.price_kop for point in mine if point.price_kop is not None]
        shops.append(ShopPrices(shop, prices[0], mine[0].day, min(prices), max(prices), len(prices), unit))
    return sorted(shops, key=lambda one: (one.unit, one.last_kop, one.shop))


# What is to be answered


@dataclass(frozen=True, slots=True)
class Question:
    """A name nobody knows: how often it was bought, for how much, last at which shop."""

    name: str
    times: int
    sum_kop: int
    last: date


#: Of so many names the catalogue is asked whether it knows them by now.
LOOKED_AT = 200


def unknown_names(household_id: int, *, most: int = LOOKED_AT) -> list[Question]:
    """Names of purchases nobody knows, without those the household left unanswered; the most frequent first."""
    left = QuestionLeft.objects.filter(household_id=household_id).values("name")
    rows = (
        ReceiptLine.objects.filter(receipt__household_id=household_id, category="", sign=1)
        .exclude(name__in=left)
        .values("name")
        .annotate(times=Count("pk"), total=Sum("sum_kop"), last=Max("receipt__day"))
        .order_by("-times", "-total", "name")[:most]
    )
    return [Question(row["name"], row["times"], row["total"], row["last"]) for row in rows]


def questions(actor: Actor, *, most: int = 10) -> list[Question]:
    """What the household is asked now: names it may answer, at most `most`."""
    found = unknown_names(own_household_id(actor))
    asked: list[NameToAsk] = names_to_ask(actor.login_id or 0, [one.name for one in found], most=most)
    wanted = {one.name for one in asked}
    return [one for one in found if one.name in wanted][:most]


def questions_count(household_id: int) -> int:
    """How many different names nobody knows. Asks no right."""
    left = QuestionLeft.objects.filter(household_id=household_id).values("name")
    rows = ReceiptLine.objects.filter(receipt__household_id=household_id, category="", sign=1)
    return rows.exclude(name__in=left).values("name").distinct().count()


def frequent_categories(household_id: int, login_id: int, *, most: int = 8) -> list[str]:
    """Categories the household buys most often: offered where a name says nothing."""
    rows = (
        ReceiptLine.objects.filter(seen_lines(login_id), receipt__household_id=household_id, sign=1)
        .exclude(category="")
        .values("category")
        .annotate(times=Count("pk"))
        .order_by("-times", "category")[:most]
    )
    return [row["category"] for row in rows]


def name_question(household_id: int, login_id: int, name: str) -> Question | None:
    """The same of one name of the household, known or not; None where it has no such purchase."""
    found = ReceiptLine.objects.filter(
        seen_lines(login_id), receipt__household_id=household_id, name=name
    ).aggregate(times=Count("pk"), total=Sum("sum_kop"), last=Max("receipt__day"))
    return Question(name, found["times"], found["total"], found["last"]) if found["times"] else None


def frequent_kinds(
    household_id: int, login_id: int, *, english: bool = False, most: int = 12
) -> list[tuple[str, str]]:
    """Kinds the household buys most often, with their titles: whose prices one may want to compare."""
    rows = (
        ReceiptLine.objects.filter(seen_lines(login_id), receipt__household_id=household_id, sign=1)
        .exclude(kind="")
        .values("kind")
        .annotate(times=Count("pk"))
        .order_by("-times", "kind")[:most]
    )
    known = kinds()
    return [
        (row["kind"], known[row["kind"]].title_en if english else known[row["kind"]].title)
        for row in rows
        if row["kind"] in known
    ]


def frequent_hand(household_id: int, login_id: int, *, most: int = 12) -> list[str]:
    """Names the household types by hand most often: offered while one types."""
    rows = (
        ReceiptLine.objects.filter(
            seen_lines(login_id), receipt__household_id=household_id, receipt__source=Receipt.Source.HAND
        )
        .values("name")
        .annotate(times=Count("pk"))
        .order_by("-times", "name")[:most]
    )
    return [row["name"] for row in rows]


@dataclass(frozen=True, slots=True)
class LastHand:
    """The purchase typed last: it may be repeated by one touch."""

    receipt_id: int
    name: str
    total_kop: int
    day: date


def last_hand(household_id: int, login_id: int) -> LastHand | None:
    """The purchase the household typed last; None where it typed none."""
    row = (
        Receipt.objects.filter(seen_receipts(login_id), household_id=household_id, source=Receipt.Source.HAND)
        .order_by("-added_at", "-pk")
        .first()
    )
    if row is None:
        return None
    lines = list(row.lines.filter(seen_lines(login_id)).order_by("position").values_list("name", "sum_kop"))
    total_kop = sum(kop for _name, kop in lines)
    return LastHand(row.pk, ", ".join(name for name, _kop in lines[:3]), total_kop, row.day)


# Imports


def own_imports(actor: Actor) -> QuerySet[ReceiptImport]:
    """Files that the actor brought, the latest first: a file is seen by who brought it."""
    return ReceiptImport.objects.filter(login_id=own_login(actor)).order_by("-at", "-pk")


def own_import(actor: Actor, import_id: int) -> ReceiptImport:
    """One of them. Raises Forbidden, also where there is none."""
    row = own_imports(actor).filter(pk=import_id).first()
    if row is None:
        raise Forbidden("needs.own")
    return row
