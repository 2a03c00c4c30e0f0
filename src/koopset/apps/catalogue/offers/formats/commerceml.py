"""CommerceML 2.x and 3.x, the exchange of 1С: groups, goods, prices by type, rests, orders. Streaming, pure, elements by local name.

`read_commerceml` yields what a file holds, one thing at a time: `Group`, `PriceType`, `Good`, `Proposal`, `Order`, and `Problem` for what
cannot be used. No document type, no entities, no network. Sources: «CommerceML 2.09» of 1С and files of real programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from lxml import etree

from koopset.apps.catalogue.offers.formats.price_cells import clean_text, number_of, parse_unit
from koopset.apps.catalogue.offers.formats.price_list import Problem
from koopset.kernel.money import MAX_KOP, rub_to_kop
from koopset.kernel.quantity import Unit
from koopset.kernel.violations import RuleViolation

MOST_GROUPS = 100_000
MOST_RECORDS = 2_000_000
#: What a good and a proposal may hold at most: a longer list is a mistake or an attack.
MOST_INSIDE = 1_000
_ROOTS = ("КоммерческаяИнформация", "Классификатор", "Каталог", "ПакетПредложений")
#: ОКЕИ codes of units in which goods are sold.
_OKEI = {
    "796": Unit.PCS,
    "166": Unit.KG,
    "163": Unit.G,
    "168": Unit.T,
    "112": Unit.L,
    "111": Unit.ML,
    "113": Unit.M3,
    "006": Unit.M,
}
_ROUBLES = ("", "руб", "rub", "rur", "643", "810", "р", "₽")


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class PriceType:
    """`with_vat` None: not told."""

    id: str
    name: str
    currency: str
    with_vat: bool | None = None

    @property
    def is_roubles(self) -> bool:
        return self.currency.lower().rstrip(".") in _ROUBLES


@dataclass(frozen=True, slots=True)
class Good:
    """A good of a catalogue. `is_deleted` is ПометкаУдаления: it is archived, never deleted."""

    line: int
    id: str
    name: str
    article: str = ""
    gtin: str = ""
    unit: Unit = Unit.PCS
    group_ids: tuple[str, ...] = ()
    vat: str = ""
    note: str = ""
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Prices and rests of a good or of one of its kinds (`good_id#variant`).

    Prices are (id of the type, kopecks, currency, least quantity).
    """

    line: int
    id: str
    good_id: str
    name: str = ""
    article: str = ""
    gtin: str = ""
    unit: Unit | None = None
    prices: tuple[tuple[str, int, str, int], ...] = ()
    quantity: Decimal | None = None
    traits: str = ""


@dataclass(frozen=True, slots=True)
class OrderLine:
    id: str
    name: str
    quantity: Decimal | None
    price_kop: int | None
    sum_kop: int | None
    article: str = ""
    is_service: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    line: int
    id: str
    number: str
    day: date | None
    operation: str
    role: str
    currency: str
    sum_kop: int | None
    lines: tuple[OrderLine, ...]
    requisites: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose catalogue it is."""

    name: str
    inn: str


Record = Group | PriceType | Good | Proposal | Order | Owner | Problem


def read_commerceml(source: Path | IO[bytes]) -> Iterator[Record]:
    """Everything of a file in its order.

    Raises offers.broken_xml, offers.not_commerceml, offers.xml_with_doctype, offers.too_many_records.
    """
    counted = groups = 0
    within: list[str] = []
    try:
        for event, element in etree.iterparse(
            str(source) if isinstance(source, Path) else source,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        ):
            tag = _tag(element)
            if event == "start":
                if not within:
                    _check_root(element, tag)
                within.append(tag)
                continue
            within.pop()
            place = within[-1] if within else ""
            record: Record | None = None
            if tag == "Группа" and place == "Группы":
                record, groups = _group(element), groups + 1
                if groups > MOST_GROUPS:
                    raise RuleViolation("offers.too_many_records")
            elif tag == "ТипЦены" and place == "ТипыЦен":
                record = _price_type(element)
            elif tag == "Владелец" and place in (
                "Классификатор",
                "Каталог",
                "ПакетПредложений",
                "ИзмененияПакетаПредложений",
            ):
                record = Owner(
                    _text(element, "Наименование", 160), re.sub(r"\D", "", _text(element, "ИНН", 20))
                )
            elif tag == "Товар" and place == "Товары" and "Документ" not in within:
                record = _good(element)
                _drop(element)
            elif tag == "Предложение" and place == "Предложения":
                record = _proposal(element)
                _drop(element)
            elif tag == "Документ" and place in ("КоммерческаяИнформация", "Контейнер", ""):
                record = _order(element)
                _drop(element)
            elif tag in ("Свойство", "Контрагент") and "Документ" not in within:
                _drop(element)
            if record is not None:
                counted += 1
                if counted > MOST_RECORDS:
                    raise RuleViolation("offers.too_many_records")
                yield record
    except etree.XMLSyntaxError as error:
        raise RuleViolation("offers.broken_xml", line=error.lineno) from error
    except (UnicodeDecodeError, LookupError, ValueError, AssertionError) as error:
        raise RuleViolation("offers.broken_xml") from error


def _check_root(element: Any, tag: str) -> None:
    info = element.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise RuleViolation("offers.xml_with_doctype")
    if tag not in _ROOTS:
        raise RuleViolation("offers.not_commerceml", root=tag[:60])


def _tag(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _drop(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while (before := element.getprevious()) is not None:
            parent.remove(before)


def _children(element: Any, *way: str) -> Iterator[Any]:
    for child in element:
        if _tag(child) == way[0]:
            if len(way) == 1:
                yield child
            else:
                yield from _children(child, *way[1:])


def _text(element: Any, name: str, most: int = 300) -> str:
    for child in element:
        if _tag(child) == name:
            return clean_text("".join(child.itertext()), most)
    return ""


def _group(element: Any) -> Record | None:
    parent = element.getparent().getparent() if element.getparent() is not None else None
    key = _text(element, "Ид", 100)
    if not key:
        return Problem(_line(element), "offers.no_id", {"name": _text(element, "Наименование", 60)})
    return Group(
        key,
        _text(element, "Наименование", 160),
        _text(parent, "Ид", 100) if parent is not None and _tag(parent) == "Группа" else "",
    )


def _price_type(element: Any) -> Record:
    told = [_text(tax, "УчтеноВСумме", 8).lower() for tax in _children(element, "Налог")]
    return PriceType(
        _text(element, "Ид", 100),
        _text(element, "Наименование", 100),
        _text(element, "Валюта", 10),
        told[0] == "true" if told and told[0] else None,
    )


def _unit(element: Any) -> Unit | None:
    for child in element:
        if _tag(child) in ("БазоваяЕдиница", "Единица"):
            words = clean_text("".join(child.itertext()), 40)
            code = (child.get("Код") or (words if words.isdigit() else "")).strip().zfill(3)
            return _OKEI.get(code) or parse_unit(words) or parse_unit(child.get("НаименованиеПолное") or "")
    return None


def _good(element: Any) -> Record:
    line = _line(element)
    key, name = _text(element, "Ид", 100), _text(element, "Наименование")
    if not key:
        return Problem(line, "offers.no_id", {"name": name[:60]})
    deleted = (
        _text(element, "ПометкаУдаления", 8).lower() == "true"
        or "удал" in (_text(element, "Статус", 20) + (element.get("Статус") or "")).lower()
    )
    rates = [
        _text(rate, "Ставка", 20) for rate in list(_children(element, "СтавкиНалогов", "СтавкаНалога"))[:5]
    ]
    groups = [
        clean_text("".join(one.itertext()), 100) for one in list(_children(element, "Группы", "Ид"))[:20]
    ]
    if not name and not deleted:
        return Problem(line, "offers.no_name", {})
    return Good(
        line=line,
        id=key,
        name=name,
        article=_text(element, "Артикул", 64),
        gtin=_text(element, "Штрихкод", 40),
        unit=_unit(element) or Unit.PCS,
        group_ids=tuple(group for group in groups if group),
        vat=rates[0] if rates else "",
        note=_text(element, "Описание", 500),
        is_deleted=deleted,
    )


def _proposal(element: Any) -> Record:
    line, key = _line(element), _text(element, "Ид", 100)
    if not key:
        return Problem(line, "offers.no_id", {"name": _text(element, "Наименование", 60)})
    prices: list[tuple[str, int, str, int]] = []
    for one in list(_children(element, "Цены", "Цена"))[:MOST_INSIDE]:
        kop = _kop(_text(one, "ЦенаЗаЕдиницу", 40))
        if kop is None:
            return Problem(line, "offers.no_price", {"value": _text(one, "ЦенаЗаЕдиницу", 40)})
        least = number_of(_text(one, "МинКоличество", 20)) or Decimal(1)
        factor = number_of(_text(one, "Коэффициент", 20)) or Decimal(1)
        if factor > 1:
            kop = rub_to_kop(Decimal(kop) / factor / 100)
        if 0 < kop <= MAX_KOP:
            prices.append(
                (
                    _text(one, "ИдТипаЦены", 100),
                    kop,
                    _text(one, "Валюта", 10),
                    int(min(least, Decimal(1_000_000))),
                )
            )
    traits = ", ".join(
        f"{_text(one, 'Наименование', 60)}: {_text(one, 'Значение', 60)}"
        for one in list(_children(element, "ХарактеристикиТовара", "ХарактеристикаТовара"))[:10]
    )
    return Proposal(
        line=line,
        id=key,
        good_id=key.partition("#")[0],
        name=_text(element, "Наименование"),
        article=_text(element, "Артикул", 64),
        gtin=_text(element, "Штрихкод", 40),
        unit=_unit(element),
        prices=tuple(prices),
        quantity=_quantity(element),
        traits=traits[:200],
    )


def _quantity(element: Any) -> Decimal | None:
    """The rest: told for all, or summed over the stores; a rest below zero is none."""
    told = _signed(_text(element, "Количество", 40))
    if told is None:
        stores = [
            _signed(one.get("КоличествоНаСкладе") or "")
            for one in list(_children(element, "Склад"))[:MOST_INSIDE]
        ]
        for rest in list(_children(element, "Остатки", "Остаток"))[:MOST_INSIDE]:
            stores.append(_signed(_text(rest, "Количество", 40)))
            stores += [
                _signed(_text(one, "Количество", 40)) for one in list(_children(rest, "Склад"))[:MOST_INSIDE]
            ]
        known = [number for number in stores if number is not None]
        told = sum(known, Decimal(0)) if known else None
    return None if told is None else max(told, Decimal(0)).quantize(Decimal("0.001"))


def _signed(text: str) -> Decimal | None:
    number = number_of(text.lstrip("-−"))
    return None if number is None else (-number if text.startswith(("-", "−")) else number)


def _kop(text: str) -> int | None:
    number = number_of(text)
    return None if number is None or number > MAX_KOP // 100 else rub_to_kop(number)


def _order(element: Any) -> Record:
    lines = []
    for one in list(_children(element, "Товары", "Товар"))[: MOST_INSIDE * 10]:
        values = {
            _text(value, "Наименование", 60): _text(value, "Значение", 100)
            for value in list(_children(one, "ЗначенияРеквизитов", "ЗначениеРеквизита"))[:50]
        }
        lines.append(
            OrderLine(
                id=_text(one, "Ид", 100),
                name=_text(one, "Наименование"),
                quantity=number_of(_text(one, "Количество", 40)),
                price_kop=_kop(_text(one, "ЦенаЗаЕдиницу", 40)),
                sum_kop=_kop(_text(one, "Сумма", 40)),
                article=_text(one, "Артикул", 64),
                is_service=values.get("ВидНоменклатуры") == "Услуга"
                or _text(one, "Ид", 100) == "ORDER_DELIVERY",
            )
        )
    requisites = {
        _text(value, "Наименование", 60): _text(value, "Значение", 200)
        for value in list(_children(element, "ЗначенияРеквизитов", "ЗначениеРеквизита"))[:50]
    }
    return Order(
        line=_line(element),
        id=_text(element, "Ид", 100),
        number=_text(element, "Номер", 40),
        day=_day(_text(element, "Дата", 20)),
        operation=_text(element, "ХозОперация", 60),
        role=_text(element, "Роль", 30),
        currency=_text(element, "Валюта", 10),
        sum_kop=_kop(_text(element, "Сумма", 40)),
        lines=tuple(lines),
        requisites=requisites,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _line(element: Any) -> int:
    return int(element.sourceline or 0)
