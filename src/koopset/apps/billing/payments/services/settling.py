"""Which charges a payment settles, and the entries that say so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from koopset.apps.billing import selectors as billing
from koopset.apps.billing.payments.services.rows import NewPayment
from koopset.apps.billing.rules.settlement import settle
from koopset.apps.ledger.services import EntryLine, accounts_for

BANK, CASH, TRANSIT = "51", "50", "57"
ADVANCES, UNIDENTIFIED, OUTGOING = "76.06", "76.90", "76.91"

Part = tuple[int, str, int]


class Settler:
    """Settles payment after payment of some accounts in memory. Make it under the lock of billing: it reads remainders once."""

    def __init__(self, organisation_id: int, account_ids: Collection[int]) -> None:
        self._organisation_id = organisation_id
        self._open = billing.open_charges(organisation_id, account_ids) if account_ids else {}
        self._policies: dict[date, billing.Policy] = {}

    def settle(
        self, account_id: int, amount_kop: int, on: date, stated_month: int | None = None
    ) -> tuple[tuple[Part, ...], int]:
        """((charge, chart code, kopecks) …, advance). Their sum is the amount."""
        charges = self._open.get(account_id)
        if not charges:
            return (), amount_kop
        policy = self._policies.get(on)
        if policy is None:
            policy = self._policies[on] = billing.settlement_policy(self._organisation_id, on)
        found = settle(amount_kop, charges, policy, stated_month=stated_month)
        taken = dict(found.parts)
        codes = {one.charge_id: one.code for one in charges}
        self._open[account_id] = [
            replace(one, remaining_kop=left)
            for one in charges
            if (left := one.remaining_kop - taken.get(one.charge_id, 0)) > 0
        ]
        return tuple((pk, codes[pk], kop) for pk, kop in found.parts), found.advance_kop

    def accounts(self) -> list[int]:
        """Accounts that have something open."""
        return [pk for pk, charges in self._open.items() if charges]


def credits_of(payment: NewPayment) -> dict[str, int]:
    """Chart code → kopecks by which the personal account is credited."""
    found: dict[str, int] = {}
    for _charge, code, kop in payment.parts:
        found[code] = found.get(code, 0) + kop
    if payment.advance_kop:
        found[ADVANCES] = found.get(ADVANCES, 0) + payment.advance_kop
    return found


def entries_from(
    organisation_id: int, debit: tuple[str, int], payments: Iterable[NewPayment], source_id: int | None
) -> Iterator[EntryLine]:
    """Entries of payments out of one chart account: the bank, the cash desk, «Невыясненные платежи»."""
    credits = [(one, credits_of(one)) for one in payments]
    ids = accounts_for(
        organisation_id, {debit} | {(code, one.account_id) for one, codes in credits for code in codes}
    )
    for one, codes in credits:
        for code, kop in codes.items():
            yield EntryLine(ids[debit], ids[code, one.account_id], kop, source_id)
