from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import pytest
from django.db import transaction

from koopset.foundation.events import Delivery, publish, publish_all, subscribe
from koopset.foundation.events.codec import NotAnEvent, decode, encode
from koopset.foundation.jobs import Job
from koopset.foundation.tenants.models import Tenant
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.violations import RuleViolation


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Happened:
    organisation_id: int
    on: date
    at: datetime
    area: Decimal
    colour: Colour
    ids: tuple[int, ...] = ()
    note: str | None = None
    until: date | None = None


@dataclass(frozen=True)
class Counted:
    organisation_id: int
    number: int


heard: list[Happened] = []
counted: list[str] = []
asked: list[int] = []
refuses: list[bool] = []


def at_once(event: Happened) -> None:
    if refuses:
        raise RuleViolation("test.no")
    Tenant.objects.create(kind="heard")


def later(event: Happened) -> None:
    heard.append(event)


def nobody_in_two(organisation_id: int) -> bool:
    asked.append(organisation_id)
    return organisation_id == 2


def outside(event: Counted) -> None:
    counted.append(f"outside {event.number}")


def inside(event: Counted) -> None:
    counted.append(f"inside {event.number}")


subscribe(Counted, outside, Delivery.IN_TRANSACTION, idle=nobody_in_two)
subscribe(Counted, inside, Delivery.IN_TRANSACTION)
subscribe(Happened, at_once, Delivery.IN_TRANSACTION)
subscribe(Happened, later, Delivery.AFTER_COMMIT)


def event() -> Happened:
    return Happened(
        1, date(2026, 1, 2), datetime(2026, 1, 2, 3, tzinfo=UTC), Decimal("6.50"), Colour.RED, (3, 4), "ё"
    )


@pytest.fixture(autouse=True)
def _fresh():
    heard.clear()
    counted.clear()
    asked.clear()
    refuses.clear()


def test_an_event_comes_back_from_json_as_it_was() -> None:
    assert decode(Happened, encode(event())) == event()


def test_only_plain_values_travel() -> None:
    with pytest.raises(NotAnEvent):
        encode(Happened(1, date.min, datetime.now(UTC), Decimal(0), Colour.RED, note=object()))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_handlers_hear_at_once_and_after_the_commit() -> None:
    tenant = Tenant.objects.create(kind="snt")
    told = Happened(tenant.pk, date(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC), Decimal(1), Colour.RED)
    publish(told)
    assert Tenant.objects.filter(kind="heard").count() == 1
    assert heard == []
    run_pending_jobs()
    assert heard == [told]
    assert run_pending_jobs() == []


@pytest.mark.django_db
def test_refusal_of_a_handler_rolls_all_back() -> None:
    tenant = Tenant.objects.create(kind="snt")
    refuses.append(True)

    @transaction.atomic
    def write_and_tell() -> None:
        Tenant.objects.create(kind="fact")
        publish(Happened(tenant.pk, date.max, datetime.now(UTC), Decimal(1), Colour.RED))

    with pytest.raises(RuleViolation):
        write_and_tell()
    assert not Tenant.objects.filter(kind__in=["fact", "heard"]).exists()
    assert not Job.objects.filter(organisation_id=tenant.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        publish(event())


def test_a_handler_after_the_commit_must_have_a_name() -> None:
    with pytest.raises(ValueError):
        subscribe(Happened, lambda told: None, Delivery.AFTER_COMMIT)


@pytest.mark.django_db
def test_of_many_events_an_idle_handler_is_asked_once() -> None:
    publish_all([Counted(1, 1), Counted(1, 2)])
    assert counted == ["outside 1", "inside 1", "outside 2", "inside 2"]
    counted.clear()
    publish_all([Counted(2, 1), Counted(2, 2)])
    assert counted == ["inside 1", "inside 2"]
    assert asked == [1, 2]
    publish_all([])
    with pytest.raises(ValueError, match="unpack"):
        publish_all([Counted(1, 1), Counted(2, 2)])


@pytest.mark.django_db(transaction=True)
def test_many_events_are_told_in_a_transaction_too() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        publish_all([Counted(2, 1)])
