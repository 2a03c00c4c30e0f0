"""Rounds, goods and wants for tests of this room and of the rooms above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.models import Household, HouseholdMember, Login
from koopset.apps.purchases import services
from koopset.apps.purchases.models import Participant, Round, RoundGood, WantRecord
from koopset.apps.purchases.services.wants import want_one
from koopset.foundation.rights.actors import SYSTEM, Actor, actor_for_login

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HONEY: dict[str, Any] = {
    "name": "Мёд липовый",
    "price_kop": 34_900,
    "unit": "kg",
    "amount": Decimal("0.5"),
    "pack": 12,
    "article": "М-05",
}


def make_round(
    organisation_id: int | None = None, *, goods: Sequence[dict[str, Any]] = (HONEY,), **fields: Any
) -> Round:
    """A draft of a body (a verified СНТ where none is named) with honey by twelve jars, unless said otherwise."""
    if organisation_id is None:
        organisation_id = make_organisation(verified=True).pk
    settings = services.Settings(
        **{
            "title": "Мёд на зиму",
            "supplier_name": "Пасека Лужки",
            "open_until": NOW + timedelta(days=5),
            **fields,
        }
    )
    row = services.round_draft(actor=SYSTEM, organisation_id=organisation_id, settings=settings, now=NOW)
    for good in goods:
        make_good(row, **good)
    return row


def make_good(row: Round, **fields: Any) -> RoundGood:
    """A good of a draft: honey, unless said otherwise."""
    return services.good_add(
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        round_id=row.pk,
        good=services.GoodTyped(**{**HONEY, **fields}),
        now=NOW,
    )


def open_round(organisation_id: int | None = None, **fields: Any) -> Round:
    """A round in which wants are taken."""
    row = make_round(organisation_id, **fields)
    return services.round_open(actor=SYSTEM, organisation_id=row.organisation_id, round_id=row.pk, now=NOW)


def make_participant(organisation_id: int, name: str) -> Participant:
    """A household with one login, as the rounds of the body know it."""
    number = Login.objects.count() + 1
    login = Login.objects.create_user(email=f"buyer{number}@example.org", password=None)
    household = Household.objects.create(name=name, made_at=NOW)
    HouseholdMember.objects.create(household=household, login=login, since=NOW)
    return Participant.objects.create(
        organisation_id=organisation_id,
        household_id=household.pk,
        login_id=login.pk,
        name=name,
        joined_at=NOW,
    )


def buyer_actor(participant: Participant) -> Actor:
    """The login of a participant as an actor."""
    assert participant.login_id is not None
    return actor_for_login(participant.login_id, on=date(2026, 11, 24))


def make_want(
    row: Round,
    participant: Participant,
    firm: int,
    extra: int = 0,
    *,
    good: RoundGood | None = None,
    now: datetime = NOW,
) -> WantRecord | None:
    """What the household wants of a good (of the first one) from now on."""
    from django.db import transaction

    one = (
        good
        or RoundGood.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).order_by(
            "position"
        )[0]
    )
    with transaction.atomic():
        return want_one(row, one, participant, firm, extra, by=participant.login_id, now=now)


def honey_round(**fields: Any) -> tuple[Round, list[Participant]]:
    """Анна 7 and 3 more, Борис 5, Вера 4 and 4, Глеб 2 and 6: eighteen firm, thirteen more, two packs of twelve."""
    row = open_round(**fields)
    people = []
    for name, firm, extra in (("Анна", 7, 3), ("Борис", 5, 0), ("Вера", 4, 4), ("Глеб", 2, 6)):
        people.append(make_participant(row.organisation_id, name))
        make_want(row, people[-1], firm, extra)
    return row, people


def stopped_round(**fields: Any) -> tuple[Round, list[Participant]]:
    """The same, stopped: lines are allocated and priced."""
    row, people = honey_round(**fields)
    row = services.round_stop(actor=SYSTEM, organisation_id=row.organisation_id, round_id=row.pk, now=NOW)
    return row, people


def sent_round(**fields: Any) -> tuple[Round, list[Participant]]:
    """The same, with its order sent."""
    row, people = stopped_round(**fields)
    row = services.round_send(actor=SYSTEM, organisation_id=row.organisation_id, round_id=row.pk, now=NOW)
    return row, people
