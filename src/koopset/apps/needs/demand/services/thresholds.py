"""When buying together is worth proposing."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from koopset.apps.needs.demand.models import Thresholds
from koopset.apps.needs.demand.permissions import DemandRight
from koopset.apps.needs.demand.rules.proposals import Limits
from koopset.apps.needs.demand.selectors.thresholds import limits_now
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: name: (least, most). Fewer than five households would tell of somebody, whatever the operator wishes.
BOUNDS: dict[str, tuple[int, int]] = {
    "least_households": (5, 1000),
    "least_saving_kop": (1, 10**10),
    "least_days": (14, 365),
    "window_days": (60, 730),
    "transport_kop": (0, 10**10),
    "organiser_percent": (0, 100),
    "hours_round": (0, 1000),
    "hours_household": (0, 100),
    "hour_kop": (0, 10**8),
    "lasts_days": (7, 365),
}


@service(DemandRight.THRESHOLDS_EDIT)
def thresholds_set(*, actor: Actor, now: datetime, **values: Any) -> Limits:
    """Set those named of `rules.proposals.Limits`; the others stay.

    Raises demand.out_of_bounds with the field, demand.window_too_short, TypeError for unknown names.
    """
    wanted = replace(limits_now(), **values)
    for field in fields(Limits):
        least, most = BOUNDS[field.name]
        if not least <= Decimal(getattr(wanted, field.name)) <= most:
            raise RuleViolation("demand.out_of_bounds", field=field.name, least=least, most=most)
    if wanted.window_days < wanted.least_days:
        raise RuleViolation("demand.window_too_short", field="window_days")
    row = Thresholds.objects.select_for_update().first() or Thresholds()
    for name, value in asdict(wanted).items():
        setattr(row, name, value)
    row.save()
    return wanted
