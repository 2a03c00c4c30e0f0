"""Advances: what no charge took stands on 76.06 and settles the next charges; what was settled too much is an advance again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.billing.events import ChargeCorrected, ChargesPosted
from koopset.apps.billing.models import Charge, ChargeRun
from koopset.apps.billing.payments.models import Allocation, Payment
from koopset.apps.billing.payments.services import rows as write
from koopset.apps.billing.payments.services.days import book_day
from koopset.apps.billing.payments.services.settling import ADVANCES, Settler
from koopset.apps.billing.services.locks import lock_billing
from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger.services import EntryLine, accounts_for, operation_post_for_room
from koopset.foundation.rights.actors import SYSTEM, Actor

ADVANCE, RELEASE = "payments.advance", "payments.release"
_PART = 5_000


def apply_advances(
    actor: Actor,
    organisation_id: int,
    account_ids: Collection[int] | None,
    *,
    key: str,
    on_date: date,
    now: datetime,
) -> int:
    """Settle open charges from advances of these accounts (None: of all), the earliest payment first; how many kopecks.

    The caller holds the lock of billing. Only accounts that have an advance are read.
    """
    standing = ledger.balances(organisation_id, codes=[ADVANCES], subject_ids=account_ids)
    ahead = sorted(pk for pk, kop in standing.items() if kop < 0)
    if not ahead:
        return 0
    settler = Settler(organisation_id, ahead)
    wanted = sorted(settler.accounts())
    parts: list[tuple[int, int, int]] = []
    moved: dict[tuple[int, str], int] = {}
    for at in range(0, len(wanted), _PART):
        some = wanted[at : at + _PART]
        settled: dict[int, int] = dict(
            Allocation.objects.filter(
                organisation_id=organisation_id,
                payment__organisation_id=organisation_id,
                payment__account_id__in=some,
            )
            .values_list("payment_id")
            .annotate(kop=Sum("amount_kop"))
            .values_list("payment_id", "kop")
        )
        payments = (
            Payment.objects.filter(
                organisation_id=organisation_id, account_id__in=some, reversal__isnull=True
            )
            .order_by("account_id", "received_on", "pk")
            .values_list("pk", "account_id", "amount_kop", "received_on", "for_month")
        )
        for pk, account_id, amount, received_on, month in payments:
            left = amount - settled.get(pk, 0)
            if left <= 0:
                continue
            for charge_id, code, kop in settler.settle(account_id, left, received_on, month)[0]:
                parts.append((pk, charge_id, kop))
                moved[account_id, code] = moved.get((account_id, code), 0) + kop
    if not parts:
        return 0
    pairs = {(code, account) for account, code in moved} | {(ADVANCES, account) for account, _code in moved}
    ids = accounts_for(organisation_id, pairs)
    with override("ru"):
        title = _("Advances settle charges")
    operation_post_for_room(
        actor=actor,
        organisation_id=organisation_id,
        kind=ADVANCE,
        key=key,
        on_date=on_date,
        title=title,
        lines=[
            EntryLine(ids[ADVANCES, account], ids[code, account], kop, None)
            for (account, code), kop in moved.items()
        ],
        now=now,
    )
    write.insert_allocations(organisation_id, parts, now=now)
    return sum(kop for _payment, _charge, kop in parts)


def on_charges_posted(event: ChargesPosted) -> None:
    """Whoever paid ahead has paid these charges."""
    now = timezone.now()
    lock_billing(event.organisation_id)
    run = ChargeRun.objects.select_related("operation").get(
        organisation_id=event.organisation_id, pk=event.run_id
    )
    assert run.operation is not None
    apply_advances(
        SYSTEM,
        event.organisation_id,
        None,
        key=f"run {event.run_id}",
        on_date=run.operation.on_date,
        now=now,
    )


def on_charge_corrected(event: ChargeCorrected) -> None:
    """A charge made smaller gives back what was settled beyond its rest; one made larger takes from the advance."""
    now = timezone.now()
    organisation_id = event.organisation_id
    lock_billing(organisation_id)
    correction = Charge.objects.select_related("operation").get(
        organisation_id=organisation_id, pk=event.charge_id
    )
    on_date = max(book_day(organisation_id)(correction.operation.on_date), correction.operation.on_date)
    if event.amount_kop < 0 and event.corrects_id is not None:
        _release(organisation_id, event.corrects_id, event.charge_id, on_date, now)
    apply_advances(
        SYSTEM, organisation_id, [event.account_id], key=f"charge {event.charge_id}", on_date=on_date, now=now
    )


def _release(organisation_id: int, charge_id: int, correction_id: int, on_date: date, now: datetime) -> None:
    charge = Charge.objects.select_related("fee").get(organisation_id=organisation_id, pk=charge_id)
    taken = (
        Charge.objects.filter(
            organisation_id=organisation_id, corrects_id=charge_id, amount_kop__lt=0
        ).aggregate(kop=Sum("amount_kop"))["kop"]
        or 0
    )
    settled = list(
        Allocation.objects.filter(organisation_id=organisation_id, charge_id=charge_id)
        .values_list("payment_id")
        .annotate(kop=Sum("amount_kop"))
        .order_by("-payment_id")
        .values_list("payment_id", "kop")
    )
    over = sum(kop for _payment, kop in settled) - (charge.amount_kop + taken)
    if over <= 0:
        return
    parts, left = [], over
    for payment_id, kop in settled:  # the latest payment gives back first
        back = min(left, kop)
        if back > 0:
            parts.append((payment_id, charge_id, -back))
            left -= back
    code = charge.fee.debit_code
    ids = accounts_for(organisation_id, [(code, charge.account_id), (ADVANCES, charge.account_id)])
    with override("ru"):
        title = _("A charge became smaller: the rest is an advance")
    operation_post_for_room(
        actor=SYSTEM,
        organisation_id=organisation_id,
        kind=RELEASE,
        key=f"charge {correction_id}",
        on_date=on_date,
        title=title,
        lines=[EntryLine(ids[code, charge.account_id], ids[ADVANCES, charge.account_id], over, None)],
        now=now,
    )
    write.insert_allocations(organisation_id, parts, now=now)


def settled_of(*, organisation_id: int, account_ids: Collection[int]) -> dict[int, int]:
    """charge → kopecks that payments settled of it: what billing asks through its port."""
    return dict(
        Allocation.objects.filter(
            organisation_id=organisation_id,
            charge__organisation_id=organisation_id,
            charge__account_id__in=list(account_ids),
        )
        .values_list("charge_id")
        .annotate(kop=Sum("amount_kop"))
        .values_list("charge_id", "kop")
    )
