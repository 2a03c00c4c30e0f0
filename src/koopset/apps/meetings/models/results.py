"""The chain of events, the closing, what was decided and what follows from it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from koopset.apps.meetings.models.meeting import AgendaItem, Meeting
from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class ChainEvent(TenantModel):
    """An event of a meeting with the hash of the one before (`rules.chain`). A fact."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="events", db_index=False)
    meeting_id: int
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    line = models.BinaryField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "meeting", "number"], name="chain_event_number")
        ]


class Closing(TenantModel):
    """What the closing froze: who took part, the root over all ballots, the two published tables of each secret item. A fact."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="closing")
    meeting_id: int
    attendance = models.JSONField()
    secret = models.JSONField(default=dict)
    ballots_root = models.CharField(max_length=64)
    ballots_count = models.PositiveIntegerField()
    at = models.DateTimeField()
    closed_by = models.BigIntegerField(null=True)


class ItemResult(TenantModel):
    """The verdict on an item with its arithmetic, the article and the version of the law. A fact; only its decision is added."""

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", pgettext_lazy("decision", "adopted")
        NOT_ADOPTED = "not_adopted", pgettext_lazy("decision", "not adopted")
        NO_QUORUM = "no_quorum", pgettext_lazy("decision", "no quorum")
        VOID = "void", pgettext_lazy("decision", "may not be decided")

    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="result")
    item_id: int
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="results", db_index=False)
    meeting_id: int
    outcome = models.CharField(max_length=11, choices=Outcome.choices)
    data = models.JSONField(help_text="the event «result» or «elected» of the chain")
    article = models.CharField(max_length=200)
    to_be_checked = models.BooleanField(help_text="the article is to be compared with the edition in force")
    law_version = models.CharField(max_length=80)
    law_digest = models.CharField(max_length=64)
    decision = models.OneToOneField(
        "register.Decision", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decision_id: int | None

    class Meta:
        indexes = [models.Index(fields=["organisation", "meeting"], name="item_result_by_meeting")]


class EffectRow(TenantModel):
    """What an adopted decision lets another room do, offered with the decision attached."""

    class State(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("effect", "waits to be carried out")
        DONE = "done", pgettext_lazy("effect", "carried out")

    result = models.OneToOneField(ItemResult, on_delete=models.PROTECT, related_name="effect")
    result_id: int
    effect = models.CharField(max_length=10)
    data = models.JSONField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.OFFERED)
    note = models.CharField(max_length=300, blank=True)
    offered_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)

    history = changes()

    class Meta:
        indexes = [models.Index(fields=["organisation", "state"], name="effect_by_state")]
