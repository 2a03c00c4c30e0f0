"""Fees and the order of settlement: each rests on a decision."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from koopset.apps.billing.models import Charge, ChargeRun, Fee, SettlementPolicy
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.rules.charging import rate_micro_of
from koopset.apps.ledger import selectors as ledger
from koopset.apps.organisations import selectors as organisations
from koopset.apps.register import selectors as register
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

MAX_RATE = Decimal(10) ** 9
#: What only a member, or one who becomes a member, brings.
_OF_MEMBERS = frozenset({Fee.Kind.SHARE, Fee.Kind.ENTRY})


@service(BillingRight.FEE_EDIT)
def fee_create(
    *,
    actor: Actor,
    organisation_id: int,
    title: str,
    kind: str,
    base: str,
    rate: Decimal,
    decision_id: int | None,
    from_month: Month | int,
    now: datetime,
    method: str = Fee.Method.RATE,
    audience: str = Fee.Audience.ALL,
    period: str = Fee.Period.MONTH,
    to_month: Month | int | None = None,
    due_day: int = 10,
    bank_account_id: int | None = None,
    debit_code: str | None = None,
    credit_code: str | None = None,
    position: int = 100,
) -> Fee:
    """Add a fee: `rate` is roubles (six decimals at most) for one unit of the base, or the whole sum to be divided.

    Nothing is charged without a decision of the meeting (217-ФЗ art. 14 part 8, 5 part 3; ЖК РФ art. 137). Raises
    billing.fee_needs_decision, billing.fee_rate, billing.fee_months, billing.fee_due_day, billing.fee_title,
    billing.fee_kind (a kind that the legal form does not have, with the article), billing.fee_no_account (the chart has no account for
    it), billing.fee_audience (a payment of non-members is charged to them alone, a share or an entry fee to members),
    billing.bank_account_unknown, organisations.no_legal_person.
    """
    if not title.strip():
        raise RuleViolation("billing.fee_title", field="title")
    if decision_id is None or not register.decision_exists(organisation_id, decision_id):
        raise RuleViolation("billing.fee_needs_decision", field="decision")
    card = organisations.organisation_card(organisation_id)
    if not card.is_legal_person:
        organisations.require_collecting(organisation_id, now=now)
    chosen = Fee.Kind(kind)
    debit, credit = _accounts(organisation_id, card.form, chosen)
    first, last = _months(from_month, to_month)
    if chosen is Fee.Kind.NON_MEMBER:
        if audience == Fee.Audience.MEMBERS:
            raise RuleViolation("billing.fee_audience", field="audience")
        audience = Fee.Audience.NON_MEMBERS
    if chosen in _OF_MEMBERS:
        if audience == Fee.Audience.NON_MEMBERS:
            raise RuleViolation("billing.fee_audience", field="audience")
        audience = Fee.Audience.MEMBERS
    _check_due_day(due_day)
    _check_bank_account(organisation_id, bank_account_id)
    return Fee.objects.create(
        organisation_id=organisation_id,
        title=title.strip()[:120],
        kind=chosen,
        base=Fee.Base(base),
        method=Fee.Method(method),
        rate=_rate(rate),
        audience=Fee.Audience(audience),
        period=Fee.Period(period),
        decision_id=decision_id,
        from_month=first,
        to_month=last,
        due_day=due_day,
        bank_account_id=bank_account_id,
        debit_code=debit_code or debit,
        credit_code=credit_code or credit,
        position=position,
        created_at=now,
    )


def _accounts(organisation_id: int, form: str, kind: Fee.Kind) -> tuple[str, str]:
    """Chart accounts of the debt and of the income of a kind that the legal form has. Raises billing.fee_kind, billing.fee_no_account."""
    fee = organisations.legal_form(form).fee(kind)
    if fee is None:
        rule = organisations.form_rule(form, "fee.kinds", date.max)
        raise RuleViolation(
            "billing.fee_kind",
            field="kind",
            kind=str(kind.label),
            form=organisations.form_name(form),
            article=rule.source.article if rule else "",
        )
    known = {line.code: line for line in ledger.chart_lines(organisation_id)}
    for code in (fee.debit, fee.credit):
        if known and (code not in known or not known[code].takes_entries):
            raise RuleViolation("billing.fee_no_account", field="kind", account=code)
    return fee.debit, fee.credit


@service(BillingRight.FEE_EDIT)
def fee_update(
    *,
    actor: Actor,
    organisation_id: int,
    fee_id: int,
    title: str,
    due_day: int,
    position: int,
    bank_account_id: int | None,
    now: datetime,
) -> Fee:
    """Another name, due day, place or bank account. What was charged keeps its terms: another rate is another fee with its own decision.

    Raises Fee.DoesNotExist, billing.fee_title, billing.fee_due_day, billing.bank_account_unknown.
    """
    fee = Fee.objects.select_for_update().get(organisation_id=organisation_id, pk=fee_id)
    if not title.strip():
        raise RuleViolation("billing.fee_title", field="title")
    _check_due_day(due_day)
    _check_bank_account(organisation_id, bank_account_id)
    fee.title, fee.due_day, fee.position, fee.bank_account_id = (
        title.strip()[:120],
        due_day,
        position,
        bank_account_id,
    )
    fee.save()
    return fee


@service(BillingRight.FEE_EDIT)
def fee_end(*, actor: Actor, organisation_id: int, fee_id: int, to_month: Month | int, now: datetime) -> Fee:
    """Charge the fee no more after a month. Raises Fee.DoesNotExist, billing.fee_months, billing.fee_charged_later."""
    fee = Fee.objects.select_for_update().get(organisation_id=organisation_id, pk=fee_id)
    _first, last = _months(fee.from_month, to_month)
    later = ChargeRun.objects.filter(
        organisation_id=organisation_id, month__gt=last or 0, state=ChargeRun.State.POSTED
    ).values_list("fee_ids", "month")
    if any(fee_id in ids for ids, _month in later):
        raise RuleViolation("billing.fee_charged_later", field="to_month")
    fee.to_month = last
    fee.save()
    return fee


@service(BillingRight.FEE_EDIT)
def fee_delete(*, actor: Actor, organisation_id: int, fee_id: int, now: datetime) -> None:
    """Forget a fee that was entered by mistake and never charged. Raises Fee.DoesNotExist, billing.fee_charged."""
    fee = Fee.objects.select_for_update().get(organisation_id=organisation_id, pk=fee_id)
    if Charge.objects.filter(organisation_id=organisation_id, fee_id=fee_id).exists():
        raise RuleViolation("billing.fee_charged")
    fee.delete()


@service(BillingRight.FEE_EDIT)
def settlement_policy_set(
    *,
    actor: Actor,
    organisation_id: int,
    order: str,
    penalties_last: bool = True,
    valid_from: date,
    decision_id: int | None = None,
    now: datetime,
) -> SettlementPolicy:
    """The order in which payments settle debts from a day on. Raises billing.decision_unknown, billing.policy_in_past."""
    if decision_id is not None and not register.decision_exists(organisation_id, decision_id):
        raise RuleViolation("billing.decision_unknown", field="decision")
    later = SettlementPolicy.objects.filter(organisation_id=organisation_id, valid_from__gt=valid_from)
    if later.exists():
        raise RuleViolation("billing.policy_in_past", field="valid_from")
    policy, _made = SettlementPolicy.objects.update_or_create(
        organisation_id=organisation_id,
        valid_from=valid_from,
        defaults={
            "order": SettlementPolicy.Order(order),
            "penalties_last": penalties_last,
            "decision_id": decision_id,
        },
    )
    return policy


def _months(from_month: Month | int, to_month: Month | int | None) -> tuple[int, int | None]:
    first = from_month if isinstance(from_month, Month) else Month.from_number(from_month)
    if to_month is None:
        return first.number, None
    last = to_month if isinstance(to_month, Month) else Month.from_number(to_month)
    if last < first:
        raise RuleViolation("billing.fee_months", field="to_month")
    return first.number, last.number


def _rate(rate: Decimal) -> Decimal:
    if not rate.is_finite() or not 0 < rate <= MAX_RATE:
        raise RuleViolation("billing.fee_rate", field="rate")
    try:
        rate_micro_of(rate)
    except ValueError as many:
        raise RuleViolation("billing.fee_rate", field="rate") from many
    return rate


def _check_due_day(due_day: int) -> None:
    if not 1 <= due_day <= 28:
        raise RuleViolation("billing.fee_due_day", field="due_day")


def _check_bank_account(organisation_id: int, bank_account_id: int | None) -> None:
    if (
        bank_account_id is not None
        and bank_account_id not in organisations.own_accounts(organisation_id).values()
    ):
        raise RuleViolation("billing.bank_account_unknown", field="bank_account")
