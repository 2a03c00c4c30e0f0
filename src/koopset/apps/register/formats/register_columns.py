"""What stands where in a register's table: headings or content give the columns, cells give areas, dates, kinds, yes and no.

Pure: rows come as (line, cells) with cells str, Decimal, date or None; `formats.table_rows` gives them without a database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from koopset.kernel.names import fold

Cell = str | Decimal | date | None
TableRow = tuple[int, Sequence[Cell]]

#: Our fields in the order in which a page offers them.
FIELDS = (
    "number", "kind", "street", "cadastral_number", "area", "owner", "last_name", "first_name", "middle_name", "share", "right",
    "since", "deed", "phone", "email", "postal_address", "inn", "member", "member_since", "card_number", "note",
)  # fmt: skip
_HEADING_WITHIN = 20

#: Heading → field, asked from the top; a heading is folded and its marks are spaces ("№ уч-ка" → "N УЧ КА").
_HEADINGS: tuple[tuple[str, str], ...] = (
    ("", r"(?:N )?П П|NПП|ПОРЯДКОВЫЙ НОМЕР|ЧТО ИСПРАВИТЬ|WHAT ТО МЕND|ЛИЦЕВ|DEBT|ДОЛГ|САЛЬДО|ЗАДОЛЖ"),
    ("cadastral_number", r"КАДАСТР|(?:^|\s)КН(?:$|\s)|CADASTRAL"),
    ("card_number", r"КНИЖК"),
    ("member_since", r"(?:ДАТА|КОГДА).*(?:ВСТУП|ПРИЕМ|ПРИНЯТ|ЧЛЕН)|ЧЛЕН\S* (?:СНТ |ТСЖ |ТСН |ОНТ )?С(?:$|\s)|ВСТУПИЛ|MEMBER SINCE"),
    ("member", r"ЧЛЕН|MEMBER"),
    ("postal_address", r"АДРЕС(?! (?:УЧАСТКА|ПОМЕЩЕНИЯ|ОБЪЕКТА))|ADDRESS|ПРОЖИВА|РЕГИСТРАЦИЯ ПО МЕСТУ"),
    ("email", r"MAIL|ПОЧТ"),
    ("phone", r"ТЕЛ|PHONE|МОБ|СОТОВ(?!ОК)|КОНТАКТ"),
    ("inn", r"(?:^|\s)ИНН(?:$|\s)"),
    ("since", r"(?:ДАТА|КОГДА).*(?:ПРАВ|РЕГИСТР|СОБСТВ|ПОКУП|ПЕРЕХОД|ВЛАДЕ)|(?:ВЛАДЕЕТ|СОБСТВЕННИК|ВЛАДЕЛЕЦ) С(?:$|\s)|OWNER SINCE"),
    ("deed", r"ДОКУМЕНТ|ОСНОВАН|СВИДЕТЕЛЬСТВ|ВЫПИСК|ЕГРН|DEED"),
    ("right", r"ВИД.*ПРАВ|ФОРМА.*СОБСТВ|^ПРАВО$|^RIGHT$"),
    ("share", r"ДОЛ[ЯИЕ](?:$|\s)|^SHARE"),
    ("area", r"ПЛОЩ|СОТОК|СОТК|КВ М$|AREA|(?:^|\s)М2(?:$|\s)|(?:^|\s)ГА$"),
    ("last_name", r"^ФАМИЛИЯ(?! И|,? ИМЯ)$|^ФАМИЛИЯ (?:СОБСТВ|ВЛАДЕЛ|ЧЛЕНА)"),
    ("first_name", r"^ИМЯ(?:$| СОБСТВ| ВЛАДЕЛ)"),
    ("middle_name", r"ОТЧЕСТВО$|^ОТЧЕСТВО"),
    ("owner", r"Ф\s?И\s?О|ФАМИЛИЯ|СОБСТВЕННИК|ВЛАДЕЛ|ПРАВООБЛАДАТ|ХОЗЯИН|САДОВОД|ЖИЛЕЦ|АБОНЕНТ|ПЛАТЕЛЬЩИК|НАИМЕНОВАНИЕ|OWNER"),
    ("street", r"УЛИЦ|(?:^|\s)УЛ(?:$|\s)|ЛИНИ|АЛЛЕ|ПРОЕЗД|ПОДЪЕЗД|КВАРТАЛ|МАССИВ|STREET"),
    ("kind", r"^(?:ВИД|ТИП)(?:$| (?:ОБЪЕКТА|ПОМЕЩЕНИЯ|УЧАСТКА))|НАЗНАЧЕНИЕ|^KIND$"),
    ("number", r"(?:НОМЕР|N).*(?:УЧ|КВ|ПОМ|ДОМ|МЕСТ)|УЧАСТ|(?:^|\s)УЧ(?:$|\s)|КВАРТИР|(?:^|\s)КВ(?:$|\s)|ПОМЕЩЕНИ|МАШИНОМЕСТ|PLOT|FLAT"),
    ("number", r"^N$|^НОМЕР$|^NUMBER$"),
    ("note", r"ПРИМЕЧ|КОММЕНТ|NOTE"),
)  # fmt: skip

_KINDS = (
    ("parking", r"МАШИНО|ПАРК|ГАРАЖ|PARKING"),
    ("premises", r"НЕЖИЛ|ПОМЕЩ|ОФИС|КЛАДОВ|МАГАЗ|PREMISES"),
    ("flat", r"КВ|FLAT"),
    ("plot", r"УЧ|САД|ЗЕМ|PLOT"),
)
_YES = frozenset("ДА Д + 1 ЧЛЕН MEMBER YES Y TRUE ИСТИНА V В X Х ✓ ✔".split())
#: The longer words are those of our own tables.
_NO = frozenset("НЕТ Н - 0 NO N FALSE ЛОЖЬ — –".split()) | {
    "БЕЗ ЧЛЕНСТВА",
    "НЕ ЧЛЕН",
    "НАСЛЕДСТВО ОТКРЫТО",
    "WITHOUT MEMBERSHIP",
    "NOT A MEMBER",
    "ESTATE IS OPEN",
}
_NUMBER_IN_TEXT = re.compile(r"([0-9][0-9\s\u00a0\u202f]*(?:[.,][0-9]+)?)\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields stand: `columns` field → column from 0 (extra columns by their keys), `first_line` of data, `heading` as it was."""

    columns: Mapping[str, int]
    heading_line: int | None
    heading: tuple[str, ...]
    area_unit: str = ""  # "m2", "sotka", "ha"; "" told by the column itself

    def ignored(self) -> list[str]:
        """Headings that nothing is taken from."""
        taken = set(self.columns.values())
        return [text for index, text in enumerate(self.heading) if text and index not in taken]


def heading_key(text: str) -> str:
    """A heading as it is compared: capitals, look-alikes folded, marks are spaces, «№» is N."""
    return " ".join(re.sub(r"[\W_]+", " ", fold(text.replace("№", " N ").replace("²", "2"))).split())


def text_of_cell(cell: Cell) -> str:
    """A cell as text: whole numbers without a point, dates as 15.06.2020."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f") if cell == cell.to_integral_value() else format(cell, "f")
    if isinstance(cell, date):
        return cell.strftime("%d.%m.%Y")
    return " ".join(cell.split()) if "\n" not in cell else cell.strip()


# Columns


def _fields_of_heading(cells: Sequence[Cell], extras: Mapping[str, Sequence[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    extra_keys = {key: [heading_key(text) for text in synonyms] for key, synonyms in extras.items()}
    keys = [heading_key(text_of_cell(cell)) if isinstance(cell, str) else "" for cell in cells]
    for index, key in enumerate(keys):
        for name, synonyms in extra_keys.items():
            if key and name not in found and key in synonyms:
                found[name] = index
    for index, key in enumerate(keys):
        if not key or len(key) > 80 or index in found.values():
            continue
        for name, pattern in _HEADINGS:
            if (not name or name not in found) and re.search(pattern, key):
                if name:
                    found[name] = index
                break
    return found


def _fields_of_content(rows: Sequence[TableRow]) -> dict[str, int]:
    """Columns without a heading, told by what stands in them."""
    width = max((len(cells) for _line, cells in rows), default=0)
    scores: dict[tuple[str, int], float] = {}
    for index in range(width):
        cells = [cells[index] for _line, cells in rows if index < len(cells) and cells[index] is not None]
        texts = [text_of_cell(cell) for cell in cells]
        if not texts:
            continue
        tests = {
            "cadastral_number": lambda text: re.fullmatch(r"\d{2}:\d{2}:\d{6,7}:\d+", text),
            "email": lambda text: "@" in text,
            "phone": lambda text: re.fullmatch(r"[+78(][\d\s()+\-]{9,}", text) and ":" not in text,
            "owner": lambda text: len(text.split()) in (2, 3) and re.fullmatch(r"[А-ЯЁа-яё.\-\s]{5,}", text),
            "share": lambda text: re.fullmatch(r"\d+\s*/\s*\d+", text),
            "since": lambda text: re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", text),
            "number": lambda text: re.fullmatch(
                r"(?:уч\.?\s*|№\s*|кв\.?\s*)?\d{1,4}\s?[А-Яа-я]?(?:[/-]\d{1,3})?", text
            ),
        }
        for name, test in tests.items():
            share = sum(bool(test(text)) for text in texts) / len(texts)  # type: ignore[no-untyped-call]
            if share >= 0.7:
                distinct = len(set(texts)) / len(texts)
                scores[name, index] = share + (distinct if name == "number" else 0)
        numeric = [cell for cell in cells if decimal_of(text_of_cell(cell)) is not None]
        if len(numeric) >= 0.7 * len(cells) and any(
            "," in text or "." in text or (decimal_of(text) or 0) > 200 for text in texts
        ):
            scores["area", index] = len(numeric) / len(cells)
    found: dict[str, int] = {}
    for (name, index), _score in sorted(scores.items(), key=lambda item: (-item[1], item[0][1])):
        if name not in found and index not in found.values():
            found[name] = index
    return found


def guess_layout(rows: Sequence[TableRow], extras: Mapping[str, Sequence[str]] | None = None) -> Layout:
    """Columns by the best heading among the first lines, or by content where there is none. `rows`: the first hundred or so."""
    best: tuple[int, int, dict[str, int]] | None = None
    for position, (_line, cells) in enumerate(rows[:_HEADING_WITHIN]):
        found = _fields_of_heading(cells, extras or {})
        texts = sum(isinstance(cell, str) for cell in cells)
        if len(found) >= 2 and texts >= len(found) and (best is None or len(found) > best[0]):
            best = (len(found), position, found)
    if best is None:
        return Layout(_fields_of_content(rows), None, ())
    line, cells = rows[best[1]]
    heading = tuple(text_of_cell(cell) for cell in cells)
    columns = best[2]
    if "number" not in columns:
        below = [
            (number, [cell if index not in columns.values() else None for index, cell in enumerate(row)])
            for number, row in rows[best[1] + 1 :]
        ]
        if "number" in (guessed := _fields_of_content(below)):
            columns = {**columns, "number": guessed["number"]}
    return Layout(columns, line, heading, _unit_of_heading(heading, columns))


def _unit_of_heading(heading: Sequence[str], columns: Mapping[str, int]) -> str:
    key = heading_key(heading[columns["area"]]) if "area" in columns else ""
    if re.search(r"СОТ", key):
        return "sotka"
    if re.search(r"(?:^|\s)ГА(?:$|\s)|ГЕКТ", key):
        return "ha"
    return "m2" if re.search(r"М2|КВ М|М КВ|МЕТР|M2", key) else ""


# Cells


def decimal_of(text: str) -> Decimal | None:
    """A number without a sign, «1 234,5» too. None where it is none."""
    clean = re.sub(r"[\s\u00a0\u202f']", "", text).replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,12})?", clean):
        return None
    try:
        return Decimal(clean)
    except InvalidOperation:
        return None


def parse_area(cell: Cell, unit: str) -> Decimal | None:
    """Square metres from «6,5 сот.», «640», «0,06 га»; `unit` where the cell names none. None where it is no area."""
    text = text_of_cell(cell)
    match = _NUMBER_IN_TEXT.fullmatch(text)
    number = decimal_of(match[1]) if match else None
    if match is None or number is None:
        return None
    tail = heading_key(match[2])
    if re.fullmatch(r"СОТ\w*", tail):
        unit = "sotka"
    elif re.fullmatch(r"ГА|ГЕКТАР\w*", tail):
        unit = "ha"
    elif re.fullmatch(r"М2|М|КВ М|М КВ|M2", tail):
        unit = "m2"
    elif tail:
        return None
    area = number * {"sotka": 100, "ha": 10000}.get(unit, 1)
    area = area.quantize(Decimal("0.01"))
    return area if 0 < area < Decimal(10) ** 10 else None


def parse_day(cell: Cell) -> date | None:
    """A date from a date cell, «15.06.2020», «15.06.20», «2020-06-15», or a year alone (its first day). None where it is none."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of_cell(cell).strip(" г.")
    for pattern, order in (
        (r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})", (2, 1, 0)),
        (r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", (0, 1, 2)),
    ):
        match = re.fullmatch(pattern, text)
        if match:
            year, month, day = (int(match.groups()[index]) for index in order)
            year += 0 if year > 99 else (1900 if year > 50 else 2000)
            try:
                return date(year, month, day)
            except ValueError:
                return None
    if re.fullmatch(r"(?:19|20)\d{2}", text):
        return date(int(text), 1, 1)
    return None


def parse_kind(text: str, default: str) -> str | None:
    """plot, flat, premises, parking; `default` for an empty cell, None for what is none of them."""
    key = heading_key(text)
    if not key:
        return default
    return next((kind for kind, pattern in _KINDS if re.search(pattern, key)), None)


def parse_yes(text: str) -> bool | None:
    """Whether a cell says yes. None for what is neither."""
    key = fold(text).strip(" .!")
    if key in _YES or key.startswith(("ДА,", "ДА ", "ЧЛЕН")):
        return True
    if key in _NO or key.startswith(("НЕ ", "НЕТ")):
        return False
    return None
