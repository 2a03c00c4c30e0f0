"""Parts of a round's page that rooms above made, drawn with the context of each."""

from __future__ import annotations

from django.template.loader import render_to_string

from koopset.apps.purchases import ports
from koopset.foundation.rights.pages import PageRequest


def parts_drawn(
    request: PageRequest,
    *,
    organisation_id: int,
    round_id: int,
    organiser: bool,
    participant_id: int | None,
) -> list[str]:
    """HTML of each part, safe as its template made it."""
    found = ports.round_parts(
        request,
        organisation_id=organisation_id,
        round_id=round_id,
        organiser=organiser,
        participant_id=participant_id,
    )
    return [render_to_string(part.template, dict(part.context), request) for part in found]
