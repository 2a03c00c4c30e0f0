from __future__ import annotations

import pytest

from koopset.apps.meetings.formats.shipped import shipped_profiles
from koopset.apps.meetings.rules.law import Form
from koopset.apps.meetings.rules.minutes import (
    Circumstances,
    minutes_lacking,
    minutes_points,
    minutes_text_lacking,
    point_keys,
)
from koopset.apps.meetings.tests.conftest import profile

IN_PERSON = Circumstances(form=Form.IN_PERSON)


def keys(points):
    return [point.key for point in points]


@pytest.mark.parametrize("law", shipped_profiles(), ids=lambda one: one.key)
def test_every_form_asks_for_what_the_civil_code_asks(law):
    asked = set(keys(minutes_points(law, IN_PERSON)))
    assert asked >= {
        "date-place",
        "participants",
        "results",
        "counters",
        "objections",
        "chair-signature",
        "quorum",
    }
    full = dict.fromkeys(point_keys(law), "есть")
    assert minutes_lacking(law, IN_PERSON, full) == ()
    assert set(keys(minutes_lacking(law, IN_PERSON, {}))) == asked
    if law.key == "snt-founding":  # in person only
        return
    absentia = set(keys(minutes_points(law, Circumstances(form=Form.ABSENTIA))))
    assert "intake-until" in absentia
    assert not {"date-place", "objections"} & absentia


def test_what_the_partnership_and_the_house_ask_besides(snt, mkd):
    mixed = Circumstances(form=Form.MIXED, owners=True, proxies=True)
    asked = keys(minutes_points(snt, mixed))
    assert {"participants-list", "written-decisions", "owners-votes", "proxies"} <= set(asked)
    assert "owners-votes" not in keys(minutes_points(snt, IN_PERSON))
    house = keys(minutes_points(mkd, Circumstances(form=Form.IN_PERSON, in_system=True)))
    assert {"gis-number", "initiator", "snils", "participants-list", "present-list", "system-minutes"} <= set(
        house
    )
    assert "present-list" not in keys(minutes_points(mkd, Circumstances(form=Form.ABSENTIA)))
    points = {point.key: point for point in mkd.minutes}
    assert "266/пр" in points["gis-number"].source.article


@pytest.mark.parametrize(
    ("flag", "key"),
    [("electronic", "electronic-means"), ("secret", "secret-count"), ("election", "election-candidates")],
)
def test_circumstances_ask_for_more(snt, flag, key):
    assert key in keys(minutes_points(snt, Circumstances(form=Form.IN_PERSON, **{flag: True})))
    assert key not in keys(minutes_points(snt, IN_PERSON))


@pytest.mark.parametrize(
    ("value", "is_there"),
    [
        (None, False),
        ("", False),
        ("  ", False),
        ([], False),
        (False, False),
        (0, True),
        ("х", True),
        ([1], True),
        (True, True),
    ],
)
def test_what_counts_as_something(snt, value, is_there):
    full = dict.fromkeys(point_keys(snt), "есть") | {"quorum": value}
    assert keys(minutes_lacking(snt, IN_PERSON, full)) == ([] if is_there else ["quorum"])


def test_a_ready_text_is_looked_through_for_its_words(snt):
    text = """Протокол. Форма собрания: очная. Место проведения: СНТ «Заря». Присутствовали 6 из 10 членов, КВОРУМ
    имеется. Повестка дня. Результаты голосования: за — 4, против — 2. Решение принято. Голоса подсчитала счётная комиссия. Список
    присутствующих приложен. Председательствующий: ________"""
    assert minutes_text_lacking(snt, IN_PERSON, text) == ()
    assert keys(minutes_text_lacking(snt, IN_PERSON, text.replace("КВОРУМ", ""))) == ["quorum"]
    # a point without words is not looked for: СНИЛС stands in decisions, not in the text
    assert "snils" not in keys(minutes_text_lacking(profile("mkd"), IN_PERSON, ""))
    assert "snils" in keys(minutes_lacking(profile("mkd"), IN_PERSON, {}))
