"""Charges of personal accounts: what was charged, what is open, in which order it is settled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Min

from koopset.apps.billing.models import Charge, ChargeRun, Fee, SettlementPolicy
from koopset.apps.billing.ports import settled
from koopset.apps.billing.rules.arithmetic import Arithmetic, quantity_of
from koopset.apps.billing.rules.settlement import OpenCharge, Policy
from koopset.apps.billing.selectors.accounts import chunks
from koopset.foundation.tenants.guard import across_tenants

#: So many accounts are a person's own, not a list.
FEW = 20


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A line of an account with what is needed to check it by hand (H6). `month` is the month charged for."""

    id: int
    kind: str
    fee_id: int
    fee_title: str
    fee_kind: str
    unit_id: int | None
    month: int
    arithmetic: Arithmetic
    amount_kop: int
    due_on: date
    reason: str
    corrects_id: int | None
    corrects_month: int | None
    operation_id: int


def charges_of_account(
    organisation_id: int,
    account_id: int,
    *,
    month_from: int | None = None,
    month_to: int | None = None,
    operation_ids: Collection[int] | None = None,
) -> list[ChargeRow]:
    """Lines of an account by month and fee, corrections after what they correct. Asks no right: the caller has."""
    return charges_of_accounts(
        organisation_id, [account_id], month_from=month_from, month_to=month_to, operation_ids=operation_ids
    ).get(account_id, [])


def charges_of_accounts(
    organisation_id: int,
    account_ids: Collection[int],
    *,
    month_from: int | None = None,
    month_to: int | None = None,
    operation_ids: Collection[int] | None = None,
) -> dict[int, list[ChargeRow]]:
    """account → its lines; see charges_of_account."""
    found: dict[int, list[ChargeRow]] = {}
    fees: dict[int, Fee] = {}
    runs: dict[int, dict[str, int]] = {}
    # A few accounts bring their fees and runs along in the same question; for all accounts that would repeat them in every line.
    along: tuple[str, ...] = ("corrects", "fee", "run") if len(account_ids) <= FEW else ("corrects",)
    if len(account_ids) > FEW:
        fees = {fee.pk: fee for fee in Fee.objects.filter(organisation_id=organisation_id)}
        runs = dict(
            ChargeRun.objects.filter(organisation_id=organisation_id)
            .exclude(divided_by={})
            .values_list("pk", "divided_by")
        )
    rows = Charge.objects.filter(organisation_id=organisation_id)
    if month_from is not None:
        rows = rows.filter(month__gte=month_from)
    if month_to is not None:
        rows = rows.filter(month__lte=month_to)
    if operation_ids is not None:
        rows = rows.filter(operation_id__in=list(operation_ids))
    for part in chunks(account_ids):
        for row in (
            rows.filter(account_id__in=part).select_related(*along).order_by("account_id", "month", "pk")
        ):
            if "fee" in along:
                fees.setdefault(row.fee_id, row.fee)
                if row.run is not None:
                    runs.setdefault(row.run.pk, row.run.divided_by)
            fee = fees[row.fee_id]
            divided = runs.get(row.run_id or 0, {}).get(str(row.fee_id))
            found.setdefault(row.account_id, []).append(
                ChargeRow(
                    id=row.pk,
                    kind=row.kind,
                    fee_id=row.fee_id,
                    fee_title=fee.title,
                    fee_kind=fee.kind,
                    unit_id=row.unit_id,
                    month=row.month,
                    arithmetic=Arithmetic(
                        base=fee.base,
                        method=fee.method,
                        quantity=_plain(row.quantity),
                        rate_rub=row.rate,
                        amount_kop=row.amount_kop,
                        divided_by=quantity_of(divided) if divided else None,
                    ),
                    amount_kop=row.amount_kop,
                    due_on=row.due_on,
                    reason=row.reason,
                    corrects_id=row.corrects_id,
                    corrects_month=row.corrects.month if row.corrects else None,
                    operation_id=row.operation_id,
                )
            )
    for lines in found.values():
        lines.sort(
            key=lambda one: (
                one.month,
                one.kind != Charge.Kind.CHARGE,
                fees[one.fee_id].position,
                one.fee_id,
                one.id,
            )
        )
    return found


def _plain(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def open_charges(organisation_id: int, account_ids: Collection[int]) -> dict[int, list[OpenCharge]]:
    """account → charges that are not settled in full, oldest due day first; accounts with none are left out.

    A negative correction takes from the charge it corrects; a positive one is a charge of its own. What is settled is told by the
    rooms above through `ports.register_settled`. Asks no right. Lock the accounts before reading remainders that will be written.
    """
    fees = {
        pk: (kind, code)
        for pk, kind, code in Fee.objects.filter(organisation_id=organisation_id).values_list(
            "pk", "kind", "debit_code"
        )
    }
    found: dict[int, list[OpenCharge]] = {}
    for part in chunks(account_ids):
        taken = settled(organisation_id=organisation_id, account_ids=part)
        rows = list(
            Charge.objects.filter(organisation_id=organisation_id, account_id__in=part)
            .order_by("account_id", "due_on", "month", "pk")
            .values_list("pk", "account_id", "month", "fee_id", "due_on", "amount_kop", "corrects_id")
        )
        for _pk, _account, _month, _fee, _due, amount, corrects in rows:
            if amount < 0 and corrects is not None:
                taken[corrects] = taken.get(corrects, 0) - amount
        for pk, account_id, month, fee_id, due, amount, _corrects in rows:
            remaining = amount - taken.get(pk, 0)
            if amount > 0 and remaining > 0:
                kind, code = fees[fee_id]
                found.setdefault(account_id, []).append(
                    OpenCharge(pk, month, fee_id, kind, code, due, remaining)
                )
    return found


def settlement_policy(organisation_id: int, on: date) -> Policy:
    """The order of settlement in force on a day; without one: the oldest first, penalties last."""
    row = (
        SettlementPolicy.objects.filter(organisation_id=organisation_id, valid_from__lte=on)
        .order_by("-valid_from")
        .first()
    )
    return Policy(row.order, row.penalties_last) if row else Policy()


def first_charges(organisation_ids: Collection[int] | None = None) -> dict[int, datetime]:
    """When each of the named bodies (None: of all) first charged a month; those that never did are left out. Asks no right."""
    with across_tenants("that a body charges is no secret; no sum and nobody's account"):
        rows = ChargeRun.objects.filter(state=ChargeRun.State.POSTED, posted_at__isnull=False)
        if organisation_ids is not None:
            rows = rows.filter(organisation_id__in=list(organisation_ids))
        return dict(rows.values_list("organisation_id").annotate(first=Min("posted_at")).order_by())
