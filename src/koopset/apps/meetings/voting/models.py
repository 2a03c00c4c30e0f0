"""The queue of speakers of a meeting. Who speaks is no vote: rows here enter neither the chain nor the archive."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from koopset.apps.meetings.models import Meeting
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class Floor(TenantModel):
    """How long each may speak at a meeting; without a row the usual time holds (`rules.USUAL_MINUTES`)."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="+")
    meeting_id: int
    minutes = models.PositiveSmallIntegerField()

    history = changes()


class Speech(TenantModel):
    """Somebody in the hall asked for the floor. `minutes` are frozen when the chair calls."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("speaker", "waits")
        CALLED = "called", pgettext_lazy("speaker", "speaks")
        SPOKEN = "spoken", pgettext_lazy("speaker", "has spoken")
        WITHDRAWN = "withdrawn", pgettext_lazy("speaker", "does not want to speak any more")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+", db_index=False)
    meeting_id: int
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id: int
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    minutes = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "meeting", "person"],
                condition=Q(state__in=["asked", "called"]),
                name="speech_once_in_queue",
            ),
            models.UniqueConstraint(
                fields=["organisation", "meeting"], condition=Q(state="called"), name="speech_one_speaks"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "meeting", "asked_at"], name="speech_queue")]
