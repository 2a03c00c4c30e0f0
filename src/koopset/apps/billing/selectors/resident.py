"""What a resident owes, why, and till when (A3): one summary for the start page and for the page of bills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from koopset.apps.billing.selectors.accounts import AccountLabel, accounts_of_actor
from koopset.apps.billing.selectors.charges import charges_of_accounts
from koopset.apps.billing.selectors.debts import Debt, debts_of
from koopset.apps.billing.selectors.documents import DocumentRow, documents_of_accounts
from koopset.apps.billing.selectors.wording import arithmetic_text
from koopset.apps.organisations.selectors import organisation_card
from koopset.foundation.rights.actors import Actor
from koopset.kernel.period import Month


@dataclass(frozen=True, slots=True)
class DueLine:
    """A line of what is owed: its name, its arithmetic («8 соток × 150,00 ₽»), its sum."""

    title: str
    note: str
    amount_kop: int


@dataclass(frozen=True, slots=True)
class ResidentAccount:
    """One account of the resident. `month` is the latest charged month (202611), `lines` its charges, `before_kop` what stood before."""

    account: AccountLabel
    debt: Debt
    month: int | None
    lines: tuple[DueLine, ...]
    before_kop: int
    document: DocumentRow | None


@dataclass(frozen=True, slots=True)
class ResidentSummary:
    """What I owe, why, and till when (A3). `may_pay`: bills that were issued may be paid by their codes; not while the body is unverified.

    A term of the chair that ended leaves the bills of its time as they are: they name the body's own account.
    """

    total_kop: int
    overdue_kop: int
    next_due_on: date | None
    accounts: tuple[ResidentAccount, ...]
    may_pay: bool


def resident_summary(actor: Actor, organisation_id: int, today: date) -> ResidentSummary:
    """The debts of all accounts that the actor may see as its own. Empty when there is none."""
    rows = accounts_of_actor(actor, organisation_id, on=today)
    charges = charges_of_accounts(
        organisation_id, [row.id for row in rows], month_from=Month.of(today).plus(-3).number
    )
    recent = {pk: [(line.due_on, line.amount_kop) for line in lines] for pk, lines in charges.items()}
    debts = debts_of(organisation_id, [row.id for row in rows], today=today, recent=recent)
    documents: dict[int, DocumentRow] = {}
    for document in documents_of_accounts(organisation_id, [row.id for row in rows]):
        documents.setdefault(document.account_id, document)
    found = []
    for row in rows:
        debt, lines = debts[row.id], charges.get(row.id, [])
        if row.closed_on is not None and not debt.total_kop:
            continue
        month = max((line.month for line in lines), default=None)
        shown = [line for line in lines if line.month == month]
        found.append(
            ResidentAccount(
                account=row.label,
                debt=debt,
                month=month,
                lines=tuple(
                    DueLine(line.fee_title, line.reason or arithmetic_text(line.arithmetic), line.amount_kop)
                    for line in shown
                ),
                before_kop=debt.total_kop - sum(line.amount_kop for line in shown),
                document=documents.get(row.id),
            )
        )
    return ResidentSummary(
        total_kop=sum(max(0, one.debt.total_kop) for one in found),
        overdue_kop=sum(one.debt.overdue_kop for one in found),
        next_due_on=min((one.debt.next_due_on for one in found if one.debt.next_due_on), default=None),
        accounts=tuple(found),
        may_pay=organisation_card(organisation_id).trust != "never",
    )
