"""Goods that are known by their number, and names on receipts that people have explained."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import Scope

UNITS = (("kg", _("kg")), ("l", _("l")), ("pcs", _("pcs")))


class Good(models.Model):
    """A product by its GTIN: what it is for everybody. Written by `catalogue.services` (the operator, price lists of suppliers).

    `gtin` has fourteen digits, zeros in front; `amount` is how much one package holds, in `unit`.
    """

    scope: ClassVar[Scope] = Scope.GLOBAL

    gtin = models.CharField(max_length=14)
    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("category"), max_length=40)
    kind = models.CharField(_("kind of goods"), max_length=40, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=3, choices=UNITS, blank=True)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gtin"], name="good_gtin_once"),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True, unit="")
                | models.Q(amount__gt=0) & ~models.Q(unit=""),
                name="good_amount_has_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LearntName(models.Model):
    """A name on receipts that the dictionary does not know, or knows wrongly, without what tells of a person or a shop.

    `key` is what is compared (`rules.names.scrubbed`). Answers of persons are in NameAnswer; the category stands here once two
    different persons gave it, or the operator did. Written by `catalogue.services` only.
    """

    scope: ClassVar[Scope] = Scope.GLOBAL

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("learnt name", "answered by one person")
        CONFIRMED = "confirmed", pgettext_lazy("learnt name", "confirmed by two people")
        CORRECTED = "corrected", pgettext_lazy("learnt name", "set by the operator")
        REFUSED = "refused", pgettext_lazy("learnt name", "not learnt: the operator declined it")

    key = models.CharField(max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    category = models.CharField(_("category"), max_length=40, blank=True)
    kind = models.CharField(_("kind of goods"), max_length=40, blank=True)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="learnt_name_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=("asked", "refused"), category="")
                | models.Q(state__in=("confirmed", "corrected"), category__gt=""),
                name="learnt_name_has_category",
            ),
        ]
        indexes = [models.Index(fields=["state", "-asked_at"], name="learnt_name_state")]

    def __str__(self) -> str:
        return self.key


class NameAnswer(models.Model):
    """What one login said a name is: one row a login and name; it holds for that login until everybody knows. Written by `name_answer`."""

    scope: ClassVar[Scope] = Scope.PERSON

    name = models.ForeignKey(LearntName, on_delete=models.CASCADE, related_name="answers")
    name_id: int
    login_id = models.BigIntegerField(help_text="no foreign key: a login may be erased")
    category = models.CharField(_("category"), max_length=40)
    kind = models.CharField(_("kind of goods"), max_length=40, blank=True)
    at = models.DateTimeField()

    history = changes()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["login_id", "name"], name="name_answer_one_a_login")]
