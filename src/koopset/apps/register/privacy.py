"""What this room holds of a person: shares in plots and flats, membership, files of registers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.register.models import (
    Death,
    Exclusion,
    Membership,
    MembershipApplication,
    Ownership,
    PowerOfAttorney,
    ServedNotice,
)
from koopset.apps.register.services import imports_forget
from koopset.apps.register.services.addresses import addresses_forget_for_room
from koopset.foundation.personal.looks import register_look
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    PersonalData,
    Subject,
    Table,
    Tie,
    of_persons,
    register_personal_data,
    register_told,
    roubles,
    table,
)
from koopset.foundation.personal.terms import Term, days, register_term
from koopset.foundation.tenants.guard import across_tenants


def _right(value: str) -> str:
    return str(Ownership.Right(value).label)


def _ground(value: str) -> str:
    return str(Membership.Ground(value).label) if value else ""


def _ground_lines(value: list[dict[str, Any]]) -> str:
    return "; ".join(
        f"{line['title']} {line['month']}, {line['due_on']}: {roubles(line['kop'])}"
        for line in value
        if line["counts"]
    )


class RegisterData(PersonalData):
    room = "register"
    title = gettext_lazy("The register: plots and membership")
    models: ClassVar[dict[str, Any]] = {
        "register.Ownership": gettext_lazy("a share in a plot or a flat"),
        "register.Membership": gettext_lazy("a membership"),
        "register.MembershipApplication": gettext_lazy("an application for membership"),
        "register.Exclusion": gettext_lazy("an exclusion from members"),
        "register.Death": gettext_lazy("a record of a death"),
        "register.PowerOfAttorney": gettext_lazy("a power of attorney"),
        "register.ServedNotice": gettext_lazy("a notice with proof"),
    }

    def whereabouts(self, person_ids: Sequence[int]) -> Iterable[int]:
        with across_tenants("where one's own cards occur"):
            rows = Ownership.objects.filter(person_id__in=person_ids).order_by()
            return list(rows.values_list("organisation_id", flat=True).distinct())

    def tables(self, subject: Subject) -> Iterable[Table]:
        yield table(
            "ownership",
            gettext_lazy("Plots and flats"),
            [
                Column("organisation__organisation__name_short", _("Organisation")),
                Column("unit__number", _("Number")),
                Column("unit__street", _("Street")),
                Column("unit__cadastral_number", _("Cadastral number")),
                Column("right", _("Right"), _right),
                Column("share_numerator", _("Share, numerator")),
                Column("share_denominator", _("Share, denominator")),
                Column("valid_from", _("From")),
                Column("valid_to", _("To")),
                Column("deed", _("Deed")),
            ],
            *of_persons(Ownership, subject),
        )
        yield table(
            "membership",
            gettext_lazy("Membership"),
            [
                Column("organisation__organisation__name_short", _("Organisation")),
                Column("valid_from", _("Member since")),
                Column("valid_to", _("Member until")),
                Column("ground", _("Why it ended"), _ground),
                Column("card_number", _("Number of the member’s book")),
                Column("admitted_by__title", _("Admitted by")),
                Column("ended_by__title", _("Ended by")),
            ],
            *of_persons(Membership, subject),
        )

        organisation = Column("organisation__organisation__name_short", _("Organisation"))
        yield table(
            "applications",
            gettext_lazy("Applications for membership"),
            [
                organisation,
                Column("submitted_on", _("Handed in")),
                Column("state", _("State"), lambda value: str(MembershipApplication.State(value).label)),
                Column("residence", _("Residence")),
                Column("postal_address", _("Postal address")),
                Column("email", _("E-mail")),
                Column("word", _("Word of the office")),
                Column("closed_on", _("Ended")),
            ],
            *of_persons(MembershipApplication, subject),
        )
        yield table(
            "exclusions",
            gettext_lazy("Exclusions from members"),
            [
                organisation,
                Column("started_on", _("From")),
                Column("state", _("State"), lambda value: str(Exclusion.State(value).label)),
                Column("debt_kop", _("Debt, ₽"), roubles),
                Column("ground", _("Ground"), _ground_lines),
                Column("lawful_from", _("Lawful from")),
                Column("closed_on", _("Ended")),
            ],
            *of_persons(Exclusion, subject),
        )
        yield table(
            "deaths",
            gettext_lazy("Records of a death"),
            [
                organisation,
                Column("died_on", _("Date")),
                Column("document", _("Document")),
                Column("reversed_on", _("Taken back as a mistake on")),
                Column("reversal__word", _("Why")),
            ],
            *of_persons(Death, subject),
        )
        yield table(
            "powers",
            gettext_lazy("Powers of attorney, given and held"),
            [
                organisation,
                Column("principal_id", _("Card of who gave it")),
                Column("agent_id", _("Card of who holds it")),
                Column("number", _("Number")),
                Column("issued_on", _("From")),
                Column("valid_to", _("To")),
                Column("revoked_on", _("Called back")),
            ],
            *of_persons(PowerOfAttorney, subject, "principal_id"),
            *of_persons(PowerOfAttorney, subject, "agent_id"),
        )
        yield table(
            "served-notices",
            gettext_lazy("Notices handed to you with proof"),
            [
                organisation,
                Column("sent_on", _("Sent")),
                Column("title", _("Title")),
                Column("text", _("Text")),
                Column("number", _("Number")),
                Column("received_on", _("Handed over")),
            ],
            *of_persons(ServedNotice, subject),
        )

    def ties(self, subject: Subject, *, now: datetime) -> Iterable[Tie]:
        holding = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate(now))
        needs = frozenset({"name", "address"})
        for rows in of_persons(Ownership, subject):
            for row in rows.filter(holding).select_related("unit"):
                yield Tie(
                    _("owns a plot or a flat, No. %(number)s") % {"number": row.unit.number},
                    _("the register is kept by 217-ФЗ art. 15, ЖК РФ art. 138 item 9"),
                    None,
                    needs,
                )
        for rows in of_persons(Membership, subject):
            if rows.filter(holding).exists():
                yield Tie(
                    _("is a member"),
                    _("the register of members: 217-ФЗ art. 15, ЖК РФ art. 143"),
                    None,
                    needs,
                )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        count = sum(rows.count() for model in _KEPT for rows in of_persons(model, subject))
        if count:
            yield Line(
                _("shares and memberships: numbers and dates, no names"),
                Fate.KEEP,
                count,
                _("217-ФЗ art. 15: the register; art. 21: papers of the partnership"),
            )
        if "address" not in needs and (filed := len(self._addressed(subject))):
            yield Line(_("addresses in applications, also in their history"), Fate.ERASE, filed)

    @staticmethod
    def _addressed(subject: Subject) -> list[MembershipApplication]:
        return [
            row
            for rows in of_persons(MembershipApplication, subject)
            for row in rows
            if row.residence or row.postal_address or row.email or row.word
        ]

    def erase(self, *, actor: Any, subject: Subject, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        lines = list(self.holds(subject, needs=needs, now=now))
        if "address" not in needs:
            addresses_forget_for_room(application_ids=[row.pk for row in self._addressed(subject)])
        return lines


#: Dates, numbers and keys of cards; what a notice said is proof of a lawful deed.
_KEPT = (
    Ownership,
    Membership,
    MembershipApplication,
    Exclusion,
    Death,
    ServedNotice,
)


def _forget_unloaded(before: datetime, now: datetime) -> Counter[int | None]:
    return imports_forget(before=before, loaded=False)


def _forget_loaded(before: datetime, now: datetime) -> Counter[int | None]:
    return imports_forget(before=before, loaded=True)


def register() -> None:
    register_personal_data(RegisterData())
    for label, words in (
        ("register.Decision", gettext_lazy("a decision")),
        ("register.Unit", gettext_lazy("a plot or a flat")),
        ("register.UnitArea", gettext_lazy("an area of a plot")),
    ):
        register_told(label, words)
    register_told(
        "register.ApplicationMove",
        gettext_lazy("a step of an application"),
        "who of the office moved an application: a fact of the body; the applicant's own part is the application",
    )
    register_told(
        "register.DeathReversal",
        gettext_lazy("a death taken back"),
        "given out with the record of the death",
    )
    register_told("plan.Plan", gettext_lazy("a plan of the settlement"))
    register_told("plan.Shape", gettext_lazy("a shape of a plot"))
    register_look("register.person", gettext_lazy("card of a person with plots and history"))
    register_look("register.units", gettext_lazy("register with names"))
    register_look("register.file", gettext_lazy("register with names, as a file"))
    register_term(
        Term(
            "register.unloaded",
            gettext_lazy("Files of registers that were not loaded"),
            gettext_lazy("152-ФЗ art. 5 part 7: nobody needs them after a month"),
            days(30),
            _forget_unloaded,
            order=40,
        )
    )
    register_term(
        Term(
            "register.loaded",
            gettext_lazy("Files of registers that were loaded"),
            gettext_lazy("a year, to compare the register with what was brought"),
            days(365),
            _forget_loaded,
            order=40,
        )
    )
    register_term(
        Term(
            "register.law",
            gettext_lazy("Register: owners, members, decisions"),
            gettext_lazy("217-ФЗ art. 15 and 21: while the partnership is; minutes 49 years"),
            None,
            order=300,
        )
    )
