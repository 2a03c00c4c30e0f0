"""The mark of a demo database.

One row, written before anything else in an empty database and never after: only where it stands does the page exist by which one
enters as any role. A database with real data refuses the mark (a trigger refuses it too, once an organisation exists).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from koopset.foundation.tenants.models import Scope


class DemoMark(models.Model):
    scope: ClassVar[Scope] = Scope.GLOBAL

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    town_date = models.DateField(help_text="the day the invented town lives in")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="demo_mark_one")]
