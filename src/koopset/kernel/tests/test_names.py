import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.kernel.names import (
    FullName,
    fold,
    kin_surname,
    same_surname,
    short_name,
    split_full_name,
    surname_of,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Семёнова  Алёна ", "СЕМЕНОВА АЛЕНА"),
        ("Ивaнoв", "ИВАНОВ"),
        ("Tapacoв", "ТАРАСОВ"),
        ("Петрова\u2013Водкина", "ПЕТРОВА-ВОДКИНА"),
        ("Smith", "SMITH"),
        ("Андреи\u0306", "АНДРЕЙ"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "last", "first", "middle"),
    [
        ("Иванов Иван Иванович", "Иванов", "Иван", "Иванович"),
        ("ИВАНОВ ИВАН ИВАНОВИЧ", "Иванов", "Иван", "Иванович"),
        ("иванова мария ильинична", "Иванова", "Мария", "Ильинична"),
        ("Иван Иванович Иванов", "Иванов", "Иван", "Иванович"),
        ("Абрамович Роман Аркадьевич", "Абрамович", "Роман", "Аркадьевич"),
        ("Роман Аркадьевич Абрамович", "Абрамович", "Роман", "Аркадьевич"),
        ("Иванов И.И.", "Иванов", "И.", "И."),
        ("Иванов И. И.", "Иванов", "И.", "И."),
        ("Иванов ИИ", "Иванов", "И.", "И."),
        ("И.И. Иванов", "Иванов", "И.", "И."),
        ("И.И.Иванов", "Иванов", "И.", "И."),
        ("И. Иванов", "Иванов", "И.", ""),
        ("Иванов И.И.,Петров", "Иванов", "И.", "И."),
        ("Иванов Иван", "Иванов", "Иван", ""),
        ("Иванов", "Иванов", "", ""),
        ("Сергей Иванович", "", "Сергей", "Иванович"),
        ("Мамедов Али Гасан оглы", "Мамедов", "Али", "Гасан оглы"),
        ("МАМЕДОВА ЛЕЙЛА ГАСАН КЫЗЫ", "Мамедова", "Лейла", "Гасан кызы"),
        ("Римская - Корсакова Анна-Мария Львовна", "Римская-Корсакова", "Анна-Мария", "Львовна"),
        ("Ким Ен", "Ким", "Ен", ""),
        ("ИВАНОВ ИВАН ИВАНОВИЧ//630001,РОССИЯ,НОВОСИБИРСК//", "Иванов", "Иван", "Иванович"),
        ("ИНН 500100732259, Иванов Иван Иванович", "Иванов", "Иван", "Иванович"),
        ("ИП Иванова А.Б.", "Иванова", "А.", "Б."),
        ("МакКлейн Джон", "МакКлейн", "Джон", ""),
        ("", "", "", ""),
        ("  // ", "", "", ""),
        ("12345", "", "", ""),
    ],
)
def test_split_full_name(text: str, last: str, first: str, middle: str) -> None:
    assert split_full_name(text) == FullName(last, first, middle)
    assert surname_of(text) == last


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Иванов", "ИВАНОВ"),
        ("Иванов", "Ивaнoв"),
        ("Ceмёнoв", "Семенов"),
        ("Королёв", "королев"),
        ("A", "А"),
        ("Римский-Корсаков", "Римский – Корсаков"),
    ],
)
def test_same_surname(a: str, b: str) -> None:
    assert same_surname(a, b)
    assert same_surname(b, a)
    assert kin_surname(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [("Иванов", "Иванова"), ("Иванов", "Ивановский"), ("", ""), ("", "Иванов"), ("Белый", "Белая")],
)
def test_not_the_same_surname(a: str, b: str) -> None:
    assert not same_surname(a, b)


@pytest.mark.parametrize(
    ("he", "she"),
    [
        ("Иванов", "Иванова"),
        ("Королёв", "КОРОЛЕВА"),
        ("Ильин", "Ильина"),
        ("Птицын", "Птицына"),
        ("Белый", "Белая"),
        ("Вишневский", "Вишневская"),
        ("Троцкий", "Троцкая"),
        ("Толстой", "Толстая"),
        ("Задний", "Задняя"),
        ("Римский-Корсаков", "Римская-Корсакова"),
        ("Иванов-Шевченко", "Иванова-Шевченко"),
        ("Ивaнов", "Иванoва"),
    ],
)
def test_kin_surname(he: str, she: str) -> None:
    assert kin_surname(he, she)
    assert kin_surname(she, he)
    assert not same_surname(he, she)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Белый", "Белой"),
        ("Иванов", "Петрова"),
        ("Шевченко", "Шевченка"),
        ("", "Иванова"),
        ("", ""),
        ("Ая", "Ый"),
        ("Иванова-Петров", "Иванов-Петрова"),
        ("Иванов-Петров", "Иванова"),
    ],
)
def test_not_kin(a: str, b: str) -> None:
    assert not kin_surname(a, b)
    assert not kin_surname(b, a)


@pytest.mark.parametrize(
    ("parts", "short"),
    [
        (("Иванов", "Иван", "Иванович"), "Иванов И. И."),
        (("Иванов", "Иван", ""), "Иванов И."),
        (("Иванов", "И.", "И."), "Иванов И. И."),
        (("Иванова", "Анна-Мария", "Львовна"), "Иванова А.-М. Л."),
        (("Иванов", "", ""), "Иванов"),
        (("", "Сергей", "Иванович"), "Сергей Иванович"),
        (("", "", ""), ""),
    ],
)
def test_short_name(parts: tuple[str, str, str], short: str) -> None:
    assert short_name(*parts) == short


@given(st.text(max_size=120))
def test_any_text_is_split_without_a_crash(text: str) -> None:
    name = split_full_name(text)
    short_name(name.last, name.first, name.middle)
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=30), st.text(max_size=30))
def test_comparison_is_symmetric(a: str, b: str) -> None:
    assert same_surname(a, b) == same_surname(b, a)
    assert kin_surname(a, b) == kin_surname(b, a)
    assert not same_surname(a, b) or kin_surname(a, b)


_WORDS = st.sampled_from(
    "Иванов Иван Иванович Ильич Ёлкин Лев оглы Оглы Кызы Гражданин Ип ИП Плательщик Ян Анна-Мария петров ПЕТРОВ Б. И.И. Ли Smith".split()
)


@given(st.lists(_WORDS, max_size=4))
def test_a_name_in_its_usual_form_is_split_as_the_long_way_splits_it(words: list[str]) -> None:
    text = " ".join(words)
    assert split_full_name(text) == split_full_name(f"{text} //")  # what banks glue on leaves the usual form


@given(st.text(alphabet="АБЁёйЙaAcо .,-–/№0«\u00a0\t\u0306", max_size=12))
def test_usual_letters_are_folded_as_the_long_way_folds_them(text: str) -> None:
    assert fold(text) == fold(f"{text} \u2010").removesuffix("-").rstrip(" ")
