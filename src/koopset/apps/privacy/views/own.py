"""Pages of a person: consents, one's own data, who looked, erasure."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from koopset.apps.people.ports import keeper_names
from koopset.apps.people.selectors import persons_of_login
from koopset.apps.privacy import selectors, services
from koopset.apps.privacy.forms import ConsentForm, ErasureForm
from koopset.apps.privacy.models import ErasureRequest
from koopset.apps.privacy.services.exports import export_state
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

ERROR = 40
LOGIN = "login"


@page(Gate.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def my_data(request: PageRequest) -> HttpResponse:
    """What is done by law, what one has consented to, and the ways to one's data."""
    if request.method == "POST":
        return _consent(request)
    states = selectors.consents_of(request.actor, now=timezone.now())
    context = {
        "lawful": selectors.lawful_uses(),
        "consents": states,
        "changed": sum(one.state == "changed" for one in states),
    }
    return render(request, "privacy/my_data.html", context)


def _consent(request: PageRequest) -> HttpResponse:
    form = ConsentForm(request.POST)
    if not form.is_valid():
        tell(request, _("There is no such consent any more. Open the page again."), level=ERROR)
        return redirect("privacy:my_data")
    data, now = form.cleaned_data, timezone.now()
    try:
        if data["deed"] == "give":
            services.consent_give(
                actor=request.actor,
                organisation_id=data["organisation"],
                purpose=data["purpose"],
                version=data["version"] or 0,
                sha256=data["sha256"],
                now=now,
            )
            tell(request, _("The consent is given. It can be withdrawn here on any day."))
        else:
            services.consent_withdraw(
                actor=request.actor, organisation_id=data["organisation"], purpose=data["purpose"], now=now
            )
            tell(request, _("The consent is withdrawn."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("privacy:my_data")


@page(Gate.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def export(request: PageRequest) -> HttpResponse:
    """Ask for one's own data, see how far it is, take it."""
    if request.method == "POST":
        services.export_start(actor=request.actor, now=timezone.now())
        return redirect("privacy:export")
    row = selectors.own_exports(request.actor).first()
    state = export_state(row) if row is not None else ""
    if request.headers.get("HX-Request"):
        if state != "waiting":
            response = HttpResponse()
            response["HX-Refresh"] = "true"
            return response
        return render(request, "privacy/export_part.html", {"row": row, "state": state})
    response = render(request, "privacy/export.html", {"row": row, "state": state})
    response["Cache-Control"] = "private, no-store"
    return response


@page(Gate.SIGNED_IN)
def export_file(request: PageRequest, export_id: int) -> HttpResponseBase:
    """The archive, streamed; to whom it belongs and while it is kept."""
    row = get_object_or_404(selectors.own_exports(request.actor), pk=export_id)
    if not row.path or row.expires_at is None or row.expires_at <= timezone.now():
        tell(
            request,
            _("This archive is too old and has been deleted. Gather your data once more."),
            level=ERROR,
        )
        return redirect("privacy:export")
    try:
        stream = default_storage.open(row.path, "rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    day = timezone.localtime(row.ready_at).strftime("%Y-%m-%d")
    response = FileResponse(
        stream, as_attachment=True, filename=f"my-data-{day}.zip", content_type="application/zip"
    )
    response["Content-Length"] = str(row.size)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@page(Gate.SIGNED_IN)
@require_safe
def looks(request: PageRequest) -> HttpResponse:
    """Who looked at my data: role and organisation, by day."""
    at_me = selectors.looks_at(request.actor, lists=False)
    in_lists = selectors.looks_at(request.actor, lists=True)
    names = keeper_names({one.organisation_id for one in (*at_me, *in_lists)})
    context = {
        "at_me": [(one, names.get(one.organisation_id, "")) for one in at_me],
        "in_lists": [(one, names.get(one.organisation_id, "")) for one in in_lists],
    }
    return render(request, "privacy/my_looks.html", context)


@page(Gate.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def erasure(request: PageRequest) -> HttpResponse:
    """Ask to erase; what was asked before and how it was answered."""
    cards = [card for card in persons_of_login(request.actor.login_id or 0) if card.keeper_id is not None]
    asked = selectors.own_requests(request.actor)
    names = keeper_names(
        {card.keeper_id for card in cards if card.keeper_id}
        | {one.organisation_id for one in asked if one.organisation_id}
    )
    choices = [
        (
            str(card.pk),
            _("What %(organisation)s keeps of me") % {"organisation": names.get(card.keeper_id or 0, "")},
        )
        for card in cards
    ]
    choices.append((LOGIN, _("My login and what I wrote of myself on the platform")))
    form = ErasureForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        what = form.cleaned_data["what"]
        try:
            services.erasure_ask(
                actor=request.actor,
                person_id=None if what == LOGIN else int(what),
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The request is sent. The answer will come as a notice."))
            return redirect("privacy:erasure")
    platform = _("the platform")
    context = {
        "form": form,
        "asked": [
            (one, names.get(one.organisation_id, "") if one.organisation_id else platform) for one in asked
        ],
        "waiting": ErasureRequest.State.WAITING,
    }
    return render(request, "privacy/erasure.html", context)


@page(Gate.SIGNED_IN)
@require_POST
def take_back(request: PageRequest, request_id: int) -> HttpResponse:
    """Take a request back."""
    get_object_or_404(ErasureRequest, login_id=request.actor.login_id or 0, pk=request_id)
    try:
        services.erasure_take_back(actor=request.actor, request_id=request_id, now=timezone.now())
        tell(request, _("The request is taken back."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("privacy:erasure")
