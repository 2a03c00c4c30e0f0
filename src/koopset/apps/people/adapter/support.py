"""Support sees the pages as a person does: whose pages, for how long, and that nothing is written meanwhile.

The session stays the operator's own; only `request.user` of this request is the person's. Two locks keep it from writing: whatever is
sent is refused before any page, and the database refuses every statement that is not a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from koopset.apps.people.models import SupportVisit
from koopset.apps.people.selectors.security import VISIT_COOKIE, VISIT_KEY, visit_state
from koopset.foundation.rights.actors import actor_for_login

#: Pages of the person's own keys, and the door for programs: closed to a visitor even to look at.
CLOSED = ("/accounts/", "/me/keys/", "/me/security/", "/api/", "/operator/")
_QUESTION = re.compile(
    r"[\s(]*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|PRAGMA|SHOW|SET|DECLARE|FETCH|CLOSE|EXPLAIN|WITH)\b",
    re.IGNORECASE,
)
_WRITES = re.compile(r"\b(INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM)\b", re.IGNORECASE)


class OnlyLooking(PermissionDenied):
    """A page of a visit tried to write."""


def refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Every statement but a question is refused."""
    if not _QUESTION.match(sql) or (sql.lstrip(" (\n")[:4].upper() == "WITH" and _WRITES.search(sql)):
        raise OnlyLooking
    return execute(sql, params, many, context)


def visit_of(request: HttpRequest) -> SupportVisit | None:
    """The visit the operator is on and may go on with."""
    visit_id = request.session.get(VISIT_KEY)
    if visit_id is None or not request.user.is_authenticated:
        return None
    visit = (
        SupportVisit.objects.select_related("login", "operator")
        .filter(pk=visit_id, operator_id=request.user.pk, operator__is_operator=True, login__is_active=True)
        .first()
    )
    return visit if visit is not None and visit_state(visit, timezone.now()) == "inside" else None


class SupportMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.support_visit = None  # type: ignore[attr-defined]
        if VISIT_COOKIE not in request.COOKIES or request.path == reverse("people:support_leave"):
            return self.get_response(request)
        visit = visit_of(request)
        if visit is None:
            request.session.pop(VISIT_KEY, None)
            response = self.get_response(request)
            response.delete_cookie(VISIT_COOKIE)
            return response
        request.user = visit.login
        request.support_visit = visit  # type: ignore[attr-defined]
        with connection.execute_wrapper(refuse_writes):
            if request.method not in ("GET", "HEAD", "OPTIONS") or request.path.startswith(CLOSED):
                return self._refused(request)
            response = self.get_response(request)
        if response.status_code == 403:
            return self._refused(request)
        response["Cache-Control"] = "no-store"
        return response

    @staticmethod
    def _refused(request: HttpRequest) -> HttpResponse:
        with connection.execute_wrapper(refuse_writes):
            request.actor = actor_for_login(request.user.pk or 0, on=timezone.localdate())  # type: ignore[attr-defined]
            request.organisation_id = None  # type: ignore[attr-defined]
            return render(request, "people/only_looking.html", status=403)
