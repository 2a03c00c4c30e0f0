"""The key by which rows of different organisations are kept apart.

A tenant is an organisation seen from below: the foundation knows that it exists and of what kind it is, nothing more. Written only by
`organisations.services`, which gives an organisation the same key.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models


class Scope(StrEnum):
    """To whom the rows of a model belong. Every model of the project declares one; a test asks for it."""

    TENANT = "tenant"  # one organisation: the row has organisation_id, and so have its keys and indexes
    PERSON = "person"  # one human being, whatever the organisation
    GLOBAL = "global"  # everybody: classifiers, the territory tree, the machinery itself


class Tenant(models.Model):
    """One row an organisation. `kind` is the legal form's code, free text to the foundation."""

    scope: ClassVar[Scope] = Scope.GLOBAL

    kind = models.CharField(max_length=32)

    def __str__(self) -> str:
        return f"tenant {self.pk}"


class TenantModel(models.Model):
    """A row of one organisation. Queries of such rows always carry organisation_id (`testing.tenancy` refuses others)."""

    scope: ClassVar[Scope] = Scope.TENANT

    organisation = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation_id: int

    class Meta:
        abstract = True
