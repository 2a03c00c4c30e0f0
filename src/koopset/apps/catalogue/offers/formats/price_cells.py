"""What a cell of a price list says: a price, an amount with its unit, a pack, VAT, a stock, plain text without mark-up. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

from koopset.kernel.money import MAX_KOP, parse_rub, rub_to_kop
from koopset.kernel.quantity import Unit
from koopset.kernel.text import LATIN_TWINS
from koopset.kernel.violations import RuleViolation

Cell = str | Decimal | date | None

#: Signs with which a table program begins a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
#: An amount past these is a mistake of the column.
MOST_AMOUNT = Decimal(1_000_000)
MOST_ITEMS = 1_000_000

_SCRIPT = re.compile(r"<(script|style)\b[^>]{0,500}>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,2000}>|</?[a-zA-Z]{1,20}>")
_MIXED = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_FOREIGN = re.compile(r"[$€£¥₴₸]|\b(?:usd|eur|долл|евро|byn|kzt)\b", re.IGNORECASE)
_PRICE_TAIL = re.compile(
    r"\s*(?:₽|руб(?:лей|ля|\.)?|р\.?|rub\.?)?\s*(?:/|за)?\s*(?:1\s*)?(?:кг|шт|л|уп|г|мл|бут|бан|упак|ед|pc|kg|l)?\.?\s*",
    re.IGNORECASE,
)
_NUMBER = r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:[.,]\d+)?"
_LEADING_NUMBER = re.compile(rf"\s*({_NUMBER})")

_UNITS: dict[str, Unit] = {
    **dict.fromkeys(("кг", "kg", "килограмм", "килограмма", "kilo", "кило", "kgm"), Unit.KG),
    **dict.fromkeys(("г", "гр", "g", "gr", "грамм", "грамма", "gramm", "grm"), Unit.G),
    **dict.fromkeys(("т", "тн", "тонна", "тонны", "t"), Unit.T),
    **dict.fromkeys(("л", "l", "литр", "литра", "литров", "liter", "litre", "ltr"), Unit.L),
    **dict.fromkeys(("мл", "ml", "миллилитр", "mlt"), Unit.ML),
    **dict.fromkeys(("м3", "m3", "куб", "кубометр", "куб м"), Unit.M3),
    **dict.fromkeys(("м", "метр", "м пог", "пог м", "пм", "mtr"), Unit.M),
    **dict.fromkeys(
        (
            "шт",
            "штука",
            "штук",
            "штуки",
            "pcs",
            "pc",
            "piece",
            "pieces",
            "stk",
            "stuck",
            "stück",
            "pce",
            "ед",
            "дес",
        ),
        Unit.PCS,
    ),
}
#: Containers: one item, its amount stands elsewhere.
_CONTAINERS = frozenset(
    "уп упак упаковка бут бутылка бан банка ведро пак пакет пач пачка кор короб коробка ящ ящик мешок меш сетка пучок пуч бухта рул "
    "рулон комплект компл набор наб pack packung box bottle flasche glas bunch bund саженец горшок лоток".split()
)
_MEASURE = re.compile(
    rf"(?:(?P<times>\d{{1,4}})\s*(?:шт\.?\s*по|[xх*×])\s*)?(?P<number>{_NUMBER})\s*(?P<unit>[^\W\d_]+3?)",
    re.IGNORECASE,
)


def clean_text(cell: Cell, most: int = 300) -> str:
    """A cell as one line of plain text: tags, entities and control characters are gone, an apostrophe before a formula sign too."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f") if cell.is_finite() else ""
    if isinstance(cell, date):
        return cell.strftime("%d.%m.%Y")
    text = cell[:20_000]
    for _again in range(2):
        if "<" in text:
            text = _TAG.sub(" ", _SCRIPT.sub(" ", text))
        if "&" not in text:
            break
        text = html.unescape(text)
    text = "".join(
        char if unicodedata.category(char)[0] != "C" else " " for char in unicodedata.normalize("NFC", text)
    )
    text = " ".join(text.split())
    if len(text) > 1 and text[0] == "'" and text[1] in FORMULA_SIGNS:
        text = text[1:]
    return text[:most].rstrip()


def inert(text: str) -> str:
    """Text for a table that goes out: what a table program would take for a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def key_of(text: str) -> str:
    """Text as headings and words are compared: small letters, ё → е, marks are spaces, Latin twins inside Cyrillic words turned."""
    words = unicodedata.normalize("NFC", text[:300]).replace("№", " n ")

    def turn(match: re.Match[str]) -> str:
        return match[0].translate(LATIN_TWINS) if _CYRILLIC.search(match[0]) else match[0]

    return " ".join(re.sub(r"[\W_]+", " ", _MIXED.sub(turn, words).lower().replace("ё", "е")).split())


def number_of(cell: Cell) -> Decimal | None:
    """A number without a sign from «1 234,5», 12 or «12»; None where it is none."""
    if isinstance(cell, Decimal):
        return cell if cell.is_finite() and 0 <= cell < 10**12 else None
    if not isinstance(cell, str):
        return None
    text = re.sub(r"[\s\u00a0\u202f']", "", cell[:64]).replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,12})?", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def parse_price(cell: Cell) -> int | None:
    """Kopecks of «1 234,50 руб.», «450 р/кг» or a number; None for what is no price above zero.

    Raises offers.foreign_currency for dollars, euros and others: prices are roubles.
    """
    if isinstance(cell, Decimal):
        if not cell.is_finite() or not 0 < cell <= MAX_KOP // 100:
            return None
        return rub_to_kop(cell) or None
    if not isinstance(cell, str):
        return None
    text = clean_text(cell, 60)
    if _FOREIGN.search(text):
        raise RuleViolation("offers.foreign_currency", text=text)
    match = _LEADING_NUMBER.match(text)
    if match is None or not _PRICE_TAIL.fullmatch(text[match.end() :]):
        return None
    number = number_of(match[1])
    try:
        # More than two decimals come of a computed cell: rounded once, half up.
        kop = (
            parse_rub(match[1])
            if re.fullmatch(r"[^.,]*(?:[.,]\d{1,2})?", match[1])
            else rub_to_kop(number or Decimal(0))
        )
    except RuleViolation:
        return None
    return kop if 0 < kop <= MAX_KOP else None


def parse_unit(text: str) -> Unit | None:
    """The unit that a word names («кг», «kg.», «Stück»); None for another word."""
    return _UNITS.get(key_of(text))


def is_container(text: str) -> bool:
    """Whether a word names a package («уп.», «банка»), so that the amount in it stands elsewhere."""
    return key_of(text) in _CONTAINERS


def parse_measure(text: str) -> tuple[Decimal, Unit] | None:
    """The amount of one item and its unit: «0,5 кг», «4x250ml» (a litre), «10 шт», «кг» (one). None where the text says none or two."""
    if (unit := parse_unit(text)) is not None:
        return Decimal(1), unit
    found = _measures(clean_text(text, 80))
    return found[-1] if len(found) == 1 else None


def measure_in_name(name: str) -> tuple[Decimal, Unit] | None:
    """The amount that a name of goods tells: the last of «Мёд липовый 0,5 кг», a mass or a volume before a count of pieces."""
    found = _measures(name)
    solid = [pair for pair in found if pair[1] not in (Unit.PCS, Unit.M)]
    chosen = solid or [pair for pair in found if pair[1] is Unit.PCS and pair[0] > 1]
    return chosen[-1] if chosen else None


def _measures(text: str) -> list[tuple[Decimal, Unit]]:
    found = []
    for match in _MEASURE.finditer(text):
        unit = _UNITS.get(key_of(match["unit"]))
        number = number_of(match["number"])
        if unit is None or number is None:
            continue
        amount = number * (int(match["times"]) if match["times"] else 1)
        if 0 < amount <= MOST_AMOUNT and amount == amount.quantize(Decimal("0.000001")):
            found.append((amount.normalize() + 0, unit))
    return found


def parse_count(cell: Cell) -> int | None:
    """A whole number of things: 12, «12 шт», «кор. 12», «10 Piece»; None where there is none, or a part of a thing."""
    number = number_of(cell)
    if number is None and isinstance(cell, str):
        numbers = re.findall(_NUMBER, cell[:80])
        number = number_of(numbers[0]) if len(numbers) == 1 else None
    if number is None or number != number.to_integral_value() or not 1 <= number <= MOST_ITEMS:
        return None
    return int(number)


def parse_vat(cell: Cell) -> str:
    """«20%», 0.2 of a percentage cell, «без НДС» → "20", "20", "none"; "" where nothing is told."""
    key = key_of(cell) if isinstance(cell, str) else ""
    if re.search(r"без ндс|не облаг|усн|no vat|none|ohne", key):
        return "none"
    number = number_of(cell.replace("%", "") if isinstance(cell, str) else cell)
    if number is None:
        return ""
    if 0 < number < 1:
        number *= 100
    return (
        format(number.normalize(), "f") if number <= 30 and len(format(number.normalize(), "f")) <= 8 else ""
    )


def parse_yes(cell: Cell) -> bool | None:
    """Yes and no of a column «в наличии», «avail.», «Status»; None where it tells neither."""
    if isinstance(cell, Decimal):
        return cell > 0
    key = key_of(cell) if isinstance(cell, str) else ""
    if isinstance(cell, str) and cell.strip() in ("+", "✓", "✔"):
        return True
    if isinstance(cell, str) and cell.strip() in ("-", "–", "—"):
        return False
    if key in (
        "да",
        "есть",
        "yes",
        "y",
        "true",
        "1",
        "ja",
        "в наличии",
        "много",
        "достаточно",
        "под заказ",
        "мало",
        "x",
        "active",
    ):
        return True
    if key in (
        "нет",
        "no",
        "n",
        "false",
        "0",
        "nein",
        "нет в наличии",
        "отсутствует",
        "закончился",
        "снят",
        "inactive",
    ):
        return False
    return None


def parse_stock(cell: Cell) -> tuple[Decimal | None, bool | None]:
    """A stock and whether the good may be ordered: 12 → (12, yes), 0 → (0, no), «много» → (unknown, yes), «>100» → (100, yes)."""
    number = number_of(cell.strip().lstrip("><≥≤~+") if isinstance(cell, str) else cell)
    if number is None and isinstance(cell, str) and (match := _LEADING_NUMBER.match(cell)):
        number = number_of(match[1])
    if number is not None and number < 10**12:
        return number.quantize(Decimal("0.001")), number > 0
    return None, parse_yes(cell)


def gtin_of(cell: Cell) -> tuple[str, bool]:
    """A barcode's digits and whether they may be one (8, 12, 13 or 14 digits with their check digit); ("", True) for an empty cell."""
    text = re.sub(r"[\s'-]", "", clean_text(cell, 60))
    if not text:
        return "", True
    if not re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", text) or not text.strip("0"):
        return "", False
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(text[-2::-1], start=1))
    return (text, True) if (10 - total % 10) % 10 == int(text[-1]) else ("", False)
