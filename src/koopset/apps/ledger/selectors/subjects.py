"""Which chart accounts a question is about."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from koopset.apps.ledger.models import ChartAccount


def chart_ids(organisation_id: int, *, codes: Iterable[str] | None, subject: str | None) -> dict[int, str]:
    """Chart account ids with their codes: those named by `codes` (a heading stands for all below it), else those about `subject`."""
    rows = ChartAccount.objects.filter(organisation_id=organisation_id)
    if codes is not None:
        named = Q(pk__in=())
        for code in codes:
            named |= Q(code=code) | Q(code__startswith=f"{code}.")
        rows = rows.filter(named)
    elif subject is not None:
        rows = rows.filter(subject=subject)
    return dict(rows.values_list("pk", "code"))


def marks(values: Iterable[object]) -> str:
    """Placeholders of an SQL list."""
    return ", ".join("%s" for _ in values)
