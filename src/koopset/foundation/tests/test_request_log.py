"""A view that asks for silence leaves nothing in the log; every other request is told of as before."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from structlog.testing import capture_logs

from koopset.foundation.request_log import RequestLogMiddleware, is_logged, not_logged


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("told")


@not_logged
def quiet(request: HttpRequest) -> HttpResponse:
    return HttpResponse("not told")


def visit(view: Any) -> tuple[HttpRequest, list[dict[str, Any]]]:
    request = RequestFactory().post("/o/1/my/meetings/2/secret/3/")

    def get_response(given: HttpRequest) -> HttpResponse:
        middleware.process_view(given, view, (), {})
        answer: HttpResponse = view(given)
        return answer

    middleware = RequestLogMiddleware(get_response)
    with capture_logs() as lines:
        middleware(request)
    return request, [dict(line) for line in lines]


def test_a_request_is_told_of_when_it_begins_and_ends() -> None:
    request, lines = visit(plain)
    assert is_logged(request)
    assert [line["event"] for line in lines] == ["request_started", "request_finished"]
    assert lines[1]["code"] == 200


def test_a_quiet_view_leaves_no_line() -> None:
    request, lines = visit(quiet)
    assert not is_logged(request)
    assert lines == []


def test_an_address_that_leads_nowhere_is_told_of() -> None:
    request = RequestFactory().get("/nowhere/")
    with capture_logs() as lines:
        RequestLogMiddleware(lambda given: HttpResponse(status=404))(request)
    assert [line["event"] for line in lines] == ["request_started", "request_finished"]


@pytest.mark.django_db
def test_a_fault_in_a_quiet_view_is_told_by_its_class_alone() -> None:
    middleware = RequestLogMiddleware(lambda given: HttpResponse())
    request = RequestFactory().post("/o/1/my/meetings/2/secret/3/")
    middleware.process_view(request, quiet, (), {})
    with capture_logs() as lines:
        answer = middleware.process_exception(request, ValueError("for"))
        assert middleware.process_exception(request, Http404()) is None
    assert answer is not None
    assert answer.status_code == 500
    assert [line["event"] for line in lines] == ["unlogged_view_failed"]
    assert "/o/1/" not in str(lines)
