"""An entry by hand."""

from __future__ import annotations

from datetime import date, datetime

from koopset.apps.ledger.models import Operation
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.selectors.subject_numbers import subject_of
from koopset.apps.ledger.services.accounts import accounts_for
from koopset.apps.ledger.services.operation_post import EntryLine, operation_post_for_room
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

MANUAL = "ledger.manual"


@service(LedgerRight.OPERATION_POST)
def operation_enter(
    *,
    actor: Actor,
    organisation_id: int,
    key: str,
    on_date: date,
    title: str,
    debit: str,
    credit: str,
    amount_kop: int,
    debit_number: str = "",
    credit_number: str = "",
    now: datetime,
) -> Operation:
    """Post one entry by chart codes and the numbers people know their subjects by. The same key again posts nothing.

    Raises ledger.subject_unknown (field debit_number or credit_number), and what `accounts_for` and posting raise.
    """
    pairs = []
    for side, code, number in (("debit", debit, debit_number), ("credit", credit, credit_number)):
        pair = (code, subject_of(organisation_id, code, number, field=f"{side}_number"))
        try:
            accounts_for(organisation_id, [pair])
        except RuleViolation as violation:
            violation.field = f"{side}_number" if violation.field == "subject" else side
            raise
        pairs.append(pair)
    accounts = accounts_for(organisation_id, pairs)
    return operation_post_for_room(
        actor=actor,
        organisation_id=organisation_id,
        kind=MANUAL,
        key=key,
        on_date=on_date,
        title=title,
        lines=[EntryLine(accounts[pairs[0]], accounts[pairs[1]], amount_kop)],
        now=now,
    )
