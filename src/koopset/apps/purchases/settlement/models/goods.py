"""Goods of a round: what came, where and when it is given out, what was given into whose hands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.apps.purchases.models import Line, Participant, Round, RoundGood
from koopset.foundation.files.models import StoredFile
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class IntakeRow(TenantModel):
    """So many units of a good came so; negative takes back a slip. `instead`: what came in place of the ordered good."""

    class Outcome(models.TextChoices):
        GOOD = "good", pgettext_lazy("goods", "good")
        SPOILT = "spoilt", pgettext_lazy("goods", "spoilt")
        SUBSTITUTE = "substitute", pgettext_lazy("goods", "another in its place")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="intake", db_index=False)
    round_id: int
    good = models.ForeignKey(RoundGood, on_delete=models.PROTECT, related_name="intake", db_index=False)
    good_id: int
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    quantity = models.IntegerField()
    instead = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    photo = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    photo_id: int | None
    key = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="intake_once"),
            models.CheckConstraint(condition=~Q(quantity=0), name="intake_not_zero"),
        ]
        indexes = [models.Index(fields=["organisation", "round", "good"], name="intake_by_good")]


class HandoutPoint(TenantModel):
    """A place where goods are handed out; used by many rounds."""

    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=300)
    note = models.CharField(_("how to find it"), max_length=300, blank=True)
    is_closed = models.BooleanField(default=False)

    history = changes()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="handout_point_name")]

    def __str__(self) -> str:
        return self.name


class HandoutSlot(TenantModel):
    """A time at a point for one round; `capacity` households may choose it (0: any number)."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="slots", db_index=False)
    round_id: int
    point = models.ForeignKey(HandoutPoint, on_delete=models.PROTECT, related_name="slots", db_index=False)
    point_id: int
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveIntegerField(default=0)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "round", "point", "starts_at"], name="slot_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="slot_has_length"),
        ]


class PickUp(TenantModel):
    """A participant's code in a round and the slot that was chosen. The code is random, shown as digits and QR to the household only."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="pickups", db_index=False)
    round_id: int
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="pickups", db_index=False
    )
    participant_id: int
    code = models.CharField(max_length=8)
    slot = models.ForeignKey(
        HandoutSlot, on_delete=models.PROTECT, null=True, related_name="pickups", db_index=False
    )
    slot_id: int | None
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "round", "participant"], name="pickup_once"),
            models.UniqueConstraint(fields=["organisation", "round", "code"], name="pickup_code_once"),
        ]


class HandoutRow(TenantModel):
    """Units of a line given into hands, or not taken. `by` is who handed out. Negative takes back a slip."""

    class Outcome(models.TextChoices):
        GIVEN = "given", _("given")
        NOT_TAKEN = "not-taken", _("not taken")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="handouts", db_index=False)
    round_id: int
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="handouts", db_index=False)
    line_id: int
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="handouts", db_index=False
    )
    participant_id: int
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    quantity = models.IntegerField()
    key = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="handout_once"),
            models.CheckConstraint(condition=~Q(quantity=0), name="handout_not_zero"),
        ]
        indexes = [
            models.Index(fields=["organisation", "round", "participant"], name="handout_by_participant"),
            models.Index(fields=["organisation", "line"], name="handout_by_line"),
        ]
