"""Votes as they are given: a mixed meeting with a text that waits for its code, a written decision, a power, a secret item."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.world_side import NOW, Side

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import services
from koopset.apps.meetings.models import AgendaItem
from koopset.apps.meetings.voting import factories as voting
from koopset.apps.people.models import Person
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role

#: The hall gathers tomorrow; votes from afar are taken in since yesterday.
_BEGIN = NOW + timedelta(days=1)
_PREPARED, _TOLD = _BEGIN - timedelta(days=33), _BEGIN - timedelta(days=32)


def add_voting(side: Side) -> None:
    """What the pages of votes need to be whole."""
    pk, mark = side.organisation_id, side.marks[0]
    member = Person.objects.get(keeper_id=pk, login=side.logins[Role.MEMBER])
    resident = Person.objects.get(keeper_id=pk, login=side.logins[Role.RESIDENT])
    officials = (
        Person.objects.get(keeper_id=pk, login=side.logins[Role.CHAIR]),
        Person.objects.get(keeper_id=pk, login=side.logins[Role.BOARD]),
    )
    voting.allow_electronic(pk, now=_PREPARED)
    row = meetings.make_meeting(
        pk,
        items=(voting.REPORTS | {"title": f"Отчёт, {mark}"}, voting.SECRET | {"title": f"Доверие, {mark}"}),
        title=f"Очно-заочное, {mark}",
        place=f"Дом, {mark}",
        form="mixed",
        starts_at=_BEGIN,
        opens_on=timezone.localdate(NOW - timedelta(days=1)),
        electronic=True,
        now=_PREPARED,
    )
    meetings.tell(row, now=_TOLD)
    meetings.opened(row, now=NOW, officials=officials)
    here: dict[str, Any] = {"organisation_id": pk, "meeting_id": row.pk}
    ask = services.signature_ask(
        actor=meetings.voter(pk, member), person_id=member.pk, marks={"reports": "for"}, now=NOW, **here
    )
    paper = services.paper_enter(
        actor=SYSTEM, elector_id=member.pk, marks={"reports": ["for"]}, received_at=NOW, now=NOW, **here
    )
    power = services.power_enter(
        actor=SYSTEM,
        principal_id=member.pk,
        agent_id=resident.pk,
        issued_on=timezone.localdate(NOW),
        now=NOW,
        **here,
    )
    secret = AgendaItem.objects.get(organisation_id=pk, meeting=row, is_secret=True)
    pages = ("sign", "sign-code", "secret", "desk-paper", "desk-paper-new", "desk-papers", "desk-power-end")
    side.ids |= {f"voting:{name}:meeting_id": row.pk for name in pages}
    side.ids |= {
        "voting:secret:item_id": secret.pk,
        "voting:ask_id": ask.pk,
        "voting:paper_id": paper.pk,
        "voting:power_id": power.pk,
    }
