"""What the log says of a request, and views of which it says nothing: no address, no login, no moment (a secret vote).

`@not_logged` stands above `@page`. Whoever is asked for such a view leaves no line «started» or «finished», and nothing else that is kept
of visits may be written for it either: `is_logged` says so. A fault in it is told by its class and place alone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import get_resolver
from django_structlog.middlewares import RequestMiddleware

P = ParamSpec("P")
_MARK = "koopset_not_logged"
logger = structlog.get_logger(__name__)


def not_logged(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Leave every visit of the view out of the log."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    setattr(run, _MARK, True)
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", cast(Any, run))


def silence(view: Callable[..., Any]) -> None:
    """The same of a function that is not wrapped: a view of the API is made after what it runs."""
    setattr(view, _MARK, True)


def is_logged(request: HttpRequest) -> bool:
    """Whether anything may be kept of this visit; known once its view is."""
    return not getattr(request, _MARK, False)


class RequestLogMiddleware(RequestMiddleware):
    """Tells of a request when its view is known, and of nothing that asks for silence."""

    _BEGUN = "koopset_log_begun"

    def prepare(self, request: HttpRequest) -> None:
        """Wait: which view it is for is not known yet."""
        structlog.contextvars.clear_contextvars()

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if getattr(view, _MARK, False):
            setattr(request, _MARK, True)
            return
        self._begin(request)

    def _begin(self, request: HttpRequest) -> None:
        setattr(request, self._BEGUN, True)
        super().prepare(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of a fault, given here: the framework would write the address down."""
        if is_logged(request) or isinstance(exception, Http404 | PermissionDenied):
            return None
        logger.error("unlogged_view_failed", exc_info=exception)
        return get_resolver().resolve_error_handler(500)(request)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        if not is_logged(request):
            structlog.contextvars.clear_contextvars()
            return
        if not hasattr(request, self._BEGUN):  # no view: an address that leads nowhere
            self._begin(request)
        super().handle_response(request, response)
