"""What the plan says of debts: only what is late, by how long."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from koopset.apps.billing import factories, panels
from koopset.apps.people.factories import make_actor
from koopset.apps.register.factories import make_unit
from koopset.apps.register.plan.ports import Tone
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("today", "tone", "listed"),
    [
        (date(2026, 12, 10), Tone.CLEAR, False),  # charged for November, due on 10 December
        (date(2026, 12, 11), Tone.FIRST, True),
        (date(2027, 1, 9), Tone.FIRST, True),
        (date(2027, 1, 10), Tone.SECOND, True),
        (date(2027, 2, 8), Tone.SECOND, True),
        (date(2027, 2, 10), Tone.THIRD, True),
    ],
)
def test_a_plot_is_as_late_as_its_account(today: date, tone: Tone, listed: bool) -> None:
    pk = factories.make_billing_organisation().pk
    account = factories.make_account(pk, area_m2=800)
    lonely = make_unit(pk)
    factories.make_fee(pk)
    factories.post_month(pk)
    marks: Any = panels.DebtLayer().marks(SYSTEM, pk, today)
    [unit_id] = set(marks)
    assert unit_id != lonely.pk  # nothing is charged for it: not concerned
    mark = marks[unit_id]
    assert (mark.tone, mark.is_listed, mark.weight) == (tone, listed, 120_000 if listed else 0)
    assert (f"/accounts/{account.pk}/" in mark.url) is listed


def test_who_sees_debts_on_the_plan() -> None:
    pk, other = factories.make_billing_organisation().pk, factories.make_billing_organisation().pk
    layer = panels.DebtLayer()
    assert layer.may_see(make_actor(Role.TREASURER, pk), pk)
    assert not layer.may_see(make_actor(Role.TREASURER, pk), other)
    assert not layer.may_see(make_actor(Role.RESIDENT, pk), pk)
