"""Who looked at personal data, and what the terms of keeping did. Written by `looks` and `terms` only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from koopset.foundation.tenants.models import Scope, Tenant, TenantModel


class Look(TenantModel):
    """A fact: a login opened a page, a file or a list with personal data of others. Names are not kept, keys only.

    One card (`person_id`) or a list of so many (`count`). Nothing is changed; after the term rows are deleted, not before.
    """

    at = models.DateTimeField()
    login_id = models.BigIntegerField(help_text="who looked; no foreign key: a login may be erased")
    roles = models.CharField(max_length=120, help_text="roles held at that moment, by comma")
    kind = models.CharField(max_length=64, help_text="which page: see looks.look_name")
    person_id = models.BigIntegerField(null=True, help_text="whose card; null: a list")
    count = models.PositiveIntegerField(default=1, help_text="how many people the list showed")

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-at"], name="looks_of_organisation"),
            models.Index(fields=["organisation", "person_id", "-at"], name="looks_at_person"),
        ]
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="look_at_somebody")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class TermRun(models.Model):
    """What a term of keeping did in one night: for the whole platform (no organisation) and for each organisation it touched."""

    scope: ClassVar[Scope] = Scope.GLOBAL

    code = models.CharField(max_length=64)
    organisation = models.ForeignKey(
        Tenant, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation_id: int | None
    at = models.DateTimeField()
    count = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "code", "-at"], name="term_runs_by_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.at}"
