"""An address or a code as a square that a phone reads: one SVG element of a single path. Pure: it works without settings."""

from __future__ import annotations

from typing import Any

import zxingcpp

_QUIET = 4


def code_svg(text: str) -> str:
    """The QR code (level M) of an address or a code, with its quiet zone; it scales to any size."""
    symbol = zxingcpp.create_barcode(text.encode(), zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture: Any = zxingcpp.write_barcode_to_image(symbol, scale=1, add_quiet_zones=False)
    view = memoryview(picture)
    side, shades = view.shape[0], view.tobytes()  # type: ignore[index] # it has two dimensions
    steps = [
        f"M{at % side + _QUIET} {at // side + _QUIET}h1v1h-1z"
        for at, shade in enumerate(shades)
        if shade < 128
    ]
    whole = side + 2 * _QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" shape-rendering="crispEdges" aria-hidden="true">'
        f'<path fill="#fff" d="M0 0h{whole}v{whole}H0z"/><path fill="#000" d="{"".join(steps)}"/></svg>'
    )
