"""What this room holds of a person: applications in the name of a body, appointments of coordinators."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.joining.models import Application, Coordinator
from koopset.apps.joining.services import names_forget_for_room
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    PersonalData,
    Subject,
    Table,
    Tie,
    register_personal_data,
    register_told,
    table,
)
from koopset.foundation.tenants.guard import across_tenants


class JoiningData(PersonalData):
    room = "joining"
    title = gettext_lazy("Organisations you applied for")
    models: ClassVar[dict[str, Any]] = {
        "joining.Application": gettext_lazy("an application of an organisation"),
        "joining.Coordinator": gettext_lazy("an appointment of a coordinator"),
    }

    @staticmethod
    def _applications(subject: Subject) -> QuerySet[Application]:
        return Application.objects.filter(login_id=subject.login_id or 0).order_by("pk")

    def tables(self, subject: Subject) -> Iterable[Table]:
        if subject.login_id is None:
            return
        with across_tenants("one's own applications"):
            rows = list(self._applications(subject).values_list("pk", flat=True))
        yield table(
            "joining",
            gettext_lazy("Applications of organisations"),
            [
                Column("name_short", _("Organisation")),
                Column("state", _("State"), lambda value: str(Application.State(value).label)),
                Column("last_name", _("Last name")),
                Column("first_name", _("First name")),
                Column("middle_name", _("Middle name")),
                Column("phone", _("Phone")),
                Column("created_at", _("Begun")),
            ],
            *(
                Application.objects.filter(organisation_id=organisation_id, pk__in=rows)
                for organisation_id in self._bodies(rows)
            ),
        )
        yield table(
            "coordinator",
            gettext_lazy("Appointments of a coordinator"),
            [
                Column("territory__name", _("Territory")),
                Column("valid_from", _("From")),
                Column("valid_to", _("To")),
                Column("basis", _("Basis")),
            ],
            Coordinator.objects.filter(login_id=subject.login_id or 0).order_by("pk"),
        )

    @staticmethod
    def _bodies(application_ids: list[int]) -> list[int]:
        with across_tenants("one's own applications"):
            rows = Application.objects.filter(pk__in=application_ids).order_by("organisation_id")
            return list(rows.values_list("organisation_id", flat=True).distinct())

    def ties(self, subject: Subject, *, now: datetime) -> Iterable[Tie]:
        today = timezone.localdate(now)
        for row in Coordinator.objects.filter(login_id=subject.login_id or 0, valid_from__lte=today):
            if row.valid_to is None or row.valid_to >= today:
                yield Tie(
                    _("coordinates a district"),
                    _("152-ФЗ art. 6 part 1 item 5: an appointment is held by name"),
                    row.valid_to,
                )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        if subject.login_id is None or "name" in needs:
            return
        with across_tenants("one's own applications"):
            count = self._applications(subject).count()
        appointed = Coordinator.objects.filter(login_id=subject.login_id or 0).count()
        if count:
            yield Line(
                _("names and phone in applications of organisations, also in their history"),
                Fate.ANONYMISE,
                count,
            )
        if appointed:
            yield Line(
                _("names in appointments of coordinators, also in their history"), Fate.ANONYMISE, appointed
            )

    def erase(self, *, actor: Any, subject: Subject, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        lines = list(self.holds(subject, needs=needs, now=now))
        if lines and subject.login_id is not None:
            names_forget_for_room(login_id=subject.login_id)
        return lines


def register() -> None:
    register_personal_data(JoiningData())
    register_told("joining.ChairContact", gettext_lazy("how to reach the chair"))
    register_told("joining.PilotGroup", gettext_lazy("a group of a pilot"))
