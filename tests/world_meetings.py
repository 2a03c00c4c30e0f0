"""Meetings at each step: what the world of tests has of them, in as few rows as they need."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.world_side import NOW, Side

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import services
from koopset.apps.meetings.formats.shipped import shipped_texts
from koopset.apps.meetings.models import (
    AgendaItem,
    Candidate,
    EffectRow,
    Material,
    Meeting,
    NoticeRow,
    Official,
)
from koopset.apps.people.models import Person
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role

#: Prepared and told so long ago that the meeting may be held today.
_PREPARED, _TOLD = NOW - timedelta(days=31), NOW - timedelta(days=30)


def _planned(side: Side, title: str, **fields: Any) -> Meeting:
    return meetings.make_meeting(
        side.organisation_id, title=f"{title}, {side.marks[0]}", place=f"Дом, {side.marks[0]}", **fields
    )


def _opened(side: Side, title: str, officials: tuple[Person, Person]) -> Meeting:
    row = _planned(side, title, starts_at=NOW, now=_PREPARED)
    meetings.tell(row, now=_TOLD)
    return meetings.opened(row, now=NOW, officials=officials)


def add_meetings(side: Side) -> None:
    """A draft with an election, one that is told of, an open one with an item put to the vote, one that is counted, one with minutes."""
    pk, mark = side.organisation_id, side.marks[0]

    def person(role: Role) -> Person:
        return Person.objects.get(keeper_id=pk, login=side.logins[role])

    chair, board, member = person(Role.CHAIR), person(Role.BOARD), person(Role.MEMBER)
    later = NOW + timedelta(days=30)
    draft = _planned(side, "Готовится", starts_at=later, now=NOW)
    meetings.make_item(
        draft,
        papers=False,
        candidates=(member, chair),
        now=NOW,
        type="election",
        title=f"О выборах, {mark}",
        wording="Избрать правление.",
        seats=1,
        effect_data={"role": Role.BOARD.value},
    )
    noticed = _planned(side, "Объявлено", starts_at=later, now=NOW)
    notice = services.meeting_notice(actor=SYSTEM, organisation_id=pk, meeting_id=noticed.pk, now=NOW)
    told = NoticeRow.objects.filter(organisation_id=pk, notice=notice).order_by("pk")[0]
    services.notice_prove(
        actor=SYSTEM,
        organisation_id=pk,
        meeting_id=noticed.pk,
        person_ids=[told.person_id],
        channel="signature",
        on=timezone.localdate(NOW),
        now=NOW,
    )
    opened, closed, recorded = (
        _opened(side, title, (chair, board)) for title in ("Идёт", "Подсчитано", "С протоколом")
    )
    for row in (opened, closed, recorded):
        meetings.come(row, [member], now=NOW)
        meetings.put(row, now=NOW)
        meetings.show_hands(row, "fees", {member: "for"}, now=NOW)
    for row in (closed, recorded):
        meetings.close(row, now=NOW)
    services.meeting_record(
        actor=SYSTEM, organisation_id=pk, meeting_id=recorded.pk, number=f"М-{mark}", now=NOW
    )

    def item(row: Meeting, key: str = "fees") -> int:
        return AgendaItem.objects.get(organisation_id=pk, meeting=row, key=key).pk

    edition = services.law_edition_save(
        actor=SYSTEM,
        organisation_id=pk,
        text=shipped_texts()["snt-founding"],
        reason=f"Сверено, {mark}",
        now=NOW,
    )
    papers = Material.objects.filter(organisation_id=pk, item__meeting=draft)
    stood = Candidate.objects.filter(organisation_id=pk, item__meeting=draft).order_by("pk")
    side.ids |= {
        "meetings:draft": draft.pk,
        "meetings:noticed": noticed.pk,
        "meetings:open": opened.pk,
        "meetings:closed": closed.pk,
        "meetings:recorded": recorded.pk,
        "meetings:meeting_id": draft.pk,
        "meetings:item_id": item(draft),
        "meetings:election_id": item(draft, "election"),
        "meetings:candidate_id": stood[0].pk,
        "meetings:material_id": papers[0].pk,
        "meetings:person_id": member.pk,
        "meetings:key": "snt",
        "meetings:edition_id": edition.pk,
        "meetings:meeting:meeting_id": opened.pk,
        "meetings:notice:meeting_id": noticed.pk,
        "meetings:results:meeting_id": closed.pk,
        "meetings:archive:meeting_id": closed.pk,
        "meetings:official-remove:meeting_id": opened.pk,
        "meetings:official_id": Official.objects.get(organisation_id=pk, meeting=opened, role="chair").pk,
        "meetings:effect_id": EffectRow.objects.get(organisation_id=pk).pk,
        "voting:meeting_id": opened.pk,
        "voting:item_id": item(opened),
        "voting:person_id": member.pk,
        "meeting_papers:meeting_id": recorded.pk,
        "meeting_papers:item_id": item(recorded),
        "meeting_papers:person_id": member.pk,
        "meeting_papers:kind": "minutes",
        "meeting_papers:minutes-text:meeting_id": closed.pk,
        "meeting_papers:ballot:meeting_id": opened.pk,
        "meeting_papers:ballot-of:meeting_id": opened.pk,
    }
