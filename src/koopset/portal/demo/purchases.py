"""Joint purchases of the neighbours: a farm and a warehouse with their price lists, a consumer society that buys, three rounds.

Honey was handed out a month ago, came short and one jar leaked; potatoes and eggs have come and wait to be fetched; groceries are being
gathered, and some packs are not full yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from koopset.apps.catalogue.offers import services as offers
from koopset.apps.ledger import services as ledger
from koopset.apps.people import services as people
from koopset.apps.places.selectors import territory_named
from koopset.apps.purchases import selectors as rounds_of
from koopset.apps.purchases import services as rounds
from koopset.apps.purchases.services import Settings
from koopset.apps.purchases.settlement import selectors as settled
from koopset.apps.purchases.settlement import services as settlement
from koopset.foundation.rights.actors import Actor
from koopset.portal.demo.buyers import Neighbours
from koopset.portal.demo.calendar import Calendar, moment, shifted
from koopset.portal.demo.office import (
    BodyFacts,
    Office,
    bank_account_open,
    chair_appoint,
    office_open,
    role_give,
)
from koopset.portal.demo.people import DEMO_ROLES, FARM, GROUP, STORE

PLACE, DISTRICT = "Кузнечное", "Приозерский район"


def _email(key: str) -> str:
    return next(role.email for role in DEMO_ROLES if role.key == key)


@dataclass(frozen=True, slots=True)
class Wares:
    """A line of a price list: name, one item, its price in kopecks, items in a pack, breaks of price."""

    name: str
    unit: str
    amount: str
    price_kop: int
    pack: int = 1
    breaks: tuple[tuple[int, int], ...] = ()
    note: str = ""


FARM_LIST = (
    Wares("Мёд цветочный, банка 0,5 кг", "kg", "0.5", 30_000, 12, ((24, 28_000), (48, 26_500))),
    Wares("Мёд гречишный, банка 0,5 кг", "kg", "0.5", 33_000, 12, ((24, 31_000),)),
    Wares("Молоко коровье, бутылка 1 л", "l", "1", 7_500, 12, ((36, 7_000), (96, 6_500)), "Утренний удой, вторник и пятница"),
    Wares("Творог, 0,5 кг", "kg", "0.5", 19_000, 6, ((24, 17_500),)),
    Wares("Яйцо куриное, десяток", "pcs", "10", 9_500, 18, ((36, 8_900), (90, 8_300))),
    Wares("Картофель «Гала», мешок 10 кг", "kg", "10", 32_000, 5, ((15, 29_000), (30, 27_000))),
    Wares("Морковь, мешок 5 кг", "kg", "5", 22_000, 4, ((12, 19_500),)),
    Wares("Лук репчатый, мешок 5 кг", "kg", "5", 17_000, 4, ((12, 15_000),)),
)  # fmt: skip
STORE_LIST = (
    Wares("Гречка ядрица 0,8 кг", "kg", "0.8", 6_900, 12, ((36, 6_400),)),
    Wares("Рис круглозёрный 0,9 кг", "kg", "0.9", 7_400, 12, ((36, 6_900),)),
    Wares("Сахар-песок 1 кг", "kg", "1", 5_600, 10, ((50, 5_200),)),
    Wares("Мука пшеничная высший сорт 2 кг", "kg", "2", 8_200, 6, ((30, 7_700),)),
    Wares("Масло подсолнечное рафинированное 0,9 л", "l", "0.9", 9_900, 15, ((45, 9_300),)),
    Wares("Макароны рожки 0,45 кг", "kg", "0.45", 4_300, 20, ((60, 3_900),)),
    Wares("Бумага туалетная двухслойная, 4 рулона", "pcs", "4", 8_400, 12, ((36, 7_800),)),
)  # fmt: skip

FARM_FACTS = BodyFacts(
    form="kfh",
    name_short=FARM,
    name_full="Крестьянское (фермерское) хозяйство «Лесной хутор»",
    inn_stem="470033301",
    ogrn_stem="102470033301",
    settlement=PLACE,
    address="Ленинградская область, Приозерский район, хутор Лесной, 1",
    email="hutor@lesnoy.example",
    phone="+7 000 311-22-33",
    account_tail="00000000331",
)
STORE_FACTS = BodyFacts(
    form="ooo",
    name_short=STORE,
    name_full="Общество с ограниченной ответственностью «Приозерская база»",
    inn_stem="470033302",
    ogrn_stem="102470033302",
    settlement="Приозерск",
    address="Ленинградская область, г. Приозерск, ул. Складская, 4",
    email="zakaz@baza.example",
    phone="+7 000 322-33-44",
    account_tail="00000000332",
)
GROUP_FACTS = BodyFacts(
    form="po",
    name_short=GROUP,
    name_full="Потребительское общество «Берёзка вместе»",
    inn_stem="470033303",
    ogrn_stem="102470033303",
    settlement=PLACE,
    address="Ленинградская область, Приозерский район, пос. Кузнечное, ул. Лесная, 2",
    email="zakupki@berezka.example",
    phone="+7 000 333-44-55",
    account_tail="00000000333",
)


def purchases_build(operator: Actor, calendar: Calendar, neighbours: Neighbours) -> None:
    """Suppliers, the society that buys, its three rounds."""
    farm = _supplier(
        operator, calendar, FARM_FACTS, _email("supplier"), ("Хуторов", "Пётр", "Ильич"), FARM_LIST
    )
    store = _supplier(
        operator, calendar, STORE_FACTS, "zakaz@baza.example", ("Складов", "Игорь", "Олегович"), STORE_LIST
    )
    buying = _society(operator, calendar)
    work = _Rounds(buying, neighbours, calendar)
    work.honey(farm)
    work.potatoes(farm)
    work.groceries(store)


def _body(
    operator: Actor, calendar: Calendar, facts: BodyFacts, email: str, name: tuple[str, str, str]
) -> Office:
    office = office_open(operator, calendar, facts)
    last, first, middle = name
    person = people.person_create(
        actor=operator,
        organisation_id=office.organisation_id,
        last_name=last,
        first_name=first,
        middle_name=middle,
        email=email,
        phone=facts.phone,
        now=office.start,
    )
    chair_appoint(office, operator, person.pk, basis="Решение учредителей № 1")
    return office


def _supplier(
    operator: Actor,
    calendar: Calendar,
    facts: BodyFacts,
    email: str,
    name: tuple[str, str, str],
    wares: Sequence[Wares],
) -> dict[str, int]:
    """The body with its published list; name of a ware → key of its offer."""
    office = _body(operator, calendar, facts, email, name)
    began = calendar.now_on(calendar.today - timedelta(days=90), 9)
    price_list = offers.price_list_add(
        actor=office.chair,
        organisation_id=office.organisation_id,
        title="Цены осени",
        delivery="Привозим по средам и субботам от 5 000 ₽, в посёлки района — бесплатно от 15 000 ₽.",
        is_own=True,
        valid_from=began.date(),
        territory_ids=[territory_named(DISTRICT).pk],
        now=began,
    )
    keys = {}
    for ware in wares:
        row = offers.offer_save(
            actor=office.chair,
            organisation_id=office.organisation_id,
            price_list_id=price_list.pk,
            name=ware.name,
            price_kop=ware.price_kop,
            unit=ware.unit,
            amount=Decimal(ware.amount),
            pack=ware.pack,
            breaks=ware.breaks,
            note=ware.note,
            now=began,
        )
        keys[ware.name] = row.pk
    offers.price_list_publish(
        actor=office.chair, organisation_id=office.organisation_id, price_list_id=price_list.pk, now=began
    )
    return keys


def _society(operator: Actor, calendar: Calendar) -> Office:
    office = _body(operator, calendar, GROUP_FACTS, _email("organiser"), ("Заботина", "Марина", "Викторовна"))
    treasurer = people.person_create(
        actor=office.chair,
        organisation_id=office.organisation_id,
        last_name="Копейкина",
        first_name="Зоя",
        middle_name="Павловна",
        email="kassa@berezka.example",
        phone="+7 000 333-44-56",
        now=office.start,
    )
    role_give(office, "treasurer", treasurer.pk, basis="Решение совета № 1")
    bank_account_open(office, GROUP_FACTS.account_tail)
    ledger.book_open(
        actor=office.treasurer,
        organisation_id=office.organisation_id,
        opened_month=shifted(calendar.months[-1], -4),
        now=office.start,
    )
    settlement.point_save(
        actor=office.chair,
        organisation_id=office.organisation_id,
        name="Правление «Берёзки»",
        address="СНТ «Берёзка», Центральная линия, домик правления",
        note="Вход со стороны стоянки",
        now=office.start,
    )
    return office


class _Rounds:
    """Three rounds of the society at different stages."""

    def __init__(self, office: Office, neighbours: Neighbours, calendar: Calendar) -> None:
        self.office, self.calendar = office, calendar
        self.body, self.chair, self.treasurer = office.organisation_id, office.chair, office.treasurer
        self.neighbours = neighbours

    def at(self, days_ago: int, hour: int = 12) -> datetime:
        """An hour of a day so many days before the town's own."""
        return self.calendar.now_on(self.day(days_ago), hour)

    def day(self, days_ago: int) -> date:
        return self.calendar.today - timedelta(days=days_ago)

    def _opened(
        self, title: str, about: str, keys: Sequence[int], *, days_ago: int, until: datetime, **terms: object
    ) -> int:
        settings = Settings(
            title=title,
            supplier_name="",
            about=about,
            transport_kop=120_000,
            fee_bp=300,
            fee_source="Решение совета общества № 2: 3 % на бензин и мешки",
            handed_out="Правление «Берёзки», суббота с 11 до 14",
            access="neighbours",
            territory_id=territory_named(PLACE).pk,
            open_until=until,
            **terms,  # type: ignore[arg-type]
        )
        row = rounds.round_from_offers(
            actor=self.chair,
            organisation_id=self.body,
            offer_ids=list(keys),
            settings=settings,
            now=self.at(days_ago + 1),
        )
        settlement.terms_set(
            actor=self.chair, organisation_id=self.body, round_id=row.pk, organiser_minutes=180, helper_minutes=120,
            now=self.at(days_ago + 1),
        )  # fmt: skip
        rounds.round_open(actor=self.chair, organisation_id=self.body, round_id=row.pk, now=self.at(days_ago))
        return row.pk

    def _own(self, round_id: int) -> list[settled.OwnRound]:
        """Everybody's place in a round, the buyer's first."""
        found = (settled.own_round(actor, round_id) for actor in self.neighbours.actors)
        return [own for own in found if own is not None]

    def _want(self, round_id: int, wants: dict[int, dict[int, tuple[int, int]]], *, days_ago: int) -> None:
        """household's place → good's place → (firm, would also take)."""
        goods = [row.pk for row in rounds_of.goods_of(self.body, round_id)]
        for step, (who, wanted) in enumerate(wants.items()):
            rounds.wants_set(
                actor=self.neighbours.actors[who],
                organisation_id=self.body,
                round_id=round_id,
                wanted={goods[place]: amounts for place, amounts in wanted.items()},
                now=self.at(days_ago, 8) + timedelta(minutes=17 * step),
            )

    def _stop_and_pay(self, round_id: int, *, stopped: int, paid: int) -> None:
        rounds.round_stop(
            actor=self.chair,
            organisation_id=self.body,
            round_id=round_id,
            below_minimum=True,
            now=self.at(stopped),
        )
        for own in self._own(round_id):
            participant = own.participant
            owed = settled.own_money(own.row, participant).to_pay_kop
            if owed > 0:
                # People bring round sums.
                settlement.pay_in(
                    actor=self.treasurer, organisation_id=self.body, participant_id=participant.pk,
                    amount_kop=-(-owed // 10_000) * 10_000, on_date=self.day(paid), way="cash", key=f"{round_id}-{participant.pk}",
                    round_id=round_id, now=self.at(paid),
                )  # fmt: skip
        rounds.round_send(
            actor=self.chair, organisation_id=self.body, round_id=round_id, now=self.at(paid, 15)
        )

    def _come(self, round_id: int, came: Sequence[int], *, days_ago: int, spoilt: int = 0) -> None:
        """What came of each good, in order; `spoilt` more of the first came broken."""
        now = self.at(days_ago, 10)
        for place, good in enumerate(rounds_of.goods_of(self.body, round_id)):
            if came[place]:
                settlement.intake_add(
                    actor=self.chair, organisation_id=self.body, round_id=round_id, good_id=good.pk, outcome="good",
                    quantity=came[place], key=f"{good.pk}", now=now,
                )  # fmt: skip
            if spoilt and not place:
                settlement.intake_add(
                    actor=self.chair, organisation_id=self.body, round_id=round_id, good_id=good.pk, outcome="spoilt",
                    quantity=spoilt, key=f"{good.pk}-spoilt", note="разбилась в дороге", now=now,
                )  # fmt: skip
        settlement.intake_finish(actor=self.chair, organisation_id=self.body, round_id=round_id, now=now)

    def _bill(self, round_id: int, invoice_kop: int, *, number: str, days_ago: int) -> None:
        now = self.at(days_ago, 16)
        for kind, kop, title in (
            ("invoice", invoice_kop, f"накладная № {number}"),
            ("transport", 110_000, "доставка"),
        ):
            settlement.cost_add(
                actor=self.treasurer, organisation_id=self.body, round_id=round_id, kind=kind, amount_kop=kop, title=title,
                on_date=self.day(days_ago), key=kind, now=now,
            )  # fmt: skip

    def honey(self, farm: dict[str, int]) -> None:
        """Over: 24 jars ordered, 20 came and one more broken; a jar leaked at somebody's home, and the money went back."""
        key = farm["Мёд цветочный, банка 0,5 кг"]
        one = self._opened(
            "Мёд с хутора", "Разнотравье этого лета, банки по полкило. Хутор в сорока минутах от нас.", [key],
            days_ago=40, until=self.at(33, 20), rule="pro_rata",
        )  # fmt: skip
        self._want(one, {0: {0: (7, 3)}, 3: {0: (5, 0)}, 5: {0: (4, 4)}, 8: {0: (2, 6)}}, days_ago=38)
        self._stop_and_pay(one, stopped=34, paid=33)
        self._come(one, [20], days_ago=30, spoilt=1)
        self._bill(one, 20 * 28_000, number="18", days_ago=30)
        settlement.round_settle(
            actor=self.treasurer, organisation_id=self.body, round_id=one, now=self.at(29)
        )
        mine = 0
        for own in self._own(one):
            lines = settled.give_lines(own.row, own.participant.pk).get(own.participant.pk, [])
            mine = mine or lines[0].line_id
            settlement.goods_give(
                actor=self.chair, organisation_id=self.body, round_id=one, participant_id=own.participant.pk,
                quantities={line.line_id: line.left for line in lines if line.left}, key=f"{own.participant.pk}", now=self.at(28),
            )  # fmt: skip
        claim = settlement.claim_ask(
            actor=self.neighbours.buyer, organisation_id=self.body, round_id=one, line_id=mine, reason="spoilt", quantity=1,
            text="Одна банка треснула у крышки и течёт", now=self.at(28, 17),
        )  # fmt: skip
        settlement.claim_answer(
            actor=self.chair, organisation_id=self.body, claim_id=claim.pk, accepted_kop=claim.amount_kop,
            answer="Хутор согласен, деньги вернулись на ваш счёт закупок", now=self.at(27),
        )  # fmt: skip
        for who, marks in ((0, (4, 5, 5)), (3, (5, 5, 4)), (5, (5, 4, 5))):
            quality, terms, price = marks
            settlement.rating_set(
                actor=self.neighbours.actors[who], organisation_id=self.body, round_id=one, quality=quality, terms=terms, price=price,
                now=self.at(26),
            )  # fmt: skip

    def potatoes(self, farm: dict[str, int]) -> None:
        """Come and not fetched yet: potatoes all, eggs two dozen short."""
        one = self._opened(
            "Картофель и яйцо к зиме", "Мешки по 10 кг, яйцо десятками. Помогите с разгрузкой, кто может!",
            [farm["Картофель «Гала», мешок 10 кг"], farm["Яйцо куриное, десяток"]],
            days_ago=14, until=self.at(8, 20),
        )  # fmt: skip
        wants = {
            who: {0: (1 + who % 3, who % 2), 1: (2 + who % 2, 1)} for who in (0, 1, 2, 4, 6, 7, 9, 11, 12, 14)
        }
        self._want(one, wants, days_ago=12)
        self._stop_and_pay(one, stopped=9, paid=7)
        ordered = [good.ordered or 0 for good in rounds_of.goods_of(self.body, one)]
        self._come(one, [ordered[0], max(0, ordered[1] - 2)], days_ago=2)
        point = settled.points_of(self.body)[0]
        saturday = self.calendar.today + timedelta(days=(5 - self.calendar.today.weekday()) % 7 or 7)
        for hour in (11, 12, 13):
            begins = moment(saturday, hour)
            settlement.slot_add(
                actor=self.chair, organisation_id=self.body, round_id=one, point_id=point.pk, starts_at=begins,
                ends_at=begins + timedelta(hours=1), capacity=6, now=self.at(2),
            )  # fmt: skip

    def groceries(self, store: dict[str, int]) -> None:
        """Open: buckwheat's pack is full, sugar wants a few more, oil is far from a case."""
        names = ("Гречка ядрица 0,8 кг", "Сахар-песок 1 кг", "Масло подсолнечное рафинированное 0,9 л")
        one = self._opened(
            "Бакалея с базы", "Гречка, сахар, масло коробками. Чем больше соберём, тем ниже цена.",
            [store[name] for name in names], days_ago=4, until=moment(self.calendar.today + timedelta(days=5), 20),
            minimum_kop=500_000,
        )  # fmt: skip
        wants = {
            0: {0: (2, 1), 1: (3, 0), 2: (1, 1)},
            2: {0: (3, 0), 1: (2, 2)},
            5: {0: (4, 2), 2: (2, 0)},
            7: {0: (3, 0), 1: (2, 1), 2: (1, 0)},
            10: {1: (1, 1), 2: (2, 1)},
        }
        self._want(one, wants, days_ago=3)
