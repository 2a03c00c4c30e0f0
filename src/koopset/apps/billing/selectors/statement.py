"""The statement of a personal account for a period: opening, charged, paid, closing (H8). It is the books' own account of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from koopset.apps.billing.selectors.charges import ChargeRow, charges_of_account
from koopset.apps.billing.selectors.debts import SUBJECT, balances
from koopset.apps.ledger import selectors as ledger
from koopset.kernel.violations import RuleViolation

#: Operations that change what is owed; the rest are money.
_OWED = ("billing.", "ledger.opening")
MAX_DAYS = 366 * 10


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One operation: charged or paid (either may be negative: a correction, a return), and the balance after it."""

    on_date: date
    kind: str
    operation_id: int
    title: str
    charged_kop: int
    paid_kop: int
    balance_kop: int
    lines: tuple[ChargeRow, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """opening + charged − paid = closing, in kopecks; a positive balance is a debt, a negative one an advance."""

    account_id: int
    date_from: date
    date_to: date
    opening_kop: int
    charged_kop: int
    paid_kop: int
    closing_kop: int
    rows: tuple[StatementRow, ...]


def statement(organisation_id: int, account_id: int, date_from: date, date_to: date) -> Statement:
    """The statement between two days, both included. Asks no right: the caller has.

    Raises billing.period_order, billing.period_too_long.
    """
    if date_from > date_to:
        raise RuleViolation("billing.period_order", field="date_to")
    if (date_to - date_from).days > MAX_DAYS:
        raise RuleViolation("billing.period_too_long", field="date_from")
    opening = balances(organisation_id, [account_id], at=date_from - timedelta(days=1)).get(account_id, 0)
    grouped: dict[int, list[ledger.SubjectEntry]] = {}
    for entry in ledger.subject_entries(
        organisation_id, subject=SUBJECT, subject_id=account_id, date_from=date_from, date_to=date_to
    ):
        grouped.setdefault(entry.operation_id, []).append(entry)
    lines: dict[int, list[ChargeRow]] = {}
    charge_operations = [
        pk for pk, entries in grouped.items() if entries[0].operation_kind.startswith("billing.")
    ]
    if charge_operations:
        for row in charges_of_account(organisation_id, account_id, operation_ids=charge_operations):
            lines.setdefault(row.operation_id, []).append(row)
    rows: list[StatementRow] = []
    balance = opening
    for operation_id, entries in grouped.items():
        change = sum(entry.debit_kop - entry.credit_kop for entry in entries)
        if not change:
            continue  # an advance that settled a charge: nothing changed hands
        owed = entries[0].operation_kind.startswith(_OWED)
        balance += change
        rows.append(
            StatementRow(
                on_date=entries[0].on_date,
                kind=entries[0].operation_kind,
                operation_id=operation_id,
                title=entries[0].title,
                charged_kop=change if owed else 0,
                paid_kop=0 if owed else -change,
                balance_kop=balance,
                lines=tuple(lines.get(operation_id, ())),
            )
        )
    return Statement(
        account_id=account_id,
        date_from=date_from,
        date_to=date_to,
        opening_kop=opening,
        charged_kop=sum(row.charged_kop for row in rows),
        paid_kop=sum(row.paid_kop for row in rows),
        closing_kop=balance,
        rows=tuple(rows),
    )
