"""What this room holds of a person: offices, and whom a representative stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.organisations.models import RoleAssignment
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
from koopset.foundation.rights.roles import ROLE_NAMES, Role
from koopset.foundation.tenants.guard import across_tenants


class OrganisationsData(PersonalData):
    room = "organisations"
    title = gettext_lazy("Offices you hold")
    models: ClassVar[dict[str, Any]] = {"organisations.RoleAssignment": gettext_lazy("an office")}

    @staticmethod
    def _rows(subject: Subject) -> list[Any]:
        return [
            RoleAssignment.objects.filter(
                Q(person_id__in=ids) | Q(for_person_id__in=ids), organisation_id=organisation_id
            ).order_by("pk")
            for organisation_id, ids in subject.in_organisations()
        ]

    def whereabouts(self, person_ids: Sequence[int]) -> Iterable[int]:
        with across_tenants("where one's own cards occur"):
            rows = RoleAssignment.objects.filter(
                Q(person_id__in=person_ids) | Q(for_person_id__in=person_ids)
            ).order_by()
            return list(rows.values_list("organisation_id", flat=True).distinct())

    def tables(self, subject: Subject) -> Iterable[Table]:
        yield table(
            "offices",
            gettext_lazy("Offices, and who stands for whom"),
            [
                Column("organisation__organisation__name_short", _("Organisation")),
                Column("role", _("Role"), lambda role: str(ROLE_NAMES[Role(role)])),
                Column("person_id", _("Card of the holder")),
                Column("for_person_id", _("Card of whom they stand for")),
                Column("valid_from", _("From")),
                Column("valid_to", _("To")),
                Column("basis", _("Basis")),
            ],
            *self._rows(subject),
        )

    def ties(self, subject: Subject, *, now: datetime) -> Iterable[Tie]:
        today = timezone.localdate(now)
        for rows in self._rows(subject):
            for row in rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today)):
                yield Tie(
                    _("holds an office: %(role)s") % {"role": ROLE_NAMES[Role(row.role)]},
                    _("152-ФЗ art. 6 part 1 item 2: an office of a body is held by name"),
                    row.valid_to,
                )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        count = sum(rows.count() for rows in self._rows(subject))
        if count:
            yield Line(
                _("offices and proxies: numbers of cards and dates, no names"),
                Fate.KEEP,
                count,
                _("decisions of the body are kept: 217-ФЗ art. 21"),
            )

    def erase(self, *, actor: Any, subject: Subject, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        return self.holds(subject, needs=needs, now=now)


def register() -> None:
    register_personal_data(OrganisationsData())
    register_told("organisations.Organisation", gettext_lazy("an organisation"))
    register_told("organisations.Verification", gettext_lazy("a verification of an organisation"))
    register_told("organisations.BankChange", gettext_lazy("a change of bank details"))
    register_told("organisations.BankAccount", gettext_lazy("a bank account of an organisation"))
