"""Half a year of what invented households buy, as files of the tax service's application: by a seeded generator, always the same.

Everybody eats from a stock and goes to a shop when it runs low, so that what a household needs can be counted back from its receipts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from koopset.portal.demo import requisites

WEEKS = 26


@dataclass(frozen=True, slots=True)
class Shop:
    """An invented shop: how it writes itself on a receipt."""

    owner: str
    place: str
    inn: str
    drive: str  # number of the fiscal drive of its till


SHOPS = (
    Shop("ООО «Северный прилавок»", "Универсам «Прилавок», г. Приозерск", requisites.inn("470055501"), "9960440300000101"),
    Shop("ООО «Кузнечное-Торг»", "Магазин № 3, пос. Кузнечное", requisites.inn("470055502"), "9960440300000202"),
    Shop("АО «Кладовая»", "Гипермаркет «Кладовая», Приозерское шоссе", requisites.inn("470055503"), "7284440700000303"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ware:
    """A thing that is bought: what one person takes in a week, how much is in a piece (None: by weight), its price at each shop, in
    kopecks for a piece or a kilogram, and how each shop writes it.
    """

    weekly: str
    piece: str | None
    prices: tuple[int, int, int]
    names: tuple[str, str, str]
    share: float = 1.0  # of households that take it at all
    vat: int = 2


WARES = (
    Ware("1.4", "0.93", (9290, 9890, 8490), ("МОЛОКО ОЗЁРНОЕ ПАСТ.2,5% 930МЛ", "Молоко Лужайка 2,5% 930г", "БЗМЖ Молоко паст. 3,2% 930мл")),
    Ware("0.35", "0.5", (7490, 7990, 6890), ("КЕФИР ОЗЁРНЫЙ 1% 500Г", "Кефир Лужайка 2,5% 0,5л", "БЗМЖ Кефир 1% 500г")),
    Ware("0.15", "0.2", (8990, 9490, 8290), ("ТВОРОГ ОЗЁРН.5% 200Г", "Творог Лужайка 9% 200г", "БЗМЖ Творог 5% 200г"), 0.8),
    Ware("0.1", "0.3", (10990, 11490, 9990), ("СМЕТАНА ОЗЁРНАЯ 20% 300Г", "Сметана Лужайка 15% 300г", "БЗМЖ Сметана 20% 300г"), 0.7),
    Ware("0.08", "0.18", (18990, 19990, 17490), ("МАСЛО СЛИВ.82,5% 180Г ОЗЁРН.", "Масло слив. 72,5% 180г", "БЗМЖ Масло крест.180г"), 0.9),
    Ware("0.15", None, (74900, 78900, 69900), ("СЫР РОССИЙСКИЙ 50% ВЕС", "Сыр Тильзитер вес 1кг", "БЗМЖ Сыр Гауда 45% 1кг"), 0.8),
    Ware("5", "10", (11990, 12990, 10490), ("ЯЙЦО КУРИНОЕ С1 10ШТ", "Яйцо столовое С1 1дес", "*Яйцо куриное С0 10шт"), 0.95),
    Ware("0.9", "0.5", (5290, 4690, 4990), ("ХЛЕБ ДАРНИЦКИЙ НАР.500Г", "Хлеб ржаной формовой 0,5", "ХЛЕБ БОРОД.НАРЕЗ.500Г")),
    Ware("0.4", "0.4", (4890, 4490, 4590), ("БАТОН НАРЕЗНОЙ 400Г", "Батон нарезной в/с 0,4кг", "Батон подмосковный 400г"), 0.8),
    Ware("1.6", None, (4990, 5490, 3990), ("КАРТОФЕЛЬ МЫТЫЙ 1КГ", "Картофель весовой 1кг", "*Картофель                    1кг")),
    Ware("0.5", None, (5990, 6290, 4990), ("МОРКОВЬ МЫТАЯ ВЕС", "Морковь весовая 1кг", "*Морковь                      1кг"), 0.9),
    Ware("0.4", None, (4490, 4990, 3690), ("ЛУК РЕПЧ.1КГ", "Лук репчатый вес", "*Лук репчатый 1кг"), 0.95),
    Ware("0.5", None, (4290, 4790, 3490), ("КАПУСТА Б/К 1КГ", "Капуста белокочанная вес", "*Капуста б/к                  1кг"), 0.8),
    Ware("0.4", None, (21990, 23990, 18990), ("ТОМАТЫ РОЗОВЫЕ ВЕС 1КГ", "Помидоры весовые", "*Томаты                       1кг"), 0.7),
    Ware("0.9", None, (12990, 13990, 10990), ("ЯБЛОКИ СЕЗОННЫЕ 1КГ", "Яблоки Антоновка вес", "*Яблоки красные               1кг"), 0.8),
    Ware("0.5", None, (13990, 14990, 12490), ("БАНАНЫ 1КГ", "Бананы вес", "*Бананы                       1кг"), 0.7),
    Ware("0.5", None, (24990, 26990, 21990), ("ФИЛЕ ГРУДКИ ЦБ ОХЛ.1КГ", "Филе куриное охл. вес", "Филе ЦБ охл лоток 1кг"), 0.85),
    Ware("0.2", "0.4", (32990, 35990, 29990), ("КОЛБ.ДОКТОРСКАЯ ГОСТ 400Г", "Колбаса вар.Молочная 0,4кг", "Колб.Докт.вар.п/о 400г"), 0.7),
    Ware("0.12", "0.8", (10490, 10990, 8990), ("КРУПА ГРЕЧНЕВАЯ ЯДРИЦА 800Г", "Гречка 800г", "К-ца Крупа гречневая 800г"), 0.9),
    Ware("0.12", "0.9", (10990, 11490, 9490), ("РИС КРУГЛОЗЕРНЫЙ 900Г", "Рис 900г", "К-ца Рис длиннозерн. 900г"), 0.8),
    Ware("0.15", "0.45", (6990, 7490, 5990), ("МАКАРОНЫ РОЖКИ 450Г В/С", "Вермишель 450г", "К-ца Макарон.изд. спирали 450г"), 0.85, 1),
    Ware("0.15", "1", (7990, 8490, 6990), ("САХАР-ПЕСОК 1КГ", "Сахар 1кг", "К-ца Сахар белый 1кг"), 0.95),
    Ware("0.15", "2", (11990, 12490, 10490), ("МУКА ПШЕН.В/С 2КГ", "Мука пшеничная 2кг", "К-ца Мука хлебопек. 2кг"), 0.7),
    Ware("0.12", "0.9", (13990, 14490, 12290), ("МАСЛО ПОДС.РАФ.0,9Л", "Масло подсолнечное 0,9л", "К-ца Масло подсолн. 900мл"), 0.9),
    Ware("0.05", "0.5", (38990, 42990, 35990), ("МЁД НАТУР.ЦВЕТОЧНЫЙ 500Г", "Мед цветочный 0,5кг", "Мёд натур.разнотр.500г"), 0.55, 1),
    Ware("0.03", "0.1", (13990, 14990, 12990), ("ЧАЙ ЧЁРН.ЦЕЙЛОН.100Г", "Чай черный листовой 100г", "Чай черн.байховый 100г"), 0.9, 1),
    Ware("0.03", "0.1", (24990, 26990, 22990), ("КОФЕ РАСТВ.СУБЛ.100Г", "Кофе растворимый 100г", "Кофе натур.раств. 95г"), 0.6, 1),
    Ware("0.15", "0.3", (9990, 10490, 8490), ("ПЕЧЕНЬЕ ОВСЯНОЕ 300Г", "Печенье сахарное 300г", "К-ца Печенье овсян. 300г"), 0.8, 1),
    Ware("1.5", "5", (9490, 9990, 7990), ("ВОДА ПИТЬЕВАЯ Н/ГАЗ 5Л", "Вода Родничок 5л", "К.Ц.Вода негаз. 5л"), 0.5, 1),
    Ware("1", "4", (12990, 13990, 10990), ("БУМАГА ТУАЛ.2СЛ 4РУЛ", "Бумага туалетная 4шт", "К-ца Бумага туал. 2сл. 4рул."), 0.9, 1),
)  # fmt: skip
_BAG = ("ПАКЕТ-МАЙКА ПРИЛАВОК", "Пакет майка", "Пакет КЛАДОВАЯ 65х40")
_PRIVATE = (
    ("ПИВО СВЕТЛОЕ 4,5% 0,5Л", 8990),
    ("ВАЛЕРИАНЫ ЭКСТР.ТАБ.0,02 №50", 6490),
)


@dataclass(slots=True)
class Household:
    """Appetite of one household: how many eat, which wares it takes, where it mostly goes."""

    people: int
    takes: tuple[bool, ...]
    shop: int


def invent_household(random: Random, *, takes_all: bool = False) -> Household:
    """One to five people; most go to the shop of the settlement, some to the town. `takes_all`: nothing is refused at this table."""
    people = random.choice((1, 2, 2, 2, 3, 3, 4, 5))
    takes = tuple(random.random() < ware.share or takes_all for ware in WARES)
    return Household(people, takes, random.choice((0, 1, 1, 2)))


def half_a_year(household: Household, *, last: date, seed: int) -> list[dict[str, object]]:
    """Receipts of `WEEKS` weeks up to `last`, in the shape of the tax service's application, oldest first."""
    return list(_receipts(household, last=last, random=Random(seed), number=seed * 1000 + 1))


def _receipts(
    household: Household, *, last: date, random: Random, number: int
) -> Iterator[dict[str, object]]:
    stock = [Decimal(0)] * len(WARES)
    eaten = [Decimal(ware.weekly) * household.people / 7 for ware in WARES]
    first = last - timedelta(days=7 * WEEKS - 1)
    day = first + timedelta(days=random.randint(0, 3))
    before = first
    while day <= last:
        for at, part in enumerate(eaten):
            stock[at] = max(Decimal(0), stock[at] - part * (day - before).days)
        shop = household.shop if random.random() < 0.75 else random.randrange(len(SHOPS))
        items = []
        for at, ware in enumerate(WARES):
            lasts_till_next = stock[at] >= eaten[at] * 5
            if not household.takes[at] or lasts_till_next:
                continue
            bought, item = _bought(ware, shop, eaten[at] * 8 - stock[at], day, first, random)
            stock[at] += bought
            items.append(item)
        if items:
            items += _beside(shop, random)
            yield _receipt(SHOPS[shop], day, items, number, random)
            number += 1
        before, day = day, day + timedelta(days=random.choice((4, 5, 6, 7, 7)))


def _bought(
    ware: Ware, shop: int, wanted: Decimal, day: date, first: date, random: Random
) -> tuple[Decimal, dict[str, object]]:
    # Prices creep up by some four per cent in half a year.
    grown = Decimal(1) + Decimal("0.04") * (day - first).days / (7 * WEEKS)
    price = int((ware.prices[shop] * grown / 10).to_integral_value(ROUND_HALF_UP)) * 10
    if ware.piece is None:
        quantity = max(Decimal("0.2"), (wanted * Decimal(random.randint(90, 115)) / 100)).quantize(
            Decimal("0.001")
        )
        bought = quantity
    else:
        quantity = max(Decimal(1), (wanted / Decimal(ware.piece)).to_integral_value(ROUND_HALF_UP))
        bought = quantity * Decimal(ware.piece)
    return bought, _item(ware.names[shop], price, quantity, ware.vat, by_weight=ware.piece is None)


def _item(
    name: str, price: int, quantity: Decimal, vat: int, *, by_weight: bool = False
) -> dict[str, object]:
    total = int((price * quantity).to_integral_value(ROUND_HALF_UP))
    return {
        "name": name, "price": price, "quantity": float(quantity), "sum": total, "nds": vat, "paymentType": 4, "productType": 1,
        "itemsQuantityMeasure": 11 if by_weight else 0,
    }  # fmt: skip


def _beside(shop: int, random: Random) -> Iterator[dict[str, object]]:
    if random.random() < 0.4:
        yield _item(_BAG[shop], 890, Decimal(1), 1)
    if random.random() < 0.06:
        name, price = random.choice(_PRIVATE)
        yield _item(name, price, Decimal(1), 1)


def _receipt(
    shop: Shop, day: date, items: list[dict[str, object]], number: int, random: Random
) -> dict[str, object]:
    moment = datetime.combine(day, time(random.randint(9, 20), random.randint(0, 59)))
    total = sum(int(str(item["sum"])) for item in items)
    receipt = {
        "code": 3, "operationType": 1, "dateTime": moment.isoformat(), "user": shop.owner, "userInn": f"{shop.inn}  ",
        "retailPlace": shop.place, "fiscalDriveNumber": shop.drive, "fiscalDocumentNumber": number,
        "fiscalSign": random.randint(10**8, 4 * 10**9), "fiscalDocumentFormatVer": 4, "totalSum": total, "ecashTotalSum": total,
        "cashTotalSum": 0, "items": items,
    }  # fmt: skip
    return {"_id": f"demo-{number}", "ticket": {"document": {"receipt": receipt}}}
