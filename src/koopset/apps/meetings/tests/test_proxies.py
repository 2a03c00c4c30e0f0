from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from koopset.apps.meetings.rules.charter import Clause, charter_applied
from koopset.apps.meetings.rules.proxies import Proxy, proxies_on
from koopset.apps.meetings.tests.conftest import profile

DAY = date(2026, 6, 6)
ITEMS = ("fees", "reports")
POWER = Proxy(key=1, principal=10, agent=20, issued_on=date(2026, 5, 1))


def on(law, *proxies, present=(20, 21), electors=(10, 11, 12, 13, 20), day=DAY):
    return proxies_on(law, proxies, on=day, items=ITEMS, electors=electors, present=present)


def why(found):
    return [(one.key, one.code.removeprefix("meetings.proxy_"), one.item) for one in found.refused]


def test_a_power_that_holds(snt):
    found = on(snt, POWER)
    assert found.agents == {(10, "fees"): 20, (10, "reports"): 20}
    assert found.refused == ()
    assert found.principals_of(20, "fees") == (10,)
    assert found.principals_of(21, "fees") == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issued_on": None}, "undated"),
        ({"agent": 10}, "to_oneself"),
        ({"is_substitute": True}, "second_level"),
        ({"principal": 99}, "no_elector"),
        ({"issued_on": date(2026, 6, 7)}, "not_yet"),
        ({"issued_on": DAY}, None),
        ({"revoked_on": DAY}, "revoked"),
        ({"revoked_on": date(2026, 6, 7)}, None),
        ({"until": date(2026, 6, 5)}, "expired"),
        ({"until": DAY}, None),
        # without a term a year (ГК 186)
        ({"issued_on": date(2025, 6, 6)}, None),
        ({"issued_on": date(2025, 6, 5)}, "expired"),
        ({"issued_on": date(2020, 1, 1), "until": date(2030, 1, 1)}, None),
        ({"agent": 22}, "absent"),
    ],
)
def test_a_power_at_its_borders(snt, changes, code):
    found = on(snt, replace(POWER, **changes))
    assert why(found) == ([(1, code, None)] if code else [])
    assert bool(found.agents) is (code is None)


def test_the_principal_who_is_there_votes_himself(snt):
    assert why(on(snt, POWER, present=(10, 20))) == [(1, "principal_present", None)]


def test_one_level_only(snt):
    """20 holds the power of 10 and gives his own to 21: 21 votes for 20, and for 10 nobody who is not there."""
    passed_on = Proxy(key=2, principal=20, agent=21, issued_on=date(2026, 5, 2))
    found = on(snt, POWER, passed_on, present=(21,))
    assert found.agents == {(20, "fees"): 21, (20, "reports"): 21}
    assert why(found) == [(1, "absent", None)]


def test_scope_and_the_later_power(snt):
    for_fees = replace(POWER, items=frozenset({"fees"}))
    assert on(snt, for_fees).agents == {(10, "fees"): 20}
    later = Proxy(key=2, principal=10, agent=21, issued_on=date(2026, 5, 20), items=frozenset({"fees"}))
    found = on(snt, POWER, later)
    assert found.agents == {(10, "fees"): 21, (10, "reports"): 20}
    assert why(found) == [(1, "replaced", "fees")]
    assert on(snt, later, POWER) == found


def test_a_power_for_a_type_is_for_all_its_items_and_candidates(snt):
    keys = ("fees#2", "election", "election/17", "reports")
    power = replace(POWER, items=frozenset({"fees", "election"}))
    found = proxies_on(snt, [power], on=DAY, items=keys, electors={10}, present={20})
    assert {key for _, key in found.agents} == {"fees#2", "election", "election/17"}


def test_a_board_knows_no_powers():
    assert why(on(profile("snt-board"), POWER)) == [(1, "forbidden", None)]


def test_a_limit_of_the_charter(snt):
    law = charter_applied(snt, [Clause("proxy.most", 2, "устав, п. 6")])
    powers = [Proxy(key=k, principal=10 + k, agent=20, issued_on=date(2026, 5, 4 - k)) for k in (1, 2, 3)]
    found = on(law, *powers, electors=(11, 12, 13))
    # the two given first hold
    assert {who for who, _ in found.agents} == {12, 13}
    assert why(found) == [(1, "too_many", "fees"), (1, "too_many", "reports")]
    assert found.refused[0].source.article == "устав, п. 6"
    assert on(law, *reversed(powers), electors=(11, 12, 13)) == found
    assert len({who for who, _ in on(snt, *powers, electors=(11, 12, 13)).agents}) == 3
