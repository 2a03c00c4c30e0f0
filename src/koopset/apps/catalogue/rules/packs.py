"""How much one package holds, read from its name: «0,5л», «1L», «420мл», «200гр», «10шт», «1 дес», «4x250ml», «1/150»."""

from __future__ import annotations

import re
from decimal import Decimal

from koopset.kernel.quantity import Unit

_NUMBER = r"(\d{1,5}(?:[.,]\d{1,3})?)"
_UNIT = (
    r"(килограмм|кг|kg|грамм|гр|г|g|миллилитр|мл|ml|литров|литра|литр|л|l|штук|шт|pcs|пакетиков|пакетик|пакет|пак|пк|таб|капс|рулонов"
    r"|рулона|рул|десяток|десятка|дес|т(?=\Z))"
)
_AMOUNT = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?:(\d{{1,3}})\s?(?:шт\s?)?[*xх×]\s?)?{_NUMBER}\s?{_UNIT}(?![a-zа-я]{{2}}|[a-zа-я](?![a-zа-я]))",
    re.IGNORECASE,
)
_AMOUNT_TIMES = re.compile(
    rf"(?<!\d)(?<!\d[.,]){_NUMBER}\s?(кг|kg|гр|г|g|мл|ml|л|l)\s?[*xх×]\s?(\d{{1,3}})(?![\d.,])", re.IGNORECASE
)
_PORTION = re.compile(r"(?<![\d/])1/(\d{2,4})(?![\d/])")
_COUNT = re.compile(
    r"(?:таб|тб|капс|амп|супп|драж|саше|сашет|пак|пор|шт|\bсо?\d?\b|яйц)[^№]*?(?:№|\bn|\bno)\s?(\d{1,3})\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\d.,])(0[.,]\d{1,3})(?![\d.,%]|\s?%)")

_SIZES: dict[str, tuple[Unit, Decimal]] = {}
for _names, _unit, _size in (
    ("килограмм кг kg", Unit.KG, "1"),
    ("грамм гр г g", Unit.KG, "0.001"),
    ("литров литра литр л l", Unit.L, "1"),
    ("миллилитр мл ml", Unit.L, "0.001"),
    ("штук шт pcs пакетиков пакетик пакет пак пк таб капс рулонов рулона рул", Unit.PCS, "1"),
    ("десяток десятка дес", Unit.PCS, "10"),
    ("т", Unit.KG, "1000"),
):
    for _name in _names.split():
        _SIZES[_name] = (_unit, Decimal(_size))
MOST = Decimal(100_000)


def pack_of(name: str, unit: Unit | None) -> tuple[Decimal, Unit] | None:
    """The amount of one package with its unit (kg, l or pcs), None where the name tells none.

    `unit` is that of the kind: where a name tells several amounts («25пак 37,5г»), the one in this unit is taken; otherwise a mass or a
    volume before a number of pieces.
    """
    text = " ".join(name[:240].replace("\u00a0", " ").split())
    found: list[tuple[Decimal, Unit]] = []
    for match in _AMOUNT_TIMES.finditer(text):
        if match[3] != "1":
            _add(found, match[1], match[2], match[3])
    for match in _AMOUNT.finditer(text):
        _add(found, match[2], match[3], match[1])
    for match in _PORTION.finditer(text):
        portion = Unit.L if unit is Unit.L else Unit.KG
        if unit is not Unit.PCS and int(match[1]) >= 20:
            found.append((Decimal(match[1]) / 1000, portion))
    if unit is Unit.PCS and not any(one[1] is Unit.PCS for one in found):
        for match in _COUNT.finditer(text):
            _add(found, match[1], "шт", None)
    if not found and unit in (Unit.KG, Unit.L):
        bare = _BARE.search(text)
        if bare is not None:
            found.append((_decimal(bare[1]), unit))
    return _chosen([one for one in found if 0 < one[0] <= MOST], unit)


def _add(found: list[tuple[Decimal, Unit]], number: str, unit: str, times: str | None) -> None:
    target, size = _SIZES[unit.lower()]
    found.append((_decimal(number) * size * int(times or 1), target))


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _chosen(found: list[tuple[Decimal, Unit]], unit: Unit | None) -> tuple[Decimal, Unit] | None:
    if unit is Unit.PCS:
        found = [one for one in found if one[1] is unit]
    for wanted in ([unit] if unit is not None else []) + [Unit.KG, Unit.L, Unit.PCS]:
        for amount, its in found:
            if its is wanted:
                return amount.normalize() if amount != amount.to_integral() else amount.quantize(
                    Decimal(1)
                ), its
    return None
