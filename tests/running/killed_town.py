"""Processes for the test of workers killed at random: `python -m tests.running.killed_town VERB`.

register N; charge ORG; statement ORG (each brings work for the background and ends); work (take back what a dead worker left, say
how much that was, then do what is due, to the end or to the kill); state ORG.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def say(line: object) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201 - the test reads it


def register(plots: int) -> object:
    from openpyxl import Workbook

    from koopset.apps.billing.factories import make_billing_organisation
    from koopset.apps.register import services
    from koopset.foundation.rights.actors import SYSTEM

    pk = make_billing_organisation().pk
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Участок", "Площадь, м2", "Собственник"])
    for number in range(1, plots + 1):
        sheet.append([str(number), 500 + number, f"Владельцев{number} Пётр Ильич"])
    content = BytesIO()
    book.save(content)
    row = services.import_start(
        actor=SYSTEM, organisation_id=pk, name="реестр.xlsx", content=content.getvalue(), as_of=date(2026, 1, 1),
        now=NOW,
    )  # fmt: skip
    services.import_check(actor=SYSTEM, organisation_id=pk, import_id=row.pk, now=NOW)
    services.import_run(actor=SYSTEM, organisation_id=pk, import_id=row.pk, now=NOW)
    return pk


def charge(pk: int) -> object:
    from koopset.apps.billing import services
    from koopset.apps.billing.factories import MONTH, make_fee
    from koopset.apps.billing.selectors import charge_preview
    from koopset.apps.register.models import Unit
    from koopset.foundation.rights.actors import SYSTEM

    units = list(Unit.objects.filter(organisation_id=pk).values_list("pk", flat=True))
    services.accounts_open_for_units(
        actor=SYSTEM, organisation_id=pk, unit_ids=units, opened_on=date(2026, 1, 1), now=NOW
    )
    fees = [make_fee(pk).pk, make_fee(pk, title="Вывоз мусора", base="account", rate=Decimal(100)).pk]
    preview = charge_preview(SYSTEM, pk, MONTH, fees)
    services.charge_run_start(
        actor=SYSTEM, organisation_id=pk, month=MONTH, fee_ids=fees, fingerprint=preview.fingerprint, now=NOW
    )
    return {"total_kop": preview.total_kop}


def statement(pk: int) -> object:
    from koopset.apps.billing.models import PersonalAccount
    from koopset.apps.billing.payments import services
    from koopset.apps.billing.payments.factories import Doc, bring, statement_text
    from koopset.apps.organisations.selectors import own_accounts
    from koopset.foundation.rights.actors import SYSTEM

    accounts = PersonalAccount.objects.filter(organisation_id=pk).order_by("pk")
    papers = [
        Doc(500_00 + index, f"Взнос, ЛС {account.payment_code}", number=str(index + 1))
        for index, account in enumerate(accounts)
    ]
    row = bring(pk, statement_text(next(iter(own_accounts(pk))), papers))
    services.statement_start(actor=SYSTEM, organisation_id=pk, statement_id=row.pk, now=NOW)
    return {"total_kop": sum(paper.kop for paper in papers)}


def work() -> object:
    from django.conf import settings
    from django.utils import timezone

    from koopset.foundation.jobs.models import Job, JobState
    from koopset.foundation.jobs.worker import reap, run_worker
    from koopset.foundation.tenants.guard import across_tenants

    # The clock of the reaper alone goes ahead: nobody waits a minute to see that the killed are dead.
    taken = reap(timezone.now() + timedelta(seconds=settings.JOB_LOST_AFTER_SECONDS + 1))
    with across_tenants("a test looks at the queue of all"):
        Job.objects.filter(state=JobState.WAITING).update(run_at=timezone.now())
    say({"taken_back": taken})
    return run_worker(threading.Event(), poll=0.05, until_idle=True)


def state(pk: int) -> object:
    from django.db.models import Count, Sum

    from koopset.apps.billing.models import Charge, ChargeRun, PersonalAccount
    from koopset.apps.billing.payments.models import BankLine, BankStatement, Payment
    from koopset.apps.ledger.models import Operation
    from koopset.apps.ledger.selectors import verify
    from koopset.apps.people.models import Person
    from koopset.apps.register.models import Ownership, RegisterImport, Unit
    from koopset.foundation.jobs.models import Job

    def rows(model: Any) -> Any:
        return model.objects.filter(organisation_id=pk)

    def once(found: Any, *fields: str) -> list[int]:
        """[rows, different rows by `fields`]."""
        return [found.count(), found.values(*fields).distinct().count()]

    def kop(found: Any) -> int:
        total: int = found.aggregate(kop=Sum("amount_kop"))["kop"]
        return total

    kinds = ["register.load", "billing.charge_post", "payments.statement_post"]
    return {
        "jobs": dict(rows(Job).filter(kind__in=kinds).values_list("kind", "state")),
        "not_done": list(rows(Job).exclude(state="done").values_list("kind", "state", "error_code")),
        "import": rows(RegisterImport).values_list("state", "report__done").get(),
        "units": once(rows(Unit), "number"),
        "owners": once(rows(Ownership), "unit_id"),
        "persons": once(Person.objects.filter(keeper_id=pk), "last_name"),
        "accounts": once(rows(PersonalAccount), "payment_code"),
        "runs": list(rows(ChargeRun).values_list("state", "lines_count", "total_kop")),
        "charges": [*once(rows(Charge), "account_id", "fee_id"), kop(rows(Charge))],
        "statements": list(rows(BankStatement).values_list("state", flat=True)),
        "lines": once(rows(BankLine), "number"),
        "payments": [*once(rows(Payment), "account_id"), kop(rows(Payment))],
        "operations": dict(rows(Operation).values_list("kind").annotate(count=Count("pk"))),
        "discrepancies": [str(one) for one in verify(pk)],
    }


def main(verb: str, *words: str) -> object:
    verbs: dict[str, Callable[..., object]] = {
        "register": register,
        "charge": charge,
        "statement": statement,
        "state": state,
        "work": work,
    }
    return verbs[verb](*map(int, words))


if __name__ == "__main__":
    import django

    django.setup()
    say(main(*sys.argv[1:]))
