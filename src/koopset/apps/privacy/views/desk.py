"""Pages of the keeper: requests to erase, who looked at whose data, terms of keeping. The operator has the same for logins."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from koopset.apps.people.selectors import login_names, own_card_names, persons_by_ids
from koopset.apps.privacy import selectors, services
from koopset.apps.privacy.forms import RefusalForm
from koopset.apps.privacy.models import ErasureRequest
from koopset.apps.privacy.permissions import PrivacyRight
from koopset.apps.privacy.selectors.paper import PaperRow, papers_lately
from koopset.foundation.personal.looks import look_name
from koopset.foundation.personal.terms import last_run_at, last_runs, terms
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

PAGE_SIZE = 50
ERROR = 40


@page(PrivacyRight.TERM_VIEW)
@require_safe
def desk(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Requests that wait, the log, terms of keeping."""
    may_decide = request.actor.can(PrivacyRight.REQUEST_DECIDE, organisation_id)
    may_record = request.actor.can(PrivacyRight.CONSENT_RECORD, organisation_id)
    context = _terms(organisation_id) | {
        "organisation_id": organisation_id,
        "may_decide": may_decide,
        "may_look": request.actor.can(PrivacyRight.LOOK_VIEW, organisation_id),
        "may_record": may_record,
        "papers": _papers(request, organisation_id) if may_record else [],
        "requests": _requests(request, organisation_id) if may_decide else None,
    }
    return render(request, "privacy/desk.html", context)


@page(PrivacyRight.PLATFORM_DECIDE)
@require_safe
def platform_desk(request: PageRequest) -> HttpResponse:
    """The same for logins, which the platform keeps."""
    context = _terms(None) | {
        "organisation_id": None,
        "may_decide": True,
        "may_look": False,
        "may_record": False,
        "requests": _requests(request, None),
    }
    return render(request, "privacy/desk.html", context)


def _papers(request: PageRequest, organisation_id: int) -> list[tuple[str, str, PaperRow]]:
    found = papers_lately(request.actor, organisation_id)
    cards = persons_by_ids({person_id for person_id, _row in found}, organisation_id=organisation_id)
    return [
        (
            reverse("privacy:person_consents", args=[organisation_id, person_id]),
            cards[person_id].short_name,
            row,
        )
        for person_id, row in found
        if person_id in cards
    ]


def _requests(request: PageRequest, organisation_id: int | None) -> Any:
    found = Paginator(selectors.requests_of(request.actor, organisation_id), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    shown = list(found)
    if organisation_id is None:
        known = own_card_names({one.login_id for one in shown})
        names = {one.pk: known.get(one.login_id, "") or _login_words(one.login_id) for one in shown}
    else:
        cards = persons_by_ids(
            [one.person_id for one in shown if one.person_id is not None], organisation_id=organisation_id
        )
        names = {
            one.pk: cards[one.person_id].full_name
            for one in shown
            if one.person_id is not None and one.person_id in cards
        }
    rows = [(one, names.get(one.pk, ""), _address(one), _role(one)) for one in shown]
    return {"page": found, "rows": rows}


def _login_words(login_id: int) -> str:
    return _("login No. %(number)s") % {"number": login_id}


def _role(one: ErasureRequest) -> str:
    """The colour of a request's state."""
    if one.state == ErasureRequest.State.WAITING:
        return "over" if one.answer_by < timezone.localdate() else "wait"
    return "ok"


def _address(one: ErasureRequest) -> str:
    if one.organisation_id is None:
        return reverse("privacy:platform_request", args=[one.pk])
    return reverse("privacy:request", args=[one.organisation_id, one.pk])


def _terms(organisation_id: int | None) -> dict[str, Any]:
    today = timezone.localdate()
    runs = last_runs(organisation_id)
    rows = []
    for term in terms():
        days = term.settings.days_on(today) if term.settings is not None else None
        rows.append(
            {
                "title": term.title,
                "ground": term.ground,
                "days": days,
                "years": days // 365 if days and days % 365 == 0 else None,
                "run": runs.get(term.code),
            }
        )
    return {"terms": rows, "last_run_at": last_run_at()}


@page(PrivacyRight.LOOK_VIEW)
@require_safe
def looks(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Who looked at whose data in this organisation."""
    found = Paginator(selectors.looks_of_organisation(request.actor, organisation_id), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    shown = list(found)
    who = login_names({one.login_id for one in shown}, organisation_id=organisation_id)
    whose = persons_by_ids(
        {one.person_id for one in shown if one.person_id is not None}, organisation_id=organisation_id
    )
    rows = [
        {
            "at": one.at,
            "who": who.get(one.login_id, "") or _login_words(one.login_id),
            "roles": selectors.role_words(one.roles),
            "what": look_name(one.kind),
            "whose": whose[one.person_id].short_name if one.person_id in whose else "",
            "person_id": one.person_id,
            "count": one.count,
        }
        for one in shown
    ]
    context = {"organisation_id": organisation_id, "page": found, "rows": rows}
    return render(request, "privacy/looks.html", context)


@page(PrivacyRight.REQUEST_DECIDE)
@require_http_methods(["GET", "POST"])
def request_page(request: PageRequest, organisation_id: int, request_id: int) -> HttpResponse:
    """One request: what would go, what law keeps; the answer; the act."""
    return _answer(request, organisation_id, request_id)


@page(PrivacyRight.PLATFORM_DECIDE)
@require_http_methods(["GET", "POST"])
def platform_request(request: PageRequest, request_id: int) -> HttpResponse:
    """One request to close a login."""
    return _answer(request, None, request_id)


def _answer(request: PageRequest, organisation_id: int | None, request_id: int) -> HttpResponse:
    row = selectors.request_of(request.actor, organisation_id, request_id)
    if row is None:
        raise Http404
    here = _address(row)
    form = RefusalForm(request.POST if request.POST.get("deed") == "refuse" else None)
    if request.method == "POST":
        call: dict[str, Any] = {
            "actor": request.actor,
            "organisation_id": organisation_id,
            "request_id": row.pk,
            "now": timezone.now(),
        }
        try:
            if request.POST.get("deed") == "erase":
                services.erasure_carry_out(**call)
                tell(request, _("The data are erased. The act is below."))
                return redirect(here)
            if request.POST.get("deed") == "refuse" and form.is_valid():
                services.erasure_refuse(reason=form.cleaned_data["reason"], **call)
                tell(request, _("The person is told why."))
                return redirect(here)
        except RuleViolation as violation:
            if request.POST.get("deed") == "refuse":
                form.refuse(violation)
            else:
                tell(request, text_of(violation), level=ERROR)
                return redirect(here)
    waiting = row.state == ErasureRequest.State.WAITING
    context = {
        "organisation_id": organisation_id,
        "row": row,
        "name": _name(row),
        "role": _role(row),
        "waiting": waiting,
        "preview": selectors.erasure_preview(row, now=timezone.now()) if waiting else None,
        "form": form,
        "acts": [(act, _lines(act.lines), selectors.role_words(act.roles)) for act in selectors.acts_of(row)],
        "back": reverse("privacy:desk", args=[organisation_id])
        if organisation_id is not None
        else reverse("privacy:platform_desk"),
    }
    return render(request, "privacy/request.html", context)


def _name(row: ErasureRequest) -> str:
    if row.organisation_id is None:
        return own_card_names([row.login_id]).get(row.login_id, "") or _login_words(row.login_id)
    if row.person_id is None:
        return ""
    cards = persons_by_ids([row.person_id], organisation_id=row.organisation_id)
    return cards[row.person_id].full_name if row.person_id in cards else ""


def _lines(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line | {"until": date.fromisoformat(line["until"]) if line["until"] else None} for line in lines]
