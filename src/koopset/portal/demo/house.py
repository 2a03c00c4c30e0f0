"""ТСЖ «Заречное»: a house of 120 flats in three entrances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from koopset.apps.billing import services as billing
from koopset.apps.ledger import services as ledger
from koopset.apps.people import services as people
from koopset.apps.people.rules import CardData
from koopset.apps.register import services as register
from koopset.foundation.rights.actors import Actor
from koopset.portal.demo.calendar import Calendar, shifted
from koopset.portal.demo.names import InventedPerson, invent_people
from koopset.portal.demo.office import (
    BodyFacts,
    Office,
    bank_account_open,
    chair_appoint,
    decision,
    login_join,
    office_open,
    role_give,
    shares,
)
from koopset.portal.demo.people import TSJ
from koopset.portal.demo.settlement import TWO_PLOTS as NEIGHBOUR
from koopset.portal.demo.settlement import email_of

FLATS, ENTRANCES = 120, 3
FACTS = BodyFacts(
    form="tsj",
    name_short=TSJ,
    name_full="Товарищество собственников жилья «Заречное»",
    inn_stem="470000002",
    ogrn_stem="102470000002",
    settlement="Приозерск",
    address="Ленинградская область, г. Приозерск, ул. Выдуманная, д. 7",
    email="pravlenie@zarechnoe.example",
    phone="+7 000 100-20-40",
    account_tail="00000000238",
    latitude="61.030000",
    longitude="30.130000",
)
CHAIR, TREASURER, RESIDENT, WIFE, BOTH = range(5)


@dataclass(slots=True)
class House:
    """What was built, for the months that follow."""

    office: Office
    person_ids: list[int]
    unit_ids: list[int]
    accounts: list[int]


def house_build(operator: Actor, calendar: Calendar, neighbours: list[InventedPerson]) -> House:
    """The body, its flats, accounts and tariffs. One of the garden's people owns a flat here, one accountant keeps both books."""
    office = office_open(operator, calendar, FACTS)
    made = invent_people(FLATS + 41, seed=120)
    made[BOTH] = neighbours[NEIGHBOUR]
    cards = [_card(at, person) for at, person in enumerate(made)]
    chair_id = people.persons_create_many(
        actor=operator, organisation_id=office.organisation_id, cards=cards[:1], now=office.start
    )[0]
    chair_appoint(office, operator, chair_id, basis="Протокол общего собрания № 1, решение по вопросу 2")
    rest = people.persons_create_many(
        actor=office.chair, organisation_id=office.organisation_id, cards=cards[1:], now=office.start
    )
    house = House(office, [chair_id, *rest], [], [])
    accountant = people.person_create(
        actor=office.chair,
        organisation_id=office.organisation_id,
        last_name="Счётова",
        first_name="Вера",
        middle_name="Павловна",
        email=email_of("accountant"),
        phone="+7 000 200-30-40",
        now=office.start,
    ).pk
    role_give(
        office,
        "treasurer",
        house.person_ids[TREASURER],
        basis="Протокол общего собрания № 1, решение по вопросу 3",
    )
    role_give(office, "accountant", accountant, basis="Договор об оказании услуг № 3")
    for index in (RESIDENT, BOTH):
        login_join(house.person_ids[index], office.organisation_id, office.chair, office.start)
    bank_account_open(office, FACTS.account_tail)
    ledger.book_open(
        actor=office.treasurer,
        organisation_id=office.organisation_id,
        profile="tsj",
        opened_month=calendar.first,
        now=office.start,
    )
    _flats(house)
    _tariffs(house)
    return house


def _card(at: int, person: InventedPerson) -> CardData:
    emails = {
        CHAIR: email_of("tsj-chair"), TREASURER: email_of("tsj-treasurer"), RESIDENT: email_of("tsj-resident"), BOTH: email_of("two-plots"),
    }  # fmt: skip
    email = emails.get(at, f"sosed{at}@zarechnoe.example" if at % 2 else "")
    return CardData("natural", person.last, person.first, person.middle, "", "", email, person.phone)


def _flats(house: House) -> None:
    """Forty flats an entrance, four a floor; forty flats have two owners, half each."""
    office, random = house.office, Random(120)
    since = office.calendar.founded - timedelta(days=1500)
    second = iter(range(FLATS + 1, FLATS + 41))
    ones = [CHAIR, TREASURER, RESIDENT, *range(BOTH, FLATS + 1)]
    for number in range(1, FLATS + 1):
        owner = ones[number - 1]
        pair = [WIFE] if owner == RESIDENT else [next(second)] if number % 3 == 2 else []
        owners = [owner, *pair]
        unit = register.unit_create(
            actor=office.treasurer,
            organisation_id=office.organisation_id,
            number=str(number),
            kind="flat",
            street=f"Подъезд {(number - 1) // (FLATS // ENTRANCES) + 1}",
            cadastral_number=f"47:03:0301007:{1000 + number}",
            area_m2=(Decimal("31.4"), Decimal("44.7"), Decimal("52.3"), Decimal("68.9"))[number % 4]
            + Decimal(random.randint(0, 9)) / 10,
            owners=shares([house.person_ids[at] for at in owners], [Fraction(1, len(owners))] * len(owners)),
            since=since,
            deed="Выписка из ЕГРН",
            now=office.start,
        )
        house.unit_ids.append(unit.pk)
        account = billing.personal_account_open(
            actor=office.treasurer,
            organisation_id=office.organisation_id,
            number=f"7-{number:03d}",
            payer_id=house.person_ids[owner],
            unit_ids=[unit.pk],
            opened_on=office.calendar.first.first,
            now=office.start,
        )
        house.accounts.append(account.pk)


def _tariffs(house: House) -> None:
    office, calendar = house.office, house.office.calendar
    second_year = calendar.months[12]
    first = decision(
        office, calendar.first.first, "2", "1", "Плата за содержание и вывоз мусора",
        "Утвердить плату за содержание общего имущества 32,45 рубля и за вывоз мусора 6,18 рубля с квадратного метра в месяц.",
        "ЖК РФ, ст. 137 ч. 1, ст. 156 ч. 8",
    )  # fmt: skip
    raised = decision(
        office, second_year.first, "3", "1", "Плата за содержание на второй год",
        "Утвердить плату за содержание общего имущества 34,90 рубля с квадратного метра в месяц.", "ЖК РФ, ст. 156 ч. 8",
    )  # fmt: skip

    def fee(title: str, rate: str, decision_id: int, position: int, **terms: object) -> None:
        billing.fee_create(
            actor=office.treasurer,
            organisation_id=office.organisation_id,
            title=title,
            kind="utility",
            base="area",
            rate=Decimal(rate),
            decision_id=decision_id,
            due_day=25,
            position=position,
            now=calendar.now,
            **{"from_month": calendar.first, **terms},  # type: ignore[arg-type]
        )

    fee("Содержание общего имущества", "32.45", first, 10, to_month=shifted(second_year, -1))
    fee("Содержание общего имущества", "34.90", raised, 10, from_month=second_year)
    fee("Вывоз мусора", "6.18", first, 20)
