"""Writers of a process in turn, where the database has one writer.

Those who wait for SQLite's lock ask again and again, at longer and longer intervals, and whoever comes later may be first. In a
hall two hundred people press the same button within a minute: they wait in a line instead.
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
_writing = threading.Lock()


def in_turn(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A view whose POSTs are served one at a time in this process; on a database with many writers nothing changes."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        waits = request.method == "POST" and connection.vendor == "sqlite"
        held = waits and _writing.acquire(timeout=WAIT_SECONDS)
        try:
            return view(request, *args, **kwargs)
        finally:
            if held:
                _writing.release()

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", run)
