"""Answers are kept while nothing is written: to the end of a request that reads, to the view of one that sends."""

from __future__ import annotations

import asyncio
import types
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.test.utils import override_settings
from django.urls import path

from koopset.foundation.rights.once import asked_once

asked: list[str] = []


@asked_once
def question(who: str) -> int:
    asked.append(who)
    return len(asked)


def page(request: HttpRequest) -> HttpResponse:
    question("who")
    question("who")
    return HttpResponse()


def before(get_response: Any) -> Any:
    """A middleware that wants to know who is there, twice."""

    def run(request: HttpRequest) -> Any:
        question("who")
        question("who")
        return get_response(request)

    return run


URLS: Any = types.ModuleType("answers_urls")
URLS.urlpatterns = [path("", page)]
MIDDLEWARE = [
    "koopset.foundation.rights.middleware.AnswersMiddleware",
    f"{__name__}.before",
    "koopset.foundation.rights.middleware.FreshAnswersMiddleware",
]


@pytest.mark.parametrize("server", ["wsgi", "asgi"])
@pytest.mark.parametrize(
    ("method", "times"), [("get", 1), ("head", 1), ("post", 3), ("put", 3), ("delete", 3)]
)
def test_how_often_a_question_is_asked(server: str, method: str, times: int) -> None:
    asked.clear()
    with override_settings(ROOT_URLCONF=URLS, MIDDLEWARE=MIDDLEWARE):
        if server == "wsgi":
            answer = getattr(Client(), method)("/")
        else:
            answer = asyncio.run(getattr(AsyncClient(), method)("/"))
    assert answer.status_code == 200
    assert len(asked) == times
