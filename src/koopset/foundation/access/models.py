"""Keys of programs and the answers they were given. Written by `services`, `keys` and `idempotency` only."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from koopset.foundation.history.records import changes
from koopset.foundation.tenants.models import Scope, TenantModel


class ApiToken(models.Model):
    """A program's key to what a login may do, narrowed to `scopes`. The secret is shown once; only its digest is kept."""

    scope: ClassVar[Scope] = Scope.PERSON

    login = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    login_id: int
    name = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12, help_text="the beginning of the secret, to tell keys apart")
    scopes = models.JSONField(default=list, help_text="rights, sorted")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["login", "-created_at"], name="tokens_of_login")]

    def __str__(self) -> str:
        return self.prefix


class OrganisationKey(TenantModel):
    """A program's key that belongs to an organisation and to nobody in it: who made it may leave, the key stays with those who come.

    Written by `keys`. It opens `scopes` in its organisation till `expires_at`; what it does is signed by its own number
    (`rights.actors.key_signature`). The secret is shown once; only its digest is kept.
    """

    name = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    prefix = models.CharField(max_length=24, help_text="the beginning of the secret, to tell keys apart")
    scopes = models.JSONField(default=list, help_text="rights, sorted")
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True, help_text="login; no foreign key: it may be erased")
    expires_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True, help_text="when its keepers were told that it ends soon")
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    history = changes(excluded_fields=["sha256", "last_used_at"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "sha256"], name="organisation_key_once"),
        ]
        indexes = [models.Index(fields=["organisation", "-created_at"], name="keys_of_organisation")]

    def __str__(self) -> str:
        return self.prefix


class IdempotencyRecord(models.Model):
    """What a request under an Idempotency-Key was answered. Made in the transaction of the work itself: no answer without the work.

    `login_id` is who asked: a login, or below zero a key of an organisation.
    """

    scope: ClassVar[Scope] = Scope.PERSON

    login_id = models.BigIntegerField()
    key = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64, help_text="of method, address and body")
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True, help_text="JSON as it was sent")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["login_id", "key"], name="idempotency_key_once"),
            models.CheckConstraint(condition=~Q(key=""), name="idempotency_key_not_empty"),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_by_age")]

    def __str__(self) -> str:
        return self.key
