"""The law of meetings as one body has it: editions of profiles by an administrator, and what its charter changes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from koopset.foundation.tenants.models import TenantModel


class LawEdition(TenantModel):
    """An administrator's text of a law profile, in force for this body instead of the shipped one from `since` through `until`.

    A fact: another edition replaces it (`replaces`), and one that `is_ended` only gives the shipped text back. `digest` is that of the
    text, and a verdict shows it.
    """

    key = models.CharField(max_length=40)
    text = models.TextField()
    since = models.DateField()
    until = models.DateField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, help_text="why it was changed, without names")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    replaces_id: int | None
    is_ended = models.BooleanField(default=False)
    set_at = models.DateTimeField()
    set_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="law_edition_dates_in_order")
        ]
        indexes = [models.Index(fields=["organisation", "key", "since"], name="law_edition_by_key")]


class CharterEdition(TenantModel):
    """What the body's charter changes in a law profile, from a day on. A fact: the latest edition that has begun holds.

    `data`: clauses and added items (`rules.records.charter_data`); `facts`: what the charter makes possible (`rules.charter.CharterFacts`).
    """

    key = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    since = models.DateField()
    document = models.CharField(
        max_length=300, help_text="the charter and its edition: date and minutes, without names"
    )
    set_at = models.DateTimeField()
    set_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "key", "since"], name="charter_edition_by_key")]
