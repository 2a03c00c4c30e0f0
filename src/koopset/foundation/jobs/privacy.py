"""What this room holds of a person: the work they asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.foundation.jobs.models import Job, JobState
from koopset.foundation.personal.ports import (
    Column,
    PersonalData,
    Subject,
    Table,
    register_personal_data,
    table,
)


class JobsData(PersonalData):
    room = "jobs"
    title = gettext_lazy("Work in the background")
    models: ClassVar[dict[str, Any]] = {"jobs.Job": gettext_lazy("work in the background")}

    def tables(self, subject: Subject) -> Iterable[Table]:
        if subject.login_id is None:
            return
        yield table(
            "work",
            gettext_lazy("Work you asked for"),
            [
                Column("created_at", _("When")),
                Column("title", _("Work")),
                Column("state", _("State"), lambda value: str(JobState(value).label)),
            ],
            *(
                Job.objects.filter(organisation_id=organisation_id, login_id=subject.login_id)
                .exclude(title="")
                .order_by("pk")
                for organisation_id in subject.organisation_ids
            ),
        )


def register() -> None:
    register_personal_data(JobsData())
