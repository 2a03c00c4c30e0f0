"""Consents on paper: the newest of each person, the papers of one person, who may read a scan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from koopset.apps.people import selectors as people
from koopset.apps.privacy.formats.consent_texts import russian
from koopset.apps.privacy.models import PaperConsent
from koopset.apps.privacy.permissions import PrivacyRight
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import Actor

#: Kind of a stored file: the scan of a consent or of its withdrawal.
PAPER_FILE = "privacy.consent"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper as the office and the person see it; `by` is "" for the platform."""

    purpose: str
    title: str
    version: int
    deed: str
    deed_name: str
    signed_on: date
    file: StoredFile | None
    scan_sha256: str
    by: str
    at: datetime


def newest_papers(
    organisation_id: int,
    person_ids: Collection[int],
    purpose: str | None = None,
    until: datetime | None = None,
) -> dict[tuple[int, str], PaperConsent]:
    """(person, purpose) → the last paper, of those that take effect before a moment."""
    found: dict[tuple[int, str], PaperConsent] = {}
    for part in people.chunks(person_ids):
        rows = PaperConsent.objects.filter(organisation_id=organisation_id, person_id__in=part)
        if purpose is not None:
            rows = rows.filter(purpose=purpose)
        if until is not None:
            rows = rows.filter(effective_at__lt=until)
        for row in rows.order_by("effective_at", "pk"):
            found[row.person_id, row.purpose] = row
    return found


def papers_of_person(actor: Actor, organisation_id: int, person_id: int) -> list[PaperRow]:
    """All papers of one person, the latest first. Raises Forbidden."""
    actor.require(PrivacyRight.CONSENT_RECORD, organisation_id)
    return _rows(organisation_id, [person_id])


def papers_lately(actor: Actor, organisation_id: int, *, limit: int = 20) -> list[tuple[int, PaperRow]]:
    """(person, paper) of the papers entered last. Raises Forbidden."""
    actor.require(PrivacyRight.CONSENT_RECORD, organisation_id)
    found = list(
        PaperConsent.objects.filter(organisation_id=organisation_id)
        .select_related("file")
        .order_by("-at", "-pk")[:limit]
    )
    shown = _shown(organisation_id, found)
    return [(row.person_id, one) for row, one in zip(found, shown, strict=True)]


def papers_of_cards(organisation_id: int, person_ids: Collection[int]) -> list[PaperRow]:
    """Papers of one's own cards. Asks no right: the caller shows them to the person alone."""
    return _rows(organisation_id, person_ids)


def _rows(organisation_id: int, person_ids: Collection[int]) -> list[PaperRow]:
    found = PaperConsent.objects.filter(organisation_id=organisation_id, person_id__in=list(person_ids))
    return _shown(organisation_id, list(found.select_related("file").order_by("-signed_on", "-pk")[:200]))


def may_read_paper(actor: Actor, file: StoredFile) -> bool:
    """The office that brings papers in, whoever answers requests to erase, and the person who signed."""
    if any(
        actor.can(right, file.organisation_id)
        for right in (PrivacyRight.CONSENT_RECORD, PrivacyRight.REQUEST_DECIDE)
    ):
        return True
    return PaperConsent.objects.filter(
        organisation_id=file.organisation_id, file_id=file.pk, person_id__in=list(actor.person_ids)
    ).exists()


def _shown(organisation_id: int, rows: list[PaperConsent]) -> list[PaperRow]:
    names = people.login_names(
        {row.login_id for row in rows if row.login_id is not None}, organisation_id=organisation_id
    )
    return [
        PaperRow(
            row.purpose,
            text.title if (text := russian().version(row.purpose, row.version)) else row.purpose,
            row.version,
            row.deed,
            str(row.get_deed_display()),
            row.signed_on,
            row.file,
            row.scan_sha256,
            names.get(row.login_id or 0, ""),
            row.at,
        )
        for row in rows
    ]
