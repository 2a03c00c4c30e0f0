"""Money of a round: its terms and fees, what was put aside, what came and went, what it costs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.apps.purchases.models import Participant, Round
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class RoundMoney(TenantModel):
    """One a round; made when it is first asked for."""

    class Policy(models.TextChoices):
        BEFORE = "before", _("paid before: put aside at «stop»")
        HANDOUT = "handout", _("paid when the goods are handed out")

    class Loss(models.TextChoices):
        SUPPLIER = "supplier", _("the supplier gives the money back")
        SPREAD = "spread", _("spread over what came")

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="money")
    round_id: int
    policy = models.CharField(max_length=8, choices=Policy.choices, default=Policy.BEFORE)
    loss = models.CharField(max_length=8, choices=Loss.choices, default=Loss.SUPPLIER)
    claim_days = models.PositiveSmallIntegerField(
        default=2, help_text="0: only at the check when goods are taken"
    )
    trip_minutes = models.PositiveIntegerField(
        default=60, help_text="a trip of one's own that each is spared"
    )
    organiser_minutes = models.PositiveIntegerField(default=0, help_text="spent by the organiser")
    helper_minutes = models.PositiveIntegerField(default=0, help_text="spent by helpers, all together")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = changes()


class FeeRule(TenantModel):
    """Who set which fee, for what, by which rule. `rate`: hundredths of a percent, or kopecks (an item, the whole round)."""

    class Kind(models.TextChoices):
        PERCENT = "percent", _("percent of the goods")
        ITEM = "item", _("for each piece, kilogram, litre")
        FLAT = "flat", _("for the whole round, equally")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="fee_rules", db_index=False)
    round_id: int
    kind = models.CharField(max_length=8, choices=Kind.choices)
    rate = models.PositiveIntegerField()
    title = models.CharField(max_length=120, help_text="for what, without names")
    source = models.CharField(max_length=300, help_text="by which decision or rule, without names")
    role = models.CharField(max_length=20, blank=True, help_text="role of who set it")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    replaces_id: int | None
    is_ended = models.BooleanField(default=False, help_text="it only ends the one it replaces")
    set_at = models.DateTimeField()
    set_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "round"], name="fee_rule_by_round")]


class Hold(TenantModel):
    """Σ hold − Σ charge − Σ release of a participant in a round is what is held now, never below zero."""

    class Move(models.TextChoices):
        HOLD = "hold", pgettext_lazy("hold", "put aside")
        CHARGE = "charge", pgettext_lazy("hold", "paid from what was put aside")
        RELEASE = "release", pgettext_lazy("hold", "set free")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="holds", db_index=False)
    round_id: int
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="holds", db_index=False
    )
    participant_id: int
    move = models.CharField(max_length=8, choices=Move.choices)
    amount_kop = models.BigIntegerField()
    key = models.CharField(max_length=80)
    operation = models.ForeignKey(
        "ledger.Operation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    operation_id: int
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="hold_once"),
            models.CheckConstraint(condition=Q(amount_kop__gt=0), name="hold_positive"),
        ]
        indexes = [
            models.Index(fields=["organisation", "round", "participant"], name="hold_by_round"),
            models.Index(fields=["organisation", "participant"], name="hold_by_participant"),
        ]


class Cash(TenantModel):
    """Money that moved. `round` is what it was brought or spent for, if anything; `override` is why the fund was let below zero."""

    class Kind(models.TextChoices):
        IN = "in", _("a participant paid")
        OUT = "out", _("sent back to a participant")
        SUPPLIER = "supplier", _("paid to a supplier or a carrier")
        RECOVERED = "recovered", _("came back from a supplier")

    class Way(models.TextChoices):
        CASH = "cash", _("in cash")
        BANK = "bank", _("by bank")

    kind = models.CharField(max_length=9, choices=Kind.choices)
    way = models.CharField(max_length=4, choices=Way.choices)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, related_name="cash", db_index=False
    )
    participant_id: int | None
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="cash", db_index=False)
    round_id: int | None
    bank_line_id = models.BigIntegerField(
        null=True, help_text="line of a statement that brought it (payments)"
    )
    amount_kop = models.BigIntegerField()
    on_date = models.DateField()
    key = models.CharField(max_length=80)
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="taken_back_by"
    )
    takes_back_id: int | None
    reason = models.CharField(max_length=300, blank=True)
    override = models.CharField(max_length=300, blank=True)
    operation = models.ForeignKey(
        "ledger.Operation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    operation_id: int
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="purchase_cash_once"),
            models.CheckConstraint(condition=Q(amount_kop__gt=0), name="purchase_cash_positive"),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "participant", "on_date"], name="purchase_cash_by_participant"
            ),
            models.Index(fields=["organisation", "round"], name="purchase_cash_by_round"),
            models.Index(fields=["organisation", "on_date"], name="purchase_cash_by_day"),
        ]


class Cost(TenantModel):
    """What a round owes others. The goods' invoice is borne by lines, every other cost is split by `split`."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("supplier’s invoice for the goods")
        TRANSPORT = "transport", _("transport")
        PACKING = "packing", _("packing")
        OTHER = "other", pgettext_lazy("cost of a round", "other")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="costs", db_index=False)
    round_id: int
    kind = models.CharField(max_length=9, choices=Kind.choices)
    title = models.CharField(max_length=200, blank=True, help_text="number of the paper; no names of people")
    amount_kop = models.BigIntegerField(help_text="signed: a correction is another row")
    split = models.CharField(max_length=9, choices=Round.TransportSplit.choices)
    on_date = models.DateField()
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    corrects_id: int | None
    key = models.CharField(max_length=80)
    operation = models.ForeignKey(
        "ledger.Operation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    operation_id: int | None
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="round_cost_once"),
            models.CheckConstraint(condition=~Q(amount_kop=0), name="round_cost_not_zero"),
        ]
        indexes = [models.Index(fields=["organisation", "round"], name="round_cost_by_round")]
