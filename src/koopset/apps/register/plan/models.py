"""The plan-scheme of a settlement: what it is drawn on, the shapes of its plots, what lies between them.

Points are lists [x, y] of integers in the units of the plan (see `plan.rules`). Written by `plan.services`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koopset.apps.register.models import Unit
from koopset.foundation.files.models import StoredFile
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class Plan(TenantModel):
    """What shapes are drawn on: one row an organisation. A ground plan is in centimetres, a picture in its own pixels."""

    class Kind(models.TextChoices):
        GROUND = "ground", _("by coordinates of the ground")
        PICTURE = "picture", _("drawn on a picture")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    picture = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    picture_id: int | None
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="plan_one"),
            models.CheckConstraint(
                condition=Q(kind="picture", picture__isnull=False, width__gt=0, height__gt=0)
                | Q(kind="ground", picture__isnull=True),
                name="plan_picture_has_size",
            ),
        ]


class Shape(TenantModel):
    """The shape of one unit on the plan."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    unit_id: int
    points = models.JSONField()

    history = changes()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "unit"], name="plan_shape_once")]


class Landmark(TenantModel):
    """What helps to find one's way: a road, water, wood, a building, with its name if it has one."""

    class Kind(models.TextChoices):
        ROAD = "road", _("road")
        WATER = "water", _("water")
        WOOD = "wood", _("wood")
        BUILDING = "building", _("building")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=60, blank=True)
    points = models.JSONField()
    is_area = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "kind"], name="plan_landmarks")]
