"""The applicant's pages; the page of one application is the checker's too."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from koopset.apps.joining import selectors, services
from koopset.apps.joining.forms import ApplicationForm, DocumentForm
from koopset.apps.joining.rules import documents_missing
from koopset.apps.people.selectors import persons_of_login
from koopset.apps.places.selectors import territory_choices
from koopset.foundation.files.media import INLINE
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

ERROR = 40


def steps_shown(steps: Any) -> list[dict[str, Any]]:
    """Steps with their names, for the component of steps."""
    names = selectors.step_names()
    return [
        {"key": one.step, "title": names[one.step], "state": one.state, "since": one.since} for one in steps
    ]


@page(Gate.SIGNED_IN)
@require_safe
def applications(request: PageRequest) -> HttpResponse:
    """My applications, and the way to a new one."""
    return render(request, "joining/applications.html", {"rows": selectors.my_applications(request.actor)})


@page(Gate.SIGNED_IN)
def application_new(request: PageRequest) -> HttpResponse:
    """Begin an application; it is kept as a draft. Who has told a name at sign-up is not asked for it again."""
    known = next(iter(persons_of_login(request.actor.login_id or 0)), None)
    names = ("last_name", "first_name", "middle_name", "phone")
    form = ApplicationForm(
        request.POST or None,
        places=territory_choices(),
        initial={name: getattr(known, name) for name in names} if known else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.application_save(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The draft is kept. Bring the papers, then send the application."))
            return redirect("joining:application", application_id=row.pk)
    return render(request, "joining/application_form.html", {"form": form, "application": None})


@page(Gate.SIGNED_IN)
def application(request: PageRequest, application_id: int) -> HttpResponse:
    """An application: how far it is, what comes next, its papers and history."""
    row = selectors.application_for(request.actor, application_id)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    context = {
        "application": row,
        "steps": steps_shown(row.steps),
        "form": DocumentForm() if row.editable else None,
        "complete": not row.missing_fields and not row.missing_documents,
    }
    return render(request, "joining/application.html", context)


def _own(request: PageRequest, application_id: int) -> selectors.ApplicationPage:
    """One's own, whatever the method: who may not see it learns nothing of the page, not even how it is asked."""
    row = selectors.application_for(request.actor, application_id)
    if not row.is_mine:
        raise Http404
    return row


@page(Gate.SIGNED_IN)
def application_edit(request: PageRequest, application_id: int) -> HttpResponse:
    """Change a draft, or what the checker asked to mend."""
    row = _own(request, application_id)
    if not row.editable:
        return redirect("joining:application", application_id=row.id)
    values = asdict(row)
    form = ApplicationForm(
        request.POST or None,
        places=territory_choices(),
        initial={
            name: (value.isoformat() if name in ("elected_on", "term_until") and value else value)
            for name, value in values.items()
            if name in ApplicationForm.base_fields
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.application_save(
                actor=request.actor, application_id=row.id, now=timezone.now(), **form.cleaned_data
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved."))
            return redirect("joining:application", application_id=row.id)
    return render(request, "joining/application_form.html", {"form": form, "application": row})


@page(Gate.SIGNED_IN)
def application_submit(request: PageRequest, application_id: int) -> HttpResponse:
    """Send it."""
    row = _own(request, application_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        services.application_submit(actor=request.actor, application_id=row.id, now=timezone.now())
        tell(request, _("The application is sent. You will be told by e-mail and here."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("joining:application", application_id=row.id)


@page(Gate.SIGNED_IN)
def application_withdraw(request: PageRequest, application_id: int) -> HttpResponse:
    """Take it back."""
    row = _own(request, application_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        services.application_withdraw(actor=request.actor, application_id=row.id, now=timezone.now())
        tell(request, _("The application of the organisation is withdrawn."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("joining:application", application_id=row.id)


@page(Gate.SIGNED_IN)
def document_add(request: PageRequest, application_id: int) -> HttpResponse:
    """Bring a paper."""
    row = _own(request, application_id)
    if not row.editable:
        return redirect("joining:application", application_id=row.id)
    lacking = documents_missing(row.form, row.inn, (one.kind for one in row.documents))
    start = {"kind": lacking[0]} if lacking else None
    form = DocumentForm(request.POST or None, request.FILES or None, initial=start)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            services.document_add(
                actor=request.actor,
                application_id=row.id,
                kind=form.cleaned_data["kind"],
                name=upload.name,
                content=upload,
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The paper is added."))
            return redirect("joining:application", application_id=row.id)
    return render(request, "joining/document_form.html", {"form": form, "application": row})


@page(Gate.SIGNED_IN)
def document(request: PageRequest, application_id: int, document_id: int) -> HttpResponseBase:
    """A paper, for the applicant and the checker; pictures and PDF open in the page."""
    file = selectors.document_file(request.actor, application_id, document_id)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        stream = file.open()
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(
        stream,
        as_attachment=file.media_type not in INLINE,
        filename=file.name,
        content_type=file.media_type,
    )
    response["Content-Length"] = str(file.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@page(Gate.SIGNED_IN)
def document_remove(request: PageRequest, application_id: int, document_id: int) -> HttpResponse:
    """Take a paper back."""
    row = _own(request, application_id)
    if document_id not in {one.id for one in row.documents}:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        services.document_remove(
            actor=request.actor, application_id=row.id, document_id=document_id, now=timezone.now()
        )
        tell(request, _("The paper is removed."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("joining:application", application_id=row.id)
