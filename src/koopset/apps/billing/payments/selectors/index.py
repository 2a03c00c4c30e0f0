"""The index that matching asks: a few queries for an organisation of any size, none a line."""

from __future__ import annotations

from koopset.apps.billing import selectors as billing
from koopset.apps.billing.payments.models import Payment
from koopset.apps.billing.payments.rules import matching


def matching_index(organisation_id: int) -> matching.Index:
    """Accounts with names, plots, debts, and who has paid for which before."""
    debts = billing.balances(organisation_id)
    accounts = [
        matching.AccountFacts(
            account_id=one.account_id,
            number=one.number,
            payment_code=one.payment_code,
            persons=tuple(zip(one.person_ids, one.full_names, strict=False)),
            unit_numbers=one.unit_numbers,
            is_closed=one.closed_on is not None,
            debt_kop=debts.get(one.account_id, 0),
        )
        for one in billing.accounts_for_matching(organisation_id)
    ]
    return matching.build(accounts, _history(organisation_id))


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
