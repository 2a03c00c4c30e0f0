"""What this room holds of a person: what a login answered of names on its own receipts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.catalogue import services
from koopset.apps.catalogue.models import NameAnswer
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    PersonalData,
    Subject,
    Table,
    register_personal_data,
    register_told,
    table,
)
from koopset.foundation.rights.actors import Actor


class CatalogueData(PersonalData):
    room: ClassVar[str] = "catalogue"
    title = gettext_lazy("Names of goods")
    models = {"catalogue.NameAnswer": gettext_lazy("an answer what goods are")}

    def tables(self, subject: Subject) -> Iterable[Table]:
        if subject.login_id is None:
            return
        yield table(
            "names-answered",
            gettext_lazy("What you said names on receipts are"),
            [
                Column("name__key", _("Name")),
                Column("category", _("Category")),
                Column("kind", _("Kind of goods")),
                Column("at", _("When")),
            ],
            NameAnswer.objects.filter(login_id=subject.login_id).order_by("pk"),
        )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        if subject.login_id is None:
            return
        count = NameAnswer.objects.filter(login_id=subject.login_id).count()
        if count:
            yield Line(_("that it was you who explained names of goods"), Fate.ERASE, count)

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterable[Line]:
        lines = list(self.holds(subject, needs=needs, now=now))
        if subject.login_id is not None:
            services.answers_erase_for_room(login_id=subject.login_id)
        return lines


def register() -> None:
    register_personal_data(CatalogueData())
    register_told("catalogue.Good", gettext_lazy("a product by its number"))
    register_told("catalogue.LearntName", gettext_lazy("a learnt name of goods"))
