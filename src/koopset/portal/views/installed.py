"""The site as an application of a phone: its manifest, its service worker, the page for when nothing is kept."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.offline import device_key, session_mark

#: What every page needs; whatever else a page asks for is kept when it was asked for.
SHELL = (
    "vendor/golos.css",
    "vendor/tabler.min.css",
    "vendor/icons.svg",
    "vendor/golos-text-cyrillic.woff2",
    "vendor/golos-text-core.woff2",
    "vendor/golos-text-rouble.woff2",
    "ui/tokens.css",
    "ui/house.css",
    "ui/print.css",
    "ui/ks.js",
    "ui/offline.js",
    "ui/mark.svg",
    "django_htmx/htmx-2.min.js",
)
ICONS = (("any", 192), ("any", 512), ("maskable", 192), ("maskable", 512))
LIGHT, GREEN = "#ffffff", "#1f6b45"


@page(Gate.PUBLIC)
@require_safe
def manifest(request: PageRequest) -> HttpResponse:
    """What a phone puts among its applications. In Russian whoever asks: it is the name of the icon."""
    icons = [
        {
            "src": static(f"ui/{'maskable' if purpose == 'maskable' else 'icon'}-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for purpose, size in ICONS
    ]
    said = {
        "id": "/",
        "name": "КООПСЕТЬ: посёлок и соседи",
        "short_name": "КООПСЕТЬ",
        "description": "Взносы, счета, решения и уведомления вашего посёлка или дома.",
        "lang": "ru",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": GREEN,
        "background_color": LIGHT,
        "categories": ["utilities", "finance"],
        "icons": icons,
    }
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Type"] = "application/manifest+json"
    response["Cache-Control"] = "max-age=3600"
    return response


@page(Gate.PUBLIC)
@require_safe
def worker(request: PageRequest) -> HttpResponse:
    """The service worker, from the root so that it serves all pages. It changes when any file of the shell does: that is an update."""
    site = {
        "version": shell_version(),
        "files": [static(name) for name in SHELL],
        "static": settings.STATIC_URL,
        "offline": reverse("portal:offline"),
        "token": reverse("portal:page_token"),
        "logout": reverse("account_logout"),
        "out": reverse("portal:sign_out_kept"),
        "devices": reverse("notifications:device_add"),
        "icon": static("ui/icon-192.png"),
        "name": "КООПСЕТЬ",
    }
    text = f"self.KOOPSET = {json.dumps(site)};\n{_source('ui/sw.js').read_text('utf-8')}"
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def shell_version() -> str:
    """A digest of the shell's files and of the page without a line."""
    return _digest_now() if settings.DEBUG else _digest_kept()


def _digest_now() -> str:
    found = hashlib.sha256()
    for name in (*SHELL, "ui/sw.js"):
        found.update(name.encode() + _source(name).read_bytes())
    return found.hexdigest()[:16]


_digest_kept = lru_cache(maxsize=1)(_digest_now)


def _source(name: str) -> Path:
    found = finders.find(name)
    if isinstance(found, str):
        return Path(found)
    return Path(settings.STATIC_ROOT) / name


@page(Gate.PUBLIC)
@require_safe
def offline(request: PageRequest) -> HttpResponse:
    """Shown by the service worker where a page was not kept; it names those that were."""
    return render(request, "portal/offline.html", {"title": _("No connection")})


@page(Gate.PUBLIC)
@never_cache
@require_safe
def page_token(request: PageRequest) -> JsonResponse:
    """For the script of pages: that there is a line, who sits at the device now, in which session, and the token of kept forms."""
    return JsonResponse(
        {
            "who": device_key(request.actor.login_id),
            "session": _session(request),
            "csrf": get_token(request),
        }
    )


def _session(request: PageRequest) -> str:
    return session_mark(request.session.session_key) if request.user.is_authenticated else ""


@page(Gate.PUBLIC)
@never_cache
@require_POST
def sign_out_kept(request: PageRequest) -> JsonResponse:
    """A sign-out that waited for a line ends the session it was meant for, and no other: whoever has signed in since stays in."""
    asked, here = request.POST.get("session", ""), _session(request)
    mine = bool(here) and constant_time_compare(asked, here)
    if mine:
        logout(request)
    return JsonResponse({"done": mine})
