"""A row is a file somebody brought or the platform made. Written by `services.file_store` only; the bytes never change."""

from __future__ import annotations

from typing import IO, ClassVar

from django.core.files.storage import default_storage
from django.db import models
from django.urls import reverse

from koopset.foundation.tenants.models import Scope, TenantModel


class StoredFile(TenantModel):
    """`path` names the bytes in the storage by their sha256 within the organisation: equal files of one organisation are kept once."""

    scope: ClassVar[Scope] = Scope.TENANT

    kind = models.CharField(max_length=64)  # "register-import", "papers.minutes": decides who may download
    name = models.CharField(max_length=180)
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=128)
    path = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    login_id = models.BigIntegerField(null=True)  # no foreign key: a login may be erased

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "kind", "-created_at"], name="files_by_kind"),
            models.Index(fields=["organisation", "sha256"], name="files_by_digest"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="files_not_empty")]

    def __str__(self) -> str:
        return self.name

    def open(self) -> IO[bytes]:
        """The bytes as a stream; the caller closes it."""
        return default_storage.open(self.path, "rb")

    @property
    def url(self) -> str:
        return reverse("files:download", kwargs={"organisation_id": self.organisation_id, "file_id": self.pk})
