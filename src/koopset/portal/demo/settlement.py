"""СНТ «Берёзка»: 300 plots on ten lines, 270 owners, two years of books."""

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
from koopset.portal.demo.people import DEMO_ROLES, SNT

PLOTS, OWNERS = 300, 270
LINES = (
    "Берёзовая", "Кленовая", "Рябиновая", "Сосновая", "Озёрная", "Садовая", "Вишнёвая", "Лесная", "Полевая", "Центральная",
)  # fmt: skip
FACTS = BodyFacts(
    form="snt",
    name_short=SNT,
    name_full="Садоводческое некоммерческое товарищество «Берёзка»",
    inn_stem="470000001",
    ogrn_stem="102470000001",
    settlement="Кузнечное",
    address="Ленинградская область, Приозерский район, массив «Лесное озеро», СНТ «Берёзка»",
    email="pravlenie@berezka.example",
    phone="+7 000 100-20-30",
    account_tail="00000000117",
    latitude="61.120000",
    longitude="29.880000",
)
#: Owners with a place of their own in the story, by their index among the invented people.
CHAIR, TREASURER, AUDITOR, RESIDENT, TWO_PLOTS, CO_OWNER, SISTER, INVITED = range(8)
_HALF, _THIRD = Fraction(1, 2), Fraction(1, 3)


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with the indexes of its owners; the first of them pays."""

    number: int
    street: str
    area_m2: Decimal
    owners: tuple[int, ...]
    parts: tuple[Fraction, ...]


@dataclass(slots=True)
class Settlement:
    """What was built, for the months that follow."""

    office: Office
    people: list[InventedPerson]
    person_ids: list[int]
    plots: list[Plot]
    unit_ids: list[int]
    accounts: dict[int, int]  # owner's index → first personal account
    accountant_id: int = 0
    decisions: dict[str, int] | None = None


def email_of(key: str) -> str:
    """The e-mail of a role of the demo."""
    return next(role.email for role in DEMO_ROLES if role.key == key)


def plots_divided() -> list[Plot]:
    """Who owns what: 270 plots of one owner, 30 of several; one of them lacks a third that nobody knows."""
    random = Random(20)
    numbers = list(range(1, PLOTS + 1))
    owned: dict[int, tuple[tuple[int, ...], tuple[Fraction, ...]]] = {}
    owned[17] = ((TREASURER,), (Fraction(1),))
    owned[42] = ((RESIDENT,), (Fraction(1),))
    owned[43] = ((TWO_PLOTS,), (Fraction(1),))
    owned[44] = ((TWO_PLOTS,), (Fraction(1),))
    owned[58] = ((SISTER, CO_OWNER), (2 * _THIRD, _THIRD))
    left = [number for number in numbers if number not in owned]
    random.shuffle(left)
    following = iter(range(SISTER + 1, OWNERS))
    for _ in range(20):
        owned[left.pop()] = ((next(following), next(following)), (_HALF, _HALF))
    for _ in range(8):
        owned[left.pop()] = (tuple(next(following) for _ in range(3)), (_THIRD, _THIRD, _THIRD))
    owned[left.pop()] = ((next(following), next(following)), (_THIRD, _THIRD))
    singles = [CHAIR, AUDITOR, *following]
    for at, number in enumerate(sorted(left)):
        # Everybody has one plot; those left over are second and third plots of the last ones.
        owner = singles[at] if at < len(singles) else singles[len(singles) - 1 - (at - len(singles)) % 57]
        owned[number] = ((owner,), (Fraction(1),))
    return [
        Plot(
            number,
            LINES[(number - 1) // 30],
            Decimal(random.randint(60, 150) * 10 + random.choice((0, 0, 0, 3, 7))),
            *owned[number],
        )
        for number in numbers
    ]


def settlement_build(operator: Actor, calendar: Calendar) -> Settlement:
    """The body, its people, plots, members, accounts and fees, before the first month."""
    office = office_open(operator, calendar, FACTS)
    made = invent_people(OWNERS, seed=300)
    cards = [_card(at, person) for at, person in enumerate(made)]
    chair_id = people.persons_create_many(
        actor=operator, organisation_id=office.organisation_id, cards=cards[:1], now=office.start
    )[0]
    chair_appoint(office, operator, chair_id, basis="Протокол общего собрания № 1, решение по вопросу 2")
    rest = people.persons_create_many(
        actor=office.chair, organisation_id=office.organisation_id, cards=cards[1:], now=office.start
    )
    town = Settlement(office, made, [chair_id, *rest], plots_divided(), [], {})
    _people_join(town)
    bank_account_open(office, FACTS.account_tail)
    ledger.book_open(
        actor=office.treasurer,
        organisation_id=office.organisation_id,
        opened_month=calendar.first,
        now=office.start,
    )
    _plots(town)
    _members(town)
    _accounts(town)
    _fees(town)
    return town


def _card(at: int, person: InventedPerson) -> CardData:
    emails = {
        CHAIR: email_of("chair"), TREASURER: email_of("treasurer"), AUDITOR: email_of("auditor"), RESIDENT: email_of("resident"),
        TWO_PLOTS: email_of("two-plots"), CO_OWNER: email_of("co-owner"), INVITED: "priglashena@berezka.example",
    }  # fmt: skip
    email = emails.get(at, f"sadovod{at}@berezka.example" if at % 3 else "")
    return CardData(
        "natural", person.last, person.first, person.middle, "", "", email, person.phone,
        f"188750, Ленинградская область, г. Приозерск, ул. Выдуманная, д. {at % 60 + 1}", None, at % 11 == 0,
    )  # fmt: skip


def _people_join(town: Settlement) -> None:
    office = town.office
    role_give(
        office,
        "treasurer",
        town.person_ids[TREASURER],
        basis="Протокол общего собрания № 1, решение по вопросу 3",
    )
    role_give(
        office,
        "auditor",
        town.person_ids[AUDITOR],
        basis="Протокол общего собрания № 1, решение по вопросу 4",
    )
    town.accountant_id = people.person_create(
        actor=office.chair,
        organisation_id=office.organisation_id,
        last_name="Счётова",
        first_name="Вера",
        middle_name="Павловна",
        email=email_of("accountant"),
        phone="+7 000 200-30-40",
        now=office.start,
    ).pk
    role_give(office, "accountant", town.accountant_id, basis="Трудовой договор № 1")
    for index in (RESIDENT, TWO_PLOTS, CO_OWNER):
        login_join(town.person_ids[index], office.organisation_id, office.chair, office.start)


def _plots(town: Settlement) -> None:
    office = town.office
    since = office.calendar.founded - timedelta(days=900)
    for plot in town.plots:
        unit = register.unit_create(
            actor=office.treasurer,
            organisation_id=office.organisation_id,
            number=str(plot.number),
            kind="plot",
            street=plot.street,
            cadastral_number=f"47:03:1234{(plot.number - 1) // 100:03d}:{plot.number}"
            if plot.number % 9
            else "",
            area_m2=plot.area_m2,
            owners=shares([town.person_ids[at] for at in plot.owners], list(plot.parts)),
            since=since + timedelta(days=plot.number % 28),
            deed="Выписка из ЕГРН" if plot.number % 4 else "Свидетельство о праве собственности",
            now=office.start,
        )
        town.unit_ids.append(unit.pk)


def _members(town: Settlement) -> None:
    office = town.office
    admitted = decision(
        office, office.calendar.founded, "1", "5", "Приём в члены товарищества",
        "Принять в члены товарищества собственников участков по списку (приложение 2 к протоколу).", "217-ФЗ, ст. 12",
    )  # fmt: skip
    for at, person_id in enumerate(town.person_ids):
        if at % 8 == 7 and at > SISTER:
            continue  # every eighth owner is not a member
        if at == CO_OWNER:
            continue  # left to the visitor: an application of one's own
        register.membership_open(
            actor=office.chair,
            organisation_id=office.organisation_id,
            person_id=person_id,
            on=office.calendar.founded,
            decision_id=admitted,
            card_number=f"{at + 1:03d}",
            now=office.start,
        )


def _accounts(town: Settlement) -> None:
    """Every second owner of several plots has one account for all of them; numbers are those of the old table."""
    office = town.office
    plots_of: dict[int, list[int]] = {}
    for at, plot in enumerate(town.plots):
        plots_of.setdefault(plot.owners[0], []).append(at)
    for owner, plots in sorted(plots_of.items()):
        together = owner % 2 == 0 or owner == TWO_PLOTS
        for group in [plots] if together else [[at] for at in plots]:
            account = billing.personal_account_open(
                actor=office.treasurer,
                organisation_id=office.organisation_id,
                number=f"СБ-{town.plots[group[0]].number:04d}",
                payer_id=town.person_ids[owner],
                unit_ids=[town.unit_ids[at] for at in group],
                opened_on=office.calendar.first.first,
                now=office.start,
            )
            town.accounts.setdefault(owner, account.pk)


def _fees(town: Settlement) -> None:
    office, calendar = town.office, town.office.calendar
    months = calendar.months
    second_year, road = months[12], months[14]
    first = decision(
        office, calendar.first.first, "2", "1", "Членский взнос на первый год",
        "Утвердить членский взнос 85 рублей с сотки в месяц по финансово-экономическому обоснованию. Срок уплаты: до 25 числа "
        "следующего месяца.", "217-ФЗ, ст. 14 ч. 8, ст. 17 ч. 1 п. 21",
    )  # fmt: skip
    outside = decision(
        office, calendar.first.first, "2", "2", "Плата собственников без членства",
        "Установить плату собственников, ведущих садоводство без участия в товариществе, равной членскому взносу.",
        "217-ФЗ, ст. 5 ч. 3, 4",
    )  # fmt: skip
    common = decision(
        office, calendar.first.first, "2", "3", "Вывоз мусора и общие потери электроэнергии",
        "Возмещать вывоз мусора 900 рублей с участка в квартал, общие потери электроэнергии 60 рублей с участка в месяц.",
        "Устав, п. 5.4",
    )  # fmt: skip
    raised = decision(
        office, second_year.first, "3", "1", "Членский взнос на второй год",
        "Утвердить членский взнос 95 рублей с сотки в месяц и равную ему плату собственников без членства.",
        "217-ФЗ, ст. 14 ч. 8, ст. 5 ч. 3",
    )  # fmt: skip
    target = decision(
        office, road.first, "4", "1", "Целевой взнос на дорогу",
        "Собрать 1 200 000 рублей на ремонт дороги от шоссе до правления, разделив сумму поровну между участками.",
        "217-ФЗ, ст. 14 ч. 5, ст. 17 ч. 1 п. 21",
    )  # fmt: skip
    decision(
        office, months[20].first, "7", "1", "Договор на вывоз мусора",
        "Продлить договор с региональным оператором на прежних условиях.", "Устав, п. 7.2", body="board",
    )  # fmt: skip
    town.decisions = {"first": first, "raised": raised}
    last_of_first = shifted(second_year, -1)

    def fee(title: str, kind: str, base: str, rate: str, decision_id: int, **terms: object) -> None:
        billing.fee_create(
            actor=office.treasurer,
            organisation_id=office.organisation_id,
            title=title,
            kind=kind,
            base=base,
            rate=Decimal(rate),
            decision_id=decision_id,
            due_day=25,
            now=office.calendar.now,
            **{"from_month": calendar.first, **terms},  # type: ignore[arg-type]
        )

    year1 = {"to_month": last_of_first}
    year2 = {"from_month": second_year}
    fee("Членский взнос", "membership", "sotka", "85", first, audience="members", position=10, **year1)
    fee("Членский взнос", "membership", "sotka", "95", raised, audience="members", position=10, **year2)
    fee("Плата за общее имущество без членства", "non-member", "sotka", "85", outside, position=20, **year1)
    fee("Плата за общее имущество без членства", "non-member", "sotka", "95", raised, position=20, **year2)
    fee("Вывоз мусора", "utility", "unit", "900", common, period="quarter", position=30)
    fee("Общие потери электроэнергии", "utility", "unit", "60", common, position=40)
    fee(
        "Целевой взнос на дорогу",
        "target",
        "unit",
        "1200000",
        target,
        method="split",
        period="once",
        from_month=road,
        position=50,
    )
