"""Pages of what one signs in with: sign-in and security, the second step, sessions, support's visits."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from koopset.apps.people import services
from koopset.apps.people.forms import VisitForm
from koopset.apps.people.models import Login
from koopset.apps.people.permissions import PeopleRight
from koopset.apps.people.ports import sms_is_on
from koopset.apps.people.selectors.security import (
    VISIT_COOKIE,
    VISIT_KEY,
    second_factor_due,
    sessions_of,
    visits_by,
    visits_to,
    ways_in_of,
)
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

ERROR = 40


def own_login(request: PageRequest) -> Login:
    return Login.objects.get(pk=request.actor.login_id or 0)


@page(Gate.SIGNED_IN)
@require_safe
def security(request: PageRequest) -> HttpResponse:
    """Sign-in and security: everything the login is entered with, and from where it is entered now."""
    now = timezone.now()
    login = own_login(request)
    visits = visits_to(login.pk, now=now)
    context = {
        "login": login,
        "ways": ways_in_of(login),
        "due": second_factor_due(request.actor, now=now),
        "sessions": sessions_of(login.pk, current=request.session.session_key, now=now),
        "visits": visits,
        "visit_is_open": any(visit.state in ("asked", "allowed", "inside") for visit in visits),
        "by_phone": sms_is_on(),
    }
    return render(request, "people/security.html", context)


def _next(request: HttpRequest) -> str:
    target = request.GET.get("next", "")
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return target
    return reverse("people:security")


@page(Gate.SIGNED_IN)
@require_safe
def second_factor(request: PageRequest) -> HttpResponse:
    """Why a second step of signing in is asked for, and the two ways to set it up."""
    login = own_login(request)
    if ways_in_of(login).has_second_factor:
        return redirect(_next(request))
    context = {
        "due": second_factor_due(request.actor, now=timezone.now()),
        "next": _next(request),
        "held": request.GET.get("held") == "1",
    }
    return render(request, "people/second_factor.html", context)


@page(Gate.SIGNED_IN)
@require_POST
def session_end(request: PageRequest, sign_in_id: int) -> HttpResponse:
    """End a session; the one in use is left by «Sign out»."""
    try:
        services.sign_in_end(actor=request.actor, sign_in_id=sign_in_id, now=timezone.now())
    except RuleViolation as violation:
        raise Http404 from violation
    tell(request, _("That device is signed out."))
    return redirect("people:security")


@page(Gate.SIGNED_IN)
@require_POST
def sessions_end_others(request: PageRequest) -> HttpResponse:
    """End all sessions but this one."""
    count = services.sign_ins_end_others(
        actor=request.actor,
        login_id=request.actor.login_id or 0,
        keep=request.session.session_key,
        now=timezone.now(),
    )
    if count:
        tell(
            request,
            ngettext("%(count)s device is signed out.", "%(count)s devices are signed out.", count)
            % {"count": count},
        )
    else:
        tell(request, _("There are no other devices: only this one is signed in."))
    return redirect("people:security")


# Visits of support


@page(Gate.SIGNED_IN)
@require_POST
def visit_answer(request: PageRequest, visit_id: int) -> HttpResponse:
    """Let support in, do not, or show it out."""
    answer, now = request.POST.get("answer"), timezone.now()
    try:
        if answer == "allow":
            services.visit_allow(actor=request.actor, visit_id=visit_id, now=now)
            tell(request, _("You have let support in for half an hour. They can look and change nothing."))
        elif answer == "end":
            services.visit_end(actor=request.actor, visit_id=visit_id, now=now)
            tell(request, _("Support sees your pages no more."))
        else:
            services.visit_refuse(actor=request.actor, visit_id=visit_id, now=now)
            tell(request, _("You have not let support in."))
    except RuleViolation as violation:
        if violation.code == "people.no_such_visit":
            raise Http404 from violation
        tell(request, text_of(violation), level=ERROR)
    return redirect(reverse("people:security") + "#support")


@page(PeopleRight.SUPPORT_VISIT)
@require_http_methods(["GET", "POST"])
def support(request: PageRequest) -> HttpResponse:
    """An operator asks a person to show their pages, and sees what became of it."""
    form = VisitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.visit_ask(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The request is sent. The person decides; look here again in a while."))
            return redirect("people:support")
    visits = visits_by(request.actor.login_id or 0, now=timezone.now())
    return render(request, "people/support.html", {"form": form, "visits": visits})


@page(PeopleRight.SUPPORT_VISIT)
@require_POST
def support_enter(request: PageRequest, visit_id: int) -> HttpResponse:
    """See the pages as the person sees them."""
    try:
        visit = services.visit_enter(actor=request.actor, visit_id=visit_id, now=timezone.now())
    except RuleViolation as violation:
        if violation.code == "people.no_such_visit":
            raise Http404 from violation
        tell(request, text_of(violation), level=ERROR)
        return redirect("people:support")
    request.session[VISIT_KEY] = visit.pk
    response = redirect("/")
    response.set_cookie(VISIT_COOKIE, "1", httponly=True, samesite="Lax", secure=request.is_secure())
    return response


@page(Gate.SIGNED_IN)
@require_POST
def support_leave(request: PageRequest) -> HttpResponse:
    """Be oneself again."""
    visit_id = request.session.pop(VISIT_KEY, None)
    if visit_id is not None:
        try:
            services.visit_end(actor=request.actor, visit_id=visit_id, now=timezone.now())
        except RuleViolation as violation:
            tell(request, text_of(violation), level=ERROR)
    response = redirect("people:support" if request.actor.is_operator else "people:security")
    response.delete_cookie(VISIT_COOKIE)
    return response
