"""Columns of a register's file that billing fills: the number of the personal account people know, and what stood on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from koopset.apps.billing.models import AccountUnit, Charge, PersonalAccount
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors.debts import balances
from koopset.apps.billing.services.locks import lock_billing
from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger.services import OpeningBalance, opening_balances_post_for_room
from koopset.apps.register.ports import ExtraValue
from koopset.foundation.rights.actors import Actor
from koopset.kernel.money import parse_rub
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

#: An opening debt stands with membership fees, an opening advance with advances.
_DEBT, _ADVANCE = "76.01", "76.06"


def _accounts_of(organisation_id: int, values: Sequence[ExtraValue]) -> dict[int, PersonalAccount]:
    """unit → its open account."""
    rows = AccountUnit.objects.filter(
        organisation_id=organisation_id,
        unit_id__in=[value.unit_id for value in values],
        valid_to__isnull=True,
    ).select_related("account")
    return {row.unit_id: row.account for row in rows}


class AccountNumberColumn:
    """«Лицевой счёт»: the number from the old system. Plots of one payer with one number share an account."""

    key = "account_number"
    title: str | Promise = gettext_lazy("Personal account number")
    synonyms = ("Лицевой счёт", "Лицевой счет", "Л/с", "ЛС", "Номер лицевого счёта", "Счёт", "Account")
    required_right = str(BillingRight.ACCOUNT_EDIT)

    def parse(self, text: str) -> str:
        """The number as written. Raises billing.account_number_long."""
        number = " ".join(text.split())
        if len(number) > 30:
            raise RuleViolation("billing.account_number_long")
        return number

    def load(
        self, *, actor: Actor, organisation_id: int, values: Sequence[ExtraValue], as_of: date, now: datetime
    ) -> None:
        """Give the accounts of the units their numbers. Raises billing.account_number_taken with the line."""
        actor.require(BillingRight.ACCOUNT_EDIT, organisation_id)
        lock_billing(organisation_id)
        accounts = _accounts_of(organisation_id, values)
        numbers = {value.value for value in values}
        taken = {
            account.number: account
            for account in PersonalAccount.objects.filter(organisation_id=organisation_id, number__in=numbers)
        }
        for value in values:
            account = accounts.get(value.unit_id)
            if account is None or account.number == value.value:
                continue
            rival = taken.get(value.value)
            if rival is None:
                account.number = value.value
                account.save()
                taken[value.value] = account
            elif rival.payer_id == account.payer_id and rival.closed_on is None and _is_new(account):
                _join(account, rival, value.unit_id)
            else:
                raise RuleViolation("billing.account_number_taken", line=value.line, number=value.value)


def _is_new(account: PersonalAccount) -> bool:
    """Nothing was charged or booked on it: it may be joined with another."""
    key = {"organisation_id": account.organisation_id, "account_id": account.pk}
    only = AccountUnit.objects.filter(**key).count() == 1
    return (
        only
        and not Charge.objects.filter(**key).exists()
        and not balances(account.organisation_id, [account.pk])
    )


def _join(account: PersonalAccount, rival: PersonalAccount, unit_id: int) -> None:
    row = AccountUnit.objects.get(
        organisation_id=account.organisation_id, account_id=account.pk, unit_id=unit_id
    )
    row.account = rival
    row.save()
    account.delete()


class OpeningDebtColumn:
    """«Долг», «Сальдо»: what the account owed on the day the books begin; with a minus, what was paid ahead."""

    key = "opening_debt"
    title: str | Promise = gettext_lazy("Debt, ₽ (minus: paid ahead)")
    synonyms = (
        "Долг",
        "Сальдо",
        "Задолженность",
        "Остаток",
        "Входящее сальдо",
        "Долг на начало",
        "Debt",
        "Balance",
    )
    required_right = str(BillingRight.CHARGE_POST)

    def parse(self, text: str) -> int:
        """Kopecks. Raises billing.bad_balance."""
        try:
            return parse_rub(text)
        except RuleViolation as violation:
            raise RuleViolation("billing.bad_balance", text=text[:40]) from violation

    def load(
        self, *, actor: Actor, organisation_id: int, values: Sequence[ExtraValue], as_of: date, now: datetime
    ) -> None:
        """Post the balances on the day before the books; what stands already is left, a different sum is refused with its line.

        Sums of several units of one account add up. Raises ledger.no_book, ledger.opening_too_late, billing.opening_differs.
        """
        actor.require(BillingRight.CHARGE_POST, organisation_id)
        lock_billing(organisation_id)
        accounts = _accounts_of(organisation_id, values)
        wanted: dict[int, int] = {}
        lines: dict[int, int] = {}
        for value in values:
            account = accounts.get(value.unit_id)
            if account is not None:
                wanted[account.pk] = wanted.get(account.pk, 0) + value.value
                lines.setdefault(account.pk, value.line)
        book = ledger.book_of(organisation_id)
        standing: dict[int, int] = {}
        if book is not None:
            day = Month.from_number(book.opened_month).previous().last
            standing = balances(organisation_id, list(wanted), at=day)
        found: list[OpeningBalance] = []
        for account_id, kop in sorted(wanted.items()):
            known = standing.get(account_id, 0)
            if known and known != kop:
                raise RuleViolation("billing.opening_differs", line=lines[account_id])
            if kop and not known:
                found.append(
                    OpeningBalance(_DEBT, account_id, kop, 0)
                    if kop > 0
                    else OpeningBalance(_ADVANCE, account_id, 0, -kop)
                )
        if not found:
            return
        with override("ru"):
            title = _("Opening balances of personal accounts")
        opening_balances_post_for_room(
            actor=actor,
            organisation_id=organisation_id,
            key=f"billing.register {found[0].subject_id}-{found[-1].subject_id}-{len(found)}",
            balances=found,
            title=title,
            now=now,
        )


COLUMNS = (AccountNumberColumn(), OpeningDebtColumn())
