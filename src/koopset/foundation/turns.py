"""Writers of a process in turn: those who would only wait for one another in the database wait in a line before it.

SQLite has one writer: those who wait for its lock ask again and again, at longer and longer intervals, and whoever comes later may be
first. PostgreSQL locks the row that all of them write under, and each that waits holds a connection. In a hall two hundred people press
the same button within a minute.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

P = ParamSpec("P")
#: Whoever has waited longer goes on and takes what the database says.
WAIT_SECONDS = 15.0
#: Lines of a process; objects share one by chance, and then only wait a little.
_lines = tuple(threading.Lock() for _number in range(32))


def _line(key: object) -> threading.Lock:
    return _lines[0 if connection.vendor == "sqlite" else hash(key) % len(_lines)]


def in_turn(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A view whose POSTs are served one at a time in this process: all of them on SQLite, else those of one address."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        line = _line(request.path)
        held = line.acquire(timeout=WAIT_SECONDS)
        try:
            return view(request, *args, **kwargs)
        finally:
            if held:
                line.release()

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", run)
