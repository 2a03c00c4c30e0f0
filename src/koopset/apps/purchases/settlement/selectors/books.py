"""Figures of the books of purchases. No right is asked: pages and services ask theirs."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, Sum
from django.utils import timezone

from koopset.apps.purchases.models import AllocationRun, Round
from koopset.apps.purchases.settlement.models import Cash


def fund_kop(organisation_id: int) -> int:
    """Money of purchases that the body has: what participants brought and suppliers returned, less what was sent and paid."""
    signed = 0
    rows = (
        Cash.objects.filter(organisation_id=organisation_id)
        .values_list("kind")
        .annotate(
            kop=Sum("amount_kop", filter=Q(takes_back__isnull=True), default=0),
            back=Sum("amount_kop", filter=Q(takes_back__isnull=False), default=0),
        )
        .order_by("kind")
    )
    for kind, kop, back in rows:
        came = kind in {Cash.Kind.IN, Cash.Kind.RECOVERED}
        signed += (kop - back) * (1 if came else -1)
    return signed


def received_in(organisation_id: int, first: date, last: date) -> list[tuple[int, date]]:
    """(round, day its intake was finished) of rounds that are not settled yet."""
    rows = AllocationRun.objects.filter(
        organisation_id=organisation_id,
        stage=AllocationRun.Stage.INTAKE,
        round__state=Round.State.RECEIVED,
        at__date__gte=first,
        at__date__lte=last,
    ).order_by("round_id")
    return [(pk, timezone.localdate(at)) for pk, at in rows.values_list("round_id", "at")]
