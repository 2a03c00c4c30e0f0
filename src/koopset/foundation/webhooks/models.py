"""Addresses that are told of events, what they were told, and what came of it. Written by `services`, `deliveries` and `jobs` only."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import TenantModel


class Subscription(TenantModel):
    """An https address of a program that wants to hear of named events of the organisation.

    The fields after `failing_since` are the machinery's: how many attempts failed in a row, till when the address is left alone, when the
    next round of sending is due and which round has the address now.
    """

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("webhook", "on")
        PAUSED = "paused", pgettext_lazy("webhook", "off")
        FAILING = "failing", pgettext_lazy("webhook", "does not answer")

    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list, help_text="names of the catalogue, sorted")
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True, help_text="login; no foreign key: it may be erased")
    failing_since = models.DateTimeField(null=True)

    failures = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, help_text="the last good answer")
    quiet_until = models.DateTimeField(null=True)
    round_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)

    history = changes(excluded_fields=["failures", "answered_at", "quiet_until", "round_at", "held_until"])

    class Meta:
        indexes = [models.Index(fields=["organisation", "state"], name="webhooks_of_organisation")]

    def __str__(self) -> str:
        return self.name


class SigningSecret(TenantModel):
    """One secret of a subscription. The secret itself is nowhere: it is derived from the site's own key and `nonce` (`signing`).

    After a change the old one goes on signing beside the new till `ends_at`.
    """

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="secrets", db_index=False
    )
    subscription_id: int
    number = models.PositiveIntegerField()
    nonce = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "subscription", "number"], name="webhook_secret_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}-{self.number}"


class Message(TenantModel):
    """What happened, as it is told: the very text, so that each attempt and each subscriber gets the same bytes. Kept for a month."""

    uid = models.CharField(max_length=40)
    event = models.CharField(max_length=60)
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "uid"], name="webhook_message_once")]
        indexes = [models.Index(fields=["organisation", "created_at"], name="webhook_messages_by_age")]

    def __str__(self) -> str:
        return self.uid


class Delivery(TenantModel):
    """A message on its way to one subscription."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "waits")
        DONE = "done", pgettext_lazy("delivery", "delivered")
        GIVEN_UP = "given-up", pgettext_lazy("delivery", "not delivered")
        HELD = "held", pgettext_lazy("delivery", "kept till the address is switched on")

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    subscription_id: int
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    message_id: int
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0, help_text="since it was asked for the last time")
    next_at = models.DateTimeField()
    first_at = models.DateTimeField(null=True, help_text="of those tries")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "subscription", "message"], name="webhook_delivery_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "subscription", "next_at"],
                condition=models.Q(state="waiting"),
                name="webhook_deliveries_waiting",
            ),
            models.Index(fields=["organisation", "message"], name="webhook_deliveries_of_message"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.subscription_id}"


class Attempt(TenantModel):
    """One request to the address and what came back. No secret and no header is kept."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    delivery_id: int
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="null: there was no answer")
    fault = models.CharField(max_length=40, blank=True, help_text="why there was no answer")
    milliseconds = models.PositiveIntegerField()
    answer = models.CharField(max_length=300, blank=True, help_text="its beginning")

    class Meta:
        indexes = [models.Index(fields=["organisation", "delivery", "at"], name="webhook_attempts")]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.at}"

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
