"""What the foundation itself holds of people: looks, changes by and about a person, deeds of the office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.foundation.personal import fields
from koopset.foundation.personal.looks import look_name
from koopset.foundation.personal.models import Look, TermRun
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    PersonalData,
    Subject,
    Table,
    register_personal_data,
    row_words,
    table,
)
from koopset.foundation.personal.terms import Term, days, register_term
from koopset.foundation.tenants.guard import across_tenants

_WHAT_WAS_DONE = {
    "+": gettext_lazy("entered"),
    "~": gettext_lazy("changed"),
    "-": gettext_lazy("deleted"),
}


class FoundationData(PersonalData):
    room = "personal"
    title = gettext_lazy("Looks and changes")
    models: ClassVar[dict[str, Any]] = {"personal.Look": gettext_lazy("a look at personal data")}

    def tables(self, subject: Subject) -> Iterable[Table]:
        yield table(
            "looks",
            gettext_lazy("Who looked at your card"),
            [
                Column("at", _("When")),
                Column("organisation_id", _("Organisation, number")),
                Column("roles", _("In which role")),
                Column("kind", _("What was opened"), look_name),
            ],
            *(
                Look.objects.filter(organisation_id=organisation_id, person_id__in=person_ids).order_by("at")
                for organisation_id, person_ids in subject.in_organisations()
            ),
        )
        if subject.login_id is not None:
            yield table(
                "looks-by-me",
                gettext_lazy("What you looked at"),
                [
                    Column("at", _("When")),
                    Column("organisation_id", _("Organisation, number")),
                    Column("kind", _("What was opened"), look_name),
                    Column("count", _("People in the list")),
                ],
                *(
                    Look.objects.filter(organisation_id=organisation_id, login_id=subject.login_id).order_by(
                        "at"
                    )
                    for organisation_id in subject.organisation_ids
                ),
            )
            yield Table(
                "changes-by-me",
                gettext_lazy("Changes that you made"),
                (_("When"), _("In what"), _("Number"), _("What happened")),
                self._changes(login_id=subject.login_id),
            )
            yield Table(
                "deeds-by-me",
                gettext_lazy("What you entered and posted"),
                (_("In what"), _("How many rows"), _("First number"), _("Last number")),
                self._deeds(subject.login_id),
            )
        yield Table(
            "changes-about-me",
            gettext_lazy("Changes of what is written about you"),
            (_("When"), _("In what"), _("Number"), _("What happened")),
            self._changes(person_ids=subject.person_ids),
        )

    @staticmethod
    def _changes(*, login_id: int | None = None, person_ids: Sequence[int] = ()) -> Iterator[Sequence[Any]]:
        """Rows of all histories: by a login, or about persons. Of others nothing is shown, who made the change neither."""
        with across_tenants("one's own deeds, or changes about one's own cards, wherever they were made"):
            for model in fields.histories():
                manager = model._default_manager
                if login_id is not None:
                    queries = [manager.filter(history_user_id=login_id)]
                else:
                    names = [
                        name for name in fields.subject_fields(model) if "person" in name or "payer" in name
                    ]
                    if model._meta.label == "people.HistoricalPerson":
                        names = ["id"]
                    queries = [manager.filter(**{f"{name}__in": person_ids}) for name in names]
                key = model.instance_type._meta.pk.attname  # type: ignore[attr-defined]
                for query in queries:
                    rows = query.order_by("history_id").values_list("history_date", key, "history_type")
                    for at, number, kind in rows.iterator(chunk_size=1000):
                        yield at, _title(model), number, str(_WHAT_WAS_DONE.get(kind, kind))

    @staticmethod
    def _deeds(login_id: int) -> Iterator[Sequence[Any]]:
        with across_tenants("how much one has entered oneself"):
            for model in fields.own_models():
                for name in fields.doer_fields(model):
                    query = model._default_manager.filter(**{name: login_id})
                    first, last = query.aggregate(Min("pk"), Max("pk")).values()
                    if first is not None:
                        yield _title(model), query.count(), first, last

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        count = sum(
            Look.objects.filter(organisation_id=organisation_id, person_id__in=person_ids).count()
            for organisation_id, person_ids in subject.in_organisations()
        )
        if count:
            yield Line(
                _("log of who looked at the card: numbers only, no names"),
                Fate.KEEP,
                count,
                _("152-ФЗ art. 19; goes by itself after its term"),
            )

    def erase(self, **asked: Any) -> Iterable[Line]:
        return self.holds(asked["subject"], needs=asked["needs"], now=asked["now"])


def _title(model: Any) -> str:
    label = getattr(model, "instance_type", model)._meta.label
    return row_words(label) or str(label)


def _forget_runs(before: datetime, now: datetime) -> Counter[int | None]:
    return Counter({None: TermRun.objects.filter(at__lt=before).delete()[0]})


def register() -> None:
    register_personal_data(FoundationData())
    register_term(
        Term(
            "personal.runs",
            gettext_lazy("What the terms of keeping did"),
            gettext_lazy("proof that data went in time: three years"),
            days(3 * 365),
            _forget_runs,
            order=90,
        )
    )
    register_term(
        Term(
            "jobs.work",
            gettext_lazy("Work in the background"),
            gettext_lazy("done: 30 days; not done: 180 days, to find out why"),
            days(180),
            order=200,
        )
    )
    register_term(
        Term(
            "access.answers",
            gettext_lazy("Answers given to programs"),
            gettext_lazy("so that a repeated request does nothing twice"),
            days(30),
            order=200,
        )
    )
