"""Invented people: made from common names by a seeded generator, so that every demo town is the same town."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_LAST = """Андреев Антонов Баранов Белов Беляев Бобров Богданов Борисов Быков Васильев Виноградов Власов Волков Воробьёв Гаврилов
Герасимов Голубев Горшков Григорьев Громов Гусев Данилов Дементьев Денисов Егоров Ершов Жуков Журавлёв Зайцев Захаров
Зимин Зуев Ильин Исаев Казаков Калинин Карпов Киселёв Климов Ковалёв Козлов Колесников Комаров Кондратьев Копылов
Королёв Крылов Крюков Кудрявцев Кузнецов Кузьмин Куликов Лазарев Лебедев Логинов Макаров Максимов Мартынов Маслов
Матвеев Медведев Мельников Миронов Моисеев Морозов Наумов Нестеров Никитин Николаев Новиков Носов Орехов Орлов Осипов
Панов Панфилов Пахомов Петров Пименов Поляков Пономарёв Попов Прохоров Родионов Рожков Романов Рябов Савельев Савин
Самойлов Сафонов Селезнёв Семёнов Сергеев Сидоров Симонов Ситников Соболев Соколов Соловьёв Сорокин Степанов Суворов
Субботин Сухов Тарасов Терентьев Тимофеев Тихонов Третьяков Трофимов Туманов Уваров Устинов Федотов Филатов Филиппов
Фомин Фролов Цветков Чернов Чижов Шарапов Шестаков Ширяев Шубин Щербаков Яковлев Яшин""".split()
_MEN = """Александр Алексей Анатолий Андрей Антон Борис Вадим Валерий Василий Виктор Виталий Владимир Вячеслав Геннадий Георгий
Григорий Денис Дмитрий Евгений Иван Игорь Илья Кирилл Константин Леонид Максим Михаил Николай Олег Павел Пётр Роман
Сергей Станислав Юрий""".split()
_WOMEN = """Алла Анна Валентина Вера Галина Дарья Екатерина Елена Зинаида Зоя Инна Ирина Ксения Лариса Лидия Людмила Маргарита
Марина Мария Надежда Наталья Нина Оксана Ольга Полина Раиса Светлана Тамара Татьяна Юлия""".split()
_PATRONYMIC = {
    "Пётр": "Петров", "Павел": "Павлов", "Илья": "Ильин", "Юрий": "Юрьев", "Сергей": "Сергеев",
    "Николай": "Николаев", "Василий": "Васильев",
    "Анатолий": "Анатольев", "Геннадий": "Геннадьев", "Георгий": "Георгиев", "Григорий": "Григорьев", "Дмитрий": "Дмитриев",
    "Евгений": "Евгеньев",
    "Виталий": "Витальев", "Валерий": "Валерьев", "Алексей": "Алексеев", "Андрей": "Андреев", "Игорь": "Игорев", "Олег": "Олегов",
}  # fmt: skip


@dataclass(frozen=True)
class InventedPerson:
    last: str
    first: str
    middle: str
    phone: str
    is_woman: bool

    @property
    def full(self) -> str:
        return f"{self.last} {self.first} {self.middle}"


def _patronymic(father: str, is_woman: bool) -> str:
    if father == "Илья":
        return "Ильинична" if is_woman else "Ильич"
    stem = _PATRONYMIC.get(father, father + "ов")
    return stem + ("на" if is_woman else "ич")


def invent_people(count: int, *, seed: int) -> list[InventedPerson]:
    """`count` people without two equal full names; a few share a surname, as in life."""
    random = Random(seed)
    seen: set[str] = set()
    people: list[InventedPerson] = []
    while len(people) < count:
        is_woman = random.random() < 0.57
        last = random.choice(_LAST) + ("а" if is_woman else "")
        first = random.choice(_WOMEN if is_woman else _MEN)
        middle = _patronymic(random.choice(_MEN), is_woman)
        full = f"{last} {first} {middle}"
        if full in seen:
            continue
        seen.add(full)
        # +7 000 …: no such numbers are given out, so nobody is ever called.
        phone = f"+7 000 {random.randint(100, 999)}-{random.randint(10, 99)}-{random.randint(10, 99)}"
        people.append(InventedPerson(last, first, middle, phone, is_woman))
    return people
