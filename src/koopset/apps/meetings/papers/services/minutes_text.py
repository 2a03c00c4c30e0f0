"""What the secretary writes into the minutes: who was heard, who objected, where they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from koopset.apps.meetings.models import AgendaItem
from koopset.apps.meetings.papers.models import MinutesText
from koopset.apps.meetings.papers.permissions import PaperRight
from koopset.apps.meetings.papers.selectors.access import WRITABLE, reader_of
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: Letters of one passage.
MOST = 4000


@service(None)
def minutes_text_save(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    heard: Mapping[str, str],
    objections: str = "",
    kept_at: str = "",
    system_number: str = "",
    now: datetime,
) -> MinutesText:
    """Keep the words of the minutes: after the count and before the minutes are signed. `heard`: key of an item → text.

    Right: PAPER_PREPARE, or an official of this meeting. Raises Forbidden, meeting_papers.text_frozen.
    """
    reader = reader_of(actor, organisation_id, meeting_id)
    if not reader.may_prepare:
        raise Forbidden(PaperRight.PAPER_PREPARE)
    if reader.meeting.state not in WRITABLE:
        raise RuleViolation("meeting_papers.text_frozen")
    keys = set(
        AgendaItem.objects.filter(organisation_id=organisation_id, meeting_id=meeting_id).values_list(
            "key", flat=True
        )
    )
    row = (
        MinutesText.objects.select_for_update()
        .filter(organisation_id=organisation_id, meeting_id=meeting_id)
        .first()
    ) or MinutesText(organisation_id=organisation_id, meeting_id=meeting_id)
    row.heard = {
        key: text.strip()[:MOST] for key, text in sorted(heard.items()) if key in keys and text.strip()
    }
    row.objections = objections.strip()[:MOST]
    row.kept_at = " ".join(kept_at.split())[:300]
    row.system_number = " ".join(system_number.split())[:60]
    row.set_at, row.set_by = now, actor.login_id
    row.save()
    return row
