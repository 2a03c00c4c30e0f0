"""Double-entry books: an entry (проводка) is one debit account, one credit account, one amount.

What a row means:
- `Book`: the books of one organisation; its row is the lock under which everything is posted. `totals_key` is a new random word
  whenever running totals change: a sum over all accounts may be remembered under it and is right as long as the word stands.
- `ChartAccount`: a line of the chart of accounts («76.01 Расчёты по членским взносам»).
- `Account`: a chart account together with its subject (a personal account, a bank account, …): what entries name. Keeps its running totals.
- `Operation`: what happened, once: the document behind a group of entries; (kind, key) makes posting it twice impossible.
- `Entry`: append-only, guarded by triggers. A mistake is reversed by another operation.
- `MonthTotal`: turnovers of an account in a month, provable against the entries (`koopset ledger verify`).
- `Month`: open or closed.

Amounts are integer kopecks. Written only by `ledger.services`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class Book(TenantModel):
    """The books of an organisation, opened from a profile (ledger/profiles/*.toml)."""

    profile = models.CharField(max_length=40)
    opened_month = models.PositiveIntegerField(help_text="first month of the books, 202601")
    totals_key = models.CharField(max_length=16, default="", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="book_one")]


class ChartAccount(TenantModel):
    """A line of the chart of accounts. `subject` says what its analytic accounts are about."""

    class Kind(models.TextChoices):
        ACTIVE = "active", _("active")
        PASSIVE = "passive", _("passive")
        BOTH = "both", _("active-passive")

    class Subject(models.TextChoices):
        NONE = "", _("none")
        PERSONAL_ACCOUNT = "personal-account", _("personal account")
        BANK_ACCOUNT = "bank-account", _("bank account")
        COUNTERPARTY = "counterparty", _("counterparty")
        FUND = "fund", _("fund")
        BUYER = "buyer", _("participant of joint purchases")
        PURCHASE = "purchase", _("joint purchase")

    code = models.CharField(_("code"), max_length=12)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True, default="")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    subject = models.CharField(max_length=20, choices=Subject.choices, blank=True, default="")
    is_postable = models.BooleanField(default=True, help_text="entries may name it; false for a heading")
    is_closed = models.BooleanField(default=False)

    history = changes()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="chart_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        """The name in the language of the reader; the books themselves are kept in Russian."""
        return self.name_en if self.name_en and not (get_language() or "ru").startswith("ru") else self.name


class Account(TenantModel):
    """Analytic account: chart account + subject (0: none). `debit_kop`, `credit_kop` are totals of all its entries ever."""

    chart = models.ForeignKey(ChartAccount, on_delete=models.PROTECT, related_name="accounts", db_index=False)
    chart_id: int
    subject_id = models.BigIntegerField(default=0)
    debit_kop = models.BigIntegerField(default=0)
    credit_kop = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "chart", "subject_id"], name="ledger_account_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "subject_id"], name="ledger_account_subject")]

    @property
    def balance_kop(self) -> int:
        """Debit minus credit: positive is a debit balance."""
        return self.debit_kop - self.credit_kop


class Operation(TenantModel):
    """A document that was posted. Append-only; holds ids and a title without personal data."""

    kind = models.CharField(
        max_length=40,
        help_text="billing.charge, payments.bank, ledger.manual, ledger.opening, ledger.reversal …",
    )
    key = models.CharField(max_length=120, help_text="idempotency: one operation for one (kind, key)")
    on_date = models.DateField()
    month = models.PositiveIntegerField(help_text="202611")
    title = models.CharField(max_length=200)
    source_id = models.BigIntegerField(
        null=True, help_text="row behind the operation, in the room that kind names"
    )
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    reverses_id: int | None
    reason = models.CharField(max_length=300, blank=True)
    entries_count = models.PositiveIntegerField()
    total_kop = models.BigIntegerField()
    posted_at = models.DateTimeField()
    posted_by = models.BigIntegerField(null=True, help_text="login")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "key"], name="operation_once"),
            models.CheckConstraint(
                condition=Q(entries_count__gt=0, total_kop__gt=0), name="operation_not_empty"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "month", "on_date"], name="operation_by_month")]


class Entry(TenantModel):
    """One debit, one credit, one amount > 0 (kopecks). Append-only."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="entries", db_index=False)
    operation_id: int
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    debit_id: int
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    credit_id: int
    amount_kop = models.BigIntegerField()
    on_date = models.DateField()
    month = models.PositiveIntegerField()
    source_id = models.BigIntegerField(null=True, help_text="the charge, payment … behind this entry")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_kop__gt=0), name="entry_amount_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="entry_two_accounts"),
        ]
        indexes = [
            models.Index(fields=["organisation", "debit", "month"], name="entry_by_debit"),
            models.Index(fields=["organisation", "credit", "month"], name="entry_by_credit"),
            models.Index(fields=["organisation", "operation"], name="entry_by_operation"),
        ]


class MonthTotal(TenantModel):
    """Turnovers of an account in a month."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="months", db_index=False)
    account_id: int
    month = models.PositiveIntegerField()
    debit_kop = models.BigIntegerField(default=0)
    credit_kop = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "account", "month"], name="month_total_once")
        ]


class Month(TenantModel):
    """State of a month. A month without a row is open, if it is not before the first of the book."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    month = models.PositiveIntegerField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    reason = models.CharField(_("reason of reopening"), max_length=300, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.BigIntegerField(null=True)

    history = changes()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "month"], name="month_once")]
