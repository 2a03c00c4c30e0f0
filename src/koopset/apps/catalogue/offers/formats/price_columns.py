"""Which column of a price list holds what: by its heading in several languages, by what stands in it where there is none. Pure.

A layout is a guess that a person may change: `columns` maps a field to a column from 0. A price from some quantity on is the field
"break:10" (items) or "break:5p" (packs).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from koopset.apps.catalogue.offers.formats.price_cells import (
    Cell,
    clean_text,
    gtin_of,
    key_of,
    number_of,
    parse_measure,
    parse_unit,
)
from koopset.kernel.quantity import Unit

#: Our fields in the order in which a page offers them.
FIELDS = (
    "name", "price", "article", "gtin", "group", "unit", "amount", "pack", "minimum", "vat", "stock", "available", "note",
)  # fmt: skip
BREAK = re.compile(r"break:([1-9][0-9]{0,6})(p?)")
HEADING_WITHIN = 40
MOST_BREAKS = 10

#: Heading → field, asked from the top; "" takes the column out. A heading is small letters, its marks are spaces.
_HEADINGS: tuple[tuple[str, str], ...] = (
    (
        "",
        (r"^(?:n|n п п|п п|no|nr|№)$|что исправить|what to mend|залог|pfand|deposit|"
        r"сумма|итог|^(?:ваш )?заказ(?:ать)?$|фото|картинк|image|photo|price unit|"
        r"tax category|shipping|group order"),
    ),
    ("gtin", r"штрих ?код|barcode|(?:^| )(?:ean|gtin|шк)(?: |\d|$)"),
    (
        "article",
        (r"артикул|(?:^| )арт(?: |$)|^код(?: товара| номенклатуры| позиции)?$|(?:^| )sku(?: |$)|"
        r"order number|(?:artikel|bestell|art) ?(?:nr|nummer)|^article(?: number| no)?$|"
        r"номенклатурный номер|vendor code|item (?:no|code|number)"),
    ),
    ("minimum", r"миним|мин (?:зак|парт|кол|отгр)|minimum|mindest|min (?:order|qty)"),
    (
        "pack",
        (r"кратност|(?:в|на) (?:упаков|короб|ящик|кор|уп|ящ|мест)|вложен|квант|(?:items|pcs|units) per|"
        r"per (?:case|box|pack)|pack size|^pack$|ratios? to supplier|unit quantity|"
        r"gebinde|(?:шт|кол во) (?:в )?(?:кор|уп|ящ)"),
    ),
    ("vat", r"^(?!.*(?:цен|price)).*(?:^| )ндс(?: |$)|^vat|(?:^| )mwst|steuersatz|tax rate"),
    ("price", r"цен[аы]|стоимост|прайс|price|preis|(?:^| )руб(?: |$)"),
    ("group", r"категори|групп|раздел|вид (?:товар|продукц)|^category|warengruppe|kategorie|^gruppe"),
    ("available", r"доступн|^avail|^статус|^status|активн|on demand|можно заказать"),
    ("stock", r"остат|наличи|склад|(?:^| )stock|on hand|bestand|свободн|^кол во|^количество|^menge$|^qty"),
    (
        "unit",
        (r"(?:^| )ед(?: |$|иниц)|^unit(?: type)?$|einheit|^мера$|фасовк|расфасовк|"
        r"^упаковка$|^тара$|billing unit"),
    ),
    ("amount", r"(?:^| )вес|масса|об[ъь]ем|^нетто|^units$|net weight|вместимост|gewicht|weight|volume"),
    ("name", r"^name$|^наименование(?: товара| продукции| номенклатуры)?$|^название(?: товара| продукции)?$"),
    ("note", r"описан|примечан|коммент|^note|beschreibung|description|состав|anmerkung|notiz|характеристик"),
    (
        "name",
        (r"наименован|назван|номенклатур|товар|продук|ассортимент|product|bezeichnung|"
        r"^titel|^title|позици|display name"),
    ),
)  # fmt: skip
_FROM = re.compile(
    r"(?:^| )(?:от|from|ab|свыше|более|больше|over) (\d[\d ]*)"
    r"(?: ?(шт|кг|kg|pcs|уп|упак|упаков|кор|короб|ящ|ящик|pack|packs|л|руб|р|т р|тыс|тысяч|stk|l|box))?"
)
_NET = re.compile(r"без ндс|(?:^| )net(?: |$)|netto|ohne mwst|excl")
_PER = re.compile(r"(?:за|per|je|/) ?1? ?(кг|л|kg|l|г|100 ?г)(?: |$)|(?:^| )(?:руб|р) (кг|л)(?: |$)")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields stand. `price_net`: the price lacks VAT. `price_unit`: «цена за кг» — the price is of that unit, not of an item."""

    columns: Mapping[str, int]
    heading_line: int | None
    heading: tuple[str, ...]
    price_net: bool = False
    price_unit: str = ""
    found_by_content: frozenset[str] = field(default_factory=frozenset)

    def ignored(self) -> list[str]:
        """Headings that nothing is taken from."""
        taken = set(self.columns.values())
        return [text for index, text in enumerate(self.heading) if text and index not in taken]


def is_field(name: str) -> bool:
    """Whether a name of a field is one of ours."""
    return name in FIELDS or BREAK.fullmatch(name) is not None


def break_of_heading(text: str) -> str:
    """ "break:100" of «Цена от 100 шт», "break:5p" of «от 5 уп»; "" where the heading names no quantity, or one of money."""
    match = _FROM.search(key_of(re.sub(r"(?:≥|>=|>|⩾)\s*", " от ", text)))
    if match is None:
        return ""
    number, word = number_of(match[1].strip()), match[2] or ""
    if number is None or not 2 <= number <= 1_000_000 or word in ("руб", "р", "т р", "тыс", "тысяч"):
        return ""
    packs = word.startswith(("уп", "кор", "ящ", "pack", "box"))
    return f"break:{int(number)}{'p' if packs else ''}"


def _fields_of_heading(cells: Sequence[Cell]) -> dict[str, int]:
    texts = [clean_text(cell, 120) if isinstance(cell, str) else "" for cell in cells]
    keys = [key_of(text) for text in texts]
    found: dict[str, int] = {}
    for index, key in enumerate(keys):
        if key and "миним" not in key and (name := break_of_heading(texts[index])) and name not in found:
            found[name] = index
    # An exact name of goods wins over a looser one to its left («Товарная группа», «Наименование»).
    for exact in (True, False):
        for index, key in enumerate(keys):
            if not key or index in found.values():
                continue
            for name, pattern in _HEADINGS:
                if exact and not (name in ("name", "price", "article") and pattern.startswith("^")):
                    continue
                if re.search(pattern, key):
                    if name and name not in found:
                        found[name] = index
                        break
                    if not name:
                        break
    return found


def _fields_of_content(rows: Sequence[tuple[int, Sequence[Cell]]], taken: set[int]) -> dict[str, int]:
    """Columns told by what stands in them."""
    width = max((len(cells) for _line, cells in rows), default=0)
    scores: dict[tuple[str, int], float] = {}
    for index in range(width):
        cells = [cells[index] for _line, cells in rows if index < len(cells) and cells[index] is not None]
        if index in taken or not cells:
            continue
        texts = [clean_text(cell) for cell in cells]
        numbers = [number for cell in cells if (number := number_of(cell)) is not None and number > 0]
        words = [text for text in texts if len(text) > 3 and re.search(r"[^\W\d_]{3}", text)]
        size = len(cells)
        scores["gtin", index] = sum(gtin_of(text)[0] != "" for text in texts) / size + 0.2
        scores["unit", index] = (
            sum(parse_unit(text) is not None or parse_measure(text) is not None for text in texts) / size
        )
        if len(words) >= 0.7 * size and sum(len(text) for text in words) / size > 7:
            scores["name", index] = (
                len(set(words)) / size + min(sum(len(text) for text in words) / size, 60) / 100
            )
        counted = [one for one in texts if re.fullmatch(r"\d{1,6}", one)]
        in_order = (
            counted == [str(int(counted[0]) + step) for step in range(len(counted))] if counted else False
        )
        if len(numbers) >= 0.6 * size and not in_order and all(len(text) < 12 for text in texts):
            kopecks = sum(number % 1 != 0 for number in numbers) / size
            scores["price", index] = len(numbers) / size + kopecks + index / 1000
    found: dict[str, int] = {}
    for (name, index), score in sorted(scores.items(), key=lambda item: (-item[1], item[0][1])):
        if score >= 0.7 and name not in found and index not in found.values():
            found[name] = index
    return found


def guess_layout(rows: Sequence[tuple[int, Sequence[Cell]]], told: Mapping[str, str] | None = None) -> Layout:
    """The columns by the best heading among the first lines, or by content. `rows`: the first hundred or so.

    `told` maps keys of headings (`key_of`) to fields as a person named them before; "" means «not taken». It wins.
    """
    best: tuple[int, int, dict[str, int]] | None = None
    for position, (_line, cells) in enumerate(rows[:HEADING_WITHIN]):
        found = _as_told([clean_text(cell, 120) for cell in cells], _fields_of_heading(cells), told or {})
        texts = sum(isinstance(cell, str) for cell in cells)
        priced = any(name == "price" or name.startswith("break:") for name in found)
        # A name of goods alone makes a heading too: the price beside it is told by content.
        enough = len(found) >= 2 or ("name" in found and texts >= 2)
        if enough and texts >= len(found) and (priced or "name" in found):
            score = len(found) + 2 * priced + 2 * ("name" in found)
            if best is None or score > best[0]:
                best = (score, position, found)
    if best is None:
        columns = _fields_of_content(rows, set())
        return Layout(columns, None, (), found_by_content=frozenset(columns))
    _score, position, columns = best
    line, cells = rows[position]
    heading = tuple(clean_text(cell, 120) for cell in cells)
    guessed: frozenset[str] = frozenset()
    if "name" not in columns or not any(name == "price" or name.startswith("break:") for name in columns):
        more = _fields_of_content(rows[position + 1 :], set(columns.values()))
        wanted = {
            name: index for name, index in more.items() if name in ("name", "price") and name not in columns
        }
        columns, guessed = {**columns, **wanted}, frozenset(wanted)
    columns = _first_break_is_price(columns)
    net, unit = _of_price(heading, columns)
    return Layout(columns, line, heading, net, unit, guessed)


def _as_told(heading: Sequence[str], columns: dict[str, int], told: Mapping[str, str]) -> dict[str, int]:
    named = {index: told[key] for index, text in enumerate(heading) if text and (key := key_of(text)) in told}
    kept = {name: index for name, index in columns.items() if index not in named}
    for index, name in named.items():
        if name and is_field(name) and name not in kept:
            kept[name] = index
    return kept


def _first_break_is_price(columns: dict[str, int]) -> dict[str, int]:
    """«от 1 шт» is no break; where all prices are breaks, the one of the smallest quantity is the price of one."""
    breaks = sorted((int(match[1]), name) for name in columns if (match := BREAK.fullmatch(name)))
    if breaks and "price" not in columns:
        name = breaks[0][1]
        columns = {**{key: index for key, index in columns.items() if key != name}, "price": columns[name]}
    return columns


def _of_price(heading: Sequence[str], columns: Mapping[str, int]) -> tuple[bool, str]:
    index = columns.get("price")
    key = key_of(heading[index]) if index is not None and index < len(heading) else ""
    per = _PER.search(key)
    word = ((per[1] or per[2]) if per else "").replace(" ", "")
    unit = {"кг": Unit.KG, "kg": Unit.KG, "л": Unit.L, "l": Unit.L, "г": Unit.G}.get(word)
    return _NET.search(key) is not None, unit.value if unit else ""
