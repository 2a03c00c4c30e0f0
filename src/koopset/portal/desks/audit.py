"""The auditor's start page: do the books agree, what is closed, what was taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from koopset.apps.ledger import selectors as ledger
from koopset.foundation.rights.actors import Actor
from koopset.kernel.period import Month

MONTHS_SHOWN = 6
REVERSAL_KIND = "ledger.reversal"


def auditor_desk(actor: Actor, organisation_id: int, now: datetime, today: date) -> dict[str, Any]:
    """The proof is made anew at each look, so that nobody has to believe a stored answer."""
    states = ledger.month_states(actor, organisation_id, today=today)
    if not states:
        return {"has_book": False, "facts": {}}
    broken = ledger.verify(organisation_id)
    rows = ledger.trial_balance(actor, organisation_id, Month.of(today), Month.of(today))
    total = ledger.total_of(rows)
    journal = ledger.journal(actor, organisation_id, page_size=5)
    reversals = ledger.journal(actor, organisation_id, kind=REVERSAL_KIND, page_size=5)
    return {
        "has_book": True,
        "broken": broken[:10],
        "broken_count": len(broken),
        "total": total,
        "headings": [row for row in rows if row.level == 0],
        "months": states[:MONTHS_SHOWN],
        "closed_count": sum(state.is_closed for state in states),
        "late": [state for state in states if state.can_close][:3],
        "journal": journal,
        "reversals": reversals,
        "proved_at": now,
        "facts": {"agrees": not broken},
    }
