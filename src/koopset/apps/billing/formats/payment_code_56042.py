"""Payment codes of ГОСТ Р 56042-2014: the record inside the square on a receipt.

``ST`` + version ``0001`` + encoding digit (1 win1251, 2 UTF-8, 3 KOI8-R) + separator + ``Key=Value`` tokens. The
separator is whatever stands after the digit. Reading takes what phones, scanners and receipt printers really make and
never guesses a sum; writing keeps to the standard strictly.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import zxingcpp
from PIL import Image

from koopset.apps.billing.formats.payment_code_fields import (
    CODECS,
    EXACT,
    LIMITS,
    MANDATORY,
    SPELLING,
    sum_of,
)
from koopset.apps.billing.formats.payment_code_writing import (
    qr_modules,
    qr_modules_png,
    qr_png,
    qr_svg,
    write_record,
)
from koopset.kernel.inspection import Finding, Inspection
from koopset.kernel.money import format_rub
from koopset.kernel.period import Month
from koopset.kernel.requisites import account_ok
from koopset.kernel.violations import RuleViolation

__all__ = [
    "READER",
    "PaymentCodeFile",
    "PaymentRecord",
    "claims",
    "paym_period",
    "qr_modules",
    "qr_modules_png",
    "qr_png",
    "qr_svg",
    "read_picture",
    "read_record",
    "read_text",
    "write_record",
]

FORMAT = "gost-56042"
_MAX_FILE = 64 * 1024
_MAX_KEYS = 200
_MAX_PICTURE_FILE = 20 * 1024 * 1024
_MAX_PIXELS = 40_000_000
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_BOM = b"\xef\xbb\xbf"
_SYMBOLS = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.Aztec]
)


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """One payment code. ``fields`` are in the order of the record, known keys in the standard's spelling.

    ``sum_kop`` is None when the payee left the sum open (no Sum, ``0``, ``000``). ``encoding`` is what the bytes are
    ("cp1251", "utf-8", "koi8-r"; None when all is ASCII), not what the digit says. ``warnings`` are for a person.
    """

    fields: Mapping[str, str]
    encoding: str | None
    separator: str
    sum_kop: int | None
    warnings: Sequence[Finding] = field(default=(), compare=False)

    @property
    def period(self) -> Month | None:
        """Month being paid for, None when absent or unreadable."""
        return paym_period(self.fields.get("PaymPeriod", ""))


# Reading


def claims(head: bytes, name: str = "") -> bool:
    """True for a text that begins as a payment code and for a PNG or JPEG picture, which may hold one."""
    text = head.removeprefix(_BOM).lstrip()
    return head.startswith(_PICTURES) or (text[:2] == b"ST" and len(text) > 6 and text[2:7].isdigit())


def read_record(data: bytes) -> PaymentRecord:
    """Read a record from the bytes of a symbol or a file.

    Raises RuleViolation: ``payment_code.empty``, ``.too_long``, ``.not_a_payment_code``, ``.sbp_link``,
    ``.fiscal_receipt``, ``.version``, ``.encoding``, ``.separator``, ``.mangled``, ``.broken_token``,
    ``.duplicate_key``, ``.missing_key``, ``.bad_length``, ``.bad_sum`` (``field`` names the key).
    """
    data = data.removeprefix(_BOM).strip(b" \t\r\n\x00")
    if len(data) > _MAX_FILE:
        raise RuleViolation("payment_code.too_long")
    digit = _check_head(data[:64].decode("latin-1"))
    codec = CODECS.get(digit, "cp1251")
    warnings: list[Finding] = []
    if data.isascii():
        return _parse(data.decode("ascii"), None, warnings)
    if _is_utf8(data):
        if digit != "2":
            warnings.append(
                _note("encoding-lies", "Код записан в UTF-8, хотя объявлена другая кодировка. Он прочитан.")
            )
        codec = "utf-8"
    elif codec == "utf-8":
        codec = "cp1251"
        warnings.append(
            _note("encoding-lies", "Код записан в Windows-1251, хотя объявлен UTF-8. Он прочитан.")
        )
    return _parse(data.decode(codec, "replace"), codec, warnings)


def read_text(text: str) -> PaymentRecord:
    """Read a record from text, as a scanner or a phone hands it over. Raises as ``read_record``."""
    text = text.lstrip("\ufeff").strip(" \t\r\n\x00")
    if len(text) > _MAX_FILE:
        raise RuleViolation("payment_code.too_long")
    digit = _check_head(text[:64])
    return _parse(text, None if text.isascii() else CODECS.get(digit, "cp1251"), [])


def read_picture(source: Path | bytes) -> list[bytes]:
    """Bytes of the different QR, Data Matrix and Aztec symbols in a picture, in reading order.

    Raises RuleViolation("payment_code.bad_picture") for a picture that cannot be opened or is unreasonably large.
    """
    try:
        if isinstance(source, Path):
            if source.stat().st_size > _MAX_PICTURE_FILE:
                raise RuleViolation("payment_code.bad_picture")
            source = source.read_bytes()
        with Image.open(BytesIO(source), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise RuleViolation("payment_code.bad_picture")
            # White, not black, behind a transparent code.
            if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
                rgba = picture.convert("RGBA")
                flat = Image.new("RGBA", rgba.size, "white")
                flat.alpha_composite(rgba)
                grey = flat.convert("L")
            else:
                grey = picture.convert("L")
        found = zxingcpp.read_barcodes(
            grey,
            _SYMBOLS,
        )
    except RuleViolation:
        raise
    except Exception as reason:  # decoders of broken pictures raise whatever they like
        raise RuleViolation("payment_code.bad_picture") from reason
    return list(dict.fromkeys(bytes(symbol.bytes) for symbol in found))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _note(code: str, text: str) -> Finding:
    return Finding(line=None, code=code, text=text)


def _check_head(head: str) -> str:
    """The encoding digit, after the first eight characters have been found right."""
    if not head:
        raise RuleViolation("payment_code.empty")
    if re.match(r"https?://(?:qr|sub)\.nspk\.ru/", head, re.IGNORECASE):
        raise RuleViolation("payment_code.sbp_link")
    if re.match(r"t=\d+T?\d*&s=|t=[^&]*&s=", head):
        raise RuleViolation("payment_code.fiscal_receipt")
    if head[:2] != "ST" or not re.match(r"[0-9]{5}", head[2:], re.ASCII):
        raise RuleViolation("payment_code.not_a_payment_code")
    if head[2:6] != "0001":
        raise RuleViolation("payment_code.version", value=head[2:6])
    # 0 is no digit of the standard, but a common library writes it; the bytes themselves tell.
    if head[6] not in "0123":
        raise RuleViolation("payment_code.encoding", value=head[6])
    return head[6]


_MANGLED_LATIN = re.compile("[À-ÿ][\u0080-\u00ff]")
_CYRILLIC = re.compile("[А-Яа-яЁё]")


def _repair(text: str, warnings: list[Finding]) -> str:
    """Undo one wrong decoding made on the way: Cyrillic read as Latin-1, or UTF-8 read as cp1251."""
    tries: tuple[tuple[str, str], ...] = ()
    if _MANGLED_LATIN.search(text) and not _CYRILLIC.search(text):
        tries = (("latin-1", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "cp1251"), ("cp1252", "cp1251"))
    elif _CYRILLIC.search(text):
        tries = (("cp1251", "utf-8"),)
    for wrong, right in tries:
        try:
            repaired = text.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if repaired != text and _CYRILLIC.search(repaired):
            warnings.append(
                _note("repaired", "Буквы в коде были искажены сканером и восстановлены. Проверьте имя.")
            )
            return repaired
    return text


def _parse(text: str, encoding: str | None, warnings: list[Finding]) -> PaymentRecord:
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise RuleViolation("payment_code.mangled")
    text = _repair(text, warnings)
    rest = text[7:]
    separator = rest[:1]
    if separator.isspace():
        # A line break before the separator, or in its place.
        after = rest.lstrip()
        separator = separator if after[:1].isalnum() else after[:1]
        rest = after if separator == after[:1] else rest
    if not separator or separator.isalnum() or separator == "=":
        raise RuleViolation("payment_code.separator")
    fields: dict[str, str] = {}
    seen: set[str] = set()
    tokens = [token.strip() for token in rest[1:].split(separator)]
    if tokens and (cut := tokens[-1].rstrip("§\x03\x04\x1d\x1e\x1a \t\r\n")) != tokens[-1]:
        # An end mark which some scanners and files put after the record; not part of the last value.
        tokens[-1] = cut
        warnings.append(_note("end-mark", "После кода стоял лишний знак конца записи, он отброшен."))
    for token in tokens:
        if not token:
            continue
        key, equals, value = token.partition("=")
        key, value = key.strip(), " ".join(value.split("\n")).replace("\r", "").strip()
        if not equals or not key:
            raise RuleViolation("payment_code.broken_token", text=token[:40])
        name = SPELLING.get(key.lower())
        if name is None:
            name = key
            warnings.append(
                _note("unknown-key", f"Поле «{key[:40]}» не входит в стандарт. Оно сохранено как есть.")
            )
        if name.lower() in seen:
            raise RuleViolation("payment_code.duplicate_key", field=name[:40])
        if len(seen) >= _MAX_KEYS:
            raise RuleViolation("payment_code.too_long")
        seen.add(name.lower())
        fields[name] = value
    sum_kop = sum_of(fields.get("Sum", ""))
    _check_fields(fields, warnings)
    return PaymentRecord(
        fields=fields,
        encoding=encoding,
        separator=separator,
        sum_kop=sum_kop,
        warnings=tuple(warnings),
    )


def _check_fields(fields: dict[str, str], warnings: list[Finding]) -> None:
    name = fields.get("Name", "")
    if len(name) > 2 and name[0] == name[-1] == '"' and name.count('"') == 2:
        fields["Name"] = name[1:-1].strip()
    for key in MANDATORY:
        if not fields.get(key):
            raise RuleViolation("payment_code.missing_key", field=key)
    for key, length in EXACT.items():
        if len(fields[key]) != length or not (fields[key].isascii() and fields[key].isdigit()):
            raise RuleViolation("payment_code.bad_length", field=key, length=length)
    if [key for key in fields if key in MANDATORY] != list(MANDATORY) or tuple(fields)[:5] != MANDATORY:
        warnings.append(
            _note("order", "Обязательные поля стоят не по порядку стандарта: часть терминалов код не примет.")
        )
    for key, limit in LIMITS.items():
        if key != "Sum" and len(fields.get(key, "")) > limit:
            warnings.append(
                _note("too-long", f"Поле «{key}» длиннее {limit} знаков: банк может его обрезать.")
            )
    # A treasury payee has an account by other rules; requisites know of it.
    if not account_ok(fields["PersonalAcc"], fields["BIC"]):
        warnings.append(
            _note("account-key", "Номер счёта не подходит к БИК: проверьте реквизиты перед оплатой.")
        )


_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_MONTH_WORD = re.compile(r"([а-яё]{3,8})\.?\s+((?:19|20)\d\d)(?:\s*г(?:\.|ода?)?)?", re.IGNORECASE)


def paym_period(text: str) -> Month | None:
    """The month of PaymPeriod: ``MMYYYY``, ``MMYY``, ``MM.YYYY``, ``YYYYMM``, «ноябрь 2025»; None for the rest.

    A month 13 is None and no error: the period is a hint for matching, not a condition of payment.
    """
    text = text.strip()
    if found := _MONTH_WORD.fullmatch(text):
        word = found[1].lower()
        for number, stem in enumerate(_MONTHS, 1):
            if word.startswith(stem) and (stem != "ма" or word in ("май", "мая")):
                return Month(int(found[2]), number)
        return None
    for pattern in (
        r"(?P<m>\d\d)[./-]?(?P<y>20\d\d)",
        r"(?P<m>\d)[./-](?P<y>20\d\d)",
        r"(?P<y>20\d\d)[./-]?(?P<m>\d\d)",
        r"(?P<m>\d\d)(?P<y>\d\d)",
    ):
        shaped = re.fullmatch(pattern, text, re.ASCII)
        if shaped and 1 <= int(shaped["m"]) <= 12:
            year = int(shaped["y"])
            return Month(year if year > 99 else 2000 + year, int(shaped["m"]))
    return None


# The contract of a reader

_REFUSALS = {
    "payment_code.empty": "Файл пуст.",
    "payment_code.too_long": "Файл слишком велик для платёжного кода.",
    "payment_code.not_a_payment_code": "Это не платёжный код: запись должна начинаться с «ST0001».",
    "payment_code.sbp_link": "Это ссылка СБП, а не платёжный код: откройте её в приложении банка.",
    "payment_code.fiscal_receipt": "Это код кассового чека, а не платёжный код.",
    "payment_code.version": "Версия платёжного кода неизвестна, поддерживается 0001.",
    "payment_code.encoding": "Кодировка платёжного кода неизвестна: допустимы 1, 2 и 3.",
    "payment_code.separator": "После заголовка кода нет разделителя полей.",
    "payment_code.mangled": "Буквы в коде потеряны при копировании. Возьмите код заново, картинкой или из файла.",
    "payment_code.broken_token": "В коде есть часть без знака «=»: код записан с ошибкой.",
    "payment_code.duplicate_key": "Поле «{field}» повторено: непонятно, какому значению верить.",
    "payment_code.missing_key": "В коде нет обязательного поля «{field}».",
    "payment_code.bad_length": "Поле «{field}» должно состоять из {length} цифр.",
    "payment_code.bad_sum": "Сумма «{text}» записана неверно: нужны целые копейки.",
    "payment_code.bad_picture": "Картинку не удалось открыть. Нужен файл PNG или JPEG.",
}


def _refusal(violation: RuleViolation) -> Finding:
    text = _REFUSALS.get(violation.code, violation.code).format_map(
        {"field": violation.field, **violation.params}
    )
    return Finding(line=1, code=violation.code.partition(".")[2].replace("_", "-"), text=text)


class PaymentCodeFile:
    """Inspects a file with a payment code, or a picture of one or several."""

    format = FORMAT
    title = "Платёжный код (ГОСТ Р 56042-2014)"
    priority = 80
    """Asked late: it claims every picture."""

    def claims(self, head: bytes, name: str) -> bool:
        """True when the file begins as a payment code or is a picture."""
        return claims(head, name)

    def inspect(self, path: Path) -> Inspection:
        """Read the file and say what is in it; ``totals["sum"]`` is roubles, None when every sum is left open."""
        records: list[PaymentRecord] = []
        errors: list[Finding] = []
        try:
            with path.open("rb") as stream:
                data = stream.read(_MAX_FILE + 1)
            if data.startswith(_PICTURES):
                symbols = read_picture(path)
                codes = [symbol for symbol in symbols if symbol[:2] == b"ST"] or symbols[:1]
                if not codes:
                    errors.append(
                        _note("no-code", "На картинке не найден платёжный код. Снимите его ближе и ровнее.")
                    )
            else:
                codes = [data]
            for code in codes:
                records.append(read_record(code))  # noqa: PERF401 -- what was read before a refusal is kept
        except RuleViolation as violation:
            errors.append(_refusal(violation))
        sums = [record.sum_kop for record in records if record.sum_kop is not None]
        return Inspection(
            format=FORMAT,
            encoding=records[0].encoding if records else None,
            records=len(records),
            totals={"sum": format_rub(sum(sums)) if sums else None},
            warnings=[warning for record in records for warning in record.warnings],
            errors=errors,
        )


READER = PaymentCodeFile()
