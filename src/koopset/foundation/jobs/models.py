"""What is to be done, by whom it was asked, how far it is. Written by `services` and `worker` only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from koopset.foundation.refusals import text_of_code
from koopset.foundation.tenants.models import Scope, Tenant


class JobState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("job", "Waiting")
    RUNNING = "running", pgettext_lazy("job", "Under way")
    DONE = "done", pgettext_lazy("job", "Done")
    FAILED = "failed", pgettext_lazy("job", "Not done")
    CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")


FINISHED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class Job(models.Model):
    """One piece of work. A row of the machinery (a worker takes it whatever the organisation), but whoever shows it names the organisation.

    `attempts` is also the fence: a worker that was given up for lost writes under an old number, and its writing is refused.
    A job without a title is plumbing (delivery of an event) and is shown to nobody.
    """

    scope: ClassVar[Scope] = Scope.GLOBAL
    #: The tenant guard watches this table although it also holds work of the platform.
    guarded: ClassVar[bool] = True

    organisation = models.ForeignKey(
        Tenant, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation_id: int | None
    kind = models.CharField(max_length=80)
    title = models.CharField(max_length=200, blank=True)
    args = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True)  # noqa: DJ001 - no key is not an empty key: it is not unique
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    link = models.CharField(max_length=300, blank=True)  # where the result is, a path of this site

    login_id = models.BigIntegerField(null=True)  # who asked; None: the platform itself
    scopes = models.JSONField(null=True)  # of the token that asked

    created_at = models.DateTimeField()
    run_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    attempts_before = models.PositiveIntegerField(default=0)  # of earlier askings under the same key
    worker = models.CharField(max_length=100, blank=True)
    cancel_asked = models.BooleanField(default=False)

    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(default=0)
    progress_text = models.CharField(max_length=200, blank=True)
    result = models.JSONField(null=True)
    error_code = models.CharField(max_length=100, blank=True)
    error_params = models.JSONField(default=dict)
    fault = models.CharField(
        max_length=300, blank=True
    )  # class and place of an exception, never its text: it may hold names

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="jobs_of_organisation"),
            models.Index(fields=["run_at", "id"], condition=models.Q(state="waiting"), name="jobs_waiting"),
            models.Index(fields=["heartbeat_at"], condition=models.Q(state="running"), name="jobs_running"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="jobs_key_once"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(organisation__isnull=True), name="jobs_platform_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def percent(self) -> int | None:
        """0 to 100; None while the size of the work is not known."""
        if self.state == JobState.DONE:
            return 100
        return min(100, self.progress_done * 100 // self.progress_total) if self.progress_total else None

    @property
    def error_text(self) -> str:
        return text_of_code(self.error_code, self.error_params) if self.error_code else ""


class ScheduleTick(models.Model):
    """The last tick of each schedule that became a job. Its change and the job are one transaction, so two workers never double it."""

    scope: ClassVar[Scope] = Scope.GLOBAL

    name = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """A process that takes jobs; `seen_at` is its heartbeat, for the health page."""

    scope: ClassVar[Scope] = Scope.GLOBAL

    name = models.CharField(max_length=100, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
