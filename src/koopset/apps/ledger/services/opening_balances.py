"""Opening balances: what stood in the old books on the day these begin."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.ledger.models import Operation
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.rules import OPENING_CODE, check_amount
from koopset.apps.ledger.services import book_lock
from koopset.apps.ledger.services.accounts import accounts_for
from koopset.apps.ledger.services.operation_post import (
    OPENING,
    EntryLine,
    check_date,
    opening_day,
    write_operation,
)
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


class OpeningBalance(NamedTuple):
    """Kopecks on the debit or the credit side of (chart code, subject); one side is 0, both at once are posted as they are."""

    code: str
    subject_id: int
    debit_kop: int
    credit_kop: int
    source_id: int | None = None


@service(LedgerRight.OPERATION_POST)
def opening_balances_post(
    *,
    actor: Actor,
    organisation_id: int,
    key: str,
    balances: Iterable[OpeningBalance],
    on_date: date | None = None,
    title: str = "",
    source_id: int | None = None,
    now: datetime,
) -> Operation:
    """Post opening balances under the right to post. See `opening_balances_post_for_room`."""
    return opening_balances_post_for_room(
        actor=actor,
        organisation_id=organisation_id,
        key=key,
        balances=balances,
        on_date=on_date,
        title=title,
        source_id=source_id,
        now=now,
    )


@transaction.atomic
def opening_balances_post_for_room(
    *,
    actor: Actor,
    organisation_id: int,
    key: str,
    balances: Iterable[OpeningBalance],
    on_date: date | None = None,
    title: str = "",
    source_id: int | None = None,
    now: datetime,
) -> Operation:
    """Post balances against the auxiliary account 000; when all of them are in, 000 comes to zero.

    Without `on_date` they stand on the last day before the books' first month, so that its statement shows them as opening balances;
    this is possible while that first month is open. With it they are turnovers of that day. The same key again posts nothing.
    Raises ledger.opening_too_late, ledger.empty_operation, and what `accounts_for` and posting raise.
    """
    book = book_lock.lock_book(organisation_id)
    standing = Operation.objects.filter(organisation_id=organisation_id, kind=OPENING, key=key).first()
    if standing is not None:
        return standing
    on_date = on_date or opening_day(book)
    check_date(book, on_date, now=now, opening=True)
    rows = [row for row in balances if row.debit_kop or row.credit_kop]
    for line, row in enumerate(rows, 1):
        for amount_kop in (row.debit_kop, row.credit_kop):
            if amount_kop:
                check_amount(amount_kop, line=line)
        if row.code == OPENING_CODE:
            raise RuleViolation("ledger.same_account", field="code", line=line)
    accounts = accounts_for(
        organisation_id, [(OPENING_CODE, 0), *((row.code, row.subject_id) for row in rows)]
    )
    contra = accounts[OPENING_CODE, 0]
    lines: list[EntryLine] = []
    for row in rows:
        account = accounts[row.code, row.subject_id]
        if row.debit_kop:
            lines.append(EntryLine(account, contra, row.debit_kop, row.source_id))
        if row.credit_kop:
            lines.append(EntryLine(contra, account, row.credit_kop, row.source_id))
    with override("ru"):  # The books are kept in Russian, whatever the reader's language.
        title = title or _("Opening balances")
    return write_operation(
        actor=actor,
        organisation_id=organisation_id,
        kind=OPENING,
        key=key,
        on_date=on_date,
        title=title,
        lines=lines,
        source_id=source_id,
        now=now,
    )
