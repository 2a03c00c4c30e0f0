"""A made-up settlement of N plots for the measures, written in bulk: people, plots, areas, owners, accounts, fees, charged months."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from django.core.management import call_command

from koopset.apps.billing import factories, selectors, services
from koopset.apps.billing.models import ChargeRun, Fee
from koopset.apps.ledger.services import book_open
from koopset.apps.organisations.factories import make_bank_account, make_organisation
from koopset.apps.people.models import Person
from koopset.apps.register.models import Ownership, Unit, UnitArea
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.period import Month

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LAST = Month(2026, 11)
BATCH = 5000


def build(plots: int, *, months: int, four_fees: bool = True) -> int:
    """Make the database and a settlement with `plots` accounts; books open `months` months before December 2026. Its id."""
    call_command("migrate", verbosity=0, interactive=False)
    organisation = make_organisation()
    make_bank_account(organisation.pk)
    first = LAST.plus(1 - months)
    book_open(actor=SYSTEM, organisation_id=organisation.pk, opened_month=first.number, now=NOW)
    _register(organisation.pk, plots)
    services.accounts_open_for_units(
        actor=SYSTEM,
        organisation_id=organisation.pk,
        unit_ids=Unit.objects.filter(organisation_id=organisation.pk).values_list("pk", flat=True),
        opened_on=first.first,
        now=NOW,
    )
    _fees(organisation.pk, first, four_fees)
    return int(organisation.pk)


def _register(organisation_id: int, plots: int) -> None:
    since = date(2020, 1, 1)
    for at in range(0, plots, BATCH):
        numbers = range(at, min(at + BATCH, plots))
        persons = Person.objects.bulk_create(
            Person(
                keeper_id=organisation_id,
                last_name=f"Петров{n}",
                first_name="Иван",
                folded_name=f"ПЕТРОВ{n} ИВАН",
            )
            for n in numbers
        )
        units = Unit.objects.bulk_create(
            Unit(
                organisation_id=organisation_id,
                kind="plot",
                number=str(n),
                sort_key=f"{n:08d}",
                opened_on=since,
            )
            for n in numbers
        )
        UnitArea.objects.bulk_create(
            UnitArea(
                organisation_id=organisation_id,
                unit=unit,
                area_m2=Decimal(400 + n % 1200) + Decimal(n % 100) / 100,
                valid_from=since,
            )
            for n, unit in zip(numbers, units, strict=True)
        )
        Ownership.objects.bulk_create(
            Ownership(organisation_id=organisation_id, unit=unit, person=person, valid_from=since)
            for unit, person in zip(units, persons, strict=True)
        )


def _fees(organisation_id: int, first: Month, four: bool) -> None:
    since = first.number
    factories.make_fee(organisation_id, rate=Decimal("150.25"), from_month=since, title="Членский")
    if not four:
        return
    factories.make_fee(
        organisation_id, from_month=since, kind="target", base="account", rate=Decimal(500), title="Дорога"
    )
    factories.make_fee(
        organisation_id, from_month=since, kind="utility", base="unit", rate=Decimal(310), title="Мусор"
    )
    factories.make_fee(
        organisation_id,
        from_month=since,
        kind="utility",
        base="area",
        method="split",
        rate=Decimal("1234567.89"),
        title="Освещение",
    )


def organisation_id_of_town() -> int:
    """The settlement that `build` made in this database."""
    return int(Fee.objects.values_list("organisation_id", flat=True)[:1].get())


def run_started(organisation_id: int, month: Month) -> ChargeRun:
    """A confirmed preview of a month with all fees, not posted yet."""
    fee_ids = list(Fee.objects.filter(organisation_id=organisation_id).values_list("pk", flat=True))
    preview = selectors.charge_preview(SYSTEM, organisation_id, month, fee_ids)
    return services.charge_run_start(
        actor=SYSTEM,
        organisation_id=organisation_id,
        month=month,
        fee_ids=fee_ids,
        fingerprint=preview.fingerprint,
        now=NOW,
    )


def charge(organisation_id: int, month: Month) -> None:
    """Charge a month and post it to the books."""
    run = run_started(organisation_id, month)
    services.charge_run_post(actor=SYSTEM, organisation_id=organisation_id, run_id=run.pk, now=NOW)
