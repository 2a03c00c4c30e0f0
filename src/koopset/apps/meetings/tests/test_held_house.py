"""Owners of an apartment house decide by area: shares that no percent can hold, four thresholds, an area whose owner nobody knows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.factories import (
    NOW,
    PREPARED,
    close,
    come,
    make_item,
    make_meeting,
    opened,
    put,
    show_hands,
    tell,
)
from koopset.apps.meetings.models import Elector, ElectorateRow
from koopset.apps.meetings.rules.archive import archive_check
from koopset.apps.meetings.rules.ballots import Choice
from koopset.apps.meetings.rules.law import (
    Base,
    Effect,
    Form,
    Leeway,
    MixedWhen,
    Source,
    Status,
    Voters,
    Weight,
    Words,
    threshold_read,
)
from koopset.apps.meetings.rules.profile import Item
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_person
from koopset.apps.register.factories import make_membership, make_unit
from koopset.apps.register.models import Decision
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


def item(kind, title):
    return {"type": kind, "title": title, "wording": f"{title}: утвердить."}


AGENDA = (
    item("tariff", "Размер платы"),
    item("management", "Способ управления"),
    item("reconstruction", "Реконструкция"),
    item("common-property-less", "Уменьшение общего имущества"),
)


@pytest.fixture
def house():
    """150,3 m²: 90,1 of one owner, 30,1 of three in thirds, 20 of two in unequal shares, 10,1 of nobody known."""
    pk = make_organisation("tsj").pk
    one, *rest = (make_person(pk) for _ in range(6))
    third = Fraction(1, 3)
    make_unit(pk, kind="flat", area_m2=Decimal("90.1"), owners=[one])
    make_unit(pk, kind="flat", area_m2=Decimal("30.1"), owners=[(who, third) for who in rest[:3]])
    make_unit(pk, kind="flat", area_m2=20, owners=[(rest[3], Fraction(2, 7)), (rest[4], Fraction(5, 7))])
    make_unit(pk, kind="flat", area_m2=Decimal("10.1"), owners=[])
    return pk, [one, *rest]


def test_owners_of_a_house_from_the_draft_to_the_register(house):
    pk, (one, first, second, _third, small, large) = house
    row = make_meeting(pk, law="mkd", initiator="owners", items=AGENDA, papers=False)
    tell(row)
    row = opened(row)
    whole = ElectorateRow.objects.get(organisation_id=pk, meeting=row)
    assert (whole.voters, whole.weight, whole.whole) == ("owners", "area", "1503/10")
    weights = {one.person_id: one.weight for one in Elector.objects.filter(organisation_id=pk, meeting=row)}
    assert weights[first.pk] == Fraction(301, 30)
    assert (weights[small.pk], weights[large.pk]) == (Fraction(40, 7), Fraction(100, 7))
    # nobody votes for what belongs to nobody known, and it stays in the whole
    assert sum(weights.values()) == Fraction(1402, 10)

    come(row, [one, first, second, small])
    put(row)
    marks = {one: "for", first: "for", second: "against", small: "for"}
    for kind in AGENDA:
        show_hands(row, kind["type"], marks, now=LATER)
    tally = next(
        found.tallies["tariff owners"]
        for found in selectors.live(SYSTEM, pk, row.pk, now=LATER).items
        if found.key == "tariff"
    )
    assert tally.of(Choice.FOR).weight == Fraction(901, 10) + Fraction(301, 30) + Fraction(40, 7)
    assert (tally.of(Choice.FOR).people, tally.whole.people) == (3, 6)
    assert close(row).state == "closed"
    found = {result.key: result for result in selectors.results(SYSTEM, pk, row.pk)}
    # 105,8 of 150,3: more than half of all and two thirds of all are reached, everybody is not
    assert {key: result.outcome for key, result in found.items()} == {
        "tariff": "adopted",
        "management": "adopted",
        "reconstruction": "adopted",
        "common-property-less": "not_adopted",
    }
    part, all_votes = Fraction(901, 10) + Fraction(301, 30) + Fraction(40, 7), Fraction(1503, 10)
    assert found["reconstruction"].data["measure"]["part"] == f"{part.numerator}/{part.denominator}"
    assert found["reconstruction"].data["measure"]["whole"] == "1503/10"
    assert found["tariff"].data["measure"]["whole"] != "1503/10"  # of those who took part
    assert 3 * part >= 2 * all_votes
    services.meeting_record(
        actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, number="1/2026", now=NOW + timedelta(hours=3)
    )
    numbers = Decision.objects.filter(organisation_id=pk).order_by("pk").values_list("number", "item")
    assert list(numbers) == [("1/2026", "1"), ("1/2026", "2"), ("1/2026", "3")]
    assert archive_check(selectors.archive_files(SYSTEM, pk, row.pk)).holds


@pytest.mark.parametrize(("areas", "outcome"), [((50, 50), "no_quorum"), (("50.01", "49.99"), "adopted")])
def test_exactly_half_of_the_area_decides_nothing(areas, outcome):
    pk = make_organisation("tsj").pk
    persons = [make_person(pk) for _ in areas]
    for person, area in zip(persons, areas, strict=True):
        make_unit(pk, kind="flat", area_m2=Decimal(area), owners=[person])
    row = make_meeting(pk, law="mkd", initiator="owners", items=(AGENDA[0],), papers=False)
    tell(row)
    row = opened(row)
    come(row, persons[:1])
    put(row)
    show_hands(row, "tariff", {persons[0]: "for"}, now=LATER)
    close(row)
    assert [one.outcome for one in selectors.results(SYSTEM, pk, row.pk)] == [outcome]


BY_HEAD = Item(
    key="gate",
    number="",
    title=Words("О воротах", "On the gate"),
    voters=Voters.MEMBERS,
    weight=Weight.HEAD,
    base=Base.PRESENT,
    needs=threshold_read("more than 1/2"),
    quorum=None,
    forms=(Form.IN_PERSON,),
    mixed=MixedWhen.ALWAYS,
    electronic="",
    effect=Effect.NONE,
    charter=Leeway.NO,
    source=Source("устав, п. 6.4", Status.READ),
)


def test_heads_and_areas_are_never_one_count():
    """An item by head that the charter adds is no item of a meeting that votes by area, and is held by itself."""
    pk = make_organisation("tsj").pk
    persons = [make_person(pk) for _ in range(3)]
    for person, area in zip(persons, (100, 20, 20), strict=True):
        make_unit(pk, kind="flat", area_m2=area, owners=[person])
        make_membership(pk, person)
    services.charter_save(
        actor=SYSTEM,
        organisation_id=pk,
        key="tsj",
        clauses=(),
        added=(BY_HEAD,),
        since=date(2026, 1, 1),
        document="Устав от 16.05.2024",
        now=PREPARED,
    )
    row = make_meeting(pk, law="tsj", items=(item("budget", "Смета"),), papers=False)
    gate = make_item(row, papers=False, type="gate", title="Ворота", wording="Закрывать ворота.")
    refused("meetings.mixed_weights", tell, row)
    services.item_remove(actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, item_id=gate.pk, now=PREPARED)
    tell(row)
    row = opened(row)
    come(row, persons)
    put(row)
    # the one with the large flat outweighs the two
    show_hands(row, "budget", {persons[0]: "for", persons[1]: "against", persons[2]: "against"}, now=LATER)
    close(row)
    assert [one.outcome for one in selectors.results(SYSTEM, pk, row.pk)] == ["adopted"]
