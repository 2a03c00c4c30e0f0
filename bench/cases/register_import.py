"""A register of N plots brought as XLSX, looked at and loaded by its job, against reading the file by calamine alone and a bare executemany
of the same rows: cards, plots, areas, owners, members, accounts, and the history of each.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from bench import bare, town
from bench.measure import Result, Stopwatch, peak_mib
from django.core.management import call_command
from django.db import connection
from python_calamine import CalamineWorkbook

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.organisations.models import Organisation
from koopset.apps.register import services
from koopset.apps.register.models import RegisterImport
from koopset.foundation.files.spreadsheets import Column, Sheet, write_xlsx
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.testing.jobs import run_pending_jobs

AS_OF = date(2026, 1, 1)
TIMES = 4
HEADS = (
    "№ участка",
    "Улица",
    "Площадь, м²",
    "ФИО собственника",
    "Доля",
    "Дата права",
    "Телефон",
    "Почта",
    "Член СНТ",
)
#: Those pointed to first. An organisation's rows of each, whatever more stands there.
TABLES = (
    "people_person",
    "people_historicalperson",
    "register_unit",
    "register_historicalunit",
    "register_unitarea",
    "register_historicalunitarea",
    "register_ownership",
    "register_historicalownership",
    "register_membership",
    "register_historicalmembership",
    "billing_personalaccount",
    "billing_historicalpersonalaccount",
    "billing_accountunit",
    "billing_historicalaccountunit",
)
_NAMES = ("Иван", "Анна", "Пётр", "Мария", "Олег", "Татьяна", "Сергей")
_LETTERS = "абвгдежзик"


def _path() -> Path:
    return Path(os.environ["KOOPSET_DATA"]) / "reestr.xlsx"


def prepare(n: int) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    make_organisation()
    heads = [Column(head, "number" if head.startswith("Площадь") else "text") for head in HEADS]
    with _path().open("wb") as target:
        write_xlsx(target, [Sheet("Реестр", heads, (_row(number) for number in range(1, n + 1)))])


def _row(number: int) -> tuple[object, ...]:
    """Every tenth plot is its neighbour's; every seventh owner has no e-mail."""
    person = number - 1 if number % 10 == 0 else number
    surname = "Пе" + "".join(_LETTERS[int(digit)] for digit in str(person)) + "ов"
    return (
        str(number),
        f"Улица {number % 40}",
        400 + number % 1200,
        f"{surname} {_NAMES[person % 7]} Иванович",
        "1",
        f"{person % 28 + 1:02d}.06.2020",
        f"+7 9{person:09d}",
        f"owner{person}@example.org" if person % 7 else "",
        "да" if person % 3 else "нет",
    )


def measure(n: int) -> list[Result]:
    organisation_id = Organisation.objects.get().pk
    watch, reading, writing = Stopwatch(), Stopwatch(), Stopwatch()
    with watch():
        common = {"actor": SYSTEM, "organisation_id": organisation_id, "now": town.NOW}
        with _path().open("rb") as content:
            row = services.import_start(name="reestr.xlsx", content=content, as_of=AS_OF, **common)
        services.import_check(import_id=row.pk, **common)
        services.import_run(import_id=row.pk, **common)
        run_pending_jobs(now=town.NOW)
    peak = peak_mib()
    row = RegisterImport.objects.get(organisation_id=organisation_id, pk=row.pk)
    assert row.state == RegisterImport.State.DONE, row.report
    assert row.report["done"]["new"] == n, row.report["done"]
    for _again in range(3):
        with reading():
            rows = CalamineWorkbook.from_path(_path()).get_sheet_by_index(0).to_python()
        assert len(rows) == n + 1
    del rows
    kept = bare.taken_out(dict.fromkeys(_tables_present(), "1 = 1"))
    bare.put_back(kept, writing)
    result = Result("register_import", n, watch.best, reading.best + writing.best, peak)
    text = f"times reading ({reading.best:.2f} s) and writing ({writing.best:.2f} s)"
    return [result.at_most(text, result.ratio, TIMES).at_most("memory", peak, 400, "MiB")]


def _tables_present() -> list[str]:
    there = set(connection.introspection.table_names())
    assert set(TABLES) <= there, set(TABLES) - there
    return list(TABLES)
