"""Pages of one process, answered by a few threads that stay: each keeps its connection to the database, and what is too much
waits in line.

Django's own handler for an event loop gives every request a thread and a connection of its own and passes each piece of
middleware through the loop: two hundred telephones that ask at once are two hundred threads that contend for one interpreter
and one writer (docs/decisions/web.md).
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import IO, Any
from wsgiref.util import FileWrapper

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.db.backends.signals import connection_created

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]
Pages = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

#: Files go to the loop in pieces of this many bytes, and so many of them ahead: whoever takes a usual file slowly holds no thread.
BLOCK, AHEAD = 256 * 1024, 16
#: Whoever takes not one piece in so long is gone: a larger file would hold its thread until then.
STALLED_SECONDS = 180.0
#: A form may bring a few files, each as large as one may be, and its fields.
MOST_FILES = 4
#: What each thread's connection may keep of a SQLite file in memory, KiB.
CACHE_KIB = 8 * 1024
#: How long a thread computes before another may: a page is mostly computing, and threads that take turns every 5 ms all end late.
SWITCH_SECONDS = 0.02
_BODY, _QUERY = "koopset.body", "koopset.query"
_TOO_LARGE = "Слишком много данных за один раз. / Too much data at once.\n".encode()


class Blocks(FileWrapper):
    """A file in large blocks, whatever size the response would take."""

    def __init__(self, file: IO[bytes], _size: int = BLOCK) -> None:
        super().__init__(file, BLOCK)


class WebProcess:
    """An ASGI application: the body of a request is taken to its end before a thread is asked, so that a slow line holds none."""

    def __init__(self, pages: Pages, *, threads: int, most_bytes: int) -> None:
        def answer(environ: Any, start: Any) -> Iterable[bytes]:
            scope = environ["asgi.scope"]
            environ["wsgi.input"] = scope[_BODY]
            environ["wsgi.file_wrapper"] = Blocks
            environ["QUERY_STRING"] = scope[_QUERY].decode("latin-1")
            return pages(environ, start)

        self.most_bytes = most_bytes
        self._threads: Any = WSGIMiddleware(answer, workers=threads, send_queue_size=AHEAD)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Others than of http are the library's to answer: it closes them."""
        if scope["type"] != "http":
            await self._threads(scope, receive, send)
            return
        if _told_length(scope) > self.most_bytes:
            await _refuse(send)
            return
        with tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE) as body:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return  # the line was lost before all had come: nothing was asked
                body.write(message.get("body", b""))
                if body.tell() > self.most_bytes:
                    await _refuse(send)
                    return
                if not message.get("more_body", False):
                    break
            length = body.tell()
            body.seek(0)
            asked = {
                **scope,
                "headers": _headers(scope, length),
                "query_string": b"",
                _QUERY: scope["query_string"],
                _BODY: body,
            }
            await self._threads(asked, receive, _while_taken(send))


def _while_taken(send: Send) -> Send:
    """Sending as long as somebody takes it. What follows is dropped; the server closes a line whose answer did not end."""
    is_gone = False

    async def pass_on(message: Message) -> None:
        nonlocal is_gone
        if is_gone:
            return
        try:
            await asyncio.wait_for(send(message), STALLED_SECONDS)
        except TimeoutError:
            is_gone = True

    return pass_on


def _told_length(scope: Scope) -> int:
    told = dict(scope["headers"]).get(b"content-length", b"0")
    return int(told) if told.isdigit() else 0


def _headers(scope: Scope, length: int) -> list[tuple[bytes, bytes]]:
    """As they came, but: the length is that of what came; a name with «_» would be read as one with «-», which the proxy wrote;
    cookies are one.
    """
    kept, cookies = [], []
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies.append(value)
        elif b"_" not in name and name not in (b"content-length", b"transfer-encoding"):
            kept.append((name, value))
    if cookies:
        kept.append((b"cookie", b"; ".join(cookies)))
    return [*kept, (b"content-length", str(length).encode())]


async def _refuse(send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(_TOO_LARGE)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": _TOO_LARGE})


def web_process(pages: Pages) -> WebProcess:
    """The site's pages by the settings: WEB_THREADS of them at a time, bodies of up to MOST_FILES times UPLOAD_MAX_BYTES."""
    connection_created.connect(_small_cache, dispatch_uid="web process")
    sys.setswitchinterval(SWITCH_SECONDS)
    return WebProcess(pages, threads=settings.WEB_THREADS, most_bytes=MOST_FILES * settings.UPLOAD_MAX_BYTES)


def _small_cache(connection: Any, **_kwargs: Any) -> None:
    """Each of the threads has a connection that stays: together they are to keep no more than one had."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
