"""What charging a month would write: computed, shown, fingerprinted; nothing is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from koopset.apps.billing.models import AccountUnit, Charge, ChargeRun, Fee
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.rules import charging
from koopset.apps.billing.rules.arithmetic import Arithmetic, quantity_of
from koopset.apps.billing.selectors.accounts import chunks
from koopset.apps.ledger import selectors as ledger
from koopset.apps.register import selectors as register
from koopset.foundation.rights.actors import Actor
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class Warn:
    """Something to look at before posting; `code` and `params` are worded like a refusal. `unit_ids` and `fee_id` say where."""

    code: str
    params: dict[str, object]
    fee_id: int | None = None
    unit_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FeeTotal:
    """What one fee gives in the month."""

    fee_id: int
    title: str
    lines: int
    total_kop: int
    due_on: date


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A line that would be posted; `unit_id` None: of the account as a whole."""

    account_id: int
    unit_id: int | None
    fee_id: int
    fee_title: str
    arithmetic: Arithmetic
    amount_kop: int


@dataclass(frozen=True, slots=True)
class MonthLines:
    """The computed lines with the fees behind them."""

    month: Month
    fees: dict[int, Fee]
    lines: charging.Lines
    warnings: tuple[Warn, ...]

    @property
    def fingerprint(self) -> str:
        """Equal only to the fingerprint of equal lines."""
        return self.lines.fingerprint(self.month.number)


@dataclass(frozen=True, slots=True)
class Preview:
    """The month as it would be posted. Confirm it with `charge_run_start(…, fingerprint=preview.fingerprint)`."""

    month: Month
    fee_ids: tuple[int, ...]
    totals: tuple[FeeTotal, ...]
    accounts_count: int
    lines_count: int
    total_kop: int
    fingerprint: str
    warnings: tuple[Warn, ...]
    computed: MonthLines

    def lines(self, limit: int | None = None) -> Iterator[PreviewLine]:
        """Lines in the order of posting, streamed."""
        due = self.computed.lines
        for number, line in enumerate(due):
            if limit is not None and number >= limit:
                return
            terms = due.fees[line.fee_index]
            fee = self.computed.fees[terms.fee_id]
            divided = due.divided_by.get(terms.fee_id)
            yield PreviewLine(
                account_id=line.account_id,
                unit_id=line.unit_id or None,
                fee_id=terms.fee_id,
                fee_title=fee.title,
                arithmetic=Arithmetic(
                    base=fee.base,
                    method=fee.method,
                    quantity=quantity_of(line.quantity_micro),
                    rate_rub=fee.rate,
                    amount_kop=line.amount_kop,
                    divided_by=quantity_of(divided) if divided else None,
                ),
                amount_kop=line.amount_kop,
            )


def any_fee(organisation_id: int) -> bool:
    """Whether the organisation has set a fee."""
    return Fee.objects.filter(organisation_id=organisation_id).exists()


def fees_due(organisation_id: int, month: Month) -> list[Fee]:
    """Fees that are charged in the month, in the order of their positions. Asks no right."""
    return fees_due_by_month(organisation_id, [month])[month]


def fees_due_by_month(organisation_id: int, months: Iterable[Month]) -> dict[Month, list[Fee]]:
    """month -> fees that are charged in it, in the order of their positions, for each of `months`. Asks no right."""
    fees = list(Fee.objects.filter(organisation_id=organisation_id).order_by("position", "pk"))
    return {month: [fee for fee in fees if charging.is_charged_in(terms_of(fee), month)] for month in months}


def terms_of(fee: Fee) -> charging.FeeTerms:
    """A fee as the rules see it."""
    return charging.FeeTerms(
        fee_id=fee.pk,
        base=fee.base,
        method=fee.method,
        rate_micro=charging.rate_micro_of(Decimal(fee.rate)),
        audience=fee.audience,
        period=fee.period,
        from_month=fee.from_month,
        to_month=fee.to_month,
        due_day=fee.due_day,
        position=fee.position,
    )


def charge_preview(actor: Actor, organisation_id: int, month: Month, fee_ids: Collection[int]) -> Preview:
    """What charging these fees in the month would write. Raises Forbidden, billing.fee_unknown, billing.fees_not_chosen.

    A month closed in the books is a warning here and a refusal when posted.
    """
    actor.require(BillingRight.CHARGE_VIEW, organisation_id)
    computed = month_lines(organisation_id, month, fee_ids)
    totals = computed.lines.totals_by_fee()
    return Preview(
        month=month,
        fee_ids=tuple(sorted(computed.fees)),
        totals=tuple(
            FeeTotal(
                terms.fee_id,
                computed.fees[terms.fee_id].title,
                *totals[terms.fee_id],
                charging.due_on(month, terms.due_day),
            )
            for terms in computed.lines.fees
        ),
        accounts_count=len(set(computed.lines.accounts)),
        lines_count=len(computed.lines),
        total_kop=computed.lines.total_kop,
        fingerprint=computed.fingerprint,
        warnings=computed.warnings,
        computed=computed,
    )


def month_lines(organisation_id: int, month: Month, fee_ids: Collection[int]) -> MonthLines:
    """The lines of a month from the register and the fees as they are now. Asks no right; raises as charge_preview."""
    fees = {fee.pk: fee for fee in Fee.objects.filter(organisation_id=organisation_id, pk__in=set(fee_ids))}
    if not fees:
        raise RuleViolation("billing.fees_not_chosen", field="fees")
    if set(fee_ids) - fees.keys():
        raise RuleViolation("billing.fee_unknown", field="fees")
    holdings, gaps = _holdings(organisation_id, month)
    terms = [terms_of(fee) for fee in fees.values()]
    charged = _charged(organisation_id, month, set(fees), {held.account_id for held in holdings})
    lines = charging.charge_lines(terms, holdings, month, charged=charged)
    return MonthLines(month, fees, lines, tuple(_warnings(organisation_id, month, fees, lines, gaps)))


def _holdings(organisation_id: int, month: Month) -> tuple[list[charging.Holding], list[int]]:
    """Units of the month with their accounts, and the units that no account pays for.

    A unit is held by whoever has it first in the month; the register is asked for that day, so a unit that joins in the middle is
    there, and a seller pays for the month in which he sold.
    """
    first, last = month.first, month.last
    holders: dict[int, list[tuple[date, int, int, int]]] = {}
    for unit_id, account_id, numerator, denominator, valid_from, valid_to in (
        AccountUnit.objects.filter(organisation_id=organisation_id, valid_from__lte=last)
        .order_by("unit_id", "account_id", "pk")
        .values_list(
            "unit_id", "account_id", "share_numerator", "share_denominator", "valid_from", "valid_to"
        )
        .iterator(chunk_size=10_000)
    ):
        if valid_to is None or valid_to >= first:
            holders.setdefault(unit_id, []).append(
                (max(valid_from, first), account_id, numerator, denominator)
            )
    units = {unit.unit_id: unit for unit in register.billable_units(organisation_id, on=first)}
    if any(unit_id not in units for unit_id in holders):
        for unit in register.billable_units(organisation_id, on=last):
            units.setdefault(unit.unit_id, unit)
    holdings: list[charging.Holding] = []
    gaps: list[int] = []
    for unit_id, unit in units.items():
        rows = holders.get(unit_id)
        if rows is None:
            gaps.append(unit_id)
            continue
        parts: tuple[tuple[int, Fraction], ...] = ()
        if len(rows) > 1 or rows[0][2] != rows[0][3]:
            start = min(row[0] for row in rows)
            rows = [row for row in rows if row[0] == start]
            if len(rows) > 1 or rows[0][2] != rows[0][3]:
                parts = tuple((account, Fraction(top, bottom)) for _from, account, top, bottom in rows)
        holdings.append(
            charging.Holding(
                account_id=rows[0][1],
                unit_id=unit_id,
                sort_key=unit.sort_key,
                area_100=charging.area_100_of(unit.area_m2),
                is_member=unit.has_member,
                share=unit.share,
                parts=parts,
            )
        )
    return holdings, gaps


def _charged(
    organisation_id: int, month: Month, fee_ids: set[int], account_ids: set[int]
) -> set[tuple[int, int, int]]:
    """(account, unit or 0, fee) of what the month has been charged before."""
    if not ChargeRun.objects.filter(
        organisation_id=organisation_id, month=month.number, state=ChargeRun.State.POSTED
    ).exists():
        return set()
    return {
        (account_id, unit_id or 0, fee_id)
        for part in chunks(account_ids)
        for account_id, unit_id, fee_id in Charge.objects.filter(
            organisation_id=organisation_id,
            account_id__in=part,
            month=month.number,
            kind=Charge.Kind.CHARGE,
            fee_id__in=fee_ids,
        ).values_list("account_id", "unit_id", "fee_id")
    }


def _warnings(
    organisation_id: int, month: Month, fees: dict[int, Fee], lines: charging.Lines, gaps: list[int]
) -> Iterator[Warn]:
    if ledger.month_state(organisation_id, month) == "closed":
        yield Warn("billing.warn_month_closed", {"month": str(month)})
    if gaps:
        yield Warn("billing.warn_units_without_account", {"count": len(gaps)}, unit_ids=tuple(gaps[:20]))
    if lines.incomplete_units:
        yield Warn(
            "billing.warn_parts_incomplete",
            {"count": len(lines.incomplete_units)},
            unit_ids=tuple(lines.incomplete_units[:20]),
        )
    for fee_id, units in lines.unmeasured.items():
        yield Warn(
            "billing.warn_units_unmeasured",
            {"count": len(units), "fee": fees[fee_id].title},
            fee_id=fee_id,
            unit_ids=tuple(units[:20]),
        )
    for fee_id, count in lines.repeated.items():
        code = (
            "billing.warn_divided_already"
            if fees[fee_id].method == Fee.Method.SPLIT
            else "billing.warn_charged_already"
        )
        yield Warn(code, {"count": count, "fee": fees[fee_id].title}, fee_id=fee_id)
    due = {terms.fee_id for terms in lines.fees}
    for fee_id, fee in fees.items():
        if fee_id not in due:
            yield Warn("billing.warn_fee_not_due", {"fee": fee.title}, fee_id=fee_id)
