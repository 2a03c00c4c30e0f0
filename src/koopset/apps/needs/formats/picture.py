"""Codes in a photograph: read on the server, where the phone's own camera cannot. The picture is never stored."""

from __future__ import annotations

import io
import warnings

import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from koopset.apps.needs.formats.receipt_code import receipt_query
from koopset.kernel.violations import RuleViolation

#: A photo of a phone has up to 12 MB and 50 million points; more is no photo of a receipt.
MOST_BYTES = 16 * 1024 * 1024
MOST_POINTS = 60_000_000
#: The longer side at which a photo is looked at, one after another: codes are found sooner in smaller pictures.
SIDES = (1600, 3200)
_MOST_CODES = 8


def codes_in_picture(data: bytes) -> list[str]:
    """Texts of the codes in a picture, those of receipts first; empty where none is seen.

    Raises needs.picture_empty, needs.picture_large, needs.picture_unreadable (HEIC and whatever is no picture).
    """
    if not data:
        raise RuleViolation("needs.picture_empty", field="picture")
    if len(data) > MOST_BYTES:
        raise RuleViolation("needs.picture_large", field="picture", limit_mb=MOST_BYTES // 1024 // 1024)
    picture = _gray(data)
    for side in SIDES:
        found = _codes(_at_most(picture, side))
        if any(receipt_query(text) for text in found) or max(picture.size) <= side:
            return found
    return found


def code_in_picture(data: bytes) -> str:
    """The text of the receipt's code in a picture, else of any code there, so that what it is can be told.

    Raises needs.picture_no_code and what `codes_in_picture` raises.
    """
    found = codes_in_picture(data)
    if not found:
        raise RuleViolation("needs.picture_no_code", field="picture")
    return found[0]


def _gray(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF", "BMP")) as picture:
                if picture.size[0] * picture.size[1] > MOST_POINTS:
                    raise RuleViolation(
                        "needs.picture_large", field="picture", limit_mb=MOST_BYTES // 1024 // 1024
                    )
                picture.draft("L", (max(SIDES), max(SIDES)))
                return ImageOps.exif_transpose(picture).convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, EOFError, IndexError):
        raise RuleViolation("needs.picture_unreadable", field="picture") from None
    except Image.DecompressionBombError:
        raise RuleViolation(
            "needs.picture_large", field="picture", limit_mb=MOST_BYTES // 1024 // 1024
        ) from None


def _at_most(picture: Image.Image, side: int) -> Image.Image:
    if max(picture.size) <= side:
        return picture
    copy = picture.copy()
    copy.thumbnail((side, side))
    return copy


def _codes(picture: Image.Image) -> list[str]:
    try:
        seen = zxingcpp.read_barcodes(picture)
    except (RuntimeError, ValueError):
        return []
    texts = [one.text.strip()[:2_000] for one in seen[:_MOST_CODES] if one.text]
    return sorted(texts, key=lambda text: not receipt_query(text))
