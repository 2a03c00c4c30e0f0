"""The one shape in which a program is refused: a stable code for it, a text for a person."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from koopset.foundation.refusals import text_of
from koopset.foundation.request_log import is_logged
from koopset.foundation.rights.actors import Forbidden
from koopset.kernel.violations import RuleViolation

logger = logging.getLogger("koopset.api")


class Refusal(Schema):
    """Why not. `code` never changes, `text` is for a person in the language of Accept-Language."""

    code: str = Field(examples=["ledger.month_closed"])
    text: str = Field(examples=["The month 2026-10 is closed."])
    field: str | None = Field(None, examples=["month"])
    line: int | None = Field(None, description="Line of a file, from 1")
    params: dict[str, Any] = Field({}, examples=[{"month": "2026-10"}])


def refusal(violation: RuleViolation) -> dict[str, Any]:
    """The body of a refusal."""
    return {
        "code": violation.code,
        "text": text_of(violation),
        "field": violation.field,
        "line": violation.line,
        "params": {name: _plain(value) for name, value in violation.params.items()},
    }


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    return str(value)


def validation_problem(errors: list[Any]) -> RuleViolation:
    """Errors of pydantic as one refusal: the first by name, all in params."""
    told = [
        {
            "field": ".".join(str(part) for part in error.get("loc", ()) if part not in _PLACES),
            "problem": str(error.get("msg", "")),
        }
        for error in errors[:50]
    ]
    first = told[0] if told else {"field": "", "problem": ""}
    violation = RuleViolation("access.invalid", field=first["field"] or None)
    violation.params = {"field": first["field"], "problem": first["problem"], "errors": told}
    return violation


_PLACES = frozenset({"body", "query", "path", "form", "file", "header", "data", "paging"})


def answer(api: NinjaAPI, request: HttpRequest, violation: RuleViolation, status: int) -> HttpResponse:
    return api.create_response(request, refusal(violation), status=status)


def add_handlers(api: NinjaAPI) -> None:
    """What each exception is answered with. Nothing that a request says may end in a 500."""

    def handle(kind: type[Exception], status: int, make: Callable[[Any], RuleViolation]) -> None:
        def handler(request: HttpRequest, error: Any) -> HttpResponse:
            return answer(api, request, make(error), status)

        api.add_exception_handler(kind, handler)

    handle(RuleViolation, 422, lambda error: error)
    handle(ValidationError, 422, lambda error: validation_problem(error.errors))
    for absent in (Forbidden, Http404, ObjectDoesNotExist):
        handle(absent, 404, lambda error: RuleViolation("access.not_found"))
    handle(AuthenticationError, 401, lambda error: RuleViolation("access.unauthorised"))
    handle(RequestDataTooBig, 413, lambda error: RuleViolation("access.too_large"))
    # A number or a text that the database has no room for, a date beyond the calendar.
    for unfit in (DataError, OverflowError):
        handle(unfit, 422, lambda error: RuleViolation("access.bad_request", problem=type(error).__name__))

    def http_error(request: HttpRequest, error: Any) -> HttpResponse:
        assert isinstance(error, HttpError)
        return answer(
            api, request, RuleViolation("access.bad_request", problem=str(error)), error.status_code
        )

    def fault(request: HttpRequest, error: Any) -> HttpResponse:
        # Class and place only: the text of an exception may hold names of people.
        place = request.path if is_logged(request) else "—"
        logger.error("api fault %s at %s", type(error).__name__, place, exc_info=error)
        return answer(api, request, RuleViolation("access.fault"), 500)

    api.add_exception_handler(HttpError, http_error)
    api.add_exception_handler(Exception, fault)
