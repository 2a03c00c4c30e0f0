"""Storing and removing files. Rights are asked by the caller: a file is always part of another use case."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from koopset.foundation.files.media import media_type_of
from koopset.foundation.files.models import StoredFile
from koopset.foundation.files.names import safe_name
from koopset.foundation.rights.actors import Actor
from koopset.kernel.violations import RuleViolation

CHUNK = 256 * 1024


def file_store(
    *,
    organisation_id: int,
    name: str,
    content: BinaryIO | bytes,
    kind: str,
    actor: Actor,
    now: datetime | None = None,
    max_bytes: int | None = None,
) -> StoredFile:
    """Keep `content` under a safe form of `name`; read in chunks, never whole.

    Raises RuleViolation files.empty, files.too_large, files.not_allowed, files.lying_extension, files.old_excel, files.old_word;
    then nothing is kept. Bytes of a transaction that is rolled back stay in the storage unseen, under their digest.
    """
    limit = max_bytes if max_bytes is not None else settings.UPLOAD_MAX_BYTES
    clean = safe_name(name)
    source = BytesIO(content) if isinstance(content, bytes) else content
    with tempfile.NamedTemporaryFile(prefix="koopset-upload-") as copy:
        size, digest = _copy(source, cast(BinaryIO, copy), limit)
        copy.flush()
        media_type = media_type_of(Path(copy.name), clean)
        path = f"{organisation_id}/{digest[:2]}/{digest}"
        if not default_storage.exists(path):
            copy.seek(0)
            path = default_storage.save(path, File(copy))
    return StoredFile.objects.create(
        organisation_id=organisation_id,
        kind=kind,
        name=clean,
        size=size,
        sha256=digest,
        media_type=media_type,
        path=path,
        created_at=now or timezone.now(),
        login_id=actor.login_id,
    )


def file_delete(*, file: StoredFile) -> None:
    """Forget a file; its bytes go after the commit unless another row of the organisation has the same."""
    organisation_id, path = file.organisation_id, file.path
    StoredFile.objects.filter(organisation_id=organisation_id, pk=file.pk).delete()

    def remove() -> None:
        if not StoredFile.objects.filter(organisation_id=organisation_id, path=path).exists():
            default_storage.delete(path)

    transaction.on_commit(remove)


def _copy(source: BinaryIO, target: BinaryIO, limit: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    source.seek(0) if source.seekable() else None
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise RuleViolation("files.too_large", field="file", limit_mb=limit // (1024 * 1024))
        digest.update(chunk)
        target.write(chunk)
    if size == 0:
        raise RuleViolation("files.empty", field="file")
    return size, digest.hexdigest()
