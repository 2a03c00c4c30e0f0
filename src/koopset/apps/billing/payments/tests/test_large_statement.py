"""A year of a large organisation in one file: 34 000 documents in ten seconds and 300 MiB (measured when asked for)."""

from __future__ import annotations

import os
import resource
import time
from datetime import date, timedelta

import pytest

from koopset.apps.billing.factories import make_account, make_fee, post_month
from koopset.apps.billing.payments import services
from koopset.apps.billing.payments.factories import NOW, Doc, bring, make_paying_organisation, statement_text
from koopset.apps.billing.payments.models import BankLine, Payment
from koopset.apps.ledger import selectors as ledger
from koopset.foundation.rights.actors import SYSTEM

pytestmark = pytest.mark.django_db
FULL = os.environ.get("KOOPSET_MEASURE") == "1"


def test_a_large_file_is_posted_without_a_query_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    pk, number = make_paying_organisation()
    accounts = [make_account(pk) for _number in range(200 if FULL else 20)]
    make_fee(pk)
    post_month(pk)
    count = 34_000 if FULL else 600
    first = date(2026, 1, 5)
    documents = [
        Doc(
            100_00 + at % 977,
            f"Взнос, код {accounts[at % len(accounts)].payment_code}" if at % 10 else f"Взнос {at}",
            day=first + timedelta(days=at % 320),
            number=str(at),
            out=at % 50 == 7,
        )
        for at in range(count)
    ]
    text = statement_text(number, documents, opening_kop=10**12).replace(
        "ДатаНачала=01.11", "ДатаНачала=01.01"
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    statement = bring(pk, text)
    seen = time.perf_counter()
    services.statement_post(actor=SYSTEM, organisation_id=pk, statement_id=statement.pk, now=NOW)
    done = time.perf_counter()
    assert BankLine.objects.filter(organisation_id=pk).count() == count
    assert Payment.objects.filter(organisation_id=pk).count() > count * 0.8
    assert ledger.balance(pk, "51") == sum(-one.kop if one.out else one.kop for one in documents)
    assert ledger.verify(pk) == []
    if FULL:
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) // 1024
        with capsys.disabled():
            print(  # noqa: T201
                f"\n{count} documents: looked at {seen - start:.1f} s, posted {done - seen:.1f} s, +{grown} MiB"
            )
        assert done - seen <= 10
