"""A decision to buy becomes a draft of a joint purchase: once, with the decision on it, by somebody who may run purchases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import selectors as adopted
from koopset.apps.meetings import services
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_actor
from koopset.apps.purchases import selectors
from koopset.apps.purchases import services as rounds
from koopset.apps.purchases.factories import NOW
from koopset.apps.purchases.models import Round
from koopset.apps.register.factories import make_decision
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
LATER = meetings.NOW + timedelta(days=1)
PUMP: dict[str, Any] = {
    "type": "common-property",
    "title": "О покупке насоса",
    "wording": "Купить насос для скважины.",
    "effect_data": {"supplier_name": "ООО «Насосы»", "minimum_kop": 5_000_000},
}


def effect_of(pk: int, **item):
    """The effect of a decision to buy that was adopted and recorded."""
    _pk, persons = meetings.make_members(3, pk)
    row = meetings.open_meeting(pk, items=(PUMP | item,))
    meetings.come(row, persons)
    meetings.put(row)
    meetings.show_hands(row, PUMP["type"], dict.fromkeys(persons, "for"))
    meetings.close(row)
    services.meeting_record(actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, number="7", now=LATER)
    (effect,) = adopted.effects_waiting(SYSTEM, pk)
    return effect


def carry_out(pk: int, effect, actor=SYSTEM, **data):
    return services.effect_carry_out(
        actor=actor, organisation_id=pk, effect_id=effect.id, data=data, now=LATER
    )


@pytest.fixture
def home() -> int:
    return int(make_organisation(verified=True).pk)


def test_a_decision_to_buy_becomes_a_draft_once(home):
    effect = effect_of(home)
    assert carry_out(home, effect).state == "done"
    row = Round.objects.get(organisation_id=home)
    assert (row.state, row.title, row.supplier_name, row.about, row.minimum_kop) == (
        "draft",
        "О покупке насоса",
        "ООО «Насосы»",
        "Купить насос для скважины.",
        5_000_000,
    )
    assert row.decision_id == effect.decision_id
    card = selectors.round_of_body(SYSTEM, home, row.pk)
    assert card.decision_id == effect.decision_id
    assert "№ 7" in card.decision
    refused("meetings.effect_done", carry_out, home, effect)
    assert Round.objects.filter(organisation_id=home).count() == 1


def test_without_a_supplier_it_waits(home):
    effect = effect_of(home, effect_data={})
    refused("meetings.effect_lacks", carry_out, home, effect)
    assert len(adopted.effects_waiting(SYSTEM, home)) == 1
    carry_out(home, effect, supplier_name="Пасека Лужки", title="Насос")
    assert Round.objects.get(organisation_id=home).title == "Насос"


def test_the_right_of_purchases_is_asked(home):
    effect = effect_of(home)
    with pytest.raises(Forbidden):
        carry_out(home, effect, actor=make_actor(Role.MEMBER, home))
    chair = make_actor(Role.CHAIR, home)
    rounds_only = type(chair)(
        kind=chair.kind,
        login_id=chair.login_id,
        grants=chair.grants,
        scopes=frozenset({"meetings:meeting:hold", "register:decision:view"}),
    )
    with pytest.raises(Forbidden):
        carry_out(home, effect, actor=rounds_only)
    assert not Round.objects.filter(organisation_id=home).exists()
    assert len(adopted.effects_waiting(SYSTEM, home)) == 1
    carry_out(home, effect, actor=chair)
    assert Round.objects.filter(organisation_id=home).exists()


def test_an_agenda_takes_no_words_that_no_purchase_could_have(home):
    row = meetings.make_meeting(home, items=())
    for bad in ({"supplier_name": 7}, {"minimum_kop": -1}, {"minimum_kop": True}, {"title": None}):
        refused("meetings.effect_lacks", meetings.make_item, row, **(PUMP | {"effect_data": bad}))


def test_a_decision_of_another_body_is_none_of_this_one(home):
    foreign = make_decision(make_organisation().pk)
    settings = rounds.Settings(title="Мёд", supplier_name="Пасека")
    call = {"actor": SYSTEM, "organisation_id": home, "settings": settings, "now": NOW}
    refused("purchases.decision_unknown", rounds.round_draft, **call, decision_id=foreign.pk)
    own = make_decision(home)
    assert rounds.round_draft(**call, decision_id=own.pk).decision_id == own.pk
