"""The end of a round: what each was charged, what a household saved, what it thinks of the supplier."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koopset.apps.purchases.models import Line, Participant, Round
from koopset.apps.purchases.settlement.models.money import Cost, FeeRule
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import Scope, TenantModel


class Settled(TenantModel):
    """The round was settled: what its page showed before it was posted. `result_kop` is what stays with the body beside the fee."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="settled")
    round_id: int
    goods_kop = models.BigIntegerField()
    costs_kop = models.BigIntegerField()
    fee_kop = models.BigIntegerField()
    invoice_kop = models.BigIntegerField()
    result_kop = models.BigIntegerField()
    participants = models.PositiveIntegerField()
    operation = models.ForeignKey(
        "ledger.Operation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    operation_id: int | None
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)


class ChargeRow(TenantModel):
    """A part of what one participant pays for a round. The key has the line, the cost, the fee: nothing is charged twice."""

    class What(models.TextChoices):
        GOODS = "goods", _("goods")
        COST = "cost", _("transport and other costs")
        FEE = "fee", _("organiser’s fee")
        CREDIT = "credit", _("given back")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="charges", db_index=False)
    round_id: int
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="charges", db_index=False
    )
    participant_id: int
    what = models.CharField(max_length=6, choices=What.choices)
    line = models.ForeignKey(
        Line, on_delete=models.PROTECT, null=True, related_name="charges", db_index=False
    )
    line_id: int | None
    cost = models.ForeignKey(
        Cost, on_delete=models.PROTECT, null=True, related_name="charges", db_index=False
    )
    cost_id: int | None
    fee = models.ForeignKey(
        FeeRule, on_delete=models.PROTECT, null=True, related_name="charges", db_index=False
    )
    fee_id: int | None
    quantity = models.IntegerField(null=True, help_text="units charged; of goods only")
    price_kop = models.BigIntegerField(null=True)
    amount_kop = models.BigIntegerField(help_text="signed; a credit is negative")
    key = models.CharField(max_length=80)
    operation = models.ForeignKey(
        "ledger.Operation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    operation_id: int | None
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="purchase_charge_once"),
            models.CheckConstraint(condition=~Q(amount_kop=0), name="purchase_charge_not_zero"),
        ]
        indexes = [
            models.Index(fields=["organisation", "round", "participant"], name="purchase_charge_by_round"),
            models.Index(fields=["organisation", "participant"], name="purchase_charge_by_member"),
            models.Index(fields=["organisation", "line"], name="purchase_charge_by_line"),
        ]


class Rating(TenantModel):
    """Marks 1–5 of one household for the supplier of a settled round. A hidden text was no opinion but an insult or a name."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="ratings", db_index=False)
    round_id: int
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="ratings", db_index=False
    )
    participant_id: int
    quality = models.PositiveSmallIntegerField()
    terms = models.PositiveSmallIntegerField()
    price = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500, blank=True)
    is_hidden = models.BooleanField(default=False)
    at = models.DateTimeField()

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "round", "participant"], name="rating_once"),
            models.CheckConstraint(
                condition=Q(
                    quality__gte=1, quality__lte=5, terms__gte=1, terms__lte=5, price__gte=1, price__lte=5
                ),
                name="rating_in_marks",
            ),
        ]


class LineSaving(models.Model):
    """What a household saved on one line against its own earlier prices, as counted at settlement. `prior_kop` null: not known."""

    scope: ClassVar[Scope] = Scope.PERSON

    household_id = models.BigIntegerField()
    organisation_id = models.BigIntegerField(help_text="the body that ran the round")
    territory_id = models.BigIntegerField(null=True, help_text="the settlement of the household")
    round_id = models.BigIntegerField()
    line_id = models.BigIntegerField()
    on_date = models.DateField()
    kind = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=8)
    amount = models.DecimalField(max_digits=14, decimal_places=3)
    paid_kop = models.BigIntegerField(help_text="with its part of transport and fee")
    prior_price_kop = models.DecimalField(max_digits=16, decimal_places=4, null=True, help_text="of one unit")
    prior_count = models.PositiveIntegerField(default=0, help_text="of how many purchases it is the median")
    prior_kop = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "line_id"], name="line_saving_once"),
        ]
        indexes = [
            models.Index(fields=["household_id", "on_date"], name="line_saving_by_household"),
            models.Index(fields=["organisation_id", "round_id"], name="line_saving_by_round"),
            models.Index(fields=["territory_id", "on_date"], name="line_saving_by_territory"),
        ]
