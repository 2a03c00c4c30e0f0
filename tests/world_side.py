"""One organisation of the world of tests, and what the parts of the world agree on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from koopset.apps.people.models import Login
from koopset.foundation.rights.roles import Role
from koopset.kernel.period import Month

#: The months of the world end with the present one, or pages that show «now» would be empty.
NOW = datetime.now(UTC)
MONTH = Month.of(timezone.localdate(NOW))
#: No row has this key.
ABSENT = 987_654_321
#: How many plots each side has beside those of the resident and the member: enough for a query in a loop to show.
NEIGHBOURS = 8


@dataclass
class Side:
    """One organisation. `ids` maps "room:keyword" of an address to a value; `own_ids` the same for what is somebody's own."""

    organisation_id: int
    logins: dict[Role, Login] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    own_ids: dict[Role, dict[str, Any]] = field(default_factory=dict)
    #: Words that occur in this organisation only.
    marks: tuple[str, ...] = ()

    def kwargs(
        self, name: str, keywords: Mapping[str, Any] | tuple[str, ...], role: Role | None = None
    ) -> dict[str, Any]:
        """The keywords of the address `name` ("billing:fee"), as `role` would open it. Raises LookupError for one not known."""
        room, _, page = name.rpartition(":")
        found: dict[str, Any] = {}
        for keyword in keywords:
            if keyword == "organisation_id":
                found[keyword] = self.organisation_id
                continue
            keys = (f"{name}:{keyword}", f"{room}:{keyword}")
            own = self.own_ids.get(role, {}) if role else {}
            values = [source[key] for key in keys for source in (own, self.ids) if key in source]
            if page.startswith("my") and f"{room}:my:{keyword}" in own:
                values.insert(0, own[f"{room}:my:{keyword}"])
            if not values:
                raise LookupError(
                    f"{name}: the world has nothing for «{keyword}»: put it into tests/world.py"
                )
            found[keyword] = values[0]
        return found
