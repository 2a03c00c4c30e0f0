"""The law of a body's meetings, for programs."""

from datetime import date
from typing import Any

from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.api.asked import CharterIn, LawIn, MeetingReasonIn
from koopset.apps.meetings.api.frame import made, room
from koopset.apps.meetings.api.told import CharterOut, EditionOut, LawTextOut, MeetingLawOut
from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Made

LAW = "/o/{int:organisation_id}/meeting-law"


def _known(organisation_id: int, key: str) -> str:
    if key not in selectors.law_keys(organisation_id):
        raise Http404
    return key


@room.reads(
    LAW,
    asks=MeetingRight.LAW_VIEW,
    summary=_("Law profiles of the organisation on a day, that of its general meeting first"),
    response=Piece[MeetingLawOut],
)
def law_list(request: ApiRequest, organisation_id: int, paging: Query[Paging], on: date | None = None) -> Any:
    day, language = on or timezone.localdate(), translation.get_language() or "ru"
    return piece(paging, selectors.law_rows(request.actor, organisation_id, day, language=language))


@room.reads(
    f"{LAW}/{{key}}",
    asks=MeetingRight.LAW_VIEW,
    summary=_("The text of a law profile on a day, and what the charter changes in it"),
    response=LawTextOut,
)
def law_text(request: ApiRequest, organisation_id: int, key: str, on: date | None = None) -> Any:
    here = selectors.law_on(organisation_id, _known(organisation_id, key), on or timezone.localdate())
    return {
        "key": key,
        "version": here.profile.version,
        "digest": here.profile.digest,
        "is_own": here.is_own,
        "text": here.text,
        "charter": here.charter,
    }


@room.reads(
    f"{LAW}/{{key}}/editions",
    asks=MeetingRight.LAW_VIEW,
    summary=_("Texts that were put in force here instead of the shipped one, the newest first"),
    response=Piece[EditionOut],
)
def editions_list(request: ApiRequest, organisation_id: int, key: str, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.law_editions(request.actor, organisation_id, _known(organisation_id, key)))


@room.writes(
    "/o/{int:organisation_id}/meeting-law-editions",
    asks=MeetingRight.LAW_EDIT,
    summary=_("Put a text of a law profile in force here"),
    response=Made,
    status=201,
)
def edition_save(request: ApiRequest, organisation_id: int, body: LawIn) -> Any:
    return made(services.law_edition_save, request, organisation_id, **body.model_dump())


@room.writes(
    "/o/{int:organisation_id}/meeting-law-editions/{int:edition_id}/end",
    asks=MeetingRight.LAW_EDIT,
    summary=_("Take a text back: the shipped one holds again"),
    response=Made,
)
def edition_end(request: ApiRequest, organisation_id: int, edition_id: int, body: MeetingReasonIn) -> Any:
    deed = services.law_edition_end
    return made(deed, request, organisation_id, edition_id=edition_id, reason=body.reason)


@room.reads(
    f"{LAW}/{{key}}/charter",
    asks=MeetingRight.LAW_VIEW,
    summary=_("What was entered of the charter, the newest first"),
    response=Piece[CharterOut],
)
def charter_list(request: ApiRequest, organisation_id: int, key: str, paging: Query[Paging]) -> Any:
    rows = selectors.charter_editions(request.actor, organisation_id, _known(organisation_id, key))
    return piece(paging, rows)


@room.writes(
    f"{LAW}/{{key}}/charter",
    asks=MeetingRight.LAW_EDIT,
    summary=_("Enter what the charter changes in a law profile, all of it, each change with its clause"),
    response=Made,
    status=201,
)
def charter_save(request: ApiRequest, organisation_id: int, key: str, body: CharterIn) -> Any:
    clauses, added = body.changes()
    return made(
        services.charter_save,
        request,
        organisation_id,
        key=_known(organisation_id, key),
        clauses=clauses,
        added=added,
        facts=body.facts(),
        since=body.since,
        document=body.document,
    )
