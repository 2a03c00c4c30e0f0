"""What this room itself holds of a person: consents, requests, archives, acts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.privacy import services
from koopset.apps.privacy.models import (
    ConsentAct,
    DataExport,
    DestructionAct,
    ErasureRequest,
    PaperConsent,
)
from koopset.apps.privacy.services.exports import KEEP_DAYS, exports_drop_for_room
from koopset.foundation.personal.looks import register_look
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    Paper,
    PersonalData,
    Subject,
    Table,
    of_persons,
    register_personal_data,
    table,
)
from koopset.foundation.personal.terms import Term, days, register_term
from koopset.foundation.rights.actors import Actor


def _mine(subject: Subject) -> Q:
    return (
        Q(login_id=subject.login_id) if subject.login_id is not None else Q(person_id__in=subject.person_ids)
    )


class PrivacyData(PersonalData):
    room = "privacy"
    title = gettext_lazy("Consents and requests")
    models: ClassVar[dict[str, Any]] = {
        "privacy.ConsentAct": gettext_lazy("a consent"),
        "privacy.PaperConsent": gettext_lazy("a consent on paper"),
        "privacy.DataExport": gettext_lazy("an archive of one’s own data"),
        "privacy.ErasureRequest": gettext_lazy("a request to erase"),
        "privacy.DestructionAct": gettext_lazy("an act of destruction"),
    }

    def tables(self, subject: Subject) -> Iterable[Table]:
        if subject.login_id is not None:
            yield table(
                "consents",
                gettext_lazy("Consents given and withdrawn"),
                [
                    Column("at", _("When")),
                    Column("addressee", _("To whom")),
                    Column("purpose", _("Of which purpose")),
                    Column("version", _("Version")),
                    Column("deed", _("What happened"), lambda value: str(ConsentAct.Deed(value).label)),
                    Column("channel", _("How"), lambda value: str(ConsentAct.Channel(value).label)),
                    Column("sha256", _("Digest of the text")),
                ],
                ConsentAct.objects.filter(login_id=subject.login_id).order_by("pk"),
            )
            yield table(
                "archives",
                gettext_lazy("Archives of your data"),
                [
                    Column("created_at", _("Asked")),
                    Column("ready_at", _("Ready")),
                    Column("size", _("Bytes")),
                ],
                DataExport.objects.filter(login_id=subject.login_id).order_by("pk"),
            )
        yield table(
            "paper-consents",
            gettext_lazy("Consents given and withdrawn on paper"),
            [
                Column("signed_on", _("Signed on")),
                Column("addressee", _("To whom")),
                Column("purpose", _("Of which purpose")),
                Column("version", _("Version")),
                Column("deed", _("What happened"), lambda value: str(ConsentAct.Deed(value).label)),
                Column("at", _("Entered")),
                Column("text_sha256", _("Digest of the text")),
                Column("scan_sha256", _("Digest of the scan")),
            ],
            *of_persons(PaperConsent, subject),
        )
        yield table(
            "erasure-requests",
            gettext_lazy("Requests to erase"),
            [
                Column("created_at", _("Asked")),
                Column("organisation_id", _("Organisation, number")),
                Column("reason", _("Why")),
                Column("state", _("State"), lambda value: str(ErasureRequest.State(value).label)),
                Column("decided_at", _("Answered")),
                Column("answer", _("Answer")),
            ],
            ErasureRequest.objects.filter(_mine(subject)).order_by("pk"),
        )
        yield table(
            "destruction-acts",
            gettext_lazy("Acts of destruction"),
            [Column("at", _("When")), Column("person_id", _("Card")), Column("ground", _("Ground"))],
            DestructionAct.objects.filter(
                Q(person_id__in=subject.person_ids) | Q(login_id=subject.login_id or 0)
            ).order_by("pk"),
        )

    def papers(self, subject: Subject) -> Iterable[Paper]:
        for rows in of_persons(PaperConsent, subject):
            for row in rows.filter(file__isnull=False).select_related("file"):
                if row.file is not None:
                    yield Paper(f"consents/{row.signed_on.isoformat()} {row.file.name}", row.file.open)

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        papers = sum(rows.count() for rows in of_persons(PaperConsent, subject))
        if papers:
            yield Line(
                _("consents on paper: dates and digests; scans go three years after the withdrawal"),
                Fate.KEEP,
                papers,
                _("152-ФЗ art. 9 part 3: whoever processed must prove the consent"),
            )
        if subject.login_id is None:
            return
        archives = DataExport.objects.filter(login_id=subject.login_id).count()
        if archives:
            yield Line(_("archives of one’s own data"), Fate.ERASE, archives)
        consents = ConsentAct.objects.filter(login_id=subject.login_id).count()
        if consents:
            yield Line(
                _("consents: number of the login, purpose and time, no names"),
                Fate.KEEP,
                consents,
                _("152-ФЗ art. 9 part 3: whoever processed must prove the consent"),
            )

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterable[Line]:
        lines = list(self.holds(subject, needs=needs, now=now))
        if subject.login_id is not None:
            exports_drop_for_room(login_id=subject.login_id)
        return lines


def _forget_exports(before: datetime, now: datetime) -> Counter[int | None]:
    return services.exports_forget(now=now)


def _erase_rests(before: datetime, now: datetime) -> Counter[int | None]:
    return services.rests_erase(now=now)


def _forget_scans(before: datetime, now: datetime) -> Counter[int | None]:
    return services.scans_forget(before=before)


def register() -> None:
    register_look("privacy.consents", gettext_lazy("consents of a person"))
    register_term(
        Term(
            "privacy.scans",
            gettext_lazy("Scans of consents on paper that were withdrawn"),
            gettext_lazy("three years, while a claim is possible (ГК РФ art. 196); dates and digests stay"),
            days(3 * 365),
            _forget_scans,
            order=45,
        )
    )
    register_personal_data(PrivacyData())
    register_term(
        Term(
            "privacy.exports",
            gettext_lazy("Archives of one’s own data"),
            gettext_lazy("the link is good for a week, then the archive is deleted"),
            days(KEEP_DAYS),
            _forget_exports,
            order=15,
        )
    )
    register_term(
        Term(
            "privacy.rests",
            gettext_lazy("What was kept back when a person asked to erase"),
            gettext_lazy("152-ФЗ art. 21: goes on the day when no law keeps it any more"),
            None,
            _erase_rests,
            order=5,
        )
    )
    register_term(
        Term(
            "privacy.acts",
            gettext_lazy("Acts of destruction"),
            gettext_lazy("order of Roskomnadzor 179 of 28.10.2022: three years at least; they hold no names"),
            days(3 * 365),
            order=300,
        )
    )
    register_term(
        Term(
            "privacy.consents",
            gettext_lazy("Consents given and withdrawn"),
            gettext_lazy("152-ФЗ art. 9 part 3: to prove them; numbers of logins, no names"),
            None,
            order=300,
        )
    )
