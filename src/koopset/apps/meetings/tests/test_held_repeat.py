"""A partnership meets without a quorum for a part of its agenda, and again, mixed, on exactly that: from the draft to the register."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.factories import (
    NOW,
    close,
    come,
    counter,
    make_meeting,
    make_members,
    opened,
    put,
    show_hands,
    tell,
)
from koopset.apps.meetings.models import AgendaItem, ElectorateRow, PaperDecision
from koopset.apps.meetings.rules.archive import archive_check
from koopset.apps.people.factories import make_person
from koopset.apps.register.factories import make_unit
from koopset.apps.register.models import Decision, Membership
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
BUDGET: dict[str, Any] = {"type": "budget", "title": "Смета на 2027 год", "wording": "Утвердить смету."}
PLANS: dict[str, Any] = {"type": "planning", "title": "Проект планировки", "wording": "Утвердить проект."}
#: The notice of 22 November makes 7 December the first lawful day; papers of each are open long before.
TOLD_AGAIN = NOW + timedelta(days=1)
AGAIN = NOW + timedelta(days=20)


def step(name, row, *, now, actor=SYSTEM, **more):
    return getattr(services, name)(
        actor=actor, organisation_id=row.organisation_id, meeting_id=row.pk, now=now, **more
    )


def outcomes(row):
    return {one.key: one.outcome for one in selectors.results(SYSTEM, row.organisation_id, row.pk)}


def paper(row, person, *marks, at, item="fees"):
    entered = step(
        "paper_enter",
        row,
        actor=counter(row.organisation_id, 1),
        elector_id=person.pk,
        marks={item: marks},
        received_at=at,
        now=at,
    )
    return step("paper_confirm", row, actor=counter(row.organisation_id, 2), paper_id=entered.pk, now=at)


def sound(row):
    files = selectors.archive_files(SYSTEM, row.organisation_id, row.pk)
    return archive_check(files).holds


def test_a_meeting_without_a_quorum_for_a_part_and_its_mixed_repeat():
    pk, persons = make_members(9)
    owner = make_person(pk)
    make_unit(pk, owners=[owner])
    first = make_meeting(pk, items=(PLANS, BUDGET, {}))
    tell(first)
    first = opened(first)

    # five of nine are more than half: the plans are adopted; then one goes home
    come(first, persons[:5])
    put(first, "planning")
    show_hands(first, "planning", dict.fromkeys(persons[:3], "for"))
    step("person_leave", first, person_id=persons[4].pk, now=NOW + timedelta(minutes=20))
    put(first, "budget", "fees", now=NOW + timedelta(minutes=30))
    marks = dict.fromkeys(persons[:4], "for")
    show_hands(first, "budget", marks, now=NOW + timedelta(minutes=31))
    show_hands(first, "fees", marks, now=NOW + timedelta(minutes=32))
    assert close(first).state == "closed"
    assert outcomes(first) == {"planning": "adopted", "budget": "no_quorum", "fees": "no_quorum"}
    step("meeting_record", first, number="1", now=NOW + timedelta(hours=3))
    assert [one.title for one in Decision.objects.filter(organisation_id=pk)] == ["Проект планировки"]
    assert sound(first)

    # the law's own way: mixed, exactly those two, in the order of the agenda
    (offer,) = selectors.next_steps_of(SYSTEM, pk, first.pk, told_on=TOLD_AGAIN.date())
    assert (offer.form, set(offer.items), offer.first_on) == ("mixed", {"budget", "fees"}, date(2026, 12, 7))
    again = step(
        "meeting_repeat",
        first,
        form="mixed",
        opens_on=(AGAIN - timedelta(days=3)).date(),
        starts_at=AGAIN,
        now=TOLD_AGAIN,
    )
    kept = AgendaItem.objects.filter(organisation_id=pk, meeting=again).order_by("position")
    assert [one.key for one in kept] == ["budget", "fees"]
    refused(
        "meetings.repeat_items",
        step,
        "item_add",
        again,
        item=services.ItemTyped(**PLANS),
        now=TOLD_AGAIN,
    )
    tell(again, now=TOLD_AGAIN)

    # between the two a member leaves the partnership: the second meeting has a register of its own
    Membership.objects.filter(organisation_id=pk, person=persons[8]).update(
        valid_to=(AGAIN - timedelta(days=10)).date()
    )
    eve = AGAIN - timedelta(days=2)
    again = opened(again, now=eve)
    whole = ElectorateRow.objects.get(organisation_id=pk, meeting=again, voters="members").whole
    assert (whole, selectors.live(SYSTEM, pk, first.pk, now=eve).electors) == ("8/1", 9)

    # written decisions before, one at the very hour, and one of somebody who comes and says otherwise
    for person in persons[3:5]:
        paper(again, person, "for", at=eve)
    paper(again, persons[0], "against", at=eve)
    paper(again, persons[5], "against", at=AGAIN)
    come(again, [*persons[:3], owner], now=AGAIN)
    put(again, now=AGAIN)
    hour = AGAIN + timedelta(minutes=5)
    show_hands(again, "fees", {persons[0]: "for", persons[1]: "for", owner: "against"}, now=hour)
    show_hands(again, "budget", dict.fromkeys(persons[:3], "for"), now=hour)
    rows = selectors.ballot_rows(SYSTEM, pk, again.pk)
    standing = {(one.elector, one.channel, one.item): one.standing for one in rows}
    assert standing[persons[5].pk, "paper", "fees"] == "after_start"
    assert standing[persons[0].pk, "paper", "fees"] == "outranked"
    assert close(again, now=AGAIN + timedelta(hours=1)).state == "closed"
    found = {one.key: one for one in selectors.results(SYSTEM, pk, again.pk)}
    # fees: two in the hall and two by paper of five members who take part; with the owner 4 of 6 are two thirds exactly
    fees = found["fees"]
    assert (fees.outcome, fees.data["measure"]["part"], fees.data["measure"]["whole"]) == (
        "adopted",
        "4/1",
        "6/1",
    )
    # the budget: three of five are fewer than two thirds, though nobody was against
    budget = found["budget"]
    assert (budget.outcome, budget.data["measure"]["part"], budget.data["measure"]["whole"]) == (
        "not_adopted",
        "3/1",
        "5/1",
    )
    step("meeting_record", again, number="2", now=AGAIN + timedelta(hours=2))
    decisions = Decision.objects.filter(organisation_id=pk).order_by("pk")
    assert [(one.number, one.item, one.title) for one in decisions] == [
        ("1", "1", "Проект планировки"),
        ("2", "2", "О размере членских взносов"),
    ]
    assert [one.effect for one in selectors.effects_waiting(SYSTEM, pk)] == ["fee"]
    assert sound(again)
    assert selectors.next_steps_of(SYSTEM, pk, again.pk, told_on=AGAIN.date()) == []
    late = PaperDecision.objects.filter(organisation_id=pk, meeting=again, elector=persons[5]).get()
    assert late.state == "confirmed"  # read by two, kept, and not counted


def test_a_budget_that_was_adopted_is_carried_out_by_hand():
    pk, persons = make_members(3)
    row = make_meeting(pk, items=(BUDGET,))
    tell(row)
    row = opened(row)
    come(row, persons)
    put(row)
    show_hands(row, "budget", dict.fromkeys(persons, "for"))
    close(row)
    step("meeting_record", row, number="3", now=NOW + timedelta(hours=3))
    (effect,) = selectors.effects_waiting(SYSTEM, pk)
    refused(
        "meetings.no_taker",
        services.effect_carry_out,
        actor=SYSTEM,
        organisation_id=pk,
        effect_id=effect.id,
        now=NOW + timedelta(days=1),
    )
    assert len(selectors.effects_waiting(SYSTEM, pk)) == 1
