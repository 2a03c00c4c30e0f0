"""The resident's and the staff's start pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from koopset.apps.billing.panels import resident_summary
from koopset.apps.meetings.voting.panels import votes_to_give
from koopset.apps.people.selectors import persons_of_login
from koopset.apps.register.selectors import decisions
from koopset.foundation.rights.actors import Actor
from koopset.portal.desks.payments import latest_payments


def has_phone(actor: Actor) -> bool:
    """Whether any card of the actor's has a phone number."""
    return any(card.phone for card in persons_of_login(actor.login_id or 0))


def resident_desk(actor: Actor, organisation_id: int, now: datetime, today: date) -> dict[str, Any]:
    """What I owe, why, till when; the latest decisions that bind me."""
    summary = resident_summary(actor, organisation_id, today)
    open_accounts = [one for one in summary.accounts if one.debt.total_kop > 0]
    advance = sum(one.debt.advance_kop for one in summary.accounts)
    return {
        "summary": summary,
        "several": len(summary.accounts) > 1,
        "to_pay": open_accounts,
        "payable": next((one for one in open_accounts if one.document), None),
        "advance_kop": advance,
        "payments": latest_payments(organisation_id, [one.account for one in summary.accounts])
        if summary.accounts
        else [],
        "votes": votes_to_give(actor, organisation_id),
        "decisions": decisions(actor, organisation_id, limit=3),
        "facts": {
            "units": any(one.account.units_text for one in summary.accounts),
            "phone": lambda: has_phone(actor),
            "paid": bool(summary.accounts) and not summary.total_kop,
        },
    }


def staff_desk(actor: Actor, organisation_id: int, now: datetime, today: date) -> dict[str, Any]:
    """What there is for those who work here: the decisions, the own profile."""
    return {
        "decisions": decisions(actor, organisation_id, limit=4),
        "facts": {"phone": lambda: has_phone(actor)},
    }
