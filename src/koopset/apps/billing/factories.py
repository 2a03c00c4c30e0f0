"""Fees, accounts, posted months for tests of this room and of the rooms above."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from koopset.apps.billing import services
from koopset.apps.billing.models import ChargeRun, Fee, PersonalAccount
from koopset.apps.billing.selectors import charge_preview
from koopset.apps.ledger.services import book_open
from koopset.apps.organisations.factories import make_bank_account, make_organisation
from koopset.apps.organisations.models import Organisation
from koopset.apps.people.factories import make_actor, make_person
from koopset.apps.register.factories import make_decision, make_unit
from koopset.foundation.rights.actors import SYSTEM, Actor
from koopset.foundation.rights.roles import Role
from koopset.kernel.period import Month

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
MONTH = Month(2026, 11)


def make_billing_organisation(form: str = "snt", **fields: Any) -> Organisation:
    """A verified body with a confirmed bank account and books of its legal form open from January 2026."""
    organisation = make_organisation(form, **fields)
    make_bank_account(organisation.pk)
    book_open(actor=SYSTEM, organisation_id=organisation.pk, opened_month=202601, now=NOW)
    return organisation


def make_treasurer(organisation_id: int) -> Actor:
    return make_actor(Role.TREASURER, organisation_id)


def make_account(
    organisation_id: int,
    *,
    number: str | None = None,
    area_m2: Decimal | int = 600,
    opened_on: date = date(2026, 1, 1),
    **unit: Any,
) -> PersonalAccount:
    """An account of a new person for a new plot of the person."""
    person = make_person(organisation_id)
    plot = make_unit(organisation_id, area_m2=area_m2, owners=[person], **unit)
    return services.personal_account_open(
        actor=SYSTEM,
        organisation_id=organisation_id,
        number=number,
        payer_id=person.pk,
        unit_ids=[plot.pk],
        opened_on=opened_on,
        now=NOW,
    )


def make_fee(organisation_id: int, **fields: Any) -> Fee:
    """A membership fee of 150 ₽ a сотка every month since January 2026, by a decision."""
    values: dict[str, Any] = {
        "title": "Членский взнос",
        "kind": "membership",
        "base": "sotka",
        "rate": Decimal(150),
        "from_month": 202601,
    }
    values |= fields
    if "decision_id" not in values:
        values["decision_id"] = make_decision(organisation_id).pk
    return services.fee_create(actor=SYSTEM, organisation_id=organisation_id, now=NOW, **values)


def post_month(
    organisation_id: int,
    *,
    month: Month = MONTH,
    fee_ids: Collection[int] | None = None,
    actor: Actor = SYSTEM,
    now: datetime = NOW,
) -> ChargeRun:
    """Preview, confirm and post a month with all its fees."""
    chosen = fee_ids or list(Fee.objects.filter(organisation_id=organisation_id).values_list("pk", flat=True))
    preview = charge_preview(actor, organisation_id, month, chosen)
    run = services.charge_run_start(
        actor=actor,
        organisation_id=organisation_id,
        month=month,
        fee_ids=chosen,
        fingerprint=preview.fingerprint,
        now=now,
    )
    return services.charge_run_post(actor=actor, organisation_id=organisation_id, run_id=run.pk, now=now)
