"""When buying together is worth proposing, as the operator set it."""

from __future__ import annotations

from dataclasses import fields

from koopset.apps.needs.demand.models import Thresholds
from koopset.apps.needs.demand.rules.proposals import Limits


def limits_now() -> Limits:
    """The limits in force: the operator's row, else the defaults of the rules."""
    row = Thresholds.objects.first()
    if row is None:
        return Limits()
    return Limits(**{field.name: getattr(row, field.name) for field in fields(Limits)})
