"""What secretaries write into minutes; files with the papers of many people, made in the background."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from koopset.foundation.files.models import StoredFile
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class PaperFolder(TenantModel):
    """A file with papers of all: asked for, being made, ready. Written by `papers_ask` and by its job.

    `stage` is the state of the meeting when it was asked for: a file of an earlier state is made anew.
    """

    class Kind(models.TextChoices):
        BALLOTS = "ballots", pgettext_lazy("papers", "written ballots of all")
        FILLED = "filled", pgettext_lazy("papers", "filled ballots of all")
        PARTICIPANTS = "participants", pgettext_lazy("papers", "register of participants")
        TOLD = "told", pgettext_lazy("papers", "list of those who were told")
        BUNDLE = "bundle", pgettext_lazy("papers", "all papers in one archive")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("papers", "is being made")
        READY = "ready", pgettext_lazy("papers", "ready")
        FAILED = "failed", pgettext_lazy("papers", "was not made")

    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.PROTECT, related_name="folders", db_index=False
    )
    meeting_id: int
    kind = models.CharField(max_length=12, choices=Kind.choices)
    stage = models.CharField(max_length=9)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    file_id: int | None
    job_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "meeting", "kind"], name="paper_folder_once")
        ]


class MinutesText(TenantModel):
    """What only people know and minutes must hold, written by the secretary after the count and before the signing; one a meeting.

    `heard`: key of an item → who spoke and what about. Nothing of it is computed, and nothing of it is counted.
    """

    meeting = models.OneToOneField("meetings.Meeting", on_delete=models.PROTECT, related_name="minutes_text")
    meeting_id: int
    heard = models.JSONField(default=dict)
    objections = models.TextField(blank=True, help_text="who voted against and asked to have it written down")
    kept_at = models.CharField(max_length=300, blank=True)
    system_number = models.CharField(max_length=60, blank=True, help_text="number of the minutes in ГИС ЖКХ")
    set_at = models.DateTimeField()
    set_by = models.BigIntegerField(null=True)

    history = changes()
