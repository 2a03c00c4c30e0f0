"""A meeting, its agenda and the papers to it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from koopset.foundation.files.models import StoredFile
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class Meeting(TenantModel):
    """A meeting of a body. `law` is the key of its law profile; the text itself is frozen in `Opening`.

    `starts_at`: when people gather (none in absentia); `opens_on`, `ends_at`: the first day and the last moment of votes from afar.
    Its moves are declared in `rules.states`.
    """

    class Kind(models.TextChoices):
        GENERAL = "meeting", pgettext_lazy("meeting", "general meeting")
        OWNERS = "owners", pgettext_lazy("meeting", "meeting of owners")
        BOARD = "board", pgettext_lazy("meeting", "meeting of the board")

    class Form(models.TextChoices):
        IN_PERSON = "in_person", pgettext_lazy("meeting", "in person")
        MIXED = "mixed", pgettext_lazy("meeting", "in person and in absentia")
        ABSENTIA = "absentia", pgettext_lazy("meeting", "in absentia")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("meeting", "is being prepared")
        NOTICED = "noticed", pgettext_lazy("meeting", "notice is given")
        OPEN = "open", pgettext_lazy("meeting", "is open")
        CLOSED = "closed", pgettext_lazy("meeting", "is closed, votes are counted")
        RECORDED = "recorded", pgettext_lazy("meeting", "minutes are signed")
        FAILED = "failed", pgettext_lazy("meeting", "had no quorum")
        CANCELLED = "cancelled", pgettext_lazy("meeting", "is called off")

    class Initiator(models.TextChoices):
        BOARD = "board", pgettext_lazy("initiator", "the board")
        CHAIR = "chair", pgettext_lazy("initiator", "the chair")
        AUDITORS = "auditors", pgettext_lazy("initiator", "the auditors")
        MEMBERS = "members", pgettext_lazy("initiator", "members")
        OWNERS = "owners", pgettext_lazy("initiator", "owners")
        AUTHORITY = "authority", pgettext_lazy("initiator", "the local authority")
        MANAGER = "manager", pgettext_lazy("initiator", "the managing company")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    law = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    form = models.CharField(max_length=9, choices=Form.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    initiator = models.CharField(max_length=9, choices=Initiator.choices, default=Initiator.BOARD)
    demanded_on = models.DateField(null=True)
    supporters = models.PositiveIntegerField(default=0)
    demand_members = models.PositiveIntegerField(default=0, help_text="of how many members the demand was")
    place = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField(null=True)
    opens_on = models.DateField(null=True)
    ends_at = models.DateTimeField(null=True)
    electronic = models.BooleanField(default=False)
    in_system = models.BooleanField(default=False, help_text="in the system of ЖК art. 47.1")
    message_on = models.DateField(null=True)
    posted_on = models.DateField(null=True)
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeated_by")
    repeats_id: int | None
    number = models.CharField(max_length=40, blank=True, help_text="number of the minutes")
    cancel_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.BigIntegerField(null=True)
    noticed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    history = changes()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(form="absentia", starts_at__isnull=True, ends_at__isnull=False)
                | (~Q(form="absentia") & Q(starts_at__isnull=False)),
                name="meeting_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(supporters__lte=F("demand_members")), name="meeting_supporters_of_members"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "created_at"], name="meeting_by_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def on(self) -> date:
        """The day of the meeting; in absentia the last day on which votes are taken in."""
        moment = self.starts_at or self.ends_at
        assert moment is not None
        return timezone.localdate(moment)


class Official(TenantModel):
    """Who presides, writes the minutes, counts."""

    class Role(models.TextChoices):
        CHAIR = "chair", pgettext_lazy("meeting", "chair of the meeting")
        SECRETARY = "secretary", pgettext_lazy("meeting", "secretary")
        COUNTER = "counter", pgettext_lazy("meeting", "member of the counting commission")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="officials", db_index=False)
    meeting_id: int
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id: int
    role = models.CharField(max_length=9, choices=Role.choices)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "meeting", "person", "role"], name="official_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "meeting", "role"],
                condition=~Q(role="counter"),
                name="official_one_of_role",
            ),
        ]


class AgendaItem(TenantModel):
    """An item of the agenda. `key` names its type in the law profile («fees», a second one «fees#2»). Frozen from the notice on.

    With candidates it is an election of `seats` people. `effect_data` is what another room needs to do what was decided. `put_at`: when it
    was put to the vote in the hall.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items", db_index=False)
    meeting_id: int
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    wording = models.TextField(help_text="the decision as it is put to the vote")
    is_secret = models.BooleanField(default=False)
    seats = models.PositiveSmallIntegerField(default=0)
    effect = models.CharField(max_length=10, default="none")
    effect_data = models.JSONField(default=dict)
    put_at = models.DateTimeField(null=True)

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "meeting", "key"], name="agenda_key_once")
        ]
        indexes = [models.Index(fields=["organisation", "meeting", "position"], name="agenda_order")]

    def __str__(self) -> str:
        return self.title


class Candidate(TenantModel):
    """Somebody who stands in an election."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="candidates", db_index=False)
    item_id: int
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id: int
    position = models.PositiveSmallIntegerField()

    history = changes()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "item", "person"], name="candidate_once")
        ]


class Material(TenantModel):
    """A paper to an item and the day since which it could be read. A fact; only withdrawn may be added."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="materials", db_index=False)
    item_id: int
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", db_index=False)
    file_id: int
    title = models.CharField(max_length=200)
    published_on = models.DateField()
    at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "item"], name="material_by_item")]
