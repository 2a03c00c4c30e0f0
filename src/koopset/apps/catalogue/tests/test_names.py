"""What names on receipts are: a list of made-up ones, single hard cases, and what never changes an answer."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from koopset.apps.catalogue.formats.dictionary import (
    Remembered,
    dictionary,
    read_common,
    read_short_forms,
    recognise_name,
)
from koopset.apps.catalogue.formats.profile import FOLDER, BadProfile, profile, read
from koopset.apps.catalogue.rules.names import Word, plain, scrubbed, words
from koopset.apps.catalogue.rules.packs import pack_of
from koopset.apps.catalogue.rules.short_forms import ShortForms
from koopset.apps.catalogue.rules.spelling import Alike, from_latin
from koopset.apps.catalogue.rules.weighing import UNKNOWN
from koopset.kernel.quantity import Unit

NAMES = Path(__file__).with_name("names.txt")
SHORT_NAMES = Path(__file__).with_name("names_short.txt")
SAMPLE = Path(__file__).resolve().parents[6] / "shared/samples/commerce/receipt_names_labelled_ru.tsv"


def made_up(path: Path = NAMES) -> Iterator[tuple[str, str]]:
    category = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("## "):
            category = line[3:]
        elif line.strip() and not line.startswith("#"):
            yield line, category


def shares(rows: list[tuple[str, str]]) -> tuple[float, float, list[str]]:
    """Right and wrong as shares of all, and what was wrong."""
    right, wrong = 0, []
    for name, category in rows:
        found = recognise_name(name).category
        if found == category:
            right += 1
        elif found:
            wrong.append(f"{name}: {found}, not {category}")
    return right / len(rows), len(wrong) / len(rows), wrong


def test_made_up_names_are_known():
    rows = list(made_up())
    assert len(rows) >= 600
    for half in (rows[0::2], rows[1::2]):
        right, wrong, listing = shares(half)
        assert right >= 0.95, listing
        assert wrong <= 0.03, listing


def test_made_up_short_forms_are_known():
    rows = list(made_up(SHORT_NAMES))
    assert len(rows) >= 900
    right, wrong, listing = shares(rows)
    assert right >= 0.95, listing
    assert wrong <= 0.03, listing


@pytest.mark.skipif(not SAMPLE.exists(), reason="the samples lie outside of the repository")
def test_the_labelled_sample_is_known():
    with SAMPLE.open(encoding="utf-8") as file:
        rows = [(row["name"], row["need_category"]) for row in csv.DictReader(file, delimiter="\t")]
    right, wrong, listing = shares(rows)
    assert right >= 0.95, listing
    assert wrong <= 0.02, listing
    assert {category for _name, category in rows} <= set(profile().categories)


@pytest.mark.parametrize(
    ("name", "category", "kind"),
    [
        ("Кефир 1% 0,9л", "молоко_молочное", "кефир"),
        ("Хлеб с сыром", "хлеб", "хлеб"),
        ("Корм для кошек с курицей", "зоотовары", "корм для кошек"),
        ("Мыло с молоком и мёдом", "хозтовары", "мыло"),
        ("Сырок глазированный ваниль", "молоко_молочное", "сырки"),
        ("Чай лимон 25пак", "чай_кофе", "чай"),
        ("Сок яблоко 1л", "напитки_соки", "сок"),
        ("Майка ТЦ Южный", "пакет", ""),
        ("Пиво б/а 0,5", "алкоголь", "пиво безалкогольное"),
        ("Чипсы со вкусом сыра", "бакалея_соусы", "чипсы"),
        ("Мёд цветочный 0,5кг", "бакалея_соусы", "мёд"),
        ("Масло подсолнечное раф 1л", "бакалея_соусы", "масло подсолнечное"),
        ("Масло сливочное 82,5%", "молоко_молочное", "масло сливочное"),
        ("Картофель вес", "овощи_зелень", "картофель"),
        ("Семена огурец Герман F1", "сад_огород", "семена"),
        ("Пакеты для мусора 30л", "хозтовары", "мешки для мусора"),
        ("Печень говяжья охл", "мясо_колбаса", "субпродукты"),
        ("Печенье сахарное", "сладости", "печенье"),
        ("Икра кабачковая", "бакалея_соусы", "овощные консервы"),
        ("Тетрадь 12л клетка", "канцелярия_книги", ""),
        ("Доставка заказа", "услуги", ""),
        ("Xлeб Дapницкий", "хлеб", "хлеб ржаной"),
    ],
)
def test_the_head_of_a_name_wins(name: str, category: str, kind: str):
    found = recognise_name(name)
    assert (found.category, found.kind) == (category, kind)


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("К-СА С/К", "мясо_колбаса"),
        ("См-на 15%", "молоко_молочное"),
        ("Мар-д желейный", "сладости"),
        ("М/СЛ 72,5%", "молоко_молочное"),
        ("З/паста мятная", "хозтовары"),
        ("Кет. томатный", "бакалея_соусы"),
        ("Кета с/с", "рыба"),
        ("Шок. горький", "сладости"),
        ("Калбаса вареная", "мясо_колбаса"),
        ("Памидоры", "овощи_зелень"),
        ("KEFIR 1%", "молоко_молочное"),
        ("Корм со вкусом говядины для собак", "зоотовары"),
        ("Шампунь с молоком", "хозтовары"),
        ("Чай зелёный с лимоном", "чай_кофе"),
        ("Масло моторное", "авто"),
        ("Крем-суп из тыквы", "готовая_еда"),
        ("Рыбка игрушка", "детские_товары"),
        ("Семена огурца", "сад_огород"),
        ("Молочко для тела", "хозтовары"),
        ("Лапша яичная с курицей", "бакалея_соусы"),
        ("Но-шпа таб", "аптека"),
        ("Сухарики для собак", "зоотовары"),
        ("Приправа для рыбы", "бакалея_соусы"),
        ("Сироп от кашля", "аптека"),
        ("Подарочная коробка", "цветы_подарки"),
        ("Печенье топлёное молоко", "сладости"),
        ("Тыква мускатная", "овощи_зелень"),
        ("ТВР 9%", "молоко_молочное"),
        ("Плитка напольная", "стройматериалы"),
        ("АИ-92", "топливо"),
    ],
)
def test_short_forms_misspelt_words_and_traps(name: str, category: str):
    assert recognise_name(name).category == category


def test_words_without_their_middle_are_opened_only_where_one_thing_is_meant():
    forms = ShortForms(
        {"к/р": "кофе растворимый"}, [("сметана", "молоко"), ("смородина", "ягоды"), ("сода", "бакалея")]
    )

    def opened(text: str) -> list[str]:
        return [word.text for word in forms.opened([Word(text, False, False)], lambda _text: False)]

    assert opened("сме-на") == ["сметана"]
    assert opened("см-на") == ["см", "на"]
    assert opened("с-да") == ["с", "да"]
    assert opened("к/р") == ["кофе", "растворимый"]
    assert opened("аи-92") == ["аи-92"]


@pytest.mark.parametrize(
    ("word", "read"), [("nemoloko", "немолоко"), ("shokolad", "шоколад"), ("milk", ""), ("сыр", "")]
)
def test_russian_words_in_latin_letters_are_read(word: str, read: str):
    assert from_latin(word) == read


def test_what_sounds_alike_is_found_and_what_does_not_is_not():
    known = Alike(["молоко", "колбаса", "сыр"])
    assert known.nearest("малоко") == "молоко"
    assert known.nearest("калбасса") == "колбаса"
    assert known.nearest("велосипед") == ""
    assert known.nearest("сыр") == ""


def test_every_common_word_is_one_of_the_dictionary():
    for word in read_common((files(FOLDER) / "common.toml").read_text("utf-8")):
        assert recognise_name(word).category, word


@pytest.mark.parametrize("name", ["", "   ", "12345", "***", "Зюзюка хрумкая", "QWXZJ", "№ 7/3", "\x00"])
def test_what_nobody_knows_stays_unknown(name: str):
    assert recognise_name(name).category == ""


@pytest.mark.parametrize(
    ("name", "unit", "amount", "of"),
    [
        ("Нап. 0,5л", Unit.L, "0.5", Unit.L),
        ("Сок 1L", Unit.L, "1", Unit.L),
        ("Майонез 420мл", Unit.L, "0.42", Unit.L),
        ("Кетчуп 500гр", Unit.KG, "0.5", Unit.KG),
        ("Яйцо (10шт)", Unit.PCS, "10", Unit.PCS),
        ("Яйцо С0 1 дес", Unit.PCS, "10", Unit.PCS),
        ("Чай 25пак 37,5г", Unit.KG, "0.0375", Unit.KG),
        ("Кекс 1/75", Unit.KG, "0.075", Unit.KG),
        ("Компот 1/200", Unit.L, "0.2", Unit.L),
        ("Вода 4x250ml", Unit.L, "1", Unit.L),
        ("Молоко 2,5%900г", Unit.L, "0.9", Unit.KG),
        ('Хлеб "Формовой" 0,500', Unit.KG, "0.5", Unit.KG),
        ("Хлеб нар.325г", Unit.KG, "0.325", Unit.KG),
        ("Валериана таб 0,02 №50", Unit.PCS, "50", Unit.PCS),
    ],
)
def test_the_pack_is_read(name: str, unit: Unit, amount: str, of: Unit):
    assert pack_of(name, unit) == (Decimal(amount), of)


@pytest.mark.parametrize("name", ["Пакет 30х57", "Молоко", "Сыр 50%", "Предоплата заказа №7", "Кола 1*12"])
def test_where_a_name_tells_no_pack_there_is_none(name: str):
    assert pack_of(name, Unit.PCS) is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("*48188 Хлеб Дарницкий 400г", "хлеб дарницкий"),
        ("ИП Иванов И.И. Булочка с маком", "булочка с маком"),
        ('Пирог с рыбой ООО "Сладкая жизнь"', "пирог с рыбой"),
        ("Стрижка мастер Петрова А.В.", "стрижка мастер"),
        ("Маникюр Смирнова Ольга Петровна", "маникюр"),
        ("Оплата +7 912 345-67-89 ivan@example.org", "оплата"),
        ("Карта 2202 2011 2345 6789", "карта"),
        ("КОФЕ", "кофе"),
        ("№ 12", ""),
    ],
)
def test_what_is_learnt_tells_of_nobody(name: str, key: str):
    assert scrubbed(name) == key


#: Letters of tills, those that begin no word too.
TILL = "абвгдежзийклмнопрстуфхцчшщъыьэюяёЪЬЫАОКСТ abekopx .,-/%№*0123456789"


@given(
    st.one_of(st.text(max_size=300), st.text(TILL, max_size=60), st.text("ъьыйо ", min_size=5, max_size=12))
)
@example("ъъъъъъ")
@settings(max_examples=600, deadline=None)
def test_recognition_never_raises(name: str):
    found = recognise_name(name)
    assert found.category == "" or found.category in profile().categories
    assert profile().fits(found.category, found.kind) or found.category == ""
    assert found.amount is None or found.amount > 0
    assert scrubbed(name) == scrubbed(scrubbed(name)) or len(scrubbed(name)) > 0
    assert all(word.text for word in words(name))


SOME = [row for row in made_up() if row[0] == plain(row[0]) or row[0].isascii() or not row[0].isupper()][::7]


@given(st.sampled_from(SOME), st.sampled_from(["", "*", "48595 ", "4607045982771 ", "679#", "[M] ", "   "]))
@settings(max_examples=200, deadline=None)
def test_codes_spaces_and_case_change_nothing(row: tuple[str, str], code: str):
    name = row[0]
    known = recognise_name(name).category
    assert recognise_name(f"{code}{name}").category == known
    assert recognise_name(name.replace(" ", "   ")).category == known
    assert recognise_name(f"  {name}".lower()).category == recognise_name(plain(name)).category


def test_answers_are_remembered_and_bounded():
    kept = Remembered(most=3)
    for name in ("Хлеб", "Кефир", "Сыр", "Чай"):
        kept.recognise(name)
    assert len(kept) == 3
    assert kept.recognise("Чай").category == "чай_кофе"
    assert dictionary().find("") is UNKNOWN


@pytest.mark.slow
def test_new_names_go_by_the_thousand_and_known_ones_faster():
    rows = [f"{name} {number}" for number in range(3) for name, _category in made_up()]
    dictionary()
    kept = Remembered()
    start = time.perf_counter()
    for name in rows:
        kept.recognise(name)
    assert len(rows) / (time.perf_counter() - start) > 500
    start = time.perf_counter()
    for name in rows * 5:
        kept.recognise(name)
    assert len(rows) * 5 / (time.perf_counter() - start) > 20_000


def test_a_profile_that_contradicts_itself_is_refused():
    group = '[[group]]\nkey="g"\ntitle="G"\nen="G"\n'
    category = '[[category]]\nkey="a"\ntitle="A"\nen="A"\nparent="g"\nunit="kg"\n'
    assert set(read(group + category).categories) == {"a"}
    for text in (
        group + category + category,
        group + category.replace('"g"', '"h"'),
        group + category.replace('"kg"', '"m"'),
        group + category + 'kinds = ["x | kg | X", "x | kg | X"]',
    ):
        with pytest.raises(BadProfile):
            read(text)
    with pytest.raises(BadProfile):
        read_short_forms('[short_forms]\n"сыр" = "с-р"\n"сок" = "с-р"\n')


def test_bags_tobacco_bets_tare_and_utilities_are_no_needs_and_medicines_are_private():
    known = profile().categories
    for key in ("пакет", "табак", "лотереи_ставки", "тара", "предоплата", "жкх"):
        assert not known[key].is_need
    for key in ("аптека", "алкоголь"):
        assert known[key].is_private
        assert known[key].is_need
