"""Needs of a month are published once: cells of at least k households, for everybody, for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db import IntegrityError, transaction

from koopset.apps.needs.demand.models import Publication, PublishedCell, Wish
from koopset.apps.needs.demand.permissions import DemandRight
from koopset.apps.needs.demand.rules import cells
from koopset.apps.needs.demand.rules.cells import Cell, Given
from koopset.apps.needs.demand.rules.prices import median, round_kop
from koopset.apps.needs.demand.rules.wishes import Wanted, month_amount, solvent_part
from koopset.apps.needs.demand.selectors import frames
from koopset.apps.needs.demand.selectors.purchases import PURCHASES, second_of
from koopset.apps.needs.selectors.homes import homes_of
from koopset.foundation.analytics import copied_at, question
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

MILLION = 1_000_000
BATCH = 1000
#: What was being written while the copy was made counts in the next publication.
SETTLES = timedelta(minutes=10)


@service(DemandRight.THRESHOLDS_EDIT)
def needs_publish(*, actor: Actor, month: Month, on: date, now: datetime) -> Publication:
    """Publish a month that is over, by the copy as it stands; the publication that stands where it was published already.

    What came too late counts in the next one. Raises demand.month_not_over, demand.month_passed (a later month was published),
    demand.not_copied (no copy was made after the month).
    """
    if month.last >= on:
        raise RuleViolation("demand.month_not_over")
    known = Publication.objects.filter(month=month.number).first()
    if known is not None:
        return known
    former = Publication.objects.order_by("-month").first()
    if former is not None and former.month > month.number:
        raise RuleViolation("demand.month_passed")
    copied = copied_at(PURCHASES)
    if copied is None or copied.date() <= month.last:
        raise RuleViolation("demand.not_copied")
    try:
        with transaction.atomic():
            return _publish(month, former, copied - SETTLES, now)
    except IntegrityError:  # another published it in this very moment
        return Publication.objects.get(month=month.number)


def _publish(month: Month, former: Publication | None, cut: datetime, now: datetime) -> Publication:
    bought = cells.choose(_bought(month, former, cut))
    prices = _prices(month)
    wishes = list(_wished(now, prices))
    wished = cells.choose(wishes)
    district_of = {one.settlement: one.district for one in wishes} | {
        one.district: one.district for one in wishes
    }
    rows = [_row(PublishedCell.Measure.BOUGHT, cell) for cell in bought.cells]
    for cell in wished.cells:
        row = _row(PublishedCell.Measure.WISHED, cell)
        row.price_kop = prices[(district_of[cell.territory], cell.subject, cell.unit)]
        rows.append(row)
    made = Publication.objects.create(
        month=month.number,
        least_households=cells.LEAST_HOUSEHOLDS,
        cut_at=cut,
        published_at=now,
        cells_count=len(rows),
        held_back=bought.held_back + wished.held_back,
    )
    for row in rows:
        row.publication = made
    PublishedCell.objects.bulk_create(rows, batch_size=BATCH)
    return made


def _bought(month: Month, former: Publication | None, cut: datetime) -> Iterable[Given]:
    """What each household gives to each cell; returns are set off, and who returned more than was bought gives nothing."""
    table = question(
        PURCHASES,
        lambda facts: frames.of_period(
            facts,
            month=month.number,
            cut=second_of(cut),
            former_cut=second_of(former.cut_at) if former is not None else None,
        ),
    )
    for batch in table.to_batches():
        for row in batch.to_pylist():
            if row["micro"] > 0 and row["sum_kop"] > 0:
                place = row["territory_id"] if row["territory_id"] != row["district_id"] else 0
                values = (Fraction(row["micro"], MILLION), Fraction(row["sum_kop"]))
                yield Given(
                    row["household_id"], place, row["district_id"], row["category"], row["unit"], values
                )


def _prices(month: Month) -> dict[tuple[int, str, str], int]:
    """(district, kind, unit) → the median of what shops asked for one unit in the month, where five households or more paid it."""
    table = question(
        PURCHASES,
        lambda facts: frames.prices(facts).filter(lambda found: found.month == month.number),
    )
    shops: dict[tuple[int, str, str], list[tuple[Fraction, int]]] = defaultdict(list)
    for row in table.to_pylist():
        key = (row["district_id"], row["kind"], row["unit"])
        shops[key].append((Fraction(row["median_kop"]), row["households"]))
    return {
        key: round_kop(median([price for price, _households in found]))
        for key, found in shops.items()
        if max(households for _price, households in found) >= cells.LEAST_HOUSEHOLDS
    }


def _wished(now: datetime, prices: dict[tuple[int, str, str], int]) -> Iterable[Given]:
    """What each household wishes of each kind in a month: the need, and what of it is solvent at the price of its district.

    Solvent and insolvent are values of one cell, each safe by itself, so who cannot pay is never seen.
    """
    totals: dict[tuple[int, str, str], list[Wish]] = defaultdict(list)
    for wish in Wish.objects.filter(state=Wish.State.OPEN, created_at__lte=now).iterator(chunk_size=2000):
        totals[(wish.household_id, wish.kind, wish.unit)].append(wish)
    homes = homes_of({household for household, _kind, _unit in totals})
    for (household, kind, unit), wishes in sorted(totals.items()):
        home = homes.get(household)
        price = prices.get((home.district_id, kind, unit)) if home else None
        if home is None or not home.district_id or price is None:
            continue
        need = solvent = Fraction(0)
        for wish in wishes:
            wanted = Wanted(
                month_amount(Fraction(wish.amount), wish.rhythm), wish.max_price_kop, wish.budget_kop
            )
            need, solvent = need + wanted.amount, solvent + solvent_part(wanted, price)
        place = home.territory_id if home.territory_id != home.district_id else 0
        yield Given(household, place, home.district_id, kind, unit, (need, solvent, need - solvent))


def _row(measure: str, cell: Cell) -> PublishedCell:
    shown = [cells.shown_value(value) for value in cell.values]
    row = PublishedCell(
        measure=measure,
        level=cell.level,
        territory_id=cell.territory,
        subject=cell.subject,
        unit=cell.unit,
        households=cells.shown_households(cell.households),
        amount=_decimal(shown[0]),
    )
    if measure == PublishedCell.Measure.BOUGHT:
        row.sum_kop = round_kop(shown[1])
    else:
        row.solvent, row.insolvent = _decimal(shown[1]), _decimal(shown[2])
    return row


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
