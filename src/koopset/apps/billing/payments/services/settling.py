"""Which charges a payment settles, and the entries that say so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from koopset.apps.billing import selectors as billing
from koopset.apps.billing.payments.services.rows import NewPayment
from koopset.apps.billing.rules.settlement import settle
from koopset.apps.ledger.services import EntryLine, accounts_for

BANK, CASH, TRANSIT = "51", "50", "57"
ADVANCES, UNIDENTIFIED, OUTGOING = "76.06", "76.90", "76.91"

Part = tuple[int, str, int]
#: Accounts whose open charges are in memory at once.
_PART = 2_000


class Settler:
    """Settles payment after payment of some accounts in memory. Make it under the lock of billing: it reads remainders once."""

    def __init__(
        self,
        organisation_id: int,
        account_ids: Collection[int],
        policies: dict[date, billing.Policy] | None = None,
    ) -> None:
        self._organisation_id = organisation_id
        self._open = billing.open_charges(organisation_id, account_ids) if account_ids else {}
        self._policies = {} if policies is None else policies

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
        rest: list[billing.OpenCharge] = []
        for one in charges:
            kop = taken.get(one.charge_id, 0)
            if not kop:
                rest.append(one)
            elif kop < one.remaining_kop:
                rest.append(replace(one, remaining_kop=one.remaining_kop - kop))
        self._open[account_id] = rest
        return tuple((pk, codes[pk], kop) for pk, kop in found.parts), found.advance_kop

    def accounts(self) -> list[int]:
        """Accounts that have something open."""
        return [pk for pk, charges in self._open.items() if charges]


class Asked(NamedTuple):
    """A payment to be settled: of which account, how much, when; the month its payer named."""

    account_id: int
    amount_kop: int
    on: date
    stated_month: int | None


def settle_many(organisation_id: int, asked: Sequence[Asked]) -> list[tuple[tuple[Part, ...], int]]:
    """What `Settler.settle` gives for each, in their order. Accounts are read part by part, so that memory never holds all that is open."""
    found: list[tuple[tuple[Part, ...], int]] = [((), 0)] * len(asked)
    by_account: dict[int, list[int]] = {}
    for place, one in enumerate(asked):
        by_account.setdefault(one.account_id, []).append(place)
    policies: dict[date, billing.Policy] = {}
    account_ids = sorted(by_account)
    for at in range(0, len(account_ids), _PART):
        part = account_ids[at : at + _PART]
        settler = Settler(organisation_id, part, policies)
        for account_id in part:
            for place in by_account[account_id]:
                found[place] = settler.settle(*asked[place])
    return found


def credits_of(payment: NewPayment) -> dict[str, int]:
    """Chart code → kopecks by which the personal account is credited."""
    if len(payment.parts) == 1 and not payment.advance_kop:
        return {payment.parts[0][1]: payment.parts[0][2]}
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
