"""What belongs to no room: who asks, the work in the background, reading a file before anything is stored."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File, Query
from ninja.files import UploadedFile
from pydantic import Field

from koopset.apps.organisations import selectors as organisations
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Out
from koopset.foundation.jobs import Job
from koopset.foundation.jobs.permissions import JobRight
from koopset.foundation.jobs.selectors import jobs_of, may_see
from koopset.foundation.jobs.services import job_cancel
from koopset.foundation.rights.pages import Gate
from koopset.kernel.inspection import inspect_file

room = Room(
    "general",
    _("General"),
    {JobRight.VIEW: _("See all work in the background"), JobRight.CANCEL: _("Cancel work in the background")},
)


class MyOrganisation(Out):
    id: int
    name: str
    roles: list[str]


class Me(Out):
    """Who the key speaks for and what it opens. `kind`: token (of a person) or key (of an organisation, which is nobody's login)."""

    kind: str = Field(examples=["token"])
    login_id: int | None
    person_ids: list[int]
    is_operator: bool
    scopes: list[str] | None
    organisations: list[MyOrganisation]


class JobOut(Out):
    """Work in the background. `state`: waiting, running, done, failed, cancelled."""

    id: int
    kind: str
    title: str
    state: str
    percent: int | None
    done: int
    total: int
    text: str
    result: dict[str, Any] | None
    error_code: str
    error_text: str
    link: str
    created_at: datetime
    finished_at: datetime | None


class FindingOut(Out):
    line: int | None
    code: str
    text: str


class InspectionOut(Out):
    """What a file is, whether it could be loaded, what is wrong; nothing was stored."""

    known: bool
    usable: bool
    format: str | None
    encoding: str | None
    records: int
    totals: dict[str, str | int | None]
    warnings: list[FindingOut]
    errors: list[FindingOut]


def _job(job: Job) -> dict[str, Any]:
    return {
        "id": job.pk,
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "percent": job.percent,
        "done": job.progress_done,
        "total": job.progress_total,
        "text": job.progress_text,
        "result": job.result,
        "error_code": job.error_code,
        "error_text": job.error_text,
        "link": job.link,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }


@room.reads("/me", asks=Gate.SIGNED_IN, summary=_("Who the key speaks for"), response=Me)
def me(request: ApiRequest) -> Any:
    actor = request.actor
    names = organisations.organisation_names(actor.organisation_ids)
    return {
        "kind": actor.kind.value,
        "login_id": actor.login_id if actor.home_id is None else None,
        "person_ids": sorted(actor.person_ids),
        "is_operator": actor.is_operator,
        "scopes": None if actor.scopes is None else sorted(actor.scopes),
        "organisations": [
            {"id": pk, "name": names.get(pk, ""), "roles": sorted(role.value for role in actor.roles_in(pk))}
            for pk in actor.organisation_ids
        ],
    }


@room.reads(
    "/o/{int:organisation_id}/jobs",
    asks=Gate.ANY_ROLE,
    summary=_("Work in the background, the newest first"),
    response=Piece[JobOut],
)
def jobs_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, jobs_of(request.actor, organisation_id), _job)


@room.reads(
    "/o/{int:organisation_id}/jobs/{int:job_id}",
    asks=Gate.ANY_ROLE,
    summary=_("How far the work is"),
    response=JobOut,
)
def job_progress(request: ApiRequest, organisation_id: int, job_id: int) -> Any:
    job = Job.objects.get(organisation_id=organisation_id, pk=job_id)
    if not may_see(request.actor, job):
        raise Http404
    return _job(job)


@room.writes(
    "/o/{int:organisation_id}/jobs/{int:job_id}/cancel",
    asks=Gate.ANY_ROLE,
    summary=_("Call work off"),
    response=JobOut,
)
def job_call_off(request: ApiRequest, organisation_id: int, job_id: int) -> Any:
    return _job(
        job_cancel(actor=request.actor, organisation_id=organisation_id, job_id=job_id, now=timezone.now())
    )


@room.writes(
    "/inspect",
    asks=Gate.SIGNED_IN,
    summary=_("Look at a file before loading it: its format, sums, mistakes by line"),
    response=InspectionOut,
)
def file_inspect(request: ApiRequest, file: File[UploadedFile]) -> Any:
    with tempfile.TemporaryDirectory(prefix="koopset-inspect-") as folder:
        # The name helps readers to know the format; only its last part is used, so that it leads nowhere else.
        path = Path(folder) / (Path((file.name or "").replace("\\", "/")).name[-100:].strip(". ") or "file")
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        found = inspect_file(path)
    if found is None:
        return {
            "known": False,
            "usable": False,
            "format": None,
            "encoding": None,
            "records": 0,
            "totals": {},
            "warnings": [],
            "errors": [],
        }
    return {"known": True, "usable": found.usable, **found.to_json()}
