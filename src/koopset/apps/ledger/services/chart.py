"""The organisation's own changes of its chart of accounts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from koopset.apps.ledger.formats.chart_profile import read_profile
from koopset.apps.ledger.models import Account, Book, ChartAccount
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.rules import check_code, heading_of
from koopset.apps.ledger.services import book_lock
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


@service(LedgerRight.CHART_EDIT)
def chart_account_add(
    *, actor: Actor, organisation_id: int, code: str, name: str, kind: str, subject: str = "", now: datetime
) -> ChartAccount:
    """Add an account, or a sub-account below one that has no analytic accounts yet (which becomes a heading).

    Raises ledger.bad_code, ledger.code_taken, ledger.no_heading, ledger.account_fixed, ledger.account_in_use, ledger.name_required.
    """
    book = book_lock.lock_book(organisation_id)
    code, name = check_code(code), name.strip()
    if not name:
        raise RuleViolation("ledger.name_required", field="name")
    rows = ChartAccount.objects.filter(organisation_id=organisation_id)
    if rows.filter(code=code).exists():
        raise RuleViolation("ledger.code_taken", field="code", account=code)
    if parent_code := heading_of(code):
        parent = rows.filter(code=parent_code).first()
        if parent is None:
            raise RuleViolation("ledger.no_heading", field="code", heading=parent_code)
        if parent.is_postable:
            _divide(parent, read_profile(book.profile).fixed_codes)
    return ChartAccount.objects.create(
        organisation_id=organisation_id, code=code, name=name[:200], kind=kind, subject=subject
    )


def _divide(parent: ChartAccount, fixed: frozenset[str]) -> None:
    if parent.code in fixed:
        raise RuleViolation("ledger.account_fixed", field="code", account=parent.code)
    if Account.objects.filter(organisation_id=parent.organisation_id, chart_id=parent.pk).exists():
        raise RuleViolation("ledger.account_in_use", field="code", account=parent.code)
    parent.is_postable = False
    parent.save()


def chart_accounts_ensure_for_room(organisation_id: int, codes: Collection[str]) -> None:
    """Add accounts of the profile to books that were opened before the profile had them; another room calls it before its first entry.

    One that somebody added by hand for something else is taken over while nothing stands on it. The right was asked by the calling
    service. Raises ledger.no_book, ledger.code_taken_by_hand when something does stand on it.
    """
    known = dict(
        ChartAccount.objects.filter(organisation_id=organisation_id, code__in=codes).values_list(
            "code", "subject"
        )
    )
    book = Book.objects.filter(organisation_id=organisation_id).first()
    if book is None:
        raise RuleViolation("ledger.no_book")
    wanted = {one.code: one for one in read_profile(book.profile).accounts if one.code in codes}
    if all(known.get(code) == one.subject for code, one in wanted.items()):
        return
    book_lock.lock_book(organisation_id)
    for code, one in sorted(wanted.items()):
        row = ChartAccount.objects.filter(organisation_id=organisation_id, code=code).first()
        if row is not None and row.subject == one.subject:
            continue
        if row is None:
            row = ChartAccount(organisation_id=organisation_id, code=code)
        elif Account.objects.filter(organisation_id=organisation_id, chart_id=row.pk).exists():
            raise RuleViolation("ledger.code_taken_by_hand", account=code)
        row.name, row.name_en, row.kind, row.subject = one.name, one.name_en, one.kind, one.subject
        row.is_postable, row.is_closed = not one.is_heading, False
        row.save()


@service(LedgerRight.CHART_EDIT)
def chart_account_rename(
    *, actor: Actor, organisation_id: int, code: str, name: str, now: datetime
) -> ChartAccount:
    """Give an account another name. Raises ledger.unknown_code, ledger.name_required."""
    chart = _get(organisation_id, code)
    if not (name := name.strip()):
        raise RuleViolation("ledger.name_required", field="name")
    chart.name, chart.name_en = name[:200], ""
    chart.save()
    return chart


@service(LedgerRight.CHART_EDIT)
def chart_account_close(*, actor: Actor, organisation_id: int, code: str, now: datetime) -> ChartAccount:
    """Close an account for entries. Raises ledger.unknown_code, ledger.heading, ledger.account_fixed, ledger.balance_not_zero."""
    book = book_lock.lock_book(organisation_id)
    chart = _get(organisation_id, code)
    if not chart.is_postable:
        raise RuleViolation("ledger.heading", field="code", account=code)
    if code in read_profile(book.profile).fixed_codes:
        raise RuleViolation("ledger.account_fixed", field="code", account=code)
    accounts = Account.objects.filter(organisation_id=organisation_id, chart_id=chart.pk)
    if any(debit != credit for debit, credit in accounts.values_list("debit_kop", "credit_kop").iterator()):
        raise RuleViolation("ledger.balance_not_zero", field="code", account=code)
    chart.is_closed = True
    chart.save()
    return chart


@service(LedgerRight.CHART_EDIT)
def chart_account_reopen(*, actor: Actor, organisation_id: int, code: str, now: datetime) -> ChartAccount:
    """Let a closed account take entries again. Raises ledger.unknown_code."""
    chart = _get(organisation_id, code)
    chart.is_closed = False
    chart.save()
    return chart


def _get(organisation_id: int, code: str) -> ChartAccount:
    chart = ChartAccount.objects.filter(organisation_id=organisation_id, code=code).first()
    if chart is None:
        raise RuleViolation("ledger.unknown_code", field="code", account=code)
    return chart
