"""Small meetings drawn at random: what the pages show while they go on is what the closing counts, and every archive proves itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.factories import NOW, close, make_meeting, make_members, opened, put, tell, voter
from koopset.apps.meetings.models import AgendaItem, Meeting
from koopset.apps.meetings.rules.archive import archive_check
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_person
from koopset.apps.register.factories import make_membership, make_unit
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
REPORTS = {"type": "reports", "title": "Отчёт", "wording": "Утвердить."}
SECRET = {"type": "complaints", "title": "Жалобы", "wording": "Отклонить.", "is_secret": True}
MARKS = ("for", "against", "abstain")


def partnership(draw: Random) -> tuple[Meeting, list[Any]]:
    pk, persons = make_members(draw.randint(3, 7))
    for _ in range(draw.randint(0, 2)):
        owner = make_person(pk)
        make_unit(pk, owners=[owner])
        persons.append(owner)
    election = {
        "type": "election",
        "title": "Выборы",
        "wording": "Избрать:",
        "seats": 1,
        "candidates": persons[:2],
        "effect_data": {"role": "board"},
    }
    return make_meeting(pk, items=({}, REPORTS, SECRET, election)), persons


def house(draw: Random) -> tuple[Meeting, list[Any]]:
    pk = make_organisation("tsj").pk
    persons = [make_person(pk) for _ in range(draw.randint(4, 8))]
    left = list(persons)
    while left:
        owners = [left.pop() for _ in range(min(len(left), draw.randint(1, 3)))]
        parts = [draw.randint(1, 4) for _ in owners]
        whole = sum(parts) + draw.randint(0, 1)  # sometimes nobody knows who owns the rest
        shares = [(who, Fraction(part, whole)) for who, part in zip(owners, parts, strict=True)]
        make_unit(pk, kind="flat", area_m2=Decimal(draw.randint(2000, 9099)) / 100, owners=shares)
    for person in persons:
        if draw.random() < 0.8:
            make_membership(pk, person)
    make_membership(pk, persons[0])
    return make_meeting(
        pk, law="tsj", items=({}, {"type": "budget", "title": "Смета", "wording": "Утвердить."})
    ), persons


class Play:
    """Acts at random; what a rule refuses writes nothing and the play goes on."""

    def __init__(self, draw: Random, row: Meeting, persons: list[Any]) -> None:
        self.draw, self.row, self.persons = draw, row, persons
        self.refusals: set[str] = set()
        self.keys = list(
            AgendaItem.objects.filter(organisation_id=row.organisation_id, meeting=row).values_list(
                "key", flat=True
            )
        )
        self.keys += [f"election/{person.pk}" for person in persons[:2]]

    def one(self) -> Any:
        return self.draw.choice(self.persons)

    def call(self, name: str, minute: int, **more: Any) -> None:
        try:
            getattr(services, name)(
                organisation_id=self.row.organisation_id,
                meeting_id=self.row.pk,
                now=NOW + timedelta(minutes=minute),
                **more,
            )
        except RuleViolation as refusal:
            self.refusals.add(refusal.code)

    def act(self, minute: int) -> None:
        person, other = self.one(), self.one()
        key, mark = self.draw.choice(self.keys), self.draw.choice(MARKS)
        actor = voter(self.row.organisation_id, person)
        acts: list[Callable[[], None]] = [
            lambda: self.call("person_check_in", minute, actor=SYSTEM, person_id=person.pk),
            lambda: self.call("person_check_in", minute, actor=SYSTEM, person_id=person.pk),
            lambda: self.call("person_leave", minute, actor=SYSTEM, person_id=person.pk),
            lambda: self.call("hall_votes_enter", minute, actor=SYSTEM, item=key, marks={person.pk: mark}),
            lambda: self.call("phone_vote", minute, actor=actor, person_id=person.pk, marks={key: mark}),
            lambda: self.call(
                "phone_vote",
                minute,
                actor=actor,
                person_id=person.pk,
                marks={key: mark},
                for_person_id=other.pk,
            ),
            lambda: self.call(
                "secret_vote", minute, actor=actor, person_id=person.pk, item="complaints", mark=mark
            ),
            lambda: self.call(
                "secret_vote",
                minute,
                actor=actor,
                person_id=person.pk,
                item="complaints",
                mark=mark,
                for_person_id=other.pk,
            ),
            lambda: self.call(
                "power_enter",
                minute,
                actor=SYSTEM,
                principal_id=other.pk,
                agent_id=person.pk,
                issued_on=self.draw.choice([date(2026, 11, 1), date(2026, 11, 22), None]),
                items=self.draw.choice([None, [self.draw.choice(self.keys).partition("/")[0]]]),
            ),
        ]
        self.draw.choice(acts)()


def measured(row: Meeting, now: Any) -> dict[str, Any]:
    """(quorum, people and weight of each choice) by item, as pages show them while the meeting goes on."""
    return {
        item.key: (
            [(one.part, one.whole) for one in item.quorum.measures],
            {
                key: {choice.value: amount.weight for choice, amount in tally.amounts.items()}
                for key, tally in item.tallies.items()
            },
        )
        for item in selectors.live(SYSTEM, row.organisation_id, row.pk, now=now).items
    }


@pytest.mark.parametrize("seed", range(12))
def test_what_is_shown_is_what_is_counted(seed: int) -> None:
    draw = Random(seed)
    row, persons = draw.choice((partnership, house))(draw)
    tell(row)
    row = opened(row)
    play = Play(draw, row, persons)
    for minute in range(1, 8):
        play.act(minute)
    put(row, now=NOW + timedelta(minutes=8))
    for minute in range(9, 45):
        play.act(minute)
    assert all(code.startswith("meetings.") for code in play.refusals)
    end = NOW + timedelta(hours=1)
    shown = measured(row, end)
    close(row, now=end)
    for result in selectors.results(SYSTEM, row.organisation_id, row.pk):
        quorum, tallies = shown[result.key]
        assert [
            (str(f"{part.numerator}/{part.denominator}"), f"{whole.numerator}/{whole.denominator}")
            for part, whole in quorum
        ] == [(one["part"], one["whole"]) for one in result.data["quorum"]]
        if "members" in result.data and tallies:
            found = tallies[f"{result.key} members"].get("for", Fraction(0))
            assert result.data["members"]["part"] == f"{found.numerator}/{found.denominator}"
    report = archive_check(selectors.archive_files(SYSTEM, row.organisation_id, row.pk))
    assert report.holds, report.broken
