"""A bank statement of N payments read, matched and posted, against a bare executemany of the same rows into the same tables.

Nine payments of ten name a payment code; the tenth only a plot or nothing, and waits in the queue.
"""

from __future__ import annotations

import os
from pathlib import Path

from bench import bare, town
from bench.measure import Result, Stopwatch, peak_mib
from bench.statement_file import Paid, write_statement

from koopset.apps.billing.models import PersonalAccount
from koopset.apps.billing.payments import services
from koopset.apps.billing.payments.models import BankStatement
from koopset.apps.organisations.selectors import own_accounts
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel import payment_code

SECONDS, MIB = 10, 300


def _path() -> Path:
    return Path(os.environ["KOOPSET_DATA"]) / "kl_to_1c.txt"


def prepare(n: int) -> None:
    organisation_id = town.build(n, months=1)
    town.charge(organisation_id, town.LAST)
    rows = PersonalAccount.objects.filter(organisation_id=organisation_id).order_by("pk")
    codes = rows.values_list("payment_code", flat=True)
    (account,) = own_accounts(organisation_id)
    write_statement(_path(), (_paid(number, code) for number, code in enumerate(codes)), account=account)


def _paid(number: int, code: str) -> Paid:
    payer = f"Петров{number} Иван Иванович"
    if number % 10:
        return Paid(payer, 120_000 + number % 977, f"Код платежа {payment_code.show(code)}. Взносы за ноябрь")
    return Paid(payer, 120_000, f"За участок {number}" if number % 20 else "Взносы")


def measure(n: int) -> list[Result]:
    organisation_id = town.organisation_id_of_town()
    watch, floor = Stopwatch(), Stopwatch()
    with watch():
        with _path().open("rb") as content:
            brought = services.statement_bring(
                actor=SYSTEM,
                organisation_id=organisation_id,
                name="kl_to_1c.txt",
                content=content,
                now=town.NOW,
            )
        posted = services.statement_post(
            actor=SYSTEM, organisation_id=organisation_id, statement_id=brought.pk, now=town.NOW
        )
    peak = peak_mib()
    assert posted.state == BankStatement.State.POSTED, posted.report
    of_payments = "SELECT id FROM payments_payment"
    tables = {
        "payments_bankline": f"statement_id = {posted.pk}",
        "payments_payment": f"line_id IN (SELECT id FROM payments_bankline WHERE statement_id = {posted.pk})",
        "payments_allocation": f"payment_id IN ({of_payments})",
        "ledger_entry": "operation_id IN (SELECT id FROM ledger_operation WHERE kind LIKE 'payments.%')",
    }
    bare.same_rows(
        {name: where.replace("%%", "%") for name, where in tables.items()}, town.LAST.number, floor
    )
    result = Result("statement_import", n, watch.best, floor.best, peak)
    result.at_most("read, matched and posted", watch.best, SECONDS, "s")
    return [result.at_most("memory", peak, MIB, "MiB")]
