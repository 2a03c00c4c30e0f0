"""Personal accounts (лицевые счета), fees, charges, payment documents.

- `PersonalAccount`: an agreement of debts and payments of one payer for one or several units; closed at a sale, never reused.
- `Fee`: what is charged, how much and since when; always points to the decision that allowed it.
- `ChargeRun`: the charging of a month, once posted.
- `Charge`: one line: append-only; a correction is another, signed, line with its reason.
- `PaymentDocument`: an issued, frozen payment document (платёжный документ).

Amounts are integer kopecks, rates Decimal roubles with up to six decimals. Written only by `billing.services`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class PersonalAccount(TenantModel):
    """Лицевой счёт. `number` is what people know it by (perhaps from an old system); `payment_code` has check digits."""

    number = models.CharField(_("number"), max_length=30)
    serial = models.PositiveIntegerField(editable=False, help_text="what the payment code is made of")
    payment_code = models.CharField(_("payment code"), max_length=9, editable=False)
    payer = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="personal_accounts"
    )
    payer_id: int | None
    opened_on = models.DateField(_("opened"))
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="personal_account_number_once"),
            models.UniqueConstraint(fields=["organisation", "serial"], name="personal_account_serial_once"),
            models.UniqueConstraint(fields=["organisation", "payment_code"], name="payment_code_once"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="personal_account_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "payer"], name="personal_account_by_payer"),
            # Open ones are counted on start pages and lists: by the index alone.
            models.Index(fields=["organisation", "closed_on"], name="personal_account_open"),
        ]

    def __str__(self) -> str:
        return self.number


class AccountUnit(TenantModel):
    """A unit billed on a personal account between two dates; a part of it where owners chose split bills."""

    account = models.ForeignKey(PersonalAccount, on_delete=models.PROTECT, related_name="units")
    account_id: int
    unit = models.ForeignKey("register.Unit", on_delete=models.PROTECT, related_name="+")
    unit_id: int
    share_numerator = models.PositiveIntegerField(default=1)
    share_denominator = models.PositiveIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "account", "unit", "valid_from"], name="account_unit_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    share_denominator__gt=0,
                    share_numerator__gt=0,
                    share_numerator__lte=F("share_denominator"),
                ),
                name="account_unit_share_fraction",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="account_unit_dates_in_order",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "unit"], name="account_unit_by_unit")]


class Fee(TenantModel):
    """A fee or tariff between two months. `rate` is roubles per unit of base (RATE) or the whole sum to be divided (SPLIT).

    Which kinds a body may have, what it calls them and which chart accounts they stand on is said by its legal form
    (organisations/profiles).
    """

    class Kind(models.TextChoices):
        MEMBERSHIP = "membership", _("membership fee")
        TARGET = "target", _("target fee")
        NON_MEMBER = "non-member", _("payment of a non-member owner")
        UTILITY = "utility", _("utility")
        PENALTY = "penalty", _("penalty")
        SHARE = "share", _("share contribution")
        ENTRY = "entry", _("entry fee")
        REPAIR = "repair", _("contribution to capital repair")

    class Base(models.TextChoices):
        ACCOUNT = "account", _("fixed, per personal account")
        UNIT = "unit", _("per plot or flat")
        AREA = "area", _("by area, m²")
        SOTKA = "sotka", _("by area, sotka (100 m²)")
        SHARE = "share", _("by share in common property")

    class Method(models.TextChoices):
        RATE = "rate", _("rate × quantity")
        SPLIT = "split", _("a sum divided among all")

    class Audience(models.TextChoices):
        ALL = "all", _("all owners")
        MEMBERS = "members", _("members")
        NON_MEMBERS = "non-members", _("owners who are not members")

    class Period(models.TextChoices):
        MONTH = "month", _("every month")
        QUARTER = "quarter", _("every quarter")
        YEAR = "year", _("once a year")
        ONCE = "once", _("once")

    title = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    base = models.CharField(_("charged by"), max_length=8, choices=Base.choices)
    method = models.CharField(_("method"), max_length=6, choices=Method.choices, default=Method.RATE)
    rate = models.DecimalField(_("rate or sum, ₽"), max_digits=18, decimal_places=6)
    audience = models.CharField(_("who pays"), max_length=12, choices=Audience.choices, default=Audience.ALL)
    period = models.CharField(_("how often"), max_length=8, choices=Period.choices, default=Period.MONTH)
    decision = models.ForeignKey(
        "register.Decision", on_delete=models.PROTECT, related_name="+", verbose_name=_("decision")
    )
    decision_id: int
    from_month = models.PositiveIntegerField(_("first month"), help_text="202601")
    to_month = models.PositiveIntegerField(_("last month"), null=True, blank=True)
    due_day = models.PositiveSmallIntegerField(
        _("pay before day"), default=10, help_text="day of the month after the charged one"
    )
    bank_account = models.ForeignKey(
        "organisations.BankAccount", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    bank_account_id: int | None
    debit_code = models.CharField(max_length=12, help_text="chart account of the debt, 76.01")
    credit_code = models.CharField(max_length=12, help_text="chart account of the income, 86.01")
    position = models.PositiveSmallIntegerField(default=100)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rate__gte=0), name="fee_rate_not_negative"),
            models.CheckConstraint(condition=Q(due_day__gte=1, due_day__lte=28), name="fee_due_day"),
            models.CheckConstraint(
                condition=Q(to_month__isnull=True) | Q(to_month__gte=F("from_month")),
                name="fee_months_in_order",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "from_month"], name="fee_by_month")]

    def __str__(self) -> str:
        return self.title


class SettlementPolicy(TenantModel):
    """In which order a payment settles debts, from a date on, by a decision (a policy, not a habit of the program)."""

    class Order(models.TextChoices):
        OLDEST = "oldest", _("oldest debt first")
        STATED = "stated", _("the month the payer names, then the oldest")
        PROPORTIONAL = "proportional", _("in proportion to the lines of a month, oldest month first")

    order = models.CharField(max_length=12, choices=Order.choices)
    penalties_last = models.BooleanField(default=True)
    valid_from = models.DateField()
    decision = models.ForeignKey(
        "register.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_id: int | None

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "valid_from"], name="settlement_policy_once")
        ]


class ChargeRun(TenantModel):
    """The charging of a month: what was previewed (its fingerprint) and what was posted. `key` makes a repeated request harmless."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        POSTED = "posted", _("posted")
        FAILED = "failed", _("failed")

    month = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    fee_ids = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64)
    lines_count = models.PositiveIntegerField(default=0)
    total_kop = models.BigIntegerField(default=0)
    totals = models.JSONField(default=dict, help_text="fee → kopecks charged")
    divided_by = models.JSONField(
        default=dict, help_text="fee → all units its sum was divided among, in millionths"
    )
    operation = models.OneToOneField(
        "ledger.Operation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    operation_id: int | None
    job_id = models.BigIntegerField(null=True)
    failure = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.BigIntegerField(null=True)
    posted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # The same preview confirmed twice (two clicks, two tabs, a killed worker) is one run.
            models.UniqueConstraint(fields=["organisation", "month", "fingerprint"], name="charge_run_once"),
        ]


class Charge(TenantModel):
    """A line of a personal account. Append-only. `amount_kop` is signed: a correction may take away."""

    class Kind(models.TextChoices):
        CHARGE = "charge", _("charge")
        CORRECTION = "correction", _("correction")

    run = models.ForeignKey(
        ChargeRun, on_delete=models.PROTECT, null=True, related_name="charges", db_index=False
    )
    run_id: int | None
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CHARGE)
    account = models.ForeignKey(
        PersonalAccount, on_delete=models.PROTECT, related_name="charges", db_index=False
    )
    account_id: int
    unit = models.ForeignKey(
        "register.Unit", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    unit_id: int | None
    fee = models.ForeignKey(Fee, on_delete=models.PROTECT, related_name="+", db_index=False)
    fee_id: int
    month = models.PositiveIntegerField(help_text="the month charged for")
    quantity = models.DecimalField(max_digits=16, decimal_places=6)
    rate = models.DecimalField(max_digits=18, decimal_places=6)
    amount_kop = models.BigIntegerField()
    due_on = models.DateField()
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections", db_index=False
    )
    corrects_id: int | None
    reason = models.CharField(max_length=300, blank=True)
    operation = models.ForeignKey(
        "ledger.Operation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    operation_id: int
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "account", "month", "fee", "unit"],
                condition=Q(kind="charge", unit__isnull=False),
                name="charge_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "account", "month", "fee"],
                condition=Q(kind="charge", unit__isnull=True),
                name="charge_of_account_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="charge", corrects__isnull=True, amount_kop__gte=0)
                | (Q(kind="correction") & ~Q(reason="")),
                name="correction_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "account", "month"], name="charge_by_account"),
            models.Index(
                fields=["organisation", "corrects"],
                condition=Q(corrects__isnull=False),
                name="charge_corrections",
            ),
        ]


class DocumentIssue(TenantModel):
    """One issuing of the payment documents of a month. Work that was interrupted goes on where it stopped: one document an account."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("issued")
        FAILED = "failed", _("failed")

    month = models.PositiveIntegerField()
    ordinal = models.PositiveSmallIntegerField(help_text="1, 2 … among the issues of the month")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    bank_account = models.ForeignKey(
        "organisations.BankAccount", on_delete=models.PROTECT, null=True, related_name="+"
    )
    bank_account_id: int | None
    template_version = models.PositiveSmallIntegerField()
    documents_count = models.PositiveIntegerField(default=0)
    total_kop = models.BigIntegerField(default=0)
    job_id = models.BigIntegerField(null=True)
    print_files = models.JSONField(default=dict, help_text="full | plain → ids of the files for printing")
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "month", "ordinal"], name="document_issue_once")
        ]


class PaymentDocument(TenantModel):
    """An issued payment document: its data are frozen; rendering them again gives the same bytes (H3)."""

    issue = models.ForeignKey(
        DocumentIssue, on_delete=models.PROTECT, related_name="documents", db_index=False
    )
    issue_id: int
    account = models.ForeignKey(
        PersonalAccount, on_delete=models.PROTECT, related_name="documents", db_index=False
    )
    account_id: int
    month = models.PositiveIntegerField()
    number = models.CharField(max_length=40)
    due_on = models.DateField()
    total_kop = models.BigIntegerField(help_text="to be paid; 0 when there is an advance")
    data = models.JSONField()
    template_version = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64, help_text="of the PDF")
    issued_at = models.DateTimeField()
    issued_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="payment_document_number_once"),
            models.UniqueConstraint(
                fields=["organisation", "issue", "account"], name="payment_document_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "account", "month"], name="payment_document_by_account")
        ]


class DocumentDelivery(TenantModel):
    """That a document was sent: to whom, when, how. A repeated request sends nothing twice."""

    class Channel(models.TextChoices):
        NOTICE = "notice", _("notice and e-mail")
        PAPER = "paper", _("on paper")

    document = models.ForeignKey(
        PaymentDocument, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    document_id: int
    person_id = models.BigIntegerField(null=True, help_text="card of the payer")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    sent_at = models.DateTimeField()
    sent_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "document", "channel"], name="document_delivery_once"
            )
        ]
