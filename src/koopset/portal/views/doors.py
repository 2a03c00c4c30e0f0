"""The way in: the front page, the switch of cabinets, one-click entry of a demo database."""

from __future__ import annotations

from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from koopset.apps.joining.selectors import waiting_applications
from koopset.apps.organisations.selectors import organisations_of
from koopset.apps.people.selectors.security import second_factor_due
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.portal.cabinets import Cabinet, cabinets_of, choose_cabinet, chosen_cabinet
from koopset.portal.demo.files import demo_files
from koopset.portal.demo.mark import demo_mark
from koopset.portal.demo.people import DemoEntry, demo_entries
from koopset.portal.desks.district import district_table
from koopset.portal.permissions import PortalRight

#: Organisations on the operator's page; all of them are one press away.
SHOWN = 20


@page(Gate.PUBLIC)
@require_safe
def home(request: PageRequest) -> HttpResponse:
    """The cabinet of whoever is signed in; for others, what this is and how to enter."""
    if request.actor.is_anonymous:
        return render(request, "portal/welcome.html", {"demo": demo_mark() is not None})
    if (cabinet := chosen_cabinet(request, None)) is not None:
        return redirect(cabinet.url)
    if request.actor.is_operator:
        return redirect("portal:operator")
    return redirect("portal:coordinator")


@page(Gate.ANY_ROLE)
@require_safe
def start_now(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The start page of the cabinet one is in."""
    cabinet = chosen_cabinet(request, organisation_id)
    if cabinet is None:
        raise Http404
    return redirect("portal:start", organisation_id=organisation_id, cabinet=cabinet.name)


@page(PortalRight.PLATFORM_RUN)
@require_safe
def operator(request: PageRequest) -> HttpResponse:
    """Who runs the platform sees which applications and organisations wait for a check, and the numbers of all districts."""
    bodies = organisations_of(request.actor)
    waiting = [body for body in bodies if not body.is_verified]
    context = {
        "waiting": waiting[:SHOWN],
        "waiting_count": len(waiting),
        "verified": [body for body in bodies if body.is_verified][:SHOWN],
        "count": len(bodies),
        "verified_count": len(bodies) - len(waiting),
        "applications": waiting_applications(request.actor)[:SHOWN],
        **district_table(request.actor, timezone.now()),
        "second_factor": second_factor_due(request.actor, now=timezone.now()),
    }
    return render(request, "portal/operator.html", context)


@page(Gate.PUBLIC)
@require_safe
def favicon(request: PageRequest) -> HttpResponse:
    """Browsers ask for it unasked."""
    return redirect(static("ui/mark.svg"), permanent=True)


def enter_cabinet(request: PageRequest, organisation_id: int, name: str) -> Cabinet:
    """The cabinet in the address, kept as the chosen one. Http404 where the person has no such cabinet."""
    cabinet = Cabinet(organisation_id, name)
    if cabinet not in cabinets_of(request.actor):
        raise Http404
    choose_cabinet(request, cabinet)
    request.cabinet = name  # type: ignore[attr-defined]
    return cabinet


@page(Gate.PUBLIC)
@require_http_methods(["GET", "POST"])
def demo(request: PageRequest) -> HttpResponse:
    """Enter as anybody of the invented town. Absent where the database is not marked as demo."""
    if demo_mark() is None:
        raise Http404
    entries = demo_entries()
    if request.method == "POST":
        chosen = next((entry for entry in entries if entry.key == request.POST.get("who")), None)
        if chosen is None:
            return render(
                request,
                "portal/demo.html",
                {"entries": entries, "files": demo_files(), "missed": True},
                status=404,
            )
        return _enter_as(request, chosen)
    return render(request, "portal/demo.html", {"entries": entries, "files": demo_files()})


def _enter_as(request: HttpRequest, entry: DemoEntry) -> HttpResponse:
    person = get_user_model().objects.filter(email=entry.email).first()
    if person is None:
        raise Http404
    login(request, person)
    if entry.organisation_id is not None and entry.cabinet:
        choose_cabinet(request, Cabinet(entry.organisation_id, entry.cabinet))
    return redirect("portal:home")
