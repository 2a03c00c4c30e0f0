"""What goes with a person whose books have had their years: names and accounts in the lines of a bank."""

from __future__ import annotations

from collections.abc import Collection

from koopset.apps.billing.payments.models import BankLine


def bank_lines_forget_for_room(*, organisation_id: int, account_ids: Collection[int]) -> int:
    """Make the bank's lines behind payments of these accounts nameless, also in history; how many.

    Called by an erasure, in its transaction and under its right. Payments stay: they hold numbers.
    """
    lines = BankLine.objects.filter(
        organisation_id=organisation_id,
        pk__in=BankLine.objects.filter(
            organisation_id=organisation_id, payments__account_id__in=list(account_ids)
        ).values("pk"),
    )
    ids = list(lines.values_list("pk", flat=True))
    nameless = {"party_name": "", "party_inn": "", "party_account": "", "purpose": "", "extra": {}}
    BankLine.history.filter(organisation_id=organisation_id, id__in=ids).update(**nameless)
    return BankLine.objects.filter(organisation_id=organisation_id, pk__in=ids).update(**nameless)
