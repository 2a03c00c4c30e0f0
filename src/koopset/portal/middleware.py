"""Tells the shell in which cabinet the person is (`request.cabinet`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from koopset.portal.cabinets import chosen_cabinet


class CabinetMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.cabinet = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if not request.user.is_authenticated or request.path.startswith("/api/"):
            return
        found = chosen_cabinet(request, kwargs.get("organisation_id"))
        request.cabinet = found.name if found else None  # type: ignore[attr-defined]
