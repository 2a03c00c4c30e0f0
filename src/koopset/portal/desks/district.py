"""The coordinator's start page, and the table of districts that the operator has too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from koopset.apps.joining import selectors as joining
from koopset.foundation.rights.actors import Actor

#: Settlements that wait longest, on the start page; the rest are one press away.
SHOWN = 8


def district_table(
    actor: Actor, now: datetime, bodies: Sequence[joining.BodyProgress] | None = None
) -> dict[str, Any]:
    """Numbers of the actor's districts and their sums, from the settlements where they have been read."""
    rows = joining.district_numbers(actor, now=now, bodies=bodies)
    names = ("applied", "verified", "working", "units", "logins")
    return {
        "districts": rows,
        "sums": {name: sum(getattr(row, name) for row in rows) for name in names},
    }


def coordinator_desk(actor: Actor, now: datetime) -> dict[str, Any]:
    """Who waits for a check, who is stuck the longest, the districts in numbers."""
    names = joining.step_names()
    bodies = joining.bodies_of(actor, now=now)
    stuck = [row for row in bodies if row.step]
    waiting = joining.waiting_applications(actor)
    groups = joining.groups_of(actor)
    return {
        "waiting": waiting[:SHOWN],
        "stuck": [{"row": row, "step_name": names[row.step]} for row in stuck[:SHOWN]],
        "stuck_count": len(stuck),
        "groups": groups[:SHOWN],
        "facts": {
            "nobody_waits": not waiting,
            "helped": lambda: joining.has_helped(actor),
            "group": bool(groups),
        },
        **district_table(actor, now, bodies),
    }
