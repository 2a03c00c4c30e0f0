from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from koopset.foundation.jobs.models import Job, JobState
from koopset.foundation.jobs.permissions import JobRight
from koopset.foundation.jobs.selectors import is_own, jobs_of, may_see
from koopset.foundation.jobs.services import job_cancel
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.kernel.violations import RuleViolation

PER_PAGE = 30
#: As the component of progress knows them.
_SHOWN = {JobState.DONE: "done", JobState.FAILED: "failed", JobState.CANCELLED: "failed"}


@page(Gate.ANY_ROLE)
def listing(request: PageRequest, organisation_id: int) -> HttpResponse:
    found = Paginator(jobs_of(request.actor, organisation_id), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "jobs/list.html", {"page": found, "organisation_id": organisation_id})


@page(Gate.ANY_ROLE)
def progress(request: PageRequest, organisation_id: int, job_id: int) -> HttpResponse:
    """How far the work is. A part of any page may ask for itself anew; once the work has ended, that page is told to show the result."""
    job = _job(request, organisation_id, job_id)
    if request.headers.get("HX-Request") and job.is_finished:
        response = HttpResponse()
        if job.state == JobState.DONE and job.link:
            response["HX-Redirect"] = job.link
        else:
            response["HX-Refresh"] = "true"
        return response
    context = {
        "job": job,
        "organisation_id": organisation_id,
        "state": _SHOWN.get(JobState(job.state), "running"),
        "may_cancel": not job.is_finished
        and not job.cancel_asked
        and (is_own(request.actor, job) or request.actor.can(JobRight.CANCEL, organisation_id)),
    }
    template = "jobs/part.html" if request.headers.get("HX-Request") else "jobs/progress.html"
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


@page(Gate.ANY_ROLE)
def cancel(request: PageRequest, organisation_id: int, job_id: int) -> HttpResponse:
    job = _job(request, organisation_id, job_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        job_cancel(actor=request.actor, organisation_id=organisation_id, job_id=job.pk, now=timezone.now())
    except RuleViolation as violation:
        messages.error(request, text_of(violation))
    return redirect(reverse("jobs:progress", kwargs={"organisation_id": organisation_id, "job_id": job.pk}))


def _job(request: PageRequest, organisation_id: int, job_id: int) -> Job:
    job = get_object_or_404(Job, organisation_id=organisation_id, pk=job_id)
    if not may_see(request.actor, job):
        raise Http404
    return job
