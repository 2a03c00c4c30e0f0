"""Threads behind the loop: what a request brings, what it may not bring, and that a slow line holds none of them."""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from koopset.config import web as web_module
from koopset.config.web import BLOCK, CACHE_KIB, WebProcess, _small_cache, web_process

Sent = list[dict[str, Any]]


def scope(method: str = "GET", query: bytes = b"", *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": "/",
        "raw_path": b"/",
        "query_string": query,
        "headers": [(b"host", b"testserver"), *headers],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }


async def told(web: WebProcess, asked: dict[str, Any], *pieces: bytes, ends: bool = True) -> Sent:
    """What was sent to a request whose body comes in pieces; one that does not end loses its line."""
    messages = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces) - 1 or not ends}
        for number, piece in enumerate(pieces or (b"",))
    ]
    sent: Sent = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await web(asked, receive, send)
    return sent


def body_of(sent: Sent) -> bytes:
    return b"".join(one.get("body", b"") for one in sent if one["type"] == "http.response.body")


def pages(answer: Callable[[dict[str, Any]], bytes], *, threads: int = 2, most: int = 1000) -> WebProcess:
    def run(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        text = answer(environ)
        start("200 OK", [("Content-Type", "text/plain")])
        return [text]

    return WebProcess(run, threads=threads, most_bytes=most)


def test_a_body_in_pieces_comes_whole_and_with_its_length() -> None:
    web = pages(lambda e: e["wsgi.input"].read(int(e["CONTENT_LENGTH"])))
    chunked = (b"transfer-encoding", b"chunked")
    assert body_of(asyncio.run(told(web, scope("POST", b"", chunked), b"one ", b"two ", b"three"))) == (
        b"one two three"
    )


def test_a_lost_line_asks_nothing() -> None:
    asked: list[object] = []

    def answer(environ: dict[str, Any]) -> bytes:
        asked.append(environ)
        return b""

    web = pages(answer)
    assert asyncio.run(told(web, scope("POST"), b"half", ends=False)) == []
    assert asked == []


@pytest.mark.parametrize(
    ("headers", "pieces"),
    [([(b"content-length", b"1001")], (b"",)), ([], (b"x" * 600, b"x" * 600))],
    ids=["as it says", "as it comes"],
)
def test_too_much_is_refused_in_words(headers: list[tuple[bytes, bytes]], pieces: tuple[bytes, ...]) -> None:
    asked: list[object] = []

    def answer(environ: dict[str, Any]) -> bytes:
        asked.append(environ)
        return b""

    web = pages(answer)
    sent = asyncio.run(told(web, scope("POST", b"", *headers), *pieces))
    assert sent[0]["status"] == 413
    assert "Слишком много" in body_of(sent).decode()
    assert asked == []


def test_as_much_as_may_be_is_taken() -> None:
    web = pages(lambda e: str(len(e["wsgi.input"].read())).encode())
    assert body_of(asyncio.run(told(web, scope("POST"), b"x" * 1000))) == b"1000"


def test_a_header_that_would_pass_for_the_proxy_s_is_dropped() -> None:
    web = pages(lambda e: repr(sorted(key for key in e if key.startswith("HTTP_"))).encode())
    sent = asyncio.run(told(web, scope("GET", b"", (b"x_forwarded_for", b"1.2.3.4"), (b"x-plain", b"1"))))
    assert body_of(sent) == b"['HTTP_HOST', 'HTTP_X_PLAIN']"


def test_cookies_are_one_and_a_query_may_be_in_any_letters() -> None:
    web = pages(lambda e: f"{e['HTTP_COOKIE']}|{e['QUERY_STRING']}".encode("latin-1"))
    asked = scope("GET", "q=мёд".encode(), (b"cookie", b"a=1"), (b"cookie", b"b=2"))
    assert body_of(asyncio.run(told(web, asked))).decode() == "a=1; b=2|q=мёд"


def test_no_more_threads_than_said_and_a_slow_body_holds_none() -> None:
    """Twenty requests at once in two threads, beside five whose bodies never end."""
    at_once, most, lock = 0, 0, threading.Lock()
    two = threading.Barrier(2)

    def answer(_environ: dict[str, Any]) -> bytes:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        two.wait(30)  # both threads are at work
        with lock:
            at_once -= 1
        return threading.current_thread().name.encode()

    async def run() -> set[bytes]:
        web = pages(answer)
        slow = [asyncio.create_task(_never_ending(web)) for _one in range(5)]
        quick = await asyncio.gather(*(told(web, scope()) for _one in range(20)))
        assert not any(one.done() for one in slow)
        for one in slow:
            one.cancel()
        return {body_of(sent) for sent in quick}

    names = asyncio.run(run())
    assert most == 2
    assert len(names) == 2


def test_who_takes_nothing_lets_the_thread_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of many pieces to a line that stands still: its one thread answers the next request all the same."""
    monkeypatch.setattr(web_module, "STALLED_SECONDS", 0.05)
    made: list[int] = []

    def run(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        for number in range(web_module.AHEAD * 3 if environ["QUERY_STRING"] else 1):
            made.append(number)
            yield b"x"

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def stands_still(_message: Any) -> None:
        await asyncio.Event().wait()

    async def both() -> Sent:
        web = WebProcess(run, threads=1, most_bytes=10)
        stalled = asyncio.create_task(web(scope("GET", b"file"), receive, stands_still))
        answer = await told(web, scope())
        await stalled
        return answer

    assert body_of(asyncio.run(both())) == b"x"
    assert len(made) == web_module.AHEAD * 3 + 1


async def _never_ending(web: WebProcess) -> None:
    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(_message: Any) -> None:
        raise AssertionError

    await web(scope("POST"), receive, send)


def _django_pages() -> list[Any]:
    def file(_request: HttpRequest) -> FileResponse:
        return FileResponse(io.BytesIO(b"x" * (BLOCK * 3 + 1)))

    def form(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{request.POST['word']} {request.GET['q']}")

    def which(request: HttpRequest) -> Any:
        return form(request) if request.method == "POST" else file(request)

    return [path("", which)]


class Urls:
    urlpatterns = _django_pages()


@override_settings(ROOT_URLCONF=Urls, MIDDLEWARE=[])
def test_django_reads_forms_and_files_go_in_large_pieces() -> None:
    web = WebProcess(WSGIHandler(), threads=1, most_bytes=10_000)
    kind = (b"content-type", b"application/x-www-form-urlencoded")
    sent = asyncio.run(told(web, scope("POST", "q=мёд".encode(), kind), "word=молоко".encode()))
    assert body_of(sent).decode() == "молоко мёд"
    sent = asyncio.run(told(web, scope()))
    sizes = [len(one["body"]) for one in sent if one.get("body")]
    assert sizes == [BLOCK, BLOCK, BLOCK, 1]


@pytest.mark.django_db
def test_a_connection_of_a_thread_keeps_little() -> None:
    if connection.vendor != "sqlite":
        _small_cache(connection)  # asks nothing of another database
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA cache_size").fetchone()[0]
        try:
            _small_cache(connection)
            assert cursor.execute("PRAGMA cache_size").fetchone()[0] == -CACHE_KIB
        finally:
            cursor.execute(f"PRAGMA cache_size={before}")


def test_the_site_s_own(settings: Any) -> None:
    settings.WEB_THREADS, settings.UPLOAD_MAX_BYTES = 3, 10
    from django.db.backends.signals import connection_created

    before = sys.getswitchinterval()
    try:
        assert web_process(lambda _environ, _start: []).most_bytes == 40
    finally:
        sys.setswitchinterval(before)
        connection_created.disconnect(dispatch_uid="web process")
