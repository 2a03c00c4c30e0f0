"""How a room gives its services to programs.

`room = Room("register", _("Register"), {Right: _("words for a key's owner")})`, then `@room.reads(path, asks=Right, …)` over a function
that makes one call of the domain. `asks` is what the permission matrix reads, as on pages: a right, or a gate.
"""

import functools
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar, cast

from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from ninja import Router
from ninja.errors import AuthenticationError
from ninja.operation import Operation
from ninja.security import HttpBearer
from ninja.utils import contribute_operation_callback

from koopset.foundation.access import idempotency, keys, rates
from koopset.foundation.access.errors import answer
from koopset.foundation.access.schemas import BIGGEST_ID
from koopset.foundation.access.scopes import HOUSEHOLD_SCOPE, register_scopes
from koopset.foundation.access.services import token_of_secret
from koopset.foundation.rights.actors import Actor, actor_for_login
from koopset.foundation.rights.pages import Gate, PageRequest, passes
from koopset.kernel.violations import RuleViolation

F = TypeVar("F", bound=Callable[..., Any])
Run = Callable[..., HttpResponseBase]

#: Answers of the API are a person's own: no cache on the way may keep them.
_HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
RETRY_AFTER = timedelta(seconds=1)


class Bearer(HttpBearer):
    """Tells the OpenAPI document of the key; the frame below has asked for it already."""

    def __call__(self, request: HttpRequest) -> Any:
        return True

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return True


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind `Authorization: Bearer ks_…` (a person's key) or `ko_…` (an organisation's). Raises AuthenticationError.

    A cookie opens nothing here.
    """
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    now, secret = timezone.now(), secret.strip()
    if kind.lower() == "bearer" and secret.startswith(keys.PREFIX):
        actor = keys.actor_of_secret(secret, now=now)
        if actor is None:
            raise AuthenticationError
        return actor
    token = token_of_secret(secret, now=now) if kind.lower() == "bearer" else None
    if token is None:
        raise AuthenticationError
    return actor_for_login(
        token.login_id, on=timezone.localdate(), scopes=frozenset(token.scopes), token_id=token.pk
    )


def admit(
    request: HttpRequest, asks: str | Gate, kwargs: Mapping[str, Any], *, is_batch: bool = False
) -> Actor:
    """Who asks, if they may and have not asked too much; set on the request. Raises AuthenticationError, Http404, TooMany."""
    actor = actor_of(request)
    # Keys of persons and of organisations are numbered apart. A place of others is not counted: nobody can use up theirs.
    cost = rates.cost_of(request, is_batch=is_batch)
    key, home = f"{actor.kind}.{actor.token_id}", cast("int | None", kwargs.get("organisation_id"))
    rates.count(
        request,
        key=key,
        organisation_id=home if home is not None and actor.is_inside(home) else None,
        cost=cost,
        now=timezone.now(),
    )
    if any(isinstance(value, int) and value > BIGGEST_ID for value in kwargs.values()):
        raise Http404
    organisation_id = cast("int | None", kwargs.get("organisation_id"))
    if not passes(actor, asks, organisation_id):
        raise Http404
    if asks == Gate.HOUSEHOLD and actor.scopes is not None and HOUSEHOLD_SCOPE not in actor.scopes:
        raise Http404
    request.actor = actor  # type: ignore[attr-defined]
    request.organisation_id = organisation_id  # type: ignore[attr-defined]
    return actor


def _framed(
    operation: Operation, asks: str | Gate, writes: bool, needs_key: bool, is_kept: bool
) -> Callable[[Run], Run]:
    def deco(run: Run) -> Run:
        # The bound method of the operation that serves, not of the template it was cloned from.
        served = cast(Operation, getattr(run, "__self__", operation))

        @functools.wraps(run)
        def framed(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            try:
                response = _run(request, kwargs, run)
            except rates.TooMany as full:
                request.koopset_rate = full.rate  # type: ignore[attr-defined]
                violation = RuleViolation(
                    "access.too_many_requests", most=full.rate.limit, seconds=full.rate.resets_in
                )
                response = answer(served.api, request, violation, 429)
            except idempotency.InProgress:
                response = answer(served.api, request, RuleViolation("access.in_progress"), 409)
                response["Retry-After"] = str(RETRY_AFTER.seconds)
            except Exception as error:
                response = served.api.on_exception(request, error)
            if response.status_code == 401:
                response["WWW-Authenticate"] = "Bearer"
            rates.mark(response, getattr(request, "koopset_rate", None))
            for name, value in _HEADERS.items():
                response.setdefault(name, value)
            return response

        return framed

    def _run(request: HttpRequest, kwargs: dict[str, Any], run: Run) -> HttpResponseBase:
        actor = admit(request, asks, kwargs, is_batch=operation.path.endswith("/batch"))
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise RuleViolation("access.bad_request", problem="NUL")
        if not writes:
            return run(request, **kwargs)
        key = idempotency.key_of(request) if is_kept else None
        if key is None:
            if needs_key:
                raise RuleViolation("access.key_required", field="Idempotency-Key")
            with transaction.atomic():
                response = run(request, **kwargs)
                if response.status_code >= 400:
                    transaction.set_rollback(True)
                return response
        assert actor.login_id is not None
        return idempotency.run_once(request, actor.login_id, key, lambda: run(request, **kwargs))

    return deco


class Room(Router):
    """The operations of one room."""

    def __init__(
        self, name: str, title: str | Promise, rights: Mapping[str, str | Promise] | None = None
    ) -> None:
        super().__init__(tags=[name])
        self.name, self.title = name, title
        register_scopes(name, title, rights or {})

    def operation(
        self,
        method: str,
        path: str,
        *,
        asks: str | Gate,
        summary: str | Promise,
        response: Any = None,
        status: int = 200,
        needs_key: bool = False,
        is_kept: bool = True,
        extra: dict[str, Any] | None = None,
    ) -> Callable[[F], F]:
        """Declare an operation. Its id is the room's name and the function's: it never changes once others use it.

        `is_kept` False: neither the answer nor a digest of the request is stored for repeats, whatever key it bears, and the log says
        nothing of it: what it tells must be written nowhere. The service itself refuses a second time.
        """
        writes = method in {"POST", "PUT", "PATCH", "DELETE"}

        def declare(view: F) -> F:
            cast(Any, view).koopset_asks = asks
            cast(Any, view).koopset_is_kept = is_kept

            def contribute(operation: Operation) -> None:
                deco = _framed(operation, asks, writes, needs_key, is_kept)
                operation.run = deco(operation.run)  # type: ignore[method-assign]
                operation._run_decorators = [deco]  # type: ignore[attr-defined]
                operation.summary = summary  # type: ignore[assignment]

            contribute_operation_callback(view, contribute)
            self.api_operation(
                [method],
                path,
                auth=Bearer(),
                response={status: response},
                operation_id=f"{self.name}_{view.__name__}",
                openapi_extra={
                    "x-koopset-asks": str(asks),
                    "x-koopset-writes": writes and is_kept,
                    "x-koopset-needs-key": needs_key,
                    **(extra or {}),
                },
            )(view)
            return view

        return declare

    def reads(self, path: str, **options: Any) -> Callable[[F], F]:
        return self.operation("GET", path, **options)

    def writes(self, path: str, **options: Any) -> Callable[[F], F]:
        return self.operation("POST", path, **options)

    def changes(self, path: str, **options: Any) -> Callable[[F], F]:
        return self.operation("PATCH", path, **options)


class ApiRequest(PageRequest):
    """A request that passed the frame."""


__all__ = ["ApiRequest", "Bearer", "Room", "actor_of", "admit"]
