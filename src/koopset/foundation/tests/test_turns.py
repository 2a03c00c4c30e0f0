"""Writers in a line: one at a time where the database has one writer, and nobody waits for ever."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from koopset.foundation import turns


def known(monkeypatch: pytest.MonkeyPatch, vendor: str) -> None:
    """The database is of this kind."""
    monkeypatch.setattr(turns, "connection", type("Known", (), {"vendor": vendor}))


def _most_at_once(monkeypatch: pytest.MonkeyPatch, requests: list[Any], vendor: str, wait: float) -> int:
    """How many of a view were at work together, of requests at the same time."""
    at_once, most, lock = 0, 0, threading.Lock()
    together = threading.Barrier(len(requests))

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

    known(monkeypatch, vendor)
    in_line = turns.in_turn(view)
    threads = [threading.Thread(target=in_line, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return most


def test_one_at_a_time_and_only_where_it_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    factory = RequestFactory()
    apart = [f"/meetings/{number}/" for number in range(200)]
    known(monkeypatch, "postgresql")
    lines = {id(turns._line(path)): path for path in apart}
    four = [factory.post(path) for path in list(lines.values())[:4]]
    assert len(four) == 4
    same = [factory.post("/meetings/1/")] * 4
    assert _most_at_once(monkeypatch, four, "sqlite", 0.2) == 1
    assert _most_at_once(monkeypatch, same, "postgresql", 0.2) == 1
    assert _most_at_once(monkeypatch, four, "postgresql", 30) == 4
    assert _most_at_once(monkeypatch, [factory.get("/")] * 4, "sqlite", 30) == 4


def test_who_has_waited_too_long_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "WAIT_SECONDS", 0.05)
    known(monkeypatch, "sqlite")
    post = RequestFactory().post("/")

    @turns.in_turn
    def inner(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("inner")

    @turns.in_turn
    def outer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(inner(request).content + b" outer")  # type: ignore[attr-defined]

    assert outer(post).content == b"inner outer"  # type: ignore[attr-defined]
    assert outer(post).content == b"inner outer"  # type: ignore[attr-defined] # the turn was given back
