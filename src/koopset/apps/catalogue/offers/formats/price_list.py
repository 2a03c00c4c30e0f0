"""Items of a price list from the rows of a table and a layout. Streaming and pure: one row in, at most one item out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from koopset.apps.catalogue.offers.formats.price_cells import (
    Cell,
    clean_text,
    gtin_of,
    is_container,
    key_of,
    measure_in_name,
    number_of,
    parse_count,
    parse_measure,
    parse_price,
    parse_stock,
    parse_unit,
    parse_vat,
    parse_yes,
)
from koopset.apps.catalogue.offers.formats.price_columns import BREAK, Layout
from koopset.kernel.money import MAX_KOP, amount_of, rub_to_kop
from koopset.kernel.quantity import Quantity, Unit
from koopset.kernel.violations import RuleViolation

#: Russian words of each finding, for `koopset inspect` and for a file of failed rows.
TEXTS = {
    "offers.no_name": "Нет наименования: по цене одной не понять, что это",
    "offers.no_price": "Нет цены больше нуля: «{value}»",
    "offers.foreign_currency": "Цена не в рублях: «{text}»",
    "offers.bad_pack": "Не понять, сколько штук в упаковке: «{value}»",
    "offers.bad_minimum": "Не понять наименьший заказ: «{value}»",
    "offers.bad_amount": "Не понять количество в одной штуке: «{value}»",
    "offers.bad_break": "Цена «от {items}» не понятна: «{value}»",
    "offers.break_dearer": "От {items} штук дороже, чем поштучно: столбцы цен перепутаны?",
    "offers.bad_gtin": "Штрихкод не сходится с контрольной цифрой и не взят: «{value}»",
    "offers.item_twice": "Такая позиция уже была в строке {other}: с тем же кодом или названием",
    "offers.net_without_vat": "Цена указана без НДС, а ставка не названа: взята как есть",
    "offers.no_id": "Нет идентификатора (Ид): «{name}»",
    "offers.no_columns": "Не найдены столбцы с наименованием и ценой",
    "offers.price_unit_differs": "Цена за {unit}, а товар измеряется иначе: цену одной штуки не посчитать",
}
#: Findings that leave the item in.
MILD = frozenset({"offers.bad_gtin", "offers.net_without_vat"})
_TOTALS = ("итого", "всего", "total", "summe")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a line; an error leaves the line out."""

    line: int
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        return self.code not in MILD

    def text(self) -> str:
        """For a person, in Russian."""
        words = TEXTS.get(self.code, "Строка не принята ({code})")
        return words.format_map({"code": self.code, "value": "", **self.params})


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a price list that may be offered. One item is `amount` of `unit`; `price_kop` and breaks are for one item.

    `price_kop` is None only where an exchange file names a good without a price, or with `is_archived`.
    """

    line: int
    name: str
    price_kop: int | None
    article: str = ""
    gtin: str = ""
    external_id: str = ""
    group: str = ""
    unit: Unit = Unit.PCS
    amount: Decimal = Decimal(1)
    breaks: tuple[tuple[int, int], ...] = ()
    pack: int = 1
    min_packs: int = 1
    vat: str = ""
    stock: Decimal | None = None
    is_available: bool = True
    is_archived: bool = False
    note: str = ""

    @property
    def key(self) -> str:
        """By what a new list finds the same good: the supplier's id, barcode, article, name with its amount."""
        if self.external_id:
            return f"e:{self.external_id}"[:200]
        if self.article:
            return f"a:{key_of(self.article)}"[:200]
        if self.gtin:
            return f"g:{self.gtin.lstrip('0')}"
        return f"n:{key_of(self.name)[:150]}:{self.amount.normalize():f}{self.unit.value}"


def read_items(rows: Iterable[tuple[int, Sequence[Cell]]], layout: Layout) -> Iterator[Item | Problem]:
    """Items and problems in the order of lines. Lines above the heading, headings of groups, repeated headings and totals are passed over.

    A heading of a group (a line with one text alone) is the `group` of the items below where no column tells it. Never raises for data.
    """
    columns = layout.columns
    breaks = sorted(
        (int(match[1]), match[2] == "p", name) for name in columns if (match := BREAK.fullmatch(name))
    )
    group = ""
    repeated = {key_of(text) for text in layout.heading if text}
    for line, cells in rows:
        if layout.heading_line is not None and line <= layout.heading_line:
            continue
        row = _Row(line, cells, columns)
        name = row.text("name")
        raw_price = row.cell("price")
        filled = [cell for cell in cells if cell is not None]
        if name and raw_price is None and len(filled) == 1:
            group = name[:160]
            continue
        if name and isinstance(raw_price, str) and {key_of(name), key_of(raw_price)} <= repeated:
            continue
        if not name and (raw_price is None or len(filled) <= 2) and not row.text("article"):
            if len(filled) == 1 and isinstance(filled[0], str) and raw_price is None:
                group = clean_text(filled[0], 160)
            continue
        if key_of(name).split(" ")[0] in _TOTALS:
            continue
        yield from _item(row, layout, breaks, name, group)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Sequence[Cell]
    columns: Mapping[str, int]

    def cell(self, name: str) -> Cell:
        index = self.columns.get(name)
        return self.cells[index] if index is not None and 0 <= index < len(self.cells) else None

    def text(self, name: str, most: int = 300) -> str:
        return clean_text(self.cell(name), most)


def _item(
    row: _Row, layout: Layout, breaks: Sequence[tuple[int, bool, str]], name: str, group: str
) -> Iterator[Item | Problem]:
    try:
        gtin, is_code = gtin_of(row.cell("gtin"))
        if not name:
            raise RuleViolation("offers.no_name")
        amount, unit = _amount(row, name, layout)
        vat = parse_vat(row.cell("vat"))
        mild = []
        if not is_code:
            mild.append(Problem(row.line, "offers.bad_gtin", {"value": row.text("gtin", 40)}))
        factor = _price_factor(amount, unit, layout)
        price = _price(row, "price", factor, layout, vat)
        if price is None:
            raise RuleViolation("offers.no_price", value=row.text("price", 40))
        if layout.price_net and vat == "":
            mild.append(Problem(row.line, "offers.net_without_vat"))
        pack = _pack(row)
        stock, available = parse_stock(row.cell("stock"))
        told = parse_yes(row.cell("available"))
        item = Item(
            line=row.line,
            name=name,
            price_kop=price,
            article=row.text("article", 64),
            gtin=gtin,
            group=row.text("group", 160) or group,
            unit=unit,
            amount=amount,
            breaks=_breaks(row, breaks, price, pack, factor, layout, vat),
            pack=pack,
            min_packs=_min_packs(row, pack, amount, unit),
            vat=vat,
            stock=stock,
            is_available=told if told is not None else available is not False,
            note=row.text("note", 500),
        )
    except RuleViolation as refusal:
        yield Problem(row.line, refusal.code, refusal.params)
    else:
        yield item
        yield from mild


def _amount(row: _Row, name: str, layout: Layout) -> tuple[Decimal, Unit]:
    told = row.text("unit", 80)
    unit = parse_unit(told)
    number = number_of(row.cell("amount"))
    if number is None and (text := row.text("amount", 80)):
        measured = parse_measure(text)
        if measured is None:
            raise RuleViolation("offers.bad_amount", value=text)
        return measured
    if number is not None and number > 0:
        # A weight in a column of its own: grams where it is large and no unit is told.
        weight = _unit_of_heading(layout) or (Unit.G if number > 50 else Unit.KG)
        return _fit(number), unit if unit is not None and unit is not Unit.PCS else weight
    if told and unit is None and not is_container(told):
        measured = parse_measure(told) or measure_in_name(told)
        if measured is not None:
            return measured
    if unit is not None and unit is not Unit.PCS:
        return Decimal(1), unit
    return measure_in_name(name) or (Decimal(1), Unit.PCS)


def _unit_of_heading(layout: Layout) -> Unit | None:
    index = layout.columns.get("amount")
    if index is None or index >= len(layout.heading):
        return None
    words = key_of(layout.heading[index]).split()
    return next((unit for word in reversed(words) if (unit := parse_unit(word)) is not None), None)


def _fit(number: Decimal) -> Decimal:
    amount = number.quantize(Decimal("0.000001")).normalize() + 0
    if not 0 < amount <= 1_000_000:
        raise RuleViolation("offers.bad_amount", value=str(number)[:40])
    return amount


def _price_factor(amount: Decimal, unit: Unit, layout: Layout) -> Decimal:
    """How many priced units one item has: 1, or 0.5 for a jar of 0.5 kg where the price is per kilogram."""
    if not layout.price_unit:
        return Decimal(1)
    if unit is Unit.PCS and amount == 1:
        return Decimal(1)
    try:
        return Quantity(amount, unit).to(layout.price_unit).value
    except RuleViolation:
        raise RuleViolation("offers.price_unit_differs", unit=layout.price_unit) from None


def _price(row: _Row, name: str, factor: Decimal, layout: Layout, vat: str) -> int | None:
    kop = parse_price(row.cell(name))
    if kop is None:
        return None
    if factor != 1:
        kop = amount_of(factor, Decimal(kop) / 100)
    if layout.price_net and (rate := number_of(vat)) is not None:
        kop = rub_to_kop(Decimal(kop) * (100 + rate) / 10_000)
    return kop if 0 < kop <= MAX_KOP else None


def _breaks(
    row: _Row,
    columns: Sequence[tuple[int, bool, str]],
    price: int,
    pack: int,
    factor: Decimal,
    layout: Layout,
    vat: str,
) -> tuple[tuple[int, int], ...]:
    found: dict[int, int] = {}
    last = price
    for number, packs, name in sorted(columns, key=lambda one: one[0] * (pack if one[1] else 1)):
        items = number * (pack if packs else 1)
        if row.cell(name) is None:
            continue
        kop = _price(row, name, factor, layout, vat)
        if kop is None or items > 1_000_000:
            raise RuleViolation("offers.bad_break", items=items, value=row.text(name, 40))
        if kop > last:
            raise RuleViolation("offers.break_dearer", items=items)
        if kop < last and items >= 2:
            found[items] = kop
        last = kop
    return tuple(sorted(found.items()))


def _pack(row: _Row) -> int:
    cell = row.cell("pack")
    if cell is None:
        return 1
    count = parse_count(cell)
    if count is None:
        raise RuleViolation("offers.bad_pack", value=clean_text(cell, 40))
    return count


def _min_packs(row: _Row, pack: int, amount: Decimal, unit: Unit) -> int:
    cell = row.cell("minimum")
    if cell is None or number_of(cell) == 0:
        return 1
    text = key_of(clean_text(cell, 60))
    in_packs = any(
        word in text.split()
        for word in ("уп", "упак", "упаковка", "упаковки", "кор", "короб", "коробка", "ящик", "ящ", "pack")
    )
    measured = parse_measure(text) if isinstance(cell, str) and not in_packs else None
    items: int | None
    if measured is not None and measured[1] is not Unit.PCS and unit is not Unit.PCS:
        try:
            share = Quantity(*measured).to(unit).value / amount
        except RuleViolation:
            share = Decimal(0)
        items = int(share.to_integral_value(rounding="ROUND_CEILING")) or None
    else:
        items = parse_count(cell)
        if items is None and (number := number_of(cell)) is not None:
            items = int(number.to_integral_value(rounding="ROUND_CEILING")) or None
    if items is None or items > 1_000_000:
        raise RuleViolation("offers.bad_minimum", value=clean_text(cell, 40))
    return items if in_packs else -(-items // pack)
