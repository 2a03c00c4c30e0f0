"""Payment codes of ГОСТ Р 56042-2014 written: the record by the standard, and its QR code."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import zxingcpp
from PIL import Image

from koopset.apps.billing.formats.payment_code_fields import (
    DIGITS,
    EXACT,
    LIMITS,
    MANDATORY,
    MAX_RECORD,
    ORDER,
    SPELLING,
    sum_of,
)
from koopset.kernel.violations import RuleViolation

_SEPARATORS = "|~^;#\\`$!*%@&"
_QUIET = 4
"""Modules of white around a QR code, by ISO/IEC 18004."""

_REPLACEMENTS = {
    "₽": "руб.",
    "−": "-",
    "‑": "-",
    "‐": "-",
    "“": "«",
    "”": "»",
    "„": "«",
    "″": '"',
    "\u2009": " ",
    "\u202f": " ",
    "\u2007": " ",
    "\u200b": "",
    "\ufeff": "",
    "²": "2",
    "³": "3",
}
_KOI8_REPLACEMENTS = {
    "«": '"',
    "»": '"',
    "№": "N",
    "–": "-",
    "—": "-",
    "…": "...",
    "’": "'",
    "‘": "'",
    "•": "*",
}


def _fit(text: str, codec: str) -> str:
    """The text with the characters its encoding lacks said otherwise («₽» → «руб.»); never a question mark.

    Raises RuleViolation("payment_code.not_encodable") when there is no other way to say it.
    """
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        pass
    else:
        return text
    out: list[str] = []
    for char in text:
        for version in (char, _REPLACEMENTS.get(char), _KOI8_REPLACEMENTS.get(_REPLACEMENTS.get(char, char))):
            if version is None:
                continue
            try:
                version.encode(codec)
            except UnicodeEncodeError:
                continue
            out.append(version)
            break
        else:
            raise RuleViolation("payment_code.not_encodable", text=char)
    return "".join(out)


def write_record(fields: Mapping[str, str | int], encoding: str = "utf-8") -> bytes:
    """A record of the standard: mandatory keys first and in order, canonical spelling, limits kept.

    ``fields`` are keys of the standard in any case; ``Sum`` is whole kopecks (0 or absent: the payer decides). Empty
    values are left out. ``encoding`` is "utf-8", "cp1251" or "koi8-r". The separator is ``|`` unless it occurs in a
    value. Raises RuleViolation: ``payment_code.encoding``, ``.unknown_key``, ``.duplicate_key``, ``.missing_key``,
    ``.bad_length``, ``.too_long``, ``.bad_sum``, ``.mangled``, ``.not_encodable``, ``.separator``.
    """
    if encoding not in DIGITS:
        raise RuleViolation("payment_code.encoding", value=encoding)
    values: dict[str, str] = {}
    for key, raw in fields.items():
        name = SPELLING.get(key.strip().lower())
        if name is None:
            raise RuleViolation("payment_code.unknown_key", field=key)
        if name in values:
            raise RuleViolation("payment_code.duplicate_key", field=name)
        value = " ".join(_fit(str(raw), encoding).split())
        if "\N{REPLACEMENT CHARACTER}" in value:
            raise RuleViolation("payment_code.mangled", field=name)
        values[name] = value
    for name in MANDATORY:
        if not values.get(name):
            raise RuleViolation("payment_code.missing_key", field=name)
    for name, length in EXACT.items():
        if len(values[name]) != length or not (values[name].isascii() and values[name].isdigit()):
            raise RuleViolation("payment_code.bad_length", field=name, length=length)
    for name, limit in LIMITS.items():
        if name != "Sum" and len(values.get(name, "")) > limit:
            raise RuleViolation("payment_code.too_long", field=name, limit=limit)
    if "Sum" in values and sum_of(values["Sum"]) is None:
        values.pop("Sum")
    separator = next(
        (mark for mark in _SEPARATORS if not any(mark in value for value in values.values())), None
    )
    if separator is None:
        raise RuleViolation("payment_code.separator")
    tokens = [f"{name}={values[name]}" for name in ORDER if values.get(name)]
    record = f"ST0001{DIGITS[encoding]}{separator}{separator.join(tokens)}".encode(encoding)
    if len(record) > MAX_RECORD:
        raise RuleViolation("payment_code.too_long", limit=MAX_RECORD)
    return record


def _symbol(data: bytes) -> zxingcpp.Barcode:
    if not data or len(data) > MAX_RECORD:
        raise RuleViolation("payment_code.too_long", limit=MAX_RECORD)
    return zxingcpp.create_barcode(data, zxingcpp.BarcodeFormat.QRCode, ec_level="M")


def _drawn(data: bytes) -> tuple[int, bytes]:
    """The side of the code in modules and its shades, row by row, a byte each: 0 dark, 255 light."""
    # The library says neither that its picture is a buffer nor of which shape.
    picture: Any = zxingcpp.write_barcode_to_image(_symbol(data), scale=1, add_quiet_zones=False)
    view = memoryview(picture)
    return view.shape[0], view.tobytes()  # type: ignore[index] # it has two dimensions


def qr_modules(data: bytes) -> list[list[bool]]:
    """The QR code of ``data`` (level M) as rows of modules, True is dark, without the quiet zone.

    Raises RuleViolation("payment_code.too_long") for nothing or for more than the largest code holds.
    """
    side, shades = _drawn(data)
    return [[shade < 128 for shade in shades[at : at + side]] for at in range(0, len(shades), side)]


def qr_modules_png(data: bytes) -> bytes:
    """The same as the smallest PNG file: a bit a module, without the quiet zone. For a program that scales it itself."""
    side, shades = _drawn(data)
    out = BytesIO()
    Image.frombuffer("L", (side, side), shades).convert("1", dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def qr_svg(data: bytes) -> str:
    """The QR code as one SVG element of a single path, in modules, with the quiet zone; it scales to any size."""
    rows = qr_modules(data)
    side = len(rows) + 2 * _QUIET
    steps: list[str] = []
    for y, row in enumerate(rows, _QUIET):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            run = x
            while run < len(row) and row[run]:
                run += 1
            steps.append(f"M{x + _QUIET} {y}h{run - x}v1h-{run - x}z")
            x = run
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{"".join(steps)}"/></svg>'
    )


def qr_png(data: bytes, scale: int = 8) -> bytes:
    """The QR code as a PNG file, ``scale`` pixels to a module, with the quiet zone."""
    rows = qr_modules(data)
    side = len(rows) + 2 * _QUIET
    picture = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows, _QUIET):
        for x, dark in enumerate(row, _QUIET):
            if dark:
                picture.putpixel((x, y), 0)
    out = BytesIO()
    picture.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
    return out.getvalue()
