"""Two at once publish one list of a supplier and load a file once: the lock decides; with it off the race is real."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from koopset.apps.catalogue.offers import services
from koopset.apps.catalogue.offers.factories import NOW, make_offer, make_price_list
from koopset.apps.catalogue.offers.models import PriceList
from koopset.apps.catalogue.offers.services import lists
from koopset.apps.organisations.factories import make_organisation
from koopset.foundation.history import facts
from koopset.foundation.jobs import Job
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 20


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that threads can share: on SQLite a file, as in life; the test's own one lives in memory."""
    if connection.vendor != "sqlite":
        yield
        facts.lower_guard(connection)  # the flush that follows raises it again
        return
    path, memory, name = tmp_path / "offers.sqlite3", connection.connection, connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at once, each on its own connection; what each returned or raised."""
    results: list[Any] = [None] * len(acts)

    def one(index: int, act: Callable[[], Any]) -> None:
        try:
            results[index] = act()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()
    return results


def two_lists() -> tuple[int, list[int]]:
    pk: int = make_organisation().pk
    made = [make_price_list(pk, published=False) for _again in range(2)]
    for row in made:
        make_offer(row)
    return pk, [row.pk for row in made]


def publish(pk: int, key: int) -> Any:
    return services.price_list_publish(actor=SYSTEM, organisation_id=pk, price_list_id=key, now=NOW)


def published(pk: int) -> int:
    return PriceList.objects.filter(organisation_id=pk, state="published").count()


def test_two_lists_of_one_supplier_published_at_once_leave_one(database: None) -> None:
    pk, keys = two_lists()
    start = threading.Barrier(2, timeout=SECONDS)

    def act(key: int) -> Any:
        start.wait()
        return publish(pk, key)

    at_once(*(lambda key=key: act(key) for key in keys))
    assert published(pk) == 1


@pytest.mark.skipif(
    "connection.vendor == 'sqlite'", reason="SQLite lets one write at a time, lock or no lock"
)
def test_with_the_lock_off_both_stand(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pk, keys = two_lists()
    both = threading.Barrier(2, timeout=SECONDS)
    found = lists.list_locked

    def waits(organisation_id: int, price_list_id: int) -> PriceList:
        row = found(organisation_id, price_list_id)
        both.wait()
        return row

    monkeypatch.setattr(lists, "lists_lock", lambda organisation_id: None)
    monkeypatch.setattr(lists, "list_locked", waits)
    at_once(*(lambda key=key: publish(pk, key) for key in keys))
    assert published(pk) == 2


def test_two_people_load_one_file_once(database: None) -> None:
    pk: int = make_organisation().pk
    own: dict[str, Any] = {"actor": SYSTEM, "organisation_id": pk, "now": NOW}
    row = services.import_start(
        price_list_id=make_price_list(pk).pk,
        name="прайс.csv",
        content="Товар;Цена\nМёд;450\n".encode(),
        **own,
    )
    services.import_check(import_id=row.pk, **own)
    start = threading.Barrier(2, timeout=SECONDS)

    def act() -> Any:
        start.wait()
        return services.import_run(import_id=row.pk, **own)

    results = at_once(act, act)
    refusals = [one.code for one in results if isinstance(one, RuleViolation)]
    assert refusals == ["offers.import_started"]
    assert Job.objects.filter(organisation_id=pk).count() == 1
