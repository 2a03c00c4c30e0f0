"""The order to the supplier: as frozen data, as PDF, as rows of a table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.catalogue.offers.formats.commerceml_order import Party, PlacedLine, PlacedOrder, write_order
from koopset.apps.organisations import selectors as organisations
from koopset.apps.purchases.models import OrderPaper, Round, RoundGood
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.apps.purchases.rules.prices import sum_of
from koopset.apps.purchases.selectors.wants import goods_of
from koopset.apps.purchases.selectors.wording import amount_text
from koopset.foundation.pdf.compile import render
from koopset.foundation.rights.actors import Actor
from koopset.kernel.quantity import Unit
from koopset.kernel.violations import RuleViolation

#: A template that was used is never edited: a change of look is the next number.
TEMPLATE_VERSION = 1


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A good as it is ordered: `units` of it, in `packs` of `pack`; a price of `per` units."""

    article: str
    gtin: str
    name: str
    unit: str
    amount: Decimal
    by_weight: bool
    pack: int
    packs: int
    units: int
    price_kop: int
    sum_kop: int


def order_lines(organisation_id: int, round_id: int) -> list[OrderLine]:
    """What is ordered of a stopped round, in the order of its goods. Asks no right: the caller has."""
    return [_line(good) for good in goods_of(organisation_id, round_id) if good.ordered]


def _line(good: RoundGood) -> OrderLine:
    units, price = good.ordered or 0, good.reached_kop or 0
    return OrderLine(
        good.article,
        good.gtin,
        good.name,
        good.unit,
        good.amount,
        good.by_weight,
        good.pack,
        good.ordered_packs or 0,
        units,
        price,
        sum_of(units, price, good.per),
    )


def template_of(version: int) -> Path:
    """The template of a version, old ones too."""
    return (
        Path(__file__).resolve().parent.parent / "templates" / "purchases" / "print" / f"order_{version}.typ"
    )


def pdf_of_data(data: dict[str, Any], version: int, at: datetime) -> bytes:
    """The PDF of frozen data: equal bytes for equal data, version and time."""
    return render(template_of(version), data, created_at=at)


def order_paper(actor: Actor, organisation_id: int, round_id: int) -> OrderPaper | None:
    """The order as it was sent; None before. Raises Forbidden."""
    actor.require(PurchaseRight.ROUND_VIEW, organisation_id)
    return OrderPaper.objects.filter(organisation_id=organisation_id, round_id=round_id).first()


def order_pdf(paper: OrderPaper) -> bytes:
    """The PDF as it was issued. Raises purchases.frozen_changed rather than show other bytes than those that were issued."""
    made = pdf_of_data(json.loads(paper.data), paper.template_version, paper.issued_at)
    if hashlib.sha256(made).hexdigest() != paper.sha256:
        raise RuleViolation("purchases.frozen_changed")
    return made


def order_commerceml(organisation_id: int, round_id: int) -> bytes:
    """The order of a stopped round as CommerceML. Its key stays, so that 1С renews the document. Asks no right: the caller has."""
    row = Round.objects.filter(organisation_id=organisation_id).get(pk=round_id)
    paper = OrderPaper.objects.filter(organisation_id=organisation_id, round_id=round_id).first()
    card = organisations.organisation_card(organisation_id)
    lines = [
        PlacedLine(
            name=line.name,
            quantity=Decimal(line.units) / (1000 if line.by_weight else 1),
            price_kop=line.price_kop,
            sum_kop=line.sum_kop,
            article=line.article,
            gtin=line.gtin,
            unit=Unit(line.unit) if line.by_weight else Unit.PCS,
        )
        for line in order_lines(organisation_id, round_id)
    ]
    return write_order(
        PlacedOrder(
            id=f"koopset-{organisation_id}-{round_id}",
            number=str(paper.number if paper else round_id),
            day=timezone.localdate(row.sent_at or row.stopped_at),
            seller=Party(row.supplier_name, row.supplier_inn),
            buyer=Party(row.operator_name, card.inn, card.kpp),
            lines=lines,
            comment=row.title,
        )
    )


@dataclass(frozen=True, slots=True)
class WantRow:
    """One household and one good for the organiser's table."""

    participant: str
    good: str
    article: str
    wanted: int
    tolerance: int
    allocated: int | None
    per: int
    unit: str
    sum_kop: int | None

    @property
    def wanted_text(self) -> str:
        """«7 шт», «1,25 кг»."""
        return amount_text(self.wanted, self.per != 1, self.unit)

    @property
    def tolerance_text(self) -> str:
        """The same of «would also take»; a dash for nothing."""
        return amount_text(self.tolerance, self.per != 1, self.unit) if self.tolerance else "—"

    @property
    def allocated_text(self) -> str:
        """The same of what the household gets."""
        return "—" if self.allocated is None else amount_text(self.allocated, self.per != 1, self.unit)


def want_rows(actor: Actor, organisation_id: int, round_id: int) -> Iterator[WantRow]:
    """Wants of a round by household, then good; streamed. Raises Forbidden."""
    actor.require(PurchaseRight.ROUND_VIEW, organisation_id)
    row = Round.objects.filter(organisation_id=organisation_id).get(pk=round_id)
    lines = (
        row.lines.filter(organisation_id=organisation_id)
        .select_related("good", "participant")
        .order_by("participant__name", "participant_id", "good__position")
    )
    for line in lines.iterator(chunk_size=1000):
        if line.wanted or line.tolerance:
            yield WantRow(
                line.participant.name or _("household"),
                line.good.name,
                line.good.article,
                line.wanted,
                line.tolerance,
                line.allocated,
                line.good.per,
                line.good.unit,
                line.sum_kop,
            )
