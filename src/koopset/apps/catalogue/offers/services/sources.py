"""Items of a file that was brought: a table by its columns, an exchange of 1С by its price type. Streamed each time anew."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from koopset.apps.catalogue.offers.formats.commerceml import (
    Good,
    Group,
    Owner,
    PriceType,
    Proposal,
    read_commerceml,
)
from koopset.apps.catalogue.offers.formats.price_cells import clean_text, gtin_of, measure_in_name, parse_vat
from koopset.apps.catalogue.offers.formats.price_columns import Layout
from koopset.apps.catalogue.offers.formats.price_list import Item, Problem, read_items
from koopset.apps.catalogue.offers.models import ListImport
from koopset.foundation.files import StoredFile
from koopset.foundation.files.spreadsheets import read_rows
from koopset.kernel.quantity import Unit
from koopset.kernel.violations import RuleViolation

#: Goods of one exchange file that are held to be met with its prices.
MOST_GOODS = 200_000


@contextmanager
def local(file: StoredFile) -> Iterator[Path]:
    """The bytes as a file on this machine, wherever they are stored."""
    with tempfile.NamedTemporaryFile(prefix="koopset-offers-") as copy:
        with file.open() as source:
            shutil.copyfileobj(source, copy)
        copy.flush()
        yield Path(copy.name)


def layout_of(row: ListImport) -> Layout:
    """The columns as they were named."""
    mapping = row.mapping
    return Layout(
        mapping["columns"],
        mapping["heading_line"],
        tuple(mapping["heading"]),
        bool(mapping.get("price_net")),
        str(mapping.get("price_unit", "")),
    )


def items_of(row: ListImport, path: Path) -> Iterator[Item | Problem]:
    """What the file holds; a line that repeats an earlier one is a problem, so no offer is written twice."""
    source = (
        _of_exchange(path, str(row.mapping.get("price_type", "")))
        if row.format == "commerceml"
        else read_items(((one.line, one.cells) for one in read_rows(path, row.file.name)), layout_of(row))
    )
    seen: dict[int, int] = {}
    for one in source:
        if isinstance(one, Item):
            known = seen.setdefault(hash(one.key), one.line)
            if known != one.line:
                yield Problem(one.line, "offers.item_twice", {"other": known})
                continue
        yield one


def exchange_facts(path: Path) -> dict[str, Any]:
    """Price types of an exchange file and how much it holds, for the page of the mapping."""
    types: list[dict[str, Any]] = []
    counts = {"goods": 0, "offers": 0, "groups": 0}
    used: set[str] = set()
    sample: list[list[str]] = []
    owner = ("", "")
    for one in read_commerceml(path):
        if isinstance(one, PriceType) and len(types) < 50:
            types.append(
                {"id": one.id, "name": one.name, "currency": one.currency, "roubles": one.is_roubles}
            )
        elif isinstance(one, Good):
            counts["goods"] += 1
            if len(sample) < 5:
                sample.append([one.article, one.name, "", ""])
        elif isinstance(one, Proposal):
            counts["offers"] += 1
            used |= {price[0] for price in one.prices}
        elif isinstance(one, Group):
            counts["groups"] += 1
        elif isinstance(one, Owner) and not owner[0]:
            owner = (one.name, one.inn)
    if not counts["goods"] and not counts["offers"]:
        raise RuleViolation("offers.nothing_inside", field="file")
    roubles = [one for one in types if one["roubles"] and (one["id"] in used or not used)]
    return {
        "types": types,
        "counts": counts,
        "sample": sample,
        "owner": owner,
        "chosen": roubles[0]["id"] if roubles else "",
    }


def _of_exchange(path: Path, price_type: str) -> Iterator[Item | Problem]:
    goods: dict[str, Good] = {}
    groups: dict[str, str] = {}
    currencies: dict[str, PriceType] = {}
    met: set[str] = set()
    for one in read_commerceml(path):
        if isinstance(one, Problem):
            yield one
        elif isinstance(one, Group):
            groups[one.id] = one.name
        elif isinstance(one, PriceType):
            currencies[one.id] = one
        elif isinstance(one, Good):
            if len(goods) >= MOST_GOODS:
                raise RuleViolation("offers.too_many_records")
            goods[one.id] = one
        elif isinstance(one, Proposal):
            met.add(one.good_id)
            yield _of_proposal(one, goods.get(one.good_id), groups, currencies, price_type)
    for good in goods.values():
        if good.id not in met or good.is_deleted:
            yield _of_good(good, groups)


def _of_good(good: Good, groups: dict[str, str]) -> Item:
    gtin, _is_code = gtin_of(good.gtin)
    amount, unit = (
        (Decimal(1), good.unit)
        if good.unit is not Unit.PCS
        else (measure_in_name(good.name) or (Decimal(1), Unit.PCS))
    )
    return Item(
        line=good.line,
        name=good.name,
        price_kop=None,
        article=good.article,
        gtin=gtin,
        external_id=good.id,
        group=next((groups[key] for key in good.group_ids if key in groups), "")[:160],
        unit=unit,
        amount=amount,
        vat=parse_vat(good.vat),
        note=good.note,
        is_archived=good.is_deleted,
    )


def _of_proposal(
    one: Proposal,
    good: Good | None,
    groups: dict[str, str],
    currencies: dict[str, PriceType],
    price_type: str,
) -> Item | Problem:
    # A rouble price of the type that was chosen; where none was, the first in roubles.
    def in_roubles(price: tuple[str, int, str, int]) -> bool:
        known = currencies.get(price[0])
        return PriceType("", "", price[2] or (known.currency if known else "")).is_roubles

    usable = [price for price in one.prices if in_roubles(price) and price_type in ("", price[0])]
    if one.prices and not usable:
        told = ", ".join(sorted({price[2] or "?" for price in one.prices}))
        code = "offers.other_price_type" if any(map(in_roubles, one.prices)) else "offers.foreign_currency"
        return Problem(one.line, code, {"text": told[:60]})
    chosen = usable[0][0] if usable else ""
    steps = sorted({(price[3], price[1]) for price in usable if price[0] == chosen})
    base = steps[0][1] if steps else None
    breaks: list[tuple[int, int]] = []
    for items, price in steps[1:]:
        if base is not None and items > 1 and price < (breaks[-1][1] if breaks else base):
            breaks.append((items, price))
    name = one.name or (good.name if good else "")
    if one.traits and name and one.traits not in name and "#" in one.id:
        name = clean_text(f"{name} ({one.traits})")
    gtin, _is_code = gtin_of(one.gtin or (good.gtin if good else ""))
    unit = one.unit or (good.unit if good else Unit.PCS)
    amount, unit = (
        (Decimal(1), unit) if unit is not Unit.PCS else (measure_in_name(name) or (Decimal(1), Unit.PCS))
    )
    return Item(
        line=one.line,
        name=name,
        price_kop=base,
        article=one.article or (good.article if good else ""),
        gtin=gtin,
        external_id=one.id,
        group=(next((groups[key] for key in good.group_ids if key in groups), "") if good else "")[:160],
        unit=unit,
        amount=amount,
        breaks=tuple(breaks),
        vat=parse_vat(good.vat) if good else "",
        stock=one.quantity,
        is_available=one.quantity is None or one.quantity > 0,
        note=good.note if good else "",
        is_archived=good is not None and good.is_deleted,
    )
