"""The square of a ballot's code as a small PNG, a bit a module, without the quiet zone: the paper around it is white."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import zxingcpp

_HEAD = b"\x89PNG\r\n\x1a\n"
#: Bytes of eight shades (0 black, 255 white) → one byte of a picture of one bit.
_BITS = {bytes(255 * (at >> 7 - bit & 1) for bit in range(8)): at for at in range(256)}


def code_png(text: str) -> bytes:
    """The QR code (level M) of a text. Written here: a library of pictures takes longer than the code itself."""
    symbol = zxingcpp.create_barcode(text.encode(), zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture: Any = zxingcpp.write_barcode_to_image(symbol, scale=1, add_quiet_zones=False)
    view = memoryview(picture)
    side, shades = view.shape[0], view.tobytes()  # type: ignore[index] # it has two dimensions
    spare = b"\xff" * (-side % 8)
    lines = bytearray()
    for at in range(0, side * side, side):
        row = shades[at : at + side] + spare
        lines.append(0)
        lines += bytes(_BITS[row[place : place + 8]] for place in range(0, len(row), 8))
    size = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return _HEAD + _part(b"IHDR", size) + _part(b"IDAT", zlib.compress(bytes(lines), 9)) + _part(b"IEND", b"")


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
