"""The register of decisions."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.register import selectors, services
from koopset.apps.register.forms import DecisionForm
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.ports import decision_links
from koopset.foundation.files import StoredFile, file_store
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.offline import kept_offline
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@kept_offline
@page(RegisterRight.DECISION_VIEW)
def decisions(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The list, latest first."""
    get = request.GET.get
    text, body, year = get("q", "")[:100], get("body", ""), get("year", "")
    rows = selectors.decisions_query(
        request.actor,
        organisation_id,
        q=text,
        body=body,
        year=int(year) if year.isdigit() and len(year) == 4 else None,
    )
    bodies = selectors.deciding_bodies(organisation_id)
    context = {
        "organisation_id": organisation_id,
        "page": Paginator(rows, 30).get_page(get("page")),
        "bodies": bodies,
        "body_names": dict(bodies),
        "body": body,
        "year": year,
        "active": bool(body) + bool(year),
        "sought": bool(text or body or year),
        "may_record": request.actor.can(RegisterRight.DECISION_RECORD, organisation_id),
    }
    return render(request, "register/decisions.html", context)


@kept_offline
@page(RegisterRight.DECISION_VIEW)
def decision(request: PageRequest, organisation_id: int, decision_id: int) -> HttpResponse:
    """One decision, word by word."""
    row = selectors.decision(request.actor, organisation_id, decision_id)
    file = (
        StoredFile.objects.filter(organisation_id=organisation_id, pk=row.file_id).first()
        if row.file_id
        else None
    )
    context = {
        "organisation_id": organisation_id,
        "decision": row,
        "file": file,
        "links": decision_links(request.actor, organisation_id, decision_id),
    }
    return render(request, "register/decision.html", context)


@page(RegisterRight.DECISION_RECORD)
def decision_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Write a decision into the register."""
    form = DecisionForm(
        request.POST or None, request.FILES or None, bodies=selectors.deciding_bodies(organisation_id)
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        upload = data.pop("file")
        now = timezone.now()
        try:
            with transaction.atomic():
                file_id = None
                if upload is not None:
                    file_id = file_store(
                        organisation_id=organisation_id,
                        name=upload.name,
                        content=upload.file,
                        kind=selectors.DECISION_FILE,
                        actor=request.actor,
                        now=now,
                        max_bytes=50 * 1024 * 1024,
                    ).pk
                row = services.decision_record(
                    actor=request.actor, organisation_id=organisation_id, file_id=file_id, now=now, **data
                )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The decision is in the register."))
            return redirect("register:decision", organisation_id=organisation_id, decision_id=row.pk)
    return render(request, "register/decision_form.html", {"form": form, "organisation_id": organisation_id})
