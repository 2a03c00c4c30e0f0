"""Notices to people and how each wants to be told. Written by `services`, `devices` and the jobs that send; e-mails are never kept here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.foundation.tenants.models import Scope, Tenant


class MailState(models.TextChoices):
    NONE = "none", pgettext_lazy("letter", "no letter is asked for")
    WAITING = "waiting", pgettext_lazy("letter", "being sent")
    HELD = "held", pgettext_lazy("letter", "waits for its hour")
    SENT = "sent", pgettext_lazy("letter", "sent")
    NO_ADDRESS = "no-address", pgettext_lazy("letter", "there is no e-mail")
    DECLINED = "declined", pgettext_lazy("letter", "the person wants no letters of this kind")
    FAILED = "failed", pgettext_lazy("letter", "could not be sent")


class PushState(models.TextChoices):
    """The same states of a push, in its words."""

    NONE = "none", pgettext_lazy("push", "no push is asked for")
    WAITING = "waiting", pgettext_lazy("push", "being sent")
    HELD = "held", pgettext_lazy("push", "waits for its hour")
    SENT = "sent", pgettext_lazy("push", "sent")
    NO_ADDRESS = "no-address", pgettext_lazy("push", "there is no phone for pushes")
    DECLINED = "declined", pgettext_lazy("push", "the person wants no pushes of this kind")
    FAILED = "failed", pgettext_lazy("push", "could not be sent")


class Rhythm(models.TextChoices):
    """When letters of a topic go out."""

    NOW = "now", _("at once")
    DAY = "day", _("once a day")
    WEEK = "week", _("once a week")


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
    push = models.CharField(max_length=10, choices=PushState, default=PushState.NONE)
    # Until when a letter or a push is held; kept when it was let go, so that it is not held once more.
    mail_due_at = models.DateTimeField(null=True)
    push_due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["login_id", "-created_at"], name="notices_of_login"),
            models.Index(fields=["person_id", "-created_at"], name="notices_of_person"),
            models.Index(fields=["organisation", "-created_at"], name="notices_of_organisation"),
            models.Index(fields=["mail_due_at"], condition=models.Q(mail="held"), name="notices_mail_held"),
            models.Index(fields=["push_due_at"], condition=models.Q(push="held"), name="notices_push_held"),
        ]
        constraints = [models.CheckConstraint(condition=_ONE_RECIPIENT, name="notice_has_one_recipient")]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """An attempt to send a notice: the log that answers "did it go out?".

    `place` is where to, as its owner knows it: a masked e-mail, a device.
    """

    scope: ClassVar[Scope] = Scope.PERSON

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    at = models.DateTimeField()
    channel = models.CharField(max_length=4, default="mail")
    place = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=10, choices=MailState)
    fault = models.CharField(
        max_length=200, blank=True
    )  # class of the error and code of the server, no text of it

    def __str__(self) -> str:
        return f"{self.channel} {self.outcome} {self.at}"

    @property
    def outcome_text(self) -> str:
        """How it ended, in the words of its channel."""
        return str((PushState if self.channel == "push" else MailState)(self.outcome).label)


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


class TopicChoice(models.Model):
    """What the person or the login chose for a topic beside letters refused (MailRefusal). No row: everything, at once."""

    scope: ClassVar[Scope] = Scope.PERSON

    person_id = models.BigIntegerField(null=True)
    login_id = models.BigIntegerField(null=True)
    topic = models.CharField(max_length=80)
    app = models.BooleanField(default=True, help_text="counted at the bell; the list of notices has all")
    push = models.BooleanField(default=True)
    rhythm = models.CharField(max_length=4, choices=Rhythm, default=Rhythm.NOW)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "topic"], name="topic_chosen_once_by_person"),
            models.UniqueConstraint(fields=["login_id", "topic"], name="topic_chosen_once_by_login"),
            models.CheckConstraint(condition=_ONE_RECIPIENT, name="topic_choice_has_one_recipient"),
        ]

    def __str__(self) -> str:
        return self.topic


class Hours(models.Model):
    """When a login may be disturbed, and when it gets letters of a day or a week. Hours are of its zone. No row: `timing.USUAL`."""

    scope: ClassVar[Scope] = Scope.PERSON

    login_id = models.BigIntegerField(unique=True)
    quiet = models.BooleanField(default=True)
    quiet_from = models.PositiveSmallIntegerField()
    quiet_till = models.PositiveSmallIntegerField()
    digest_hour = models.PositiveSmallIntegerField()
    digest_weekday = models.PositiveSmallIntegerField(help_text="0 is Monday")
    zone = models.CharField(max_length=40, blank=True, help_text="empty: the zone of the platform")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__lt=24, quiet_till__lt=24, digest_hour__lt=24)
                & models.Q(digest_weekday__lt=7),
                name="hours_are_of_the_clock",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quiet_from}–{self.quiet_till}"


class Device(models.Model):
    """A browser that takes pushes for a login: an address at its maker and the keys that encrypt for it alone."""

    scope: ClassVar[Scope] = Scope.PERSON

    login_id = models.BigIntegerField()
    endpoint = models.CharField(max_length=1000)
    endpoint_sha256 = models.CharField(max_length=64, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    name = models.CharField(max_length=80, help_text="as its owner would call it: Chrome, Android")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, help_text="when a push was last taken for it")

    class Meta:
        indexes = [models.Index(fields=["login_id"], name="devices_of_login")]

    def __str__(self) -> str:
        return self.name
