"""What each household saved in a round that is being settled: against the median of its own prices of half a year before it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from koopset.apps.needs import selectors as needs
from koopset.apps.purchases.models import Participant, Round, RoundGood
from koopset.apps.purchases.settlement.models import LineSaving
from koopset.apps.purchases.settlement.rules.savings import line_saving, median_price, paid_with_costs
from koopset.apps.purchases.settlement.selectors.preview import Preview
from koopset.foundation.history.bulk import write_rows
from koopset.kernel.quantity import Quantity, Unit
from koopset.kernel.violations import RuleViolation

#: How far back one's own prices are read.
BACK = timedelta(days=183)
_BASE = {"mass": Unit.KG, "volume": Unit.L, "count": Unit.PCS}

Key = tuple[int, str, str]
#: Columns as `write_rows` takes them, and decimals as the columns keep them.
_COLUMNS = (
    "household_id", "organisation_id", "territory_id", "round_id", "line_id", "on_date", "kind", "unit", "amount", "paid_kop",
    "prior_price_kop", "prior_count", "prior_kop",
)  # fmt: skip
_AMOUNT, _PRICE = Decimal("0.001"), Decimal("0.0001")


def savings_count(row: Round, seen: Preview, *, now: datetime) -> None:
    """Write a row for each charged line, inside the settlement. A kind that a household never bought has no price, and gets none."""
    goods = {
        good.pk: good
        for good in RoundGood.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
    }
    households = dict(
        Participant.objects.filter(
            organisation_id=row.organisation_id, pk__in=[one.participant_id for one in seen.members]
        ).values_list("pk", "household_id")
    )
    prices = own_prices(row, set(households.values()), {good.kind for good in goods.values() if good.kind})
    homes = needs.homes_of(households.values())
    on = connection.ops.adapt_datefield_value(timezone.localdate(now))
    amounts: dict[tuple[int, int], tuple[str, Decimal]] = {}  # many take as much of a good as others
    rows: list[tuple[Any, ...]] = []
    for one in seen.members:
        household_id = households[one.participant_id]
        paid = paid_with_costs({line.line_id: line.goods_kop for line in one.due.lines}, one.due.total_kop)
        for line in one.due.lines:
            good = goods[line.good_id]
            taken = (line.good_id, line.units)
            if taken not in amounts:
                amounts[taken] = amount_of(good, line.units)
            unit, amount = amounts[taken]
            own = prices.get((household_id, good.kind, unit), [])
            price = median_price(own) if good.kind else None
            saving = line_saving(paid[line.line_id], amount, price)
            home = homes.get(household_id)
            rows.append(
                (
                    household_id, row.organisation_id, home.territory_id if home else None, row.pk, line.line_id, on,
                    good.kind, unit, f"{amount.quantize(_AMOUNT):f}", saving.paid_kop,
                    f"{price.quantize(_PRICE):f}" if price is not None else None, len(own) if price is not None else 0,
                    saving.prior_kop,
                )
            )  # fmt: skip
    write_rows(LineSaving._meta.db_table, _COLUMNS, rows)


def own_prices(row: Round, household_ids: set[int], kinds: set[str]) -> dict[Key, list[Decimal]]:
    """(household, kind, unit) → the household's own prices of a unit in the half year before the round opened; returns left out."""
    found: dict[Key, list[Decimal]] = defaultdict(list)
    if not kinds or not household_ids:
        return found
    before = timezone.localdate(row.opened_at or row.created_at)
    for fact in needs.purchase_facts(
        day_from=before - BACK, day_to=before - timedelta(days=1), household_ids=sorted(household_ids)
    ):
        if fact.kind in kinds and fact.price_kop_per_unit is not None and fact.sum_kop > 0:
            found[fact.household_id, fact.kind, fact.unit].append(Decimal(fact.price_kop_per_unit))
    return found


def amount_of(good: RoundGood, units: int) -> tuple[str, Decimal]:
    """Units of a good in the unit in which needs are counted: kilograms, litres, pieces."""
    whole = Decimal(units) / 1000 if good.by_weight else good.amount * units
    try:
        quantity = Quantity(whole, good.unit)
        base = _BASE[quantity.unit.measure]
        return base.value, quantity.to(base).value
    except (RuleViolation, KeyError):
        return Unit.PCS.value, Decimal(units)
