"""The index that matching asks: a few queries for an organisation of any size, none a line."""

from __future__ import annotations

from collections.abc import Iterator

from koopset.apps.billing import selectors as billing
from koopset.apps.billing.payments.models import Payment
from koopset.apps.billing.payments.rules import matching


def matching_index(organisation_id: int) -> matching.Index:
    """The numbers of all accounts; names, plots, debts, and who has paid for which before are read when a line asks for them."""
    return matching.Index(
        (matching.AccountNumbers(*row) for row in billing.account_numbers(organisation_id)),
        lambda: matching.Details(_accounts(organisation_id), _history(organisation_id)),
    )


def _accounts(organisation_id: int) -> Iterator[matching.AccountFacts]:
    debts = billing.balances(organisation_id)
    for one in billing.accounts_for_matching(organisation_id):
        yield matching.AccountFacts(
            account_id=one.account_id,
            number=one.number,
            payment_code=one.payment_code,
            persons=tuple(zip(one.person_ids, one.full_names, strict=False)),
            unit_numbers=one.unit_numbers,
            is_closed=one.closed_on is not None,
            debt_kop=debts.get(one.account_id, 0),
        )


def _history(organisation_id: int) -> dict[str, dict[int, int]]:
    """payer → account → how many payments, of those that stand."""
    found: dict[str, dict[int, int]] = {}
    rows = Payment.objects.filter(
        organisation_id=organisation_id, line__organisation_id=organisation_id, reversal__isnull=True
    ).values_list("line__party_name", "line__party_inn", "account_id")
    keys: dict[tuple[str, str], str] = {}
    for name, inn, account_id in rows.iterator():
        key = keys.get((name, inn))
        if key is None:
            key = keys[name, inn] = matching.payer_key(name, inn)
        if key:
            times = found.setdefault(key, {})
            times[account_id] = times.get(account_id, 0) + 1
    return found
