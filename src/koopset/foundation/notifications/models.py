"""Notices to people. Written by `services.notify` and by the job that sends letters; addresses are never kept here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from koopset.foundation.tenants.models import Scope, Tenant


class MailState(models.TextChoices):
    NONE = "none", pgettext_lazy("letter", "no letter is asked for")
    WAITING = "waiting", pgettext_lazy("letter", "being sent")
    SENT = "sent", pgettext_lazy("letter", "sent")
    NO_ADDRESS = "no-address", pgettext_lazy("letter", "there is no e-mail")
    DECLINED = "declined", pgettext_lazy("letter", "the person wants no letters of this kind")
    FAILED = "failed", pgettext_lazy("letter", "could not be sent")


_ONE_RECIPIENT = models.Q(person_id__isnull=False, login_id__isnull=True) | models.Q(
    person_id__isnull=True, login_id__isnull=False
)


class Notification(models.Model):
    """One notice to one human being: by the card of a person (also before they have a login) or by a login."""

    scope: ClassVar[Scope] = Scope.PERSON

    organisation = models.ForeignKey(
        Tenant, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation_id: int | None
    person_id = models.BigIntegerField(
        null=True
    )  # no foreign keys upwards; erasure of a person deletes their notices
    login_id = models.BigIntegerField(null=True)
    topic = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=MailState, default=MailState.NONE)

    class Meta:
        indexes = [
            models.Index(fields=["login_id", "-created_at"], name="notices_of_login"),
            models.Index(fields=["person_id", "-created_at"], name="notices_of_person"),
        ]
        constraints = [models.CheckConstraint(condition=_ONE_RECIPIENT, name="notice_has_one_recipient")]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """An attempt to send the letter of a notice: the log that answers "did it go out?"."""

    scope: ClassVar[Scope] = Scope.PERSON

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=MailState)
    fault = models.CharField(
        max_length=200, blank=True
    )  # class of the error and code of the server, no text of it

    def __str__(self) -> str:
        return f"{self.outcome} {self.at}"


class MailRefusal(models.Model):
    """The person or the login wants no letters of a topic; notices on pages go on."""

    scope: ClassVar[Scope] = Scope.PERSON

    person_id = models.BigIntegerField(null=True)
    login_id = models.BigIntegerField(null=True)
    topic = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "topic"], name="mail_refused_once_by_person"),
            models.UniqueConstraint(fields=["login_id", "topic"], name="mail_refused_once_by_login"),
            models.CheckConstraint(condition=_ONE_RECIPIENT, name="mail_refusal_has_one_recipient"),
        ]

    def __str__(self) -> str:
        return self.topic
