"""Rows a second through the door for programs: cards, plots and accounts in batches of a thousand, each with its checks, savepoint and
history, under a key of an organisation; against a bare executemany of the same rows and their history.
"""

from __future__ import annotations

import json
from typing import Any

from bench import bare
from bench.measure import Result, Stopwatch, peak_mib
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from koopset.api import door
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.organisations.models import Organisation
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Login, Person
from koopset.apps.people.permissions import PeopleRight
from koopset.apps.register.models import Unit
from koopset.apps.register.permissions import RegisterRight
from koopset.foundation.access.batch import MOST_IN_BATCH
from koopset.foundation.access.services import token_make
from koopset.foundation.rights.actors import actor_for_login
from koopset.foundation.rights.roles import Role

assert door.rooms  # its import gives the rights their words, without which no key can be made
RIGHTS = (PeopleRight.PERSON_EDIT, RegisterRight.REGISTER_EDIT, BillingRight.ACCOUNT_EDIT)
#: A request of the most rows there may be ends within ten seconds: before any usual client or proxy gives it up.
MS_EACH = 10.0


def prepare(n: int) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    organisation = make_organisation()
    login = make_login("chair@example.org", password=None)
    for role in (Role.CHAIR, Role.TREASURER):
        make_role(organisation.pk, role, login=login)


def measure(n: int) -> list[Result]:
    settings.API_PER_MINUTE_KEY = settings.API_PER_MINUTE_ORGANISATION = 0
    organisation_id = Organisation.objects.get().pk
    now = timezone.now()
    actor = actor_for_login(Login.objects.get().pk, on=timezone.localdate(now))
    _token, secret = token_make(actor=actor, name="bench", scopes=[str(right) for right in RIGHTS], now=now)
    ask = _Program(organisation_id, secret)
    ask("persons/batch", [{"last_name": "Первый"}])  # the door reads its addresses and schemas once a process
    found = []
    people = dict.fromkeys(("people_person", "people_historicalperson"), "email LIKE 'owner%'")
    watch = ask.timed("persons/batch", [_person(number) for number in range(n)])
    found.append(_row("api_batch_persons", n, watch, people))
    ids = list(Person.objects.filter(keeper_id=organisation_id).order_by("pk").values_list("pk", flat=True))
    units = [_unit(number, person_id) for number, person_id in enumerate(ids[-n:])]
    watch = ask.timed("units/batch", units)
    names = ("unit", "historicalunit", "unitarea", "historicalunitarea", "ownership", "historicalownership")
    found.append(
        _row("api_batch_units", n, watch, dict.fromkeys((f"register_{name}" for name in names), "1 = 1"))
    )
    unit_ids = (
        Unit.objects.filter(organisation_id=organisation_id).order_by("pk").values_list("pk", flat=True)
    )
    accounts = [
        {"units": [{"unit_id": unit_id}], "payer_id": person_id, "opened_on": "2026-01-01"}
        for unit_id, person_id in zip(unit_ids, ids[-n:], strict=True)
    ]
    watch = ask.timed("personal-accounts/batch", accounts)
    of_accounts = ("personalaccount", "historicalpersonalaccount", "accountunit", "historicalaccountunit")
    found.append(
        _row(
            "api_batch_accounts",
            n,
            watch,
            dict.fromkeys((f"billing_{name}" for name in of_accounts), "1 = 1"),
        )
    )
    return found


def _row(name: str, n: int, watch: Stopwatch, tables: dict[str, str]) -> Result:
    floor = Stopwatch()
    bare.put_back(bare.taken_out(tables), floor)
    result = Result(name, n, watch.best, floor.best, peak_mib())
    text = f"a row ({n / watch.best:.0f} a second, bare {n / floor.best:.0f})"
    return result.at_most(text, watch.best / n * 1000, MS_EACH, "ms")


class _Program:
    """A program with a key."""

    def __init__(self, organisation_id: int, secret: str) -> None:
        self._base = f"/api/v1/o/{organisation_id}"
        self._client = Client(raise_request_exception=True)
        self._headers = {"Authorization": f"Bearer {secret}"}

    def __call__(self, path: str, rows: list[dict[str, Any]]) -> None:
        answer = self._client.post(
            f"{self._base}/{path}",
            json.dumps({"rows": rows}),
            content_type="application/json",
            headers=self._headers
            | {"Idempotency-Key": f"{path} {rows[0]!r}"[:100].encode("ascii", "replace").decode()},
        )
        assert answer.status_code == 200, answer.content
        told = answer.json()
        assert told["refused"] == 0, told["results"][:3]

    def timed(self, path: str, rows: list[dict[str, Any]]) -> Stopwatch:
        """All rows in as few requests as may be."""
        watch = Stopwatch()
        with watch():
            for at in range(0, len(rows), MOST_IN_BATCH):
                self(path, rows[at : at + MOST_IN_BATCH])
        return watch


def _person(number: int) -> dict[str, Any]:
    return {
        "last_name": f"Петров{number}",
        "first_name": "Иван",
        "middle_name": "Ильич",
        "phone": f"+7 9{number:09d}",
        "email": f"owner{number}@example.org",
    }


def _unit(number: int, person_id: int) -> dict[str, Any]:
    return {
        "number": str(number + 1),
        "area_m2": f"{400 + number % 1200}.00",
        "owners": [{"person_id": person_id}],
        "since": "2020-06-15",
    }
