"""Puts `request.actor` on every request, made when first asked for and kept; before it, keeps the answers of one request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from koopset.foundation.rights.actors import NOBODY, Actor, actor_for_login
from koopset.foundation.rights.once import answers_kept, forget_answers


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a signed-in session, or NOBODY."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return NOBODY
    return actor_for_login(user.pk, on=timezone.localdate())


class AnswersMiddleware:
    """Around all that asks who is there: nothing is asked twice while nothing is written (`foundation/rights/once.py`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        with answers_kept():
            return self.get_response(request)


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        request.organisation_id = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        request.organisation_id = kwargs.get("organisation_id")  # type: ignore[attr-defined]


class FreshAnswersMiddleware:
    """The last before the view: whoever sends a form is known by now, and what the view asks is asked anew, for it may write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if request.method not in ("GET", "HEAD"):
            forget_answers()
