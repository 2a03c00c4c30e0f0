"""Published needs. They hold no household, so whoever is signed in may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from koopset.apps.catalogue.selectors import categories
from koopset.apps.needs.demand.models import Publication, PublishedCell
from koopset.apps.places.selectors import district_of, settlement_names, territory
from koopset.kernel.period import Month


@dataclass(frozen=True, slots=True)
class CellLine:
    """A published figure: rounded, of five households or more. `households` is «at least»; `subject` a category's title or a kind."""

    month: Month
    level: str
    territory_id: int
    territory: str
    key: str
    subject: str
    unit: str
    households: int
    amount: Decimal
    sum_kop: int | None
    price_kop: int | None
    solvent: Decimal | None
    insolvent: Decimal | None


@dataclass(frozen=True, slots=True)
class PublishedMonth:
    """A month that was published; `held_back` figures would have told of somebody."""

    month: Month
    published_at: datetime
    least_households: int
    held_back: int


@dataclass(frozen=True, slots=True)
class AreaNeeds:
    """Needs of a settlement and its district in a month. Empty lists: too little is shared there to say anything."""

    territory_id: int
    territory: str
    district: str
    published: PublishedMonth | None
    months: tuple[Month, ...]
    settlement_bought: tuple[CellLine, ...]
    district_bought: tuple[CellLine, ...]
    settlement_wished: tuple[CellLine, ...]
    district_wished: tuple[CellLine, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing may be said."""
        return not (
            self.settlement_bought or self.district_bought or self.settlement_wished or self.district_wished
        )


def published_months() -> list[Month]:
    """Months that were published, the newest first; at most 36."""
    return [
        Month.from_number(number)
        for number in Publication.objects.order_by("-month").values_list("month", flat=True)[:36]
    ]


def area_needs(territory_id: int, month: Month | None = None) -> AreaNeeds | None:
    """What is published of a territory and of its district, the latest month unless one is named; None for no such place."""
    node = territory(territory_id)
    if node is None:
        return None
    district = district_of(territory_id)
    months = published_months()
    rows = Publication.objects.order_by("-month")
    row = rows.filter(month=month.number).first() if month else rows.first()
    places = {node.pk, *([district.pk] if district else [])}
    lines = cell_lines(row, places) if row is not None else []

    def chosen(level: str, place: int, measure: str) -> tuple[CellLine, ...]:
        return tuple(
            line for line, kind in lines if (line.level, line.territory_id, kind) == (level, place, measure)
        )

    own, around = node.pk, district.pk if district else 0
    settlement, wide = PublishedCell.Level.SETTLEMENT, PublishedCell.Level.DISTRICT
    bought, wished = PublishedCell.Measure.BOUGHT, PublishedCell.Measure.WISHED
    published = (
        PublishedMonth(Month.from_number(row.month), row.published_at, row.least_households, row.held_back)
        if row is not None
        else None
    )
    return AreaNeeds(
        node.pk,
        node.name,
        district.name if district else "",
        published,
        tuple(months),
        chosen(settlement, own, bought),
        chosen(wide, around, bought),
        chosen(settlement, own, wished),
        chosen(wide, around, wished),
    )


def cell_lines(publication: Publication, territory_ids: Collection[int]) -> list[tuple[CellLine, str]]:
    """Cells of the places with their measure, the largest sums first."""
    rows = list(
        PublishedCell.objects.filter(publication=publication, territory_id__in=list(territory_ids)).order_by(
            "-sum_kop", "-amount", "subject", "unit"
        )[:2000]
    )
    names = settlement_names(territory_ids)
    known = categories()
    return [
        (
            CellLine(
                Month.from_number(publication.month),
                row.level,
                row.territory_id,
                names.get(row.territory_id, ""),
                row.subject,
                known[row.subject].title if row.subject in known else row.subject,
                row.unit,
                row.households,
                _plain(row.amount),
                row.sum_kop,
                row.price_kop,
                None if row.solvent is None else _plain(row.solvent),
                None if row.insolvent is None else _plain(row.insolvent),
            ),
            row.measure,
        )
        for row in rows
    ]


def _plain(value: Decimal) -> Decimal:
    return value.normalize() if value % 1 else value.quantize(Decimal(1))
