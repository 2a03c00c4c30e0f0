"""An order to a supplier as a document of CommerceML 2.x, which 1С takes. Pure: equal data give equal bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from koopset.kernel.money import format_rub
from koopset.kernel.quantity import Unit
from koopset.kernel.violations import RuleViolation

VERSION = "2.09"
#: Code, full name, international abbreviation and short name of ОКЕИ.
_OKEI = {
    Unit.PCS: ("796", "Штука", "PCE", "шт"),
    Unit.KG: ("166", "Килограмм", "KGM", "кг"),
    Unit.G: ("163", "Грамм", "GRM", "г"),
    Unit.T: ("168", "Тонна", "TNE", "т"),
    Unit.L: ("112", "Литр", "LTR", "л"),
    Unit.ML: ("111", "Миллилитр", "MLT", "мл"),
    Unit.M3: ("113", "Кубический метр", "MTQ", "м3"),
    Unit.M: ("006", "Метр", "MTR", "м"),
}


@dataclass(frozen=True, slots=True)
class Party:
    """A side of an order; `inn` may be empty (a group of buyers has none)."""

    name: str
    inn: str = ""
    kpp: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line: `quantity` of `unit` at `price_kop` for one; `sum_kop` is what the line costs as a whole. `id`: the supplier's own Ид."""

    name: str
    quantity: Decimal
    price_kop: int
    sum_kop: int
    article: str = ""
    gtin: str = ""
    unit: Unit = Unit.PCS
    vat: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order of `buyer` to `seller`. `id` is a key that stays when the order is written again, so 1С renews it and makes no second."""

    id: str
    number: str
    day: date
    seller: Party
    buyer: Party
    lines: Sequence[PlacedLine]
    comment: str = ""


def write_order(order: PlacedOrder) -> bytes:
    """The document in UTF-8. Raises offers.empty_order, offers.bad_order_line (a quantity or a sum below zero)."""
    if not order.lines:
        raise RuleViolation("offers.empty_order")
    root = etree.Element(
        "КоммерческаяИнформация", ВерсияСхемы=VERSION, ДатаФормирования=order.day.isoformat()
    )
    document = etree.SubElement(root, "Документ")
    for name, value in (
        ("Ид", order.id),
        ("Номер", order.number),
        ("Дата", order.day.isoformat()),
        ("ХозОперация", "Заказ товара"),
        ("Роль", "Покупатель"),
        ("Валюта", "руб"),
        ("Курс", "1"),
        ("Сумма", format_rub(sum(line.sum_kop for line in order.lines))),
    ):
        _add(document, name, value)
    parties = etree.SubElement(document, "Контрагенты")
    for party, role in ((order.seller, "Продавец"), (order.buyer, "Покупатель")):
        _party(parties, party, role)
    goods = etree.SubElement(document, "Товары")
    for number, line in enumerate(order.lines, start=1):
        if line.quantity <= 0 or line.price_kop < 0 or line.sum_kop < 0:
            raise RuleViolation("offers.bad_order_line", line=number)
        _line(goods, line, number)
    if order.comment:
        _add(document, "Комментарий", order.comment)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _party(parent: etree._Element, party: Party, role: str) -> None:
    element = etree.SubElement(parent, "Контрагент")
    _add(element, "Ид", party.id or (f"{party.inn}#{party.kpp}" if party.inn else party.name))
    _add(element, "Наименование", party.name)
    _add(element, "Роль", role)
    _add(element, "ПолноеНаименование" if len(party.inn) == 12 else "ОфициальноеНаименование", party.name)
    if party.inn:
        _add(element, "ИНН", party.inn)
    if party.kpp:
        _add(element, "КПП", party.kpp)


def _line(parent: etree._Element, line: PlacedLine, number: int) -> None:
    element = etree.SubElement(parent, "Товар")
    _add(element, "Ид", line.id or line.article or line.gtin or f"line-{number}")
    if line.article:
        _add(element, "Артикул", line.article)
    if line.gtin:
        _add(element, "Штрихкод", line.gtin)
    _add(element, "Наименование", line.name)
    code, full, abroad, short = _OKEI.get(line.unit, _OKEI[Unit.PCS])
    unit = _add(element, "БазоваяЕдиница", short)
    unit.set("Код", code)
    unit.set("НаименованиеПолное", full)
    unit.set("МеждународноеСокращение", abroad)
    if line.vat:
        rates = etree.SubElement(element, "СтавкиНалогов")
        rate = etree.SubElement(rates, "СтавкаНалога")
        _add(rate, "Наименование", "НДС")
        _add(rate, "Ставка", "Без налога" if line.vat == "none" else line.vat)
    values = etree.SubElement(element, "ЗначенияРеквизитов")
    value = etree.SubElement(values, "ЗначениеРеквизита")
    _add(value, "Наименование", "ВидНоменклатуры")
    _add(value, "Значение", "Товар")
    _add(element, "ЦенаЗаЕдиницу", format_rub(line.price_kop))
    _add(element, "Количество", format(line.quantity.normalize(), "f"))
    _add(element, "Сумма", format_rub(line.sum_kop))


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, name)
    # XML has no place for control characters, and a name from a file may hold them.
    element.text = "".join(
        char for char in text if char in "\t\n" or (char >= " " and not 0xD800 <= ord(char) <= 0xDFFF)
    )
    element.text = element.text.replace("\ufffe", "").replace("\uffff", "")
    return element
