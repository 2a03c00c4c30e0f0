"""What went through chart accounts month by month: for pictures and figures of start pages."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Sum

from koopset.apps.ledger.models import MonthTotal
from koopset.kernel.period import Month


def turnovers(
    organisation_id: int, codes: Collection[str], month_from: Month, month_to: Month
) -> dict[str, dict[int, tuple[int, int]]]:
    """{code: {month number: (debit, credit)}} in kopecks, codes exactly as named; months without a turnover are left out. One query.

    No right is asked: callers show what their own rights allow.
    """
    found: dict[str, dict[int, tuple[int, int]]] = {code: {} for code in codes}
    for code, month, debit, credit in (
        MonthTotal.objects.filter(
            organisation_id=organisation_id,
            month__gte=month_from.number,
            month__lte=month_to.number,
            account__chart__code__in=sorted(codes),
            account__organisation_id=organisation_id,
        )
        .values("account__chart__code", "month")
        .annotate(debit=Sum("debit_kop"), credit=Sum("credit_kop"))
        .order_by("account__chart__code", "month")
        .values_list("account__chart__code", "month", "debit", "credit")
    ):
        found[code][month] = (debit, credit)
    return found
