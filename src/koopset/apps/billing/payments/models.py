"""Bank statements, their lines, payments, and what each payment settled.

- `BankStatement`: a file that was brought; the same file again is known by its hash.
- `BankLine`: one side of one document of a statement. Its facts never change; its state does. It holds names, so it is an editable row.
- `Payment`: money on a personal account: append-only; taken back only by a PaymentReversal.
- `Allocation`: which charge a payment settled: append-only, signed; remainders are explicit advances.

Every incoming line is in the books from the moment it is imported: on the payer's account, or on «76.90 Невыясненные платежи»
while it waits. Amounts are integer kopecks. Written only by `payments.services`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.apps.billing.models import Charge, PersonalAccount
from koopset.foundation.files.models import StoredFile
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class BankStatement(TenantModel):
    class State(models.TextChoices):
        CHECKED = "checked", pgettext_lazy("bank statement", "read, waits for you")
        POSTING = "posting", pgettext_lazy("bank statement", "being posted")
        POSTED = "posted", pgettext_lazy("bank statement", "posted")
        REFUSED = "refused", pgettext_lazy("bank statement", "refused")

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_id: int
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKED)
    date_from = models.DateField(null=True)
    date_to = models.DateField(null=True)
    report = models.JSONField(default=dict, help_text="counts, totals, findings by line; why it was refused")
    job_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "sha256"], name="statement_once")]
        indexes = [models.Index(fields=["organisation", "created_at"], name="statement_order")]


class BankLine(TenantModel):
    class Direction(models.TextChoices):
        IN = "in", _("came in")
        OUT = "out", _("went out")
        OWN_IN = "own-in", _("came from another own account")
        OWN_OUT = "own-out", _("went to another own account")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("bank line", "waits for you")
        ASKED = "asked", _("looks like a repeat: is it another payment?")
        POSTED = "posted", pgettext_lazy("bank line", "posted")
        RETURNED = "returned", _("returned to the sender")
        SET_ASIDE = "set-aside", _("not a payment of a resident")
        REPEATED = "repeated", _("a repeat, left out")

    statement = models.ForeignKey(
        BankStatement, on_delete=models.PROTECT, null=True, related_name="lines", db_index=False
    )
    statement_id: int | None
    bank_account = models.ForeignKey(
        "organisations.BankAccount", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    bank_account_id: int
    direction = models.CharField(max_length=7, choices=Direction.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    kind = models.CharField(
        max_length=60, blank=True, help_text="kind of the bank's document, as the file says"
    )
    number = models.CharField(max_length=40, blank=True)
    document_date = models.DateField(null=True)
    posted_on = models.DateField()
    amount_kop = models.BigIntegerField()
    party_name = models.CharField(
        max_length=400, blank=True, help_text="the payer of a coming-in line, the payee of a going-out one"
    )
    party_inn = models.CharField(max_length=20, blank=True)
    party_account = models.CharField(max_length=34, blank=True)
    purpose = models.TextField(blank=True)
    base_key = models.CharField(max_length=64, help_text="hash of what makes a line the same (formats a.12)")
    ordinal = models.PositiveIntegerField(default=0, help_text="among lines equal in base_key")
    line_number = models.PositiveIntegerField(null=True, help_text="in the file")
    extra = models.JSONField(default=dict, help_text="keys of the file we do not know: kept")
    suggestion = models.JSONField(
        default=dict, help_text="{confidence, parts: [{account_id, amount_kop}], reasons: [{code, …}]}"
    )
    operation = models.ForeignKey(
        "ledger.Operation",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="that brought it into the books",
    )
    operation_id: int | None
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "base_key", "ordinal"], name="bank_line_once"),
            models.CheckConstraint(condition=Q(amount_kop__gt=0), name="bank_line_amount_positive"),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "posted_on"], name="bank_line_queue"),
            models.Index(fields=["organisation", "statement"], name="bank_line_by_statement"),
            models.Index(fields=["organisation", "posted_on"], name="bank_line_by_day"),
        ]


class Payment(TenantModel):
    """Money that stands on a personal account. Append-only."""

    class Source(models.TextChoices):
        BANK = "bank", _("bank statement")
        HAND = "hand", _("entered by hand")
        OPENING = "opening", _("opening balance")

    account = models.ForeignKey(
        PersonalAccount, on_delete=models.PROTECT, related_name="payments", db_index=False
    )
    account_id: int
    source = models.CharField(max_length=8, choices=Source.choices)
    line = models.ForeignKey(
        BankLine, on_delete=models.PROTECT, null=True, related_name="payments", db_index=False
    )
    line_id: int | None
    amount_kop = models.BigIntegerField()
    received_on = models.DateField()
    for_month = models.PositiveIntegerField(null=True, help_text="the month the payer named")
    matched_by = models.CharField(max_length=20, help_text="code, legacy-number, person, hand")
    operation = models.ForeignKey(
        "ledger.Operation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    operation_id: int
    key = models.CharField(max_length=80, help_text="idempotency")
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_kop__gt=0), name="payment_amount_positive"),
            models.UniqueConstraint(fields=["organisation", "key"], name="payment_once"),
        ]
        indexes = [
            models.Index(fields=["organisation", "account", "received_on"], name="payment_by_account"),
            models.Index(fields=["organisation", "line"], name="payment_by_line"),
        ]


class PaymentReversal(TenantModel):
    """A payment taken back (moved elsewhere, returned, entered by mistake), with its reason. Append-only; one a payment."""

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="reversal")
    payment_id: int
    reason = models.CharField(max_length=300)
    operation = models.ForeignKey(
        "ledger.Operation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    operation_id: int
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)


class Allocation(TenantModel):
    """A part of a payment that settles a charge; negative when it is taken back. Append-only."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations", db_index=False)
    payment_id: int
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="allocations", db_index=False)
    charge_id: int
    amount_kop = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount_kop=0), name="allocation_not_zero")]
        indexes = [
            models.Index(fields=["organisation", "payment"], name="allocation_by_payment"),
            models.Index(fields=["organisation", "charge"], name="allocation_by_charge"),
        ]
