"""What a meeting adopted of fees becomes a fee: once, with the decision, by somebody who may set fees."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from koopset.apps.billing import factories as billing
from koopset.apps.billing.models import Fee
from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.ports import effect_fields
from koopset.apps.people.factories import make_actor
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
LATER = meetings.NOW + timedelta(days=1)
SAID = {"kind": "membership", "base": "unit", "rate_kop": 150_000, "period": "year"}


def adopted(pk: int, **item):
    """The effect of a decision on fees that was adopted and recorded."""
    _pk, persons = meetings.make_members(3, pk)
    row = meetings.open_meeting(pk, items=(item,))
    meetings.come(row, persons)
    meetings.put(row)
    meetings.show_hands(row, "fees", dict.fromkeys(persons, "for"))
    meetings.close(row)
    services.meeting_record(actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, number="7", now=LATER)
    (effect,) = selectors.effects_waiting(SYSTEM, pk)
    return effect


def carry_out(pk: int, effect, actor=SYSTEM, **data):
    return services.effect_carry_out(
        actor=actor, organisation_id=pk, effect_id=effect.id, data=data, now=LATER
    )


@pytest.fixture
def home() -> int:
    return int(billing.make_billing_organisation().pk)


def test_an_adopted_contribution_becomes_a_fee_once(home):
    effect = adopted(home, effect_data=SAID)
    done = carry_out(home, effect)
    fee = Fee.objects.get(organisation_id=home)
    assert (fee.title, fee.kind, fee.base, fee.rate, fee.period) == (
        "О размере членских взносов",
        "membership",
        "unit",
        Decimal(1500),
        "year",
    )
    assert (fee.decision_id, fee.from_month) == (effect.decision_id, 202612)
    assert done.state == "done"
    assert "декабр" in done.note.lower() or "December" in done.note
    refused("meetings.effect_done", carry_out, home, effect)
    assert Fee.objects.filter(organisation_id=home).count() == 1


def test_what_the_agenda_left_open_is_said_when_it_is_carried_out(home):
    effect = adopted(home)
    refused("meetings.effect_lacks", carry_out, home, effect)
    refused("billing.fee_rate", carry_out, home, effect, kind="membership", base="unit", rate="0")
    assert len(selectors.effects_waiting(SYSTEM, home)) == 1
    said = {
        "kind": "target",
        "base": "sotka",
        "rate": "12.345678",
        "since": "2027-03-15",
        "title": "На дорогу",
    }
    carry_out(home, effect, **said)
    fee = Fee.objects.get(organisation_id=home)
    assert (fee.title, fee.rate, fee.from_month) == ("На дорогу", Decimal("12.345678"), 202703)
    assert selectors.effects_waiting(SYSTEM, home) == []


def test_what_the_meeting_adopted_is_not_changed_by_hand(home):
    effect = adopted(home, effect_data=SAID)
    carry_out(home, effect, rate_kop=1)
    assert Fee.objects.get(organisation_id=home).rate == Decimal(1500)


def test_whoever_may_hold_meetings_and_set_no_fees_leaves_it_waiting(home):
    effect = adopted(home, effect_data=SAID)
    board = make_actor(Role.BOARD, home)
    with pytest.raises(Forbidden):
        carry_out(home, effect, actor=board)
    assert not Fee.objects.filter(organisation_id=home).exists()
    assert len(selectors.effects_waiting(SYSTEM, home)) == 1
    carry_out(home, effect, actor=make_actor(Role.CHAIR, home))
    assert Fee.objects.filter(organisation_id=home).exists()


def test_a_kind_that_the_legal_form_has_not_is_refused_and_waits(home):
    effect = adopted(home, effect_data=SAID | {"kind": "share"})
    refused("billing.fee_kind", carry_out, home, effect)
    assert len(selectors.effects_waiting(SYSTEM, home)) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "gift"),
        ("base", 1),
        ("rate", "many"),
        ("rate_kop", 0),
        ("rate_kop", True),
        ("since", "soon"),
        ("due_day", 31),
        ("period", "week"),
    ],
)
def test_an_agenda_takes_no_words_that_no_fee_could_have(home, name, value):
    row = meetings.make_meeting(home, items=())
    refusal = refused("meetings.effect_lacks", meetings.make_item, row, effect_data={name: value})
    assert refusal.params["name"] == name


def test_the_agenda_offers_the_kinds_of_the_legal_form(home):
    fields = {one.name: one for one in effect_fields("fee", organisation_id=home, data={})}
    kinds = {key for key, _name in fields["kind"].choices}
    assert {"membership", "target"} <= kinds
    assert "share" not in kinds
    assert [one.name for one in effect_fields("tariff", organisation_id=home, data={})] == list(fields)
