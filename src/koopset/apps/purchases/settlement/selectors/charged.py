"""What was charged in a settled round. No right is asked here."""

from __future__ import annotations

from collections import defaultdict

from koopset.apps.purchases.models import Round
from koopset.apps.purchases.settlement.models import ChargeRow
from koopset.apps.purchases.settlement.rules.costs import Taken
from koopset.apps.purchases.settlement.selectors.dues import LineDue, taken_by


def charged_lines(row: Round) -> list[LineDue]:
    """Lines as they were charged."""
    return [
        LineDue(
            one.line_id or 0,
            one.line.good_id if one.line else 0,
            one.participant_id,
            one.quantity or 0,
            one.price_kop or 0,
            one.amount_kop,
        )
        for one in ChargeRow.objects.filter(
            organisation_id=row.organisation_id, round_id=row.pk, what=ChargeRow.What.GOODS
        )
        .select_related("line")
        .order_by("line_id")
    ]


def taken_when_charged(row: Round) -> dict[int, Taken]:
    """What each took, as the costs were split."""
    found: dict[int, list[LineDue]] = defaultdict(list)
    for line in charged_lines(row):
        found[line.participant_id].append(line)
    return taken_by(row, found)
