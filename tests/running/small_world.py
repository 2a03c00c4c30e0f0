"""A small world made by the rooms' services, for tests that need a database of their own: `python -m tests.running.small_world VERB`.

fill; look (what stands there: rows by table, stored files whose bytes are not what their row says); later (a migration
that this program does not know); key (of a treasurer's program); by_hand (what it entered); write N (bring and post N bank
statements one after another, a line printed after each; 0: until killed).
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, date, datetime
from itertools import count, islice
from typing import Any

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PLOTS = 12


def say(line: object) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201 - the test reads it


def fill() -> object:
    """A partnership with plots, members, a posted month, a posted statement, issued bills, files, a login, a notice."""
    from koopset.apps.billing import factories as billing
    from koopset.apps.billing.models import PersonalAccount
    from koopset.apps.billing.payments.factories import Doc, post, statement_text
    from koopset.apps.organisations.selectors import own_accounts
    from koopset.apps.people.factories import make_login, make_person
    from koopset.apps.register.factories import make_decision, make_membership
    from koopset.foundation.files import file_store
    from koopset.foundation.notifications import notify
    from koopset.foundation.rights.actors import SYSTEM

    pk = billing.make_billing_organisation().pk
    accounts: list[PersonalAccount] = [
        billing.make_account(pk, area_m2=500 + 10 * number) for number in range(PLOTS)
    ]
    make_decision(pk)
    member = make_person(pk)
    make_membership(pk, member)
    billing.make_fee(pk)
    billing.post_month(pk)
    paying = [
        Doc(100_00 + index, f"Взнос, лицевой счёт {account.payment_code}", number=str(index + 1))
        for index, account in enumerate(accounts)
    ]
    post(pk, statement_text(next(iter(own_accounts(pk))), paying))
    for name, text in (("устав.txt", "Устав."), ("протокол.txt", "Протокол."), ("копия.txt", "Устав.")):
        file_store(
            organisation_id=pk, name=name, content=text.encode(), kind="test.paper", actor=SYSTEM, now=NOW
        )
    login = make_login()
    notify(
        organisation_id=pk, person_ids=[member.pk], login_ids=[login.pk], topic="billing.document", title="Новый документ",
        text="Готов", link="", email=False, now=NOW,
    )  # fmt: skip
    return {"organisation": pk}


def look() -> object:
    from django.core.files.storage import default_storage
    from django.db import connection

    from koopset.foundation.files.models import StoredFile

    wrong = []
    for file in StoredFile.objects.all():
        stands = default_storage.exists(file.path)
        if not stands or hashlib.sha256(default_storage.open(file.path).read()).hexdigest() != file.sha256:
            wrong.append(file.path)
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return {"counts": counts, "files": StoredFile.objects.count(), "wrong_files": wrong}


def write(times: int) -> object:
    from koopset.apps.billing.models import PersonalAccount
    from koopset.apps.billing.payments.factories import Doc, post, statement_text
    from koopset.apps.organisations.selectors import own_accounts

    account: Any = PersonalAccount.objects.order_by("pk").first()
    bank_account = next(iter(own_accounts(account.organisation_id)))
    numbers = islice(count(1), times or None)
    for number in numbers:
        line = Doc(
            700 + number, f"ЛС {account.payment_code}", day=date(2026, 11, 21), number=f"{1000 + number}"
        )
        statement = post(account.organisation_id, statement_text(bank_account, [line]))
        assert statement.state == statement.State.POSTED, statement.report
        say(number)
    return times


def later() -> object:
    """As if a newer program had been here."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder(connection).record_applied("people", "9999_later")
    return None


def key() -> object:
    """A treasurer's program: its secret, its organisation and an account to pay to."""
    from django.utils import timezone

    from koopset.api import door
    from koopset.apps.billing.models import PersonalAccount
    from koopset.apps.organisations.factories import make_role
    from koopset.apps.organisations.models import BankAccount
    from koopset.apps.people.factories import make_login
    from koopset.foundation.access.scopes import scope_names
    from koopset.foundation.access.services import token_make
    from koopset.foundation.rights.actors import actor_for_login
    from koopset.foundation.rights.roles import Role

    assert door.rooms  # its import gives the rights their words
    account: Any = PersonalAccount.objects.order_by("pk").first()
    login, now = make_login("treasurer@example.org", password=None), timezone.now()
    make_role(account.organisation_id, Role.TREASURER, login=login)
    actor = actor_for_login(login.pk, on=timezone.localdate(now))
    _token, secret = token_make(actor=actor, name="1С", scopes=list(scope_names()), now=now)
    bank = BankAccount.objects.get(organisation_id=account.organisation_id, main_from__isnull=False)
    return {"secret": secret, "organisation": account.organisation_id, "account": account.pk, "bank": bank.pk}


def by_hand() -> object:
    """Payments that a program entered: [rows, kopecks, rows of the journal that answer repeats]."""
    from django.db.models import Sum

    from koopset.apps.billing.payments.models import Payment
    from koopset.foundation.access.models import IdempotencyRecord

    rows = Payment.objects.exclude(source=Payment.Source.BANK)
    return [rows.count(), rows.aggregate(kop=Sum("amount_kop"))["kop"], IdempotencyRecord.objects.count()]


def main(verb: str, *words: str) -> object:
    verbs = {
        "fill": fill,
        "look": look,
        "later": later,
        "key": key,
        "by_hand": by_hand,
        "write": lambda: write(int(words[0])),
    }
    return verbs[verb]()


if __name__ == "__main__":
    import django

    django.setup()
    say(main(*sys.argv[1:]))
