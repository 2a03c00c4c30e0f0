"""The tree of territories with their ОКТМО codes (K5), and where organisations lie in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import Scope, TenantModel


class Territory(models.Model):
    """A node: country, region, district or settlement. Loaded from places/profiles and edited by the operator.

    `path` is "1.7.32." of ids.
    """

    scope: ClassVar[Scope] = Scope.GLOBAL

    class Level(models.TextChoices):
        COUNTRY = "country", _("country")
        REGION = "region", _("region")
        DISTRICT = "district", _("district")
        SETTLEMENT = "settlement", _("settlement")

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    parent_id: int | None
    level = models.CharField(max_length=12, choices=Level.choices)
    name = models.CharField(_("name"), max_length=200)
    oktmo = models.CharField(_("ОКТМО"), max_length=11, blank=True)
    path = models.CharField(max_length=120, blank=True, editable=False)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["oktmo"], condition=~models.Q(oktmo=""), name="territory_oktmo_once"
            ),
            models.UniqueConstraint(fields=["parent", "name"], name="territory_name_once"),
        ]
        indexes = [models.Index(fields=["path"], name="territory_path")]

    def __str__(self) -> str:
        return self.name


class Location(TenantModel):
    """Where an organisation lies: one row an organisation."""

    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="locations")
    territory_id: int
    address = models.CharField(max_length=300, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)

    history = changes()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="location_one")]
