"""Rows of accounts and sums among which a payment is divided: shared by matching and moving. Works without a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from koopset.apps.billing import selectors as billing
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest
from koopset.kernel.money import format_rub, parse_rub, split
from koopset.kernel.violations import RuleViolation

FOUND = 12


@dataclass(frozen=True, slots=True)
class PartRow:
    """An account chosen, its debt, and the sum as it is typed. `others` is the address without this row."""

    label: billing.AccountLabel
    debt_kop: int
    typed: str
    amount_kop: int
    others: str


def part_rows(
    request: PageRequest, organisation_id: int, amount_kop: int, suggested: Sequence[tuple[int, int]]
) -> tuple[list[PartRow], str]:
    """(rows, what is wrong with a typed sum). Chosen by the address or the form, else as suggested."""
    source = request.POST if request.method == "POST" else request.GET
    asked = [int(one) for one in source.getlist("account") if one.isdigit() and len(one) < 19][:60]
    ids = list(dict.fromkeys(asked)) or [account for account, _kop in suggested]
    labels = billing.account_labels(organisation_id, ids)
    ids = [pk for pk in ids if pk in labels]
    debts = billing.balances(organisation_id, ids) if ids else {}
    proposal = dict(suggested)
    if set(proposal) != set(ids):
        proposal = _divided(amount_kop, ids, debts)
    error = ""
    rows = []
    typed = source.getlist("amount") if request.method == "POST" else []
    for number, pk in enumerate(ids):
        text = typed[number] if number < len(typed) else format_rub(proposal.get(pk, 0)).replace(".", ",")
        kop = 0
        try:
            kop = parse_rub(text)
        except RuleViolation as violation:
            error = text_of(violation)
        others = "&".join(f"account={other}" for other in ids if other != pk)
        rows.append(PartRow(labels[pk], debts.get(pk, 0), text, kop, others))
    return rows, error


def _divided(amount_kop: int, ids: Sequence[int], debts: dict[int, int]) -> dict[int, int]:
    """By debts when they make up the sum, else equally."""
    owed = {pk: max(0, debts.get(pk, 0)) for pk in ids}
    if sum(owed.values()) == amount_kop:
        return owed
    return split(amount_kop, [(pk, 1) for pk in ids]) if ids else {}


def chosen_parts(rows: Sequence[PartRow]) -> list[tuple[int, int]]:
    """What the service takes."""
    return [(row.label.id, row.amount_kop) for row in rows]


def found_accounts(
    request: PageRequest, organisation_id: int, rows: Sequence[PartRow]
) -> list[tuple[billing.AccountLabel, int, str]]:
    """(account, debt, address that adds it) of a search by name, plot, number or code; empty without one."""
    text = request.GET.get("q", "").strip()[:100]
    if not text:
        return []
    ids = list(
        billing.accounts_list(request.actor, organisation_id, text=text, state="all").values_list(
            "pk", flat=True
        )[:FOUND]
    )
    labels = billing.account_labels(organisation_id, ids)
    debts = billing.balances(organisation_id, ids) if ids else {}
    have = [row.label.id for row in rows]
    return [
        (
            labels[pk],
            debts.get(pk, 0),
            "&".join(f"account={one}" for one in dict.fromkeys([*have, pk])),
        )
        for pk in ids
    ]
