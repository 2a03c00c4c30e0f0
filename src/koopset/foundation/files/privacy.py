"""What this room holds of a person: files they brought."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.foundation.files.models import StoredFile
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    PersonalData,
    Subject,
    Table,
    register_personal_data,
    table,
)
from koopset.foundation.rights.actors import Actor


class FilesData(PersonalData):
    """A file that an office brought is the organisation's: the person gets the list of what they brought, and no bytes with others' names.

    Files of a person's own (papers, pictures) are given by the room whose they are.
    """

    room = "files"
    title = gettext_lazy("Files you brought")
    models: ClassVar[dict[str, Any]] = {"files.StoredFile": gettext_lazy("a file")}

    @staticmethod
    def _rows(subject: Subject) -> list[Any]:
        if subject.login_id is None:
            return []
        return [
            StoredFile.objects.filter(organisation_id=organisation_id, login_id=subject.login_id).order_by(
                "pk"
            )
            for organisation_id in subject.organisation_ids
        ]

    def tables(self, subject: Subject) -> Iterable[Table]:
        yield table(
            "files",
            gettext_lazy("Files you brought"),
            [
                Column("organisation__organisation__name_short", _("Organisation")),
                Column("created_at", _("When")),
                Column("name", _("File")),
                Column("size", _("Bytes")),
                Column("sha256", _("Digest")),
            ],
            *self._rows(subject),
        )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        count = sum(rows.count() for rows in self._rows(subject))
        if count:
            yield Line(
                _("files brought for an organisation: they are its papers"),
                Fate.KEEP,
                count,
                _("402-ФЗ art. 29; files of registers go by their term"),
            )

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterable[Line]:
        return self.holds(subject, needs=needs, now=now)


def register() -> None:
    register_personal_data(FilesData())
