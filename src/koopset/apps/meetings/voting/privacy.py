"""What this room holds of a person: that one asked for the floor. Keys only, no names, and no votes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.meetings.voting.models import Speech
from koopset.apps.meetings.voting.services import speeches_forget_for_room
from koopset.foundation.personal.looks import register_look
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    PersonalData,
    Subject,
    Table,
    of_persons,
    register_personal_data,
    register_told,
    table,
)


class VotingData(PersonalData):
    room = "voting"
    title = gettext_lazy("Speeches at meetings")
    models: ClassVar[dict[str, Any]] = {"voting.Speech": gettext_lazy("a turn in the queue of speakers")}

    def tables(self, subject: Subject) -> Iterable[Table]:
        yield table(
            "meeting_speeches",
            gettext_lazy("Asked for the floor at meetings"),
            [
                Column("organisation__organisation__name_short", _("Organisation")),
                Column("meeting__title", _("Meeting")),
                Column("state", _("State"), lambda value: str(Speech.State(value).label)),
                Column("asked_at", _("When")),
            ],
            *of_persons(Speech, subject),
        )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        count = sum(rows.count() for rows in of_persons(Speech, subject))
        if count:
            yield Line(_("turns in queues of speakers"), Fate.ERASE, count)

    def erase(self, *, actor: Any, subject: Subject, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        lines = list(self.holds(subject, needs=needs, now=now))
        for organisation_id, person_ids in subject.in_organisations():
            speeches_forget_for_room(organisation_id=organisation_id, person_ids=person_ids)
        return lines


def register() -> None:
    register_personal_data(VotingData())
    register_look("voting.people", gettext_lazy("those who came to a meeting, with their plots"))
    register_told("voting.Floor", gettext_lazy("how long each may speak at a meeting"))
