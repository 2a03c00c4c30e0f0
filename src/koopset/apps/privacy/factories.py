"""A person with everything an organisation may hold of them, for tests of this room and of the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from koopset.apps.privacy.models import ConsentAct, DataExport, ErasureRequest
from koopset.apps.privacy.rules import answer_by, erase_by


def make_request(
    login_id: int,
    *,
    organisation_id: int | None = None,
    person_id: int | None = None,
    now: datetime,
    **fields: Any,
) -> ErasureRequest:
    """A request that waits: for a card, or for the login."""
    return ErasureRequest.objects.create(
        login_id=login_id,
        organisation_id=organisation_id,
        person_id=person_id,
        created_at=now,
        answer_by=answer_by(now.date()),
        erase_by=erase_by(now.date()),
        **fields,
    )


def make_export(login_id: int, *, now: datetime, **fields: Any) -> DataExport:
    """An archive that has been asked for and is no more."""
    return DataExport.objects.create(
        login_id=login_id, created_at=now, **({"ready_at": now, "expires_at": now} | fields)
    )


def make_consent(
    login_id: int, purpose: str, *, organisation_id: int | None, now: datetime, **fields: Any
) -> ConsentAct:
    """A consent as it was given, to version 1 unless told."""
    values = {"version": 1, "deed": "given", "addressee": "СНТ", "sha256": "0" * 64} | fields
    return ConsentAct.objects.create(
        login_id=login_id, organisation_id=organisation_id, purpose=purpose, at=now, **values
    )
