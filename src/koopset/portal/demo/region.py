"""The first target drawn whole: 17 districts with 34,000 plots, about ten settlements a district, at every step of joining.

Registers are brought as chairs bring them, from a table; months are charged, the bank's files are loaded and sorted by the same services.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from koopset.apps.billing import services as billing
from koopset.apps.billing.selectors import accounts_for_matching
from koopset.apps.ledger import services as ledger
from koopset.apps.people import services as people
from koopset.apps.people.rules import CardData
from koopset.apps.places.selectors import children_of, districts
from koopset.apps.register import services as register
from koopset.foundation.database import refresh_statistics
from koopset.foundation.files.spreadsheets import Column, Sheet, write_xlsx
from koopset.foundation.rights.actors import Actor
from koopset.kernel.period import Month
from koopset.portal.demo import Report
from koopset.portal.demo.calendar import Calendar, shifted
from koopset.portal.demo.district import DISTRICT, Applicant, application_bring, coordinator_make
from koopset.portal.demo.months import Bank, charge_month, debts, incoming, issue_papers, payers_of
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
)
from koopset.portal.demo.payers import Habit, Payer, coming_in
from koopset.portal.demo.people import REGION_COORDINATOR, REGION_DISTRICT, REGION_LARGEST
from koopset.portal.demo.work import run_due_jobs

#: Plots by settlement. With the town's own 300 plots and 120 flats each district has 2,000 of them.
USUAL = (520, 330, 280, 240, 210, 180, 140, 100)
SIZES = {
    REGION_DISTRICT: (1240, 200, 150, 120, 100, 80, 60, 50),
    DISTRICT: (420, 280, 240, 200, 160, 120, 100, 60),
}
MONTHS = 3
#: Those with a login: the first owners of each settlement.
ROLES = ("predsedatel", "kaznachey", "zhitel")
NAMES = """Ромашка Василёк Ветеран Строитель Энергетик Медик Садовод Мичуринец Дружба Надежда Восход Рассвет Заря Родник Ключевое
Озёрное Поляна Сосновка Клюква Брусника Рябинка Черёмуха Сирень Яблонька Вишенка Малинка Калинка Ландыш Подснежник Колос
Нива Луч Маяк Парус Волна Горка Ручей Тополёк Кленовое Дубрава""".split()
STREETS = ("Садовая", "Лесная", "Полевая", "Центральная", "Озёрная", "Береговая", "Солнечная", "Новая")
_COLUMNS = [
    Column("Участок", width=10),
    Column("Улица", width=16),
    Column("Площадь, м²", "number", 12),
    Column("Кадастровый номер", width=24),
    Column("ФИО собственника", width=36),
    Column("Доля", width=8),
    Column("Телефон", width=20),
    Column("Член СНТ", width=10),
]


class Reached(IntEnum):
    """How far a settlement has come."""

    VERIFIED = 1
    BANK = 2
    REGISTER = 3
    CHARGE = 4


@dataclass(frozen=True, slots=True)
class Body:
    """An invented settlement of a district. `at`: its number among all, from 0; `days`: how long ago it came."""

    at: int
    name: str
    district: str
    settlement: str
    plots: int
    reached: Reached
    days: int

    @property
    def form(self) -> str:
        return "tsn" if self.at % 7 == 3 else "snt"

    @property
    def short(self) -> str:
        return f"{'ТСН' if self.form == 'tsn' else 'СНТ'} «{self.name}»"

    @property
    def facts(self) -> BodyFacts:
        full = (
            "Товарищество собственников недвижимости"
            if self.form == "tsn"
            else "Садоводческое некоммерческое товарищество"
        )
        return BodyFacts(
            form=self.form,
            name_short=self.short,
            name_full=f"{full} «{self.name}»",
            inn_stem=f"4701{self.at:05d}",
            ogrn_stem=f"10247{self.at:07d}",
            settlement=self.settlement,
            address=f"Ленинградская область, {self.district}, {self.settlement}, {self.short}",
            email=f"pravlenie@{self.host}",
            phone=f"+7 000 {300 + self.at // 100}-{self.at % 100:02d}-10",
            account_tail=f"{self.at:011d}",
            district=self.district,
        )

    @property
    def host(self) -> str:
        return f"sad{self.at + 1:03d}.example"


def region_build(operator: Actor, calendar: Calendar, report: Report) -> None:
    """Every district with its coordinator, its settlements and an application that waits."""
    at = 0
    for number, district in enumerate(districts(), start=1):
        bodies = _bodies(district.name, [place.name for place in children_of(district)], at)
        at += len(bodies) + 1
        report(
            f"{district.name} ({number} из {len(districts())}): {sum(body.plots for body in bodies)} участков…"
        )
        if district.name != DISTRICT:
            coordinator_make(
                operator,
                calendar,
                REGION_COORDINATOR
                if district.name == REGION_DISTRICT
                else f"koordinator-{number}@koopset.example",
                name=f"Помощник {number}",
                district=district.name,
            )
        for body in bodies:
            _body_build(operator, calendar, body)
            refresh_statistics()
        application_bring(_applicant(bodies[0], at - 1), calendar)


def _bodies(district: str, places: Sequence[str], first: int) -> list[Body]:
    """Settlements with their plots, the smallest of them not charging yet in some districts, and a few that have no register."""
    random = Random(f"{district} {first}")
    sizes = SIZES.get(district, USUAL)
    reached = [Reached.CHARGE] * (len(sizes) - 1) + [random.choice((Reached.REGISTER, Reached.CHARGE))]
    reached += random.choices((Reached.BANK, Reached.VERIFIED), k=random.randint(1, 4))
    found = []
    for offset, stage in enumerate(reached):
        at = first + offset
        plots = sizes[offset] if offset < len(sizes) else 0
        largest = district == REGION_DISTRICT and offset == 0
        again = at // len(NAMES)
        name = NAMES[at % len(NAMES)] + (f"-{again + 1}" if again else "")
        found.append(
            Body(
                at,
                REGION_LARGEST if largest else name,
                district,
                places[offset % len(places)],
                plots,
                stage,
                random.randint(150, 320) if stage is Reached.CHARGE else random.randint(9, 60),
            )
        )
    return found


def _applicant(neighbour: Body, at: int) -> Applicant:
    person = invent_people(1, seed=9000 + at)[0]
    name = f"{NAMES[at % len(NAMES)]} плюс {at // len(NAMES) + 1}"
    return Applicant(
        f"zayavitel@sad{at + 1:03d}.example",
        "snt",
        f"СНТ «{name}»",
        f"Садоводческое некоммерческое товарищество «{name}»",
        f"4701{at:05d}",
        f"10247{at:07d}",
        neighbour.settlement,
        person.last,
        person.first,
        person.middle,
        at % 14 + 1,
        neighbour.district,
    )


def _body_build(operator: Actor, calendar: Calendar, body: Body) -> None:
    founded = calendar.today - timedelta(days=body.days)
    office = office_open(operator, calendar, body.facts, founded=founded)
    owners = invent_people(max(len(ROLES), body.plots), seed=5000 + body.at)
    cards = [_card(body, role, person) for role, person in zip(ROLES, owners, strict=False)]
    chair_id, treasurer_id, resident_id = people.persons_create_many(
        actor=operator, organisation_id=office.organisation_id, cards=cards, now=office.start
    )
    chair_appoint(office, operator, chair_id, basis="Протокол общего собрания № 1, решение по вопросу 2")
    role_give(office, "treasurer", treasurer_id, basis="Протокол общего собрания № 1, решение по вопросу 3")
    if body.reached is Reached.VERIFIED:
        return
    bank_account_open(office, body.facts.account_tail)
    if body.reached is Reached.BANK:
        return
    months = [shifted(Month.of(calendar.today), at - MONTHS) for at in range(MONTHS)]
    as_of = min(founded, months[0].first)
    ledger.book_open(
        actor=office.treasurer,
        organisation_id=office.organisation_id,
        opened_month=months[0],
        now=office.start,
    )
    _register_bring(office, calendar, body, owners, as_of)
    if body.reached is Reached.REGISTER:
        return
    login_join(resident_id, office.organisation_id, office.chair, office.start)
    _months(office, body, months)


def _card(body: Body, role: str, person: InventedPerson) -> CardData:
    email = f"{role}@{'polyana.example' if body.name == REGION_LARGEST else body.host}"
    return CardData("natural", person.last, person.first, person.middle, "", "", email, person.phone)


def _register_bring(
    office: Office, calendar: Calendar, body: Body, owners: Sequence[InventedPerson], as_of: date
) -> None:
    """The chair's table becomes the register; each plot gets its account, numbered by its payment code."""
    now = calendar.now_on(office.founded + timedelta(days=2), 12)
    key = {"actor": office.treasurer, "organisation_id": office.organisation_id, "now": now}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "reestr.xlsx"
        write_xlsx(path, [Sheet("Реестр", _COLUMNS, _rows(body, owners))], created_at=now)
        brought = register.import_start(name=path.name, content=path.read_bytes(), as_of=as_of, **key)  # type: ignore[arg-type]
    checked = register.import_check(import_id=brought.pk, **key)  # type: ignore[arg-type]
    assert not checked.report["errors"], checked.report
    register.import_run(import_id=brought.pk, **key)  # type: ignore[arg-type]
    run_due_jobs(calendar, at=now)
    register.decision_record(
        actor=office.chair,
        organisation_id=office.organisation_id,
        body="meeting",
        decided_on=as_of,
        number="1",
        item="4",
        title="Реестр участков",
        wording="Принять за основу реестр участков и собственников по приложению 3.",
        article="217-ФЗ, ст. 15",
        now=calendar.now,
    )


def _rows(body: Body, owners: Sequence[InventedPerson]) -> Iterator[list[object]]:
    """One owner a plot; every tenth has two, half each, the second being the neighbour."""
    random = Random(f"plots {body.at}")
    per_street = max(20, -(-body.plots // len(STREETS)))
    for at in range(body.plots):
        pair = at % 10 == 9
        for owner in (at, at - 1) if pair else (at,):
            yield [
                str(at + 1),
                STREETS[at // per_street % len(STREETS)],
                Decimal(random.randint(60, 140) * 10) if owner == at else None,
                f"47:{body.at % 17 + 1:02d}:{4_000_000 + body.at}:{at + 1}" if owner == at and at % 8 else "",
                owners[owner].full,
                "1/2" if pair else "1",
                owners[owner].phone,
                "нет" if owner % 9 == 8 else "да",
            ]


def _months(office: Office, body: Body, months: Sequence[Month]) -> None:
    """A fee, three months charged, the bank's files loaded to this day; in the largest the papers of the last month are issued."""
    adopted = decision(
        office, months[0].first, "2", "1", "Членский взнос",
        "Утвердить членский взнос и равную ему плату собственников без членства. Срок уплаты: до 25 числа следующего месяца.",
        "217-ФЗ, ст. 14 ч. 8, ст. 5 ч. 3",
    )  # fmt: skip
    rate = Decimal(60 + body.at % 8 * 10)
    for title, kind, audience in (
        ("Членский взнос", "membership", "members"),
        ("Плата за общее имущество без членства", "non-member", ""),
    ):
        terms = {"audience": audience} if audience else {}
        billing.fee_create(
            actor=office.treasurer,
            organisation_id=office.organisation_id,
            title=title,
            kind=kind,
            base="sotka",
            rate=rate,
            decision_id=adopted,
            due_day=25,
            from_month=months[0],
            now=office.calendar.now,
            **terms,  # type: ignore[arg-type]
        )
    payers = _habits(
        body, payers_of(office, [row.account_id for row in accounts_for_matching(office.organisation_id)])
    )
    bank = Bank(office, body.short, 12_500_000)
    for index, month in enumerate(months):
        comings = coming_in(payers, debts(office), month, index, seed=body.at)
        charge_month(office, month, fresh=index == 0)
        if index:
            bank.bring(incoming(comings), month.first, month.last)
    today, current = office.calendar.today, Month.of(office.calendar.today)
    if today.day > 2:
        until = today - timedelta(days=2)
        comings = coming_in(payers, debts(office), current, MONTHS, seed=body.at, until=until)
        bank.bring(incoming(comings), current.first, until)
    if body.name == REGION_LARGEST:
        issue_papers(office, months[-1])


def _habits(body: Body, payers: list[Payer]) -> list[Payer]:
    random = Random(f"habits {body.at}")
    for payer in payers:
        payer.writes = random.choices(("code", "bare-code", "dashes", "number"), (60, 15, 15, 10))[0]
        payer.habit = random.choices((Habit.PROMPT, Habit.ROUND, Habit.AHEAD, Habit.DEBTOR), (74, 8, 6, 12))[
            0
        ]
        payer.stops = random.choice((0, 0, 2))
    return payers
