"""The treasurer's and the chair's start pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from koopset.apps.billing.panels import OfficeSummary, office_summary
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors import any_fee, first_charges
from koopset.apps.billing.selectors.documents import issues
from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger.ports import Blocker, month_blockers
from koopset.apps.meetings.panels import meetings_work
from koopset.apps.organisations.selectors import bank_accounts, organisation_card, role_rows
from koopset.apps.people.selectors import anybody_invited
from koopset.apps.register.selectors import decisions
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.roles import Role
from koopset.kernel.period import Month
from koopset.portal.desks.money import MonthMoney, money_by_month, money_chart
from koopset.portal.desks.payments import payment_queue
from koopset.portal.desks.trade import rounds_work

KEEPERS_OF_MONEY = frozenset({Role.TREASURER, Role.ACCOUNTANT})


@dataclass(frozen=True, slots=True)
class MonthToClose:
    """The first open month. `blockers` is empty while it is not over; `was_over` tells which it is."""

    month: Month
    is_over: bool
    blockers: tuple[Blocker, ...]
    url: str


def month_to_close(organisation_id: int, today: date) -> MonthToClose | None:
    """None without books."""
    month = ledger.first_open_month(organisation_id)
    if month is None:
        return None
    is_over = today > month.last
    return MonthToClose(
        month=month,
        is_over=is_over,
        blockers=tuple(month_blockers(organisation_id, [month])[month]) if is_over else (),
        url=reverse("ledger:month_close", kwargs={"organisation_id": organisation_id, "month": month.number}),
    )


def treasurer_desk(actor: Actor, organisation_id: int, now: datetime, today: date) -> dict[str, Any]:
    """What came in, what waits, who owes, which month is open."""
    closing = month_to_close(organisation_id, today)
    key = ledger.totals_key(organisation_id)
    months = money_by_month(organisation_id, today, key) if closing else []
    summary = office_summary(actor, organisation_id, today, key)
    queue = payment_queue(actor, organisation_id)
    accounts_count = summary.accounts_count if summary else 0
    present = months[-1] if months else MonthMoney(Month.of(today), 0, 0)
    return {
        "closing": closing,
        "present": present,
        "summary": summary,
        "queue": queue,
        "rounds_work": rounds_work(actor, organisation_id, now),
        "may_charge": actor.can(BillingRight.CHARGE_POST, organisation_id),
        "facts": {
            "book": closing is not None,
            "accounts": accounts_count > 0,
            "bank": lambda: any(row.is_confirmed for row in bank_accounts(actor, organisation_id)),
            "charged": any(one.charged_kop for one in months),
            "issued": lambda: issues(actor, organisation_id).exists(),
            "came_in": any(one.came_in_kop for one in months),
        },
    }


def chair_desk(actor: Actor, organisation_id: int, now: datetime, today: date) -> dict[str, Any]:
    """The money in one picture, what waits for the chair, the latest decisions."""
    key = ledger.totals_key(organisation_id)
    months = money_by_month(organisation_id, today, key)
    card = organisation_card(organisation_id)
    accounts = bank_accounts(actor, organisation_id)
    roles = [row for row in role_rows(actor, organisation_id, today) if row.holds]
    held = {row.role for row in roles}
    latest = decisions(actor, organisation_id, limit=4)
    summary: OfficeSummary | None = office_summary(actor, organisation_id, today, key)
    to_confirm = [row for row in accounts if row.confirmable]
    is_charged = any(one.charged_kop for one in months) or bool(first_charges([organisation_id]))
    work = rounds_work(actor, organisation_id, now)
    ending = [row for row in roles if row.valid_to is not None and (row.valid_to - today).days <= 45]
    return {
        "present": months[-1],
        "chart": money_chart(months),
        "summary": summary,
        "is_verified": card.is_verified,
        "collects": card.is_legal_person,
        "to_confirm": to_confirm,
        "no_account": card.is_legal_person and not accounts,
        "no_treasurer": card.is_legal_person and not held & KEEPERS_OF_MONEY,
        "no_auditor": Role.AUDITOR not in held,
        "ending": ending,
        "decisions": latest,
        "rounds_work": work,
        "meetings_work": meetings_work(actor, organisation_id, today),
        "nothing_waits": card.is_verified
        and not to_confirm
        and (not card.is_legal_person or (accounts and held & KEEPERS_OF_MONEY))
        and not ending,
        "facts": {
            "verified": card.is_verified,
            "treasurer": any(row.person.has_login for row in roles if row.role in KEEPERS_OF_MONEY)
            if card.is_legal_person
            else None,
            "bank": any(row.is_confirmed for row in accounts) if card.is_legal_person else None,
            "accounts": bool(summary and summary.accounts_count) if card.is_legal_person else None,
            "decisions": bool(latest),
            "fees": (lambda: is_charged or any_fee(organisation_id)) if card.is_legal_person else None,
            "invited": lambda: anybody_invited(organisation_id, but=[row.person.id for row in roles]),
            "charged": is_charged if card.is_legal_person else None,
        },
    }
