"""Pages of the house itself: choice of theme and language, the gallery of components, pages of refusal."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from koopset.foundation.ui import gallery as gallery_data
from koopset.foundation.ui.context import THEME_COOKIE, THEMES

YEAR_SECONDS = 60 * 60 * 24 * 365


def _next_of(request: HttpRequest) -> str:
    """The page the form stood on; only an address of this site."""
    url = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if safe else "/"


@require_POST
def theme_choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen colours on this device."""
    response: HttpResponse = (
        HttpResponse(status=204)
        if request.headers.get("HX-Request") or request.headers.get("X-Quiet")
        else HttpResponseRedirect(_next_of(request))
    )
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=YEAR_SECONDS,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response


@require_POST
def language_choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language on this device."""
    return set_language(request)


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in all its states."""
    if not gallery_data.allowed(request):
        raise Http404
    return render(request, "ui/gallery.html", gallery_data.context(request))


def gallery_shell(request: HttpRequest) -> HttpResponse:
    """A page inside the shell, with made-up places."""
    if not gallery_data.allowed(request):
        raise Http404
    return render(
        request,
        "ui/gallery_shell.html",
        {"shell": gallery_data.SampleShell(request), **gallery_data.context(request)},
    )


# Refusals: plain words and what to do. Wired as handlers by config.urls; CSRF_FAILURE_VIEW; 429.html is asked for by name.


def _refusal(request: HttpRequest, status: int, title: str, text: str, icon: str) -> HttpResponse:
    return render(
        request,
        "ui/refusal.html",
        {"title": title, "text": text, "icon": icon, "status": status},
        status=status,
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _refusal(
        request,
        400,
        _("We could not read that"),
        _(
            "Something in the address or in what was sent is not as it should be. Go back, check what you typed and try once more."
        ),
        "help-circle",
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _refusal(
        request,
        403,
        _("This is not open to you"),
        _(
            "Perhaps you are signed in with another role. Choose it above, or ask the board to give you access."
        ),
        "lock",
    )


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _refusal(
        request,
        404,
        _("There is no such page"),
        _(
            "The address may be mistyped, or the page was removed, or it is not open to you. "
            "Start from the main page: everything is reached from there."
        ),
        "map-pin",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _refusal(
        request,
        403,
        _("The page has grown old"),
        _(
            "It was open for too long, or you signed in in another window. "
            "Go back, refresh the page and press the button again: what you typed is kept where it could be."
        ),
        "refresh",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """The last page: drawn without the database and without the context of a request."""
    return HttpResponse(loader.render_to_string("500.html"), status=500)
