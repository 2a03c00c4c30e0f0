"""What several pages do with what was brought: files kept, a decision chosen or written down, a name found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from koopset.apps.people.selectors import find_one
from koopset.apps.register import selectors, services
from koopset.foundation.files import file_store
from koopset.foundation.rights.pages import PageRequest
from koopset.kernel.violations import RuleViolation

MAX_BYTES = 50 * 1024 * 1024


def files_kept(
    request: PageRequest, organisation_id: int, uploads: Iterable[Any], kind: str, now: datetime
) -> list[int]:
    """Keys of the files; call it in the transaction of the deed."""
    return [
        file_store(
            organisation_id=organisation_id,
            name=upload.name,
            content=upload.file,
            kind=kind,
            actor=request.actor,
            now=now,
            max_bytes=MAX_BYTES,
        ).pk
        for upload in uploads
        if upload
    ]


def decisions_of(request: PageRequest, organisation_id: int, body: str) -> list[tuple[int, str]]:
    """The latest decisions of a body, to choose from."""
    return [
        (row.id, f"{row.label}: {row.title}")
        for row in selectors.decisions(request.actor, organisation_id, body=body, limit=100)
    ]


def decision_chosen(
    request: PageRequest,
    organisation_id: int,
    data: dict[str, Any],
    *,
    body: str,
    title: str,
    wording: str,
    article: str,
    now: datetime,
) -> int:
    """The decision chosen in a DecisionChoiceForm, or a new row of the register of decisions by its minutes."""
    if data["decision"] is not None:
        return int(data["decision"])
    return services.decision_record(
        actor=request.actor,
        organisation_id=organisation_id,
        body=body,
        decided_on=data["decided_on"],
        number=data["number"],
        item=data["item"],
        title=title,
        wording=wording,
        article=article[:120],
        now=now,
    ).pk


def person_named(organisation_id: int, name: str, names: dict[str, int], field: str) -> int:
    """The card of a typed name. Raises people.name_unknown and the like at the field."""
    try:
        return find_one(organisation_id, " ".join(name.split()), names, field=field)
    except RuleViolation as refusal:
        raise RuleViolation(refusal.code, field=field, **refusal.params) from refusal  # type: ignore[arg-type]
