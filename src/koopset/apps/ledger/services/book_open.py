"""Opening the books of an organisation."""

from __future__ import annotations

from datetime import datetime

from koopset.apps.ledger.formats.chart_profile import read_profile
from koopset.apps.ledger.models import Book, ChartAccount
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.organisations.selectors import form_of, legal_form
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.foundation.tenants.models import Tenant
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


@service(LedgerRight.BOOK_OPEN)
def book_open(
    *,
    actor: Actor,
    organisation_id: int,
    profile: str = "",
    opened_month: int | Month,
    now: datetime,
) -> Book:
    """Open the books from a month (202601 or Month) with the chart of accounts of a profile; none named: that of the legal form.

    Raises ledger.book_exists, ledger.unknown_profile, period.bad_month.
    """
    first = opened_month if isinstance(opened_month, Month) else Month.from_number(opened_month)
    profile = profile or legal_form(form_of(organisation_id)).chart
    chart = read_profile(profile)
    # Two people opening at once: the tenant's row makes them wait for each other.
    Tenant.objects.select_for_update().get(pk=organisation_id)
    if Book.objects.filter(organisation_id=organisation_id).exists():
        raise RuleViolation("ledger.book_exists")
    book = Book.objects.create(
        organisation_id=organisation_id, profile=profile, opened_month=first.number, created_at=now
    )
    for account in chart.accounts:
        ChartAccount.objects.create(
            organisation_id=organisation_id,
            code=account.code,
            name=account.name,
            name_en=account.name_en,
            kind=account.kind,
            subject=account.subject,
            is_postable=not account.is_heading,
        )
    return book
