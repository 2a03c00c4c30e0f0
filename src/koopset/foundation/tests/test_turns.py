"""Writers in a line: one at a time where the database has one writer, and nobody waits for ever."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from koopset.foundation import turns


def _most_at_once(monkeypatch: pytest.MonkeyPatch, request: HttpRequest, vendor: str, wait: float) -> int:
    """How many of a view were at work together, of requests at the same time."""
    at_once, most, lock = 0, 0, threading.Lock()
    many = 4
    together = threading.Barrier(many)

    def view(_request: HttpRequest) -> HttpResponse:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(wait)  # all of them, if they may
        with lock:
            at_once -= 1
        return HttpResponse()

    class Connection:
        pass

    known: Any = Connection()
    known.vendor = vendor
    monkeypatch.setattr(turns, "connection", known)
    in_line = turns.in_turn(view)
    threads = [threading.Thread(target=in_line, args=(request,)) for _one in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return most


def test_one_at_a_time_and_only_where_it_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    factory = RequestFactory()
    assert _most_at_once(monkeypatch, factory.post("/"), "sqlite", 0.2) == 1
    assert _most_at_once(monkeypatch, factory.post("/"), "postgresql", 30) == 4
    assert _most_at_once(monkeypatch, factory.get("/"), "sqlite", 30) == 4


def test_who_has_waited_too_long_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(turns, "connection", type("Known", (), {"vendor": "sqlite"}))
    post = RequestFactory().post("/")

    @turns.in_turn
    def inner(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("inner")

    @turns.in_turn
    def outer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(inner(request).content + b" outer")  # type: ignore[attr-defined]

    assert outer(post).content == b"inner outer"  # type: ignore[attr-defined]
    assert outer(post).content == b"inner outer"  # type: ignore[attr-defined] # the turn was given back
    assert connection.vendor
