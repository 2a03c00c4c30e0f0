"""Forty households of the garden partnership and around it: half a year of their receipts, what they share with neighbours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from random import Random

from koopset.apps.needs import services as needs
from koopset.apps.needs.demand import services as demand
from koopset.apps.needs.demand.selectors import proposals_for
from koopset.apps.people import services as people
from koopset.apps.people.selectors import login_ids_of_persons
from koopset.apps.places.selectors import territory_named
from koopset.apps.privacy.selectors import addressee_of, text_in_force
from koopset.foundation.rights.actors import Actor, actor_for_login
from koopset.portal.demo.calendar import Calendar
from koopset.portal.demo.office import login_join
from koopset.portal.demo.people import DEMO_PASSWORD
from koopset.portal.demo.settlement import (
    CO_OWNER,
    INVITED,
    OWNERS,
    RESIDENT,
    TWO_PLOTS,
    Settlement,
    email_of,
)
from koopset.portal.demo.shopping import half_a_year, invent_household

HOUSEHOLDS = 40
SHARING, EVERYTHING = "share-purchases", "*"
#: Every tenth household keeps its purchases to itself.
KEEPS_TO_ITSELF = 10


@dataclass(slots=True)
class Neighbours:
    """Those who buy, in the order in which they came; the first is the one a visitor may enter as."""

    actors: list[Actor]

    @property
    def buyer(self) -> Actor:
        return self.actors[0]


def buyers_build(garden: Settlement, calendar: Calendar) -> Neighbours:
    """Households come, say where they live, bring the tax service's files of half a year; most let them be counted nameless."""
    random = Random(40)
    actors = [_buyer(calendar), *_owners(garden, calendar)]
    for at, actor in enumerate(actors):
        _settle_in(actor, garden if at else None, calendar)
        # The buyer whom a visitor enters as has bought whatever is bought together, so that what was saved can be seen.
        household = invent_household(random, takes_all=at == 0)
        receipts = half_a_year(household, last=calendar.today - timedelta(days=2), seed=500 + at)
        needs.import_start(
            actor=actor,
            file=BytesIO(json.dumps(receipts, ensure_ascii=False).encode()),
            name="Мои чеки.json",
            now=calendar.now_on(calendar.today - timedelta(days=1), 9),
        )
        if at % KEEPS_TO_ITSELF != KEEPS_TO_ITSELF - 1:
            _share(actor, calendar)
    return Neighbours(actors)


def _buyer(calendar: Calendar) -> Actor:
    """Somebody of the settlement near by, without a plot in the partnership."""
    login_id = people.proven_login_create(email_of("buyer"), DEMO_PASSWORD)
    actor = actor_for_login(login_id, on=calendar.today)
    people.own_card_create(
        actor=actor,
        login_id=login_id,
        last_name="Лугова",
        first_name="Анна",
        middle_name="Сергеевна",
        now=_came(calendar),
    )
    return actor_for_login(actor.login_id or 0, on=calendar.today)


def _owners(garden: Settlement, calendar: Calendar) -> list[Actor]:
    """Owners of plots with an e-mail, those of the story first."""
    office = garden.office
    with_address = [at for at in range(INVITED + 1, OWNERS) if at % 3]
    wanted = [RESIDENT, TWO_PLOTS, CO_OWNER, *with_address][: HOUSEHOLDS - 1]
    known = login_ids_of_persons([garden.person_ids[at] for at in wanted])
    return [
        actor_for_login(
            known.get(garden.person_ids[at])
            or login_join(garden.person_ids[at], office.organisation_id, office.chair, _came(calendar)),
            on=calendar.today,
        )
        for at in wanted
    ]


def _came(calendar: Calendar) -> datetime:
    return calendar.now_on(calendar.today - timedelta(days=200), 12)


def _settle_in(actor: Actor, garden: Settlement | None, calendar: Calendar) -> None:
    people.household_ensure(actor=actor, now=_came(calendar))
    if garden is None:
        needs.home_set(actor=actor, territory_id=territory_named("Кузнечное").pk, now=_came(calendar))
    else:
        needs.home_set(actor=actor, organisation_id=garden.office.organisation_id, now=_came(calendar))


def _share(actor: Actor, calendar: Calendar) -> None:
    now = calendar.now_on(calendar.today - timedelta(days=150), 12)
    text = text_in_force(SHARING, now.date())
    assert text is not None
    needs.sharing_choose(
        actor=actor,
        chosen={EVERYTHING},
        version=text.version,
        sha256=text.digest(addressee_of(text, None)),
        now=now,
    )


def neighbours_answer(neighbours: Neighbours, calendar: Calendar) -> None:
    """Wishes, and what a few think of the proposals that have appeared: most join, one wants to hear no more of it."""
    now = calendar.now
    demand.wish_make(
        actor=neighbours.buyer, kind="мёд", amount=Decimal(1), rhythm="month", max_price_kop=60_000, now=now
    )
    for at, actor in enumerate(neighbours.actors[1:8]):
        found = proposals_for(actor.login_id or 0)
        if not found:
            continue
        one = found[0].info
        if at == 6:
            demand.proposal_refuse(actor=actor, proposal_id=one.id, now=now)
        else:
            demand.proposal_join(actor=actor, proposal_id=one.id, quantity=2, tolerance=1, now=now)
