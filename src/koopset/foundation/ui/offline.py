"""What of a page the phone keeps for when there is no line: said by the server, done by static/ui/sw.js (docs/decisions/offline.md).

Every page names, by a key that says nothing to others, the login it was drawn for; a phone keeps the pages of one login only. A view
is kept when it says so by `@kept_offline`, never by itself.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import salted_hmac

P = ParamSpec("P")
WHO_HEADER = "X-Koopset-Who"
KEEP_HEADER = "X-Koopset-Keep"
SESSION_HEADER = "X-Koopset-Session"
NOBODY = "-"


def device_key(login_id: int | None) -> str:
    """By which a phone tells logins apart; "-" is nobody. It reveals nothing and opens nothing."""
    return salted_hmac("koopset.offline", str(login_id)).hexdigest()[:20] if login_id else NOBODY


def session_mark(session_key: str | None) -> str:
    """By which a phone names the session it was signed out of without a line; "" for none. It opens nothing."""
    return salted_hmac("koopset.session", session_key).hexdigest()[:32] if session_key else ""


def keep_offline(response: HttpResponseBase, kind: str = "page") -> None:
    """The same for a view that decides by itself; a page of the kind "start" is also what the application opens with."""
    response.headers[KEEP_HEADER] = kind


def kept_offline(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let phones keep the page as it was last seen. For reading only: never a page by which money or rights are changed."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        html = response.headers.get("Content-Type", "").startswith("text/html")
        if request.method == "GET" and response.status_code == 200 and html:
            keep_offline(response)
        return response

    cast(Any, run).koopset_kept = True
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", cast(Any, run))


class WhoMiddleware:
    """Says on every page for which login it was drawn, and in which session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            user = getattr(request, "user", None)
            is_in = user is not None and user.is_authenticated
            response[WHO_HEADER] = device_key(user.pk if user is not None and is_in else None)
            if is_in:
                response[SESSION_HEADER] = session_mark(request.session.session_key)
        return response
