"""Who came and went, and who votes for whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from koopset.apps.meetings.models.meeting import Meeting
from koopset.foundation.files.models import StoredFile
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class Presence(TenantModel):
    """Somebody came in or left. A fact."""

    class Move(models.TextChoices):
        IN = "in", pgettext_lazy("meeting", "came")
        OUT = "out", pgettext_lazy("meeting", "left")

    class Way(models.TextChoices):
        DOOR = "door", pgettext_lazy("meeting", "checked in by the commission")
        PHONE = "phone", pgettext_lazy("meeting", "by the code of the hall")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="presence", db_index=False)
    meeting_id: int
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id: int
    move = models.CharField(max_length=3, choices=Move.choices)
    way = models.CharField(max_length=5, choices=Way.choices)
    at = models.DateTimeField()
    entered_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "meeting", "person"], name="presence_by_meeting")]


class EntryTry(TenantModel):
    """Wrong codes of the hall that a person typed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+", db_index=False)
    meeting_id: int
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id: int
    wrong = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "meeting", "person"], name="entry_try_once")
        ]


class MeetingPower(TenantModel):
    """A power of attorney handed to the commission, as the paper says; whether it holds is `rules.proxies`. `items`: None for all."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="powers", db_index=False)
    meeting_id: int
    principal = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    principal_id: int
    agent = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    agent_id: int
    issued_on = models.DateField(null=True)
    until = models.DateField(null=True)
    items = models.JSONField(null=True)
    is_substitute = models.BooleanField(default=False)
    revoked_on = models.DateField(null=True)
    number = models.CharField(max_length=60, blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    file_id: int | None
    register_power_id = models.BigIntegerField(
        null=True, help_text="the power in the register, if taken from there"
    )
    entered_at = models.DateTimeField()
    entered_by = models.BigIntegerField(null=True)

    history = changes()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("agent")), name="meeting_power_of_another"),
            models.UniqueConstraint(
                fields=["organisation", "meeting", "register_power_id"], name="meeting_power_taken_once"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "meeting"], name="meeting_power_by_meeting")]
