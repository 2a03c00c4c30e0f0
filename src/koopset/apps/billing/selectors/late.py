"""Which charges of a person are late, line by line: what an exclusion from the members is judged by (217-ФЗ art. 13 part 4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from koopset.apps.billing.models import Charge, Fee, PersonalAccount
from koopset.apps.billing.selectors.accounts import chunks
from koopset.apps.billing.selectors.charges import open_charges
from koopset.apps.billing.selectors.debts import balances
from koopset.apps.register.ports import LateCharges, LateLine

#: What law calls взносы of members (217-ФЗ art. 14 part 1); a payment of an owner without membership is none.
CONTRIBUTIONS = frozenset({Fee.Kind.MEMBERSHIP, Fee.Kind.TARGET})


def late_charges(organisation_id: int, person_ids: Collection[int], today: date) -> dict[int, LateCharges]:
    """person → what is late on all accounts whose payer the person is, also on closed ones. Answers the register's port; asks no right.

    The books say how much, the charges of what: where the books hold less than the charges that are open, the difference was paid and not
    set off; where they hold more, it was brought from former books without lines.
    """
    accounts = {
        pk: (payer_id, number)
        for part in chunks(person_ids)
        for pk, payer_id, number in PersonalAccount.objects.filter(
            organisation_id=organisation_id, payer_id__in=part
        ).values_list("pk", "payer_id", "number")
    }
    charges = open_charges(organisation_id, list(accounts))
    totals = balances(organisation_id, list(accounts))
    fees = {row.pk: row for row in Fee.objects.filter(organisation_id=organisation_id)}
    amounts = _amounts(
        organisation_id, [one.charge_id for lines in charges.values() for one in lines if one.due_on < today]
    )
    found: dict[int, LateCharges] = {}
    for pk, (payer_id, number) in sorted(accounts.items()):
        assert payer_id is not None
        lines = tuple(
            LateLine(
                account=number,
                title=fees[one.fee_id].title,
                kind_name=str(fees[one.fee_id].get_kind_display()),
                is_contribution=one.fee_kind in CONTRIBUTIONS,
                month=one.month,
                due_on=one.due_on,
                charged_kop=amounts[one.charge_id],
                settled_kop=amounts[one.charge_id] - one.remaining_kop,
            )
            for one in charges.get(pk, ())
            if one.due_on < today
        )
        beside = totals.get(pk, 0) - sum(one.remaining_kop for one in charges.get(pk, ()))
        if not lines and beside <= 0:
            continue
        known = found.get(payer_id, LateCharges(()))
        found[payer_id] = LateCharges(
            tuple(
                sorted(
                    (*known.lines, *lines), key=lambda one: (one.due_on, one.month, not one.is_contribution)
                )
            ),
            known.ahead_kop + min(max(0, -beside), sum(one.left_kop for one in lines)),
            known.unnamed_kop + max(0, beside),
        )
    return found


def _amounts(organisation_id: int, charge_ids: Collection[int]) -> dict[int, int]:
    return {
        pk: kop
        for part in chunks(charge_ids)
        for pk, kop in Charge.objects.filter(organisation_id=organisation_id, pk__in=part).values_list(
            "pk", "amount_kop"
        )
    }
