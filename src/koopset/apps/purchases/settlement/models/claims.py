"""What is wrong with goods that were given out, its answer, and goods that came back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.apps.purchases.models import Line, Participant, Round
from koopset.apps.purchases.settlement.models.closing import ChargeRow
from koopset.foundation.files.models import StoredFile
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class Claim(TenantModel):
    """Something is wrong with what one got. The answer is given once; what it gives back is a ChargeRow tied to the line."""

    class Reason(models.TextChoices):
        SPOILT = "spoilt", _("spoilt")
        SHORT = "short", _("less than it should be")
        WRONG = "wrong", _("not what was ordered")
        QUALITY = "quality", _("poor quality")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("claim", "waits for an answer")
        ACCEPTED = "accepted", pgettext_lazy("claim", "accepted")
        PART = "part", pgettext_lazy("claim", "accepted in part")
        REFUSED = "refused", pgettext_lazy("claim", "refused")
        CREDITED = "credited", pgettext_lazy("claim", "money given back to the account")

    class Bearer(models.TextChoices):
        SUPPLIER = "supplier", _("the supplier")
        BODY = "body", _("the organisation")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="claims", db_index=False)
    round_id: int
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="claims", db_index=False)
    line_id: int
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="claims", db_index=False
    )
    participant_id: int
    reason = models.CharField(max_length=8, choices=Reason.choices)
    quantity = models.PositiveIntegerField()
    amount_kop = models.BigIntegerField(help_text="what is asked back")
    text = models.CharField(max_length=1000, blank=True)
    photo = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    photo_id: int | None
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    accepted_kop = models.BigIntegerField(default=0)
    bearer = models.CharField(max_length=8, choices=Bearer.choices, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.BigIntegerField(null=True)
    credit = models.OneToOneField(ChargeRow, on_delete=models.PROTECT, null=True, related_name="claim")
    credit_id: int | None

    history = changes()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_kop__gt=0, quantity__gt=0), name="claim_positive"),
            models.CheckConstraint(
                condition=Q(accepted_kop__gte=0, accepted_kop__lte=models.F("amount_kop")),
                name="claim_answer_fits",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "round", "state"], name="claim_by_state"),
            models.Index(fields=["organisation", "line"], name="claim_by_line"),
            models.Index(fields=["organisation", "participant"], name="claim_by_participant"),
        ]


class ReturnRow(TenantModel):
    """Goods came back to the organiser: neither a debt nor a payment by itself."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="returns", db_index=False)
    claim_id: int
    quantity = models.PositiveIntegerField()
    key = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="return_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_positive"),
        ]
        indexes = [models.Index(fields=["organisation", "claim"], name="return_by_claim")]
