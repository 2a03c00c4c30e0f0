"""A board admits members by applications that were handed in: from the application to the register of members."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

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
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_actor, make_person
from koopset.apps.register import services as register
from koopset.apps.register.factories import make_unit
from koopset.apps.register.models import Decision, Membership, MembershipApplication
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
AFTER = NOW + timedelta(hours=3)


def applied(pk):
    """An owner who handed in an application with papers in order."""
    person = make_person(pk)
    make_unit(pk, owners=[person])
    row = register.application_submit(
        actor=SYSTEM,
        organisation_id=pk,
        person_id=person.pk,
        residence="Санкт-Петербург, ул. Смолячкова, 6",
        postal_address="194044, Санкт-Петербург, ул. Смолячкова, 6",
        consents=True,
        submitted_on=PREPARED.date(),
        now=PREPARED,
    )
    register.application_pass(actor=SYSTEM, organisation_id=pk, application_id=row.pk, now=PREPARED)
    return person, row


def application(row):
    return MembershipApplication.objects.get(organisation_id=row.organisation_id, pk=row.pk)


def carry_out(pk, effect, actor=SYSTEM):
    return services.effect_carry_out(actor=actor, organisation_id=pk, effect_id=effect.id, now=AFTER)


def test_a_board_admits_one_and_not_another():
    pk = make_organisation().pk
    board = [make_role(pk, Role.CHAIR).person, *(make_role(pk, Role.BOARD).person for _ in range(3))]
    (wanted, first), (_other, second) = applied(pk), applied(pk)
    row = make_meeting(pk, law="snt-board", items=(), papers=False, title="Заседание правления")
    for one in (first, second):
        make_item(
            row,
            papers=False,
            type="admission",
            title=f"О приёме по заявлению {one.pk}",
            wording="Принять в члены товарищества.",
            effect_data={"application_id": one.pk},
        )
    tell(row)
    row = opened(row)
    come(row, board[:3])
    put(row)
    chair, member, another = board[:3]
    show_hands(row, "admission", {chair: "for", member: "for", another: "against"})
    show_hands(row, "admission#2", {chair: "for", member: "against", another: "against"})
    close(row)
    assert [(one.key, one.outcome) for one in selectors.results(SYSTEM, pk, row.pk)] == [
        ("admission", "adopted"),
        ("admission#2", "not_adopted"),
    ]
    services.meeting_record(actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, number="12", now=AFTER)
    decision = Decision.objects.get(organisation_id=pk)
    assert (decision.body, decision.number, decision.item) == ("board", "12", "1")
    (effect,) = selectors.effects_waiting(SYSTEM, pk)
    assert not Membership.objects.filter(organisation_id=pk, person=wanted).exists()  # offered, not done

    with pytest.raises(Forbidden):
        carry_out(pk, effect, make_actor(Role.MEMBER, pk))
    assert carry_out(pk, effect).state == "done"
    membership = Membership.objects.get(organisation_id=pk, person=wanted)
    assert (membership.valid_from, membership.admitted_by_id) == (date(2026, 11, 21), decision.pk)
    assert application(first).decision_id == decision.pk
    assert application(first).state == MembershipApplication.State.ADMITTED
    assert application(second).state != MembershipApplication.State.ADMITTED
    refused("meetings.effect_done", carry_out, pk, effect)
    assert Membership.objects.filter(organisation_id=pk).count() == 1


def test_an_application_withdrawn_before_the_minutes_leaves_the_decision_waiting():
    pk = make_organisation().pk
    board = [make_role(pk, Role.CHAIR).person, make_role(pk, Role.BOARD).person]
    person, one = applied(pk)
    row = make_meeting(pk, law="snt-board", items=(), papers=False)
    admission: dict[str, Any] = {"type": "admission", "title": "О приёме", "wording": "Принять."}
    make_item(row, papers=False, **admission, effect_data={"application_id": one.pk})
    refused(
        "meetings.effect_lacks",
        lambda: make_item(row, papers=False, **admission, effect_data={"application_id": "x"}),
    )
    tell(row)
    row = opened(row)
    come(row, board)
    put(row)
    show_hands(row, "admission", dict.fromkeys(board, "for"))
    close(row)
    register.application_withdraw(
        actor=SYSTEM, organisation_id=pk, application_id=one.pk, word="письмом", now=NOW + timedelta(hours=2)
    )
    services.meeting_record(actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, number="13", now=AFTER)
    (effect,) = selectors.effects_waiting(SYSTEM, pk)
    refused("register.application_cannot", carry_out, pk, effect)
    assert len(selectors.effects_waiting(SYSTEM, pk)) == 1
    assert not Membership.objects.filter(organisation_id=pk, person=person).exists()
