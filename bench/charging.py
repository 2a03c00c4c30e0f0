"""Charging a settlement of N plots × 4 lines against a bare executemany of the same rows into the same tables.

    .venv/bin/python bench/charging.py [plots=34000] [months=1] [documents=1000]

Figures: seconds and memory of charging a month with its entries; balances and debtors after the months; milliseconds a document.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

PLOTS = int(sys.argv[1]) if len(sys.argv) > 1 else 34_000
MONTHS = int(sys.argv[2]) if len(sys.argv) > 2 else 1
DOCUMENTS = int(sys.argv[3]) if len(sys.argv) > 3 else 1000

folder = tempfile.TemporaryDirectory(prefix="koopset-bench-")
os.environ.setdefault("KOOPSET_DATA", folder.name)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koopset.config.settings")
os.environ.setdefault("SECRET_KEY", "bench" * 10)
os.environ.setdefault("LOG_LEVEL", "WARNING")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from koopset.apps.billing import factories, selectors, services  # noqa: E402
from koopset.apps.billing.models import Charge, ChargeRun, PaymentDocument  # noqa: E402
from koopset.apps.ledger.services import book_open  # noqa: E402
from koopset.apps.organisations.factories import make_bank_account, make_organisation  # noqa: E402
from koopset.apps.people.models import Person  # noqa: E402
from koopset.apps.register.models import Ownership, Unit, UnitArea  # noqa: E402
from koopset.foundation.history.facts import lifted  # noqa: E402
from koopset.foundation.rights.actors import SYSTEM  # noqa: E402
from koopset.kernel.period import Month  # noqa: E402

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LAST = Month(2026, 11)
FIRST = LAST.plus(1 - MONTHS)


@contextmanager
def measured(name: str, times: dict[str, float]):
    start = time.perf_counter()
    yield
    times[name] = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:55} {times[name]:9.3f} s   peak {peak:7.0f} MiB", flush=True)


def build(organisation_id: int) -> None:
    persons = Person.objects.bulk_create(
        [
            Person(
                keeper_id=organisation_id,
                last_name=f"Петров{n}",
                first_name="Иван",
                folded_name=f"ПЕТРОВ{n} ИВАН",
            )
            for n in range(PLOTS)
        ],
        batch_size=5000,
    )
    units = Unit.objects.bulk_create(
        [
            Unit(
                organisation_id=organisation_id,
                kind="plot",
                number=str(n),
                sort_key=f"{n:08d}",
                opened_on=date(2020, 1, 1),
            )
            for n in range(PLOTS)
        ],
        batch_size=5000,
    )
    UnitArea.objects.bulk_create(
        [
            UnitArea(
                organisation_id=organisation_id,
                unit=unit,
                area_m2=Decimal(400 + n % 1200) + Decimal(n % 100) / 100,
                valid_from=date(2020, 1, 1),
            )
            for n, unit in enumerate(units)
        ],
        batch_size=5000,
    )
    Ownership.objects.bulk_create(
        [
            Ownership(organisation_id=organisation_id, unit=unit, person=person, valid_from=date(2020, 1, 1))
            for unit, person in zip(units, persons, strict=True)
        ],
        batch_size=5000,
    )


def same_rows_bare() -> None:
    """Read what the last run wrote into memory, take it out, write it back by executemany: the floor no program can pass."""
    run = ChargeRun.objects.order_by("-pk").first()
    assert run is not None
    month, operation = run.month, run.operation_id
    tables = {
        "billing_charge": f"run_id = {run.pk}",
        "ledger_entry": f"operation_id = {operation}",
        "ledger_monthtotal": f"month = {month}",
    }
    kept: dict[str, tuple[str, list[tuple[object, ...]]]] = {}
    with connection.cursor() as cursor:
        for table, where in tables.items():
            cursor.execute(f"SELECT * FROM {table} WHERE {where}")
            names = ", ".join(column[0] for column in cursor.description)
            kept[table] = (names, cursor.fetchall())
        cursor.execute(
            f"SELECT debit_kop, credit_kop, account_id, organisation_id FROM ledger_monthtotal WHERE month = {month}"
        )
        turnovers = cursor.fetchall()
        with lifted(), transaction.atomic():
            for table, where in tables.items():
                cursor.execute(f"DELETE FROM {table} WHERE {where}")
    times: dict[str, float] = {}
    with (
        measured(f"bare executemany of the same rows ({sum(len(r) for _n, r in kept.values())})", times),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        for table, (names, rows) in kept.items():
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        cursor.executemany(
            "UPDATE ledger_account SET debit_kop = debit_kop + %s, credit_kop = credit_kop + %s WHERE id = %s AND organisation_id = %s",
            turnovers,
        )
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE ledger_account SET debit_kop = debit_kop - %s, credit_kop = credit_kop - %s WHERE id = %s AND organisation_id = %s",
            turnovers,
        )
    print(f"{'':55} charging / bare = {charging['last'] / next(iter(times.values())):.2f}")


call_command("migrate", verbosity=0, run_syncdb=True)
organisation = make_organisation()
make_bank_account(organisation.pk)
book_open(actor=SYSTEM, organisation_id=organisation.pk, opened_month=FIRST, now=NOW)
pk = organisation.pk
times: dict[str, float] = {}
with measured(f"register of {PLOTS} plots", times):
    build(pk)
with measured("accounts for all of them", times):
    services.accounts_open_for_units(
        actor=SYSTEM,
        organisation_id=pk,
        unit_ids=Unit.objects.filter(organisation_id=pk).values_list("pk", flat=True),
        opened_on=FIRST.first,
        now=NOW,
    )
fees = [
    factories.make_fee(pk, rate=Decimal("150.25"), from_month=FIRST.number, title="Членский"),
    factories.make_fee(
        pk, from_month=FIRST.number, kind="target", base="account", rate=Decimal(500), title="Дорога"
    ),
    factories.make_fee(
        pk, from_month=FIRST.number, kind="utility", base="unit", rate=Decimal(310), title="Мусор"
    ),
    factories.make_fee(
        pk,
        from_month=FIRST.number,
        kind="utility",
        base="area",
        method="split",
        rate=Decimal("1234567.89"),
        title="Освещение",
    ),
]
charging: dict[str, float] = {}
month = FIRST
for _number in range(MONTHS):
    with measured("preview", times):
        preview = selectors.charge_preview(SYSTEM, pk, month, [fee.pk for fee in fees])
    run = services.charge_run_start(
        actor=SYSTEM,
        organisation_id=pk,
        month=month,
        fee_ids=[fee.pk for fee in fees],
        fingerprint=preview.fingerprint,
        now=NOW,
    )
    with measured(f"charging {month}: {preview.lines_count} lines with entries", charging):
        services.charge_run_post(actor=SYSTEM, organisation_id=pk, run_id=run.pk, now=NOW)
    charging["last"] = list(charging.values())[-1]
    del preview
    month = month.next()
same_rows_bare()

with connection.cursor() as cursor:
    for _again in range(2):
        with measured("bare query over running totals", times):
            cursor.execute(
                "SELECT a.subject_id, SUM(a.debit_kop - a.credit_kop) FROM ledger_account a "
                "JOIN ledger_chartaccount c ON c.id = a.chart_id "
                "WHERE a.organisation_id = %s AND c.subject = 'personal-account' GROUP BY a.subject_id",
                [pk],
            )
            rows = cursor.fetchall()
        with measured("balances of all accounts", times):
            found = selectors.balances(pk)
        with measured("debtors, first page", times):
            page = selectors.debtors(SYSTEM, pk, today=date(2026, 11, 24))
with measured("debtors older than 90 days, first page", times):
    selectors.debtors(SYSTEM, pk, today=date(2026, 11, 24), older_than=90)
print(
    f"{'':55} balances / bare = {times['balances of all accounts'] / times['bare query over running totals']:.2f}"
)
print(
    f"{'':55} debtors / bare = {times['debtors, first page'] / times['bare query over running totals']:.2f}"
)

if DOCUMENTS:
    issue = services.documents_issue(actor=SYSTEM, organisation_id=pk, month=LAST, now=NOW)
    accounts = services.accounts_to_bill(pk, LAST)[:DOCUMENTS]
    with measured(f"{len(accounts)} documents issued, each rendered and hashed", times):
        for at in range(0, len(accounts), 200):
            services.documents_render(
                actor=SYSTEM,
                organisation_id=pk,
                issue_id=issue.pk,
                account_ids=accounts[at : at + 200],
                now=NOW,
            )
    print(f"{'':55} {list(times.values())[-1] / len(accounts) * 1000:.2f} ms each")
    issue.refresh_from_db()
    from koopset.apps.billing.selectors.documents import print_parts

    with measured(f"{len(accounts)} documents printed with their codes", times):
        size = sum(len(part) for part in print_parts(pk, issue))
    print(f"{'':55} {list(times.values())[-1] / len(accounts) * 1000:.2f} ms each, {size / 1e6:.0f} MB")
assert Charge.objects.exists()
assert not DOCUMENTS or PaymentDocument.objects.exists()
connection.close()
folder.cleanup()
