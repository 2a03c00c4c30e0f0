"""Photographs of goods: of a claim, of what came short, spoilt or instead of another. Pictures only, as phones make them."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from koopset.foundation.files import file_store
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import Actor
from koopset.kernel.violations import RuleViolation

#: Kinds of stored files: the photo of a claim, the photo of a row of intake.
OF_CLAIM, OF_INTAKE = "settlement.claim", "settlement.intake"
#: The largest photo.
PHOTO_BYTES = 10 * 1024 * 1024
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic"})

#: The name of a file and what is in it.
Photo = tuple[str, BinaryIO | bytes]


def photo_keep(
    actor: Actor, organisation_id: int, photo: Photo | None, kind: str, *, now: datetime
) -> StoredFile | None:
    """Keep a photo of the row that is being written, inside its transaction. Raises settlement.not_a_photo, files.*."""
    if photo is None:
        return None
    name, content = photo
    kept = file_store(
        organisation_id=organisation_id,
        name=name,
        content=content,
        kind=kind,
        actor=actor,
        now=now,
        max_bytes=PHOTO_BYTES,
    )
    if kept.media_type not in PICTURES:
        raise RuleViolation("settlement.not_a_photo", field="photo")
    return kept
