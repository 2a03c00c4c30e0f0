"""Rows written by thousands are what `save` would have written, with the same first record of their history."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Person
from koopset.apps.register.models import Unit, UnitArea
from koopset.foundation.history.bulk import create_many
from koopset.foundation.rights.acting import acting
from koopset.foundation.rights.actors import Actor, ActorKind

NOW = datetime(2026, 11, 24, 9, 30, 1, 250_000, tzinfo=UTC)
_OF_THE_ROW = ("id", "history_id", "history_date")


def columns(row: models.Model, *without: str) -> dict[str, Any]:
    row.refresh_from_db()
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in without
    }


def unit(organisation_id: int, number: str) -> Unit:
    return Unit(
        organisation_id=organisation_id,
        kind=Unit.Kind.PLOT,
        number=number,
        sort_key=number.zfill(8),
        opened_on=date(2020, 2, 29),
        note="«Ёлка»\n№ 1",
        created_at=NOW,
    )


@pytest.mark.django_db
def test_rows_and_their_history_are_those_that_save_makes() -> None:
    organisation_id = make_organisation().pk
    login = make_login(password=None)
    with acting(Actor(ActorKind.PERSON, login_id=login.pk)), transaction.atomic():
        saved = unit(organisation_id, "1")
        saved.save()
        made = create_many([unit(organisation_id, "1/2"), unit(organisation_id, "1/3")])
        area = UnitArea(
            organisation_id=organisation_id, unit=saved, area_m2=Decimal("600.50"), valid_from=NOW.date()
        )
        area.save()
        [many] = create_many(
            [
                UnitArea(
                    organisation_id=organisation_id,
                    unit=made[0],
                    area_m2=Decimal("600.50"),
                    valid_from=NOW.date(),
                )
            ]
        )
    assert made[1].pk == made[0].pk + 1 > saved.pk + 1
    assert [row.number for row in Unit.objects.filter(organisation_id=organisation_id).order_by("pk")] == [
        "1",
        "1/2",
        "1/3",
    ]
    for one, other, differ in (
        (saved, made[0], ("number", "sort_key")),
        (area, many, ("unit_id",)),
        (saved.history.get(), made[0].history.get(), ("number", "sort_key")),
        (area.history.get(), many.history.get(), ("unit_id",)),
    ):
        assert columns(one, *_OF_THE_ROW, *differ) == columns(other, *_OF_THE_ROW, *differ)
    record = made[1].history.get()
    assert (record.id, record.history_type, record.history_user_id) == (made[1].pk, "+", login.pk)
    made[1].note = "позже"
    made[1].save()  # they are known as written rows
    assert made[1].history.count() == 2


@pytest.mark.django_db
def test_a_row_that_may_not_stand_takes_the_others_back() -> None:
    organisation_id = make_organisation().pk
    with pytest.raises(IntegrityError), transaction.atomic():
        create_many([unit(organisation_id, "1"), unit(organisation_id, "2"), unit(organisation_id, "1")])
    assert not Unit.objects.filter(organisation_id=organisation_id).exists()
    assert not Unit.history.filter(organisation_id=organisation_id).exists()
    assert create_many([]) == []


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    assert not connection.in_atomic_block
    with pytest.raises(transaction.TransactionManagementError):
        create_many([Person(last_name="Иванов", folded_name="ИВАНОВ")])
    assert not Person.objects.exists()
