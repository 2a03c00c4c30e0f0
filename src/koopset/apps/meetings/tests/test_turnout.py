"""Who took part, by hour and by street: nobody is told apart in a small street, and votes are not looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from koopset.apps.meetings import factories, selectors
from koopset.apps.people.factories import make_person
from koopset.apps.register.factories import make_unit

pytestmark = pytest.mark.django_db
NOW = factories.NOW


def body(**streets: int):
    pk, _nobody = factories.make_members(0)
    found = {}
    for street, count in streets.items():
        found[street] = [make_person(pk) for _at in range(count)]
        for person in found[street]:
            make_unit(pk, owners=[person], member=True, street=street)
    return pk, found


def counted(pk, came):
    row = factories.open_meeting(pk)
    for hour, persons in enumerate(came):
        factories.come(row, persons, now=NOW + timedelta(hours=hour))
    factories.put(row, now=NOW + timedelta(hours=2))
    everybody = [one for persons in came for one in persons]
    factories.show_hands(row, "fees", dict.fromkeys(everybody, "for"), now=NOW + timedelta(hours=2))
    return factories.close(row, now=NOW + timedelta(hours=3))


def test_turnout_grows_by_hour():
    pk, streets = body(Первая=6)
    people = streets["Первая"]
    found = selectors.turnout(counted(pk, [people[:2], people[2:5]]))
    assert [point.took_part for point in found.by_time] == [2, 5]
    assert not found.by_day


def test_small_streets_are_put_together():
    pk, streets = body(Первая=6, Вторая=3, Третья=2)
    came = streets["Первая"][:4] + streets["Вторая"][:1]
    found = selectors.turnout(counted(pk, [came, streets["Третья"]]))
    shown = {point.label: (point.took_part, point.of) for point in found.by_street}
    assert shown == {"Первая": (4, 6), "остальные": (3, 5)}


def test_a_small_rest_takes_the_next_street_with_it():
    pk, streets = body(Первая=7, Вторая=5, Третья=1)
    found = selectors.turnout(counted(pk, [streets["Первая"], streets["Вторая"][:2]]))
    shown = {point.label: (point.took_part, point.of) for point in found.by_street}
    assert shown == {"Первая": (7, 7), "остальные": (2, 6)}


def test_where_only_one_group_is_left_nothing_is_drawn_by_street():
    pk, streets = body(Первая=5, Вторая=1)
    found = selectors.turnout(counted(pk, [streets["Первая"]]))
    assert found.by_street == ()
