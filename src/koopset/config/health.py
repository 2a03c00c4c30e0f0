"""Is the site alive, and is it fit to serve? For a supervisor, a load balancer and the operator.

Our own view, not a library's: the answers name our own things (facts, worker), nothing is asked of a network, and nothing is told of
what is inside beyond the name of a check and a word.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from koopset.config import shared_cache
from koopset.foundation.history import facts
from koopset.foundation.jobs.models import Worker
from koopset.foundation.rights.pages import Gate, page

log = structlog.get_logger("koopset.health")

#: Below this SQLite and uploads soon fail.
LEAST_FREE_BYTES = 200 * 1024 * 1024

#: A check answers None when all is well, or the word that says what is not.
Check = Callable[[], str | None]


def database() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return None if cursor.fetchone() == (1,) else "no answer"


def migrations() -> str | None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} not applied" if waiting else None


def facts_guarded() -> str | None:
    tables = facts.missing(connection)
    return f"{len(tables)} tables not guarded" if tables else None


def worker() -> str | None:
    since = timezone.now() - timedelta(seconds=settings.JOB_LOST_AFTER_SECONDS)
    return None if Worker.objects.filter(seen_at__gte=since).exists() else "no worker is heard of"


def disk() -> str | None:
    folder = Path(settings.DATA_DIR)
    if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
        return "almost full"
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"1")
    return None


CHECKS: dict[str, Check] = {
    "database": database,
    "migrations": migrations,
    "facts": facts_guarded,
    "worker": worker,
    "disk": disk,
}


def examine() -> dict[str, str]:
    """Each check's word: "ok", or what is wrong."""
    found: dict[str, str] = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check() or "ok"
        except (DatabaseError, OSError) as error:
            log.warning("health check failed", check=name, exc_info=error)
            found[name] = "unavailable"
    return found


@page(Gate.PUBLIC)
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked, so that a slow database does not get it restarted."""
    return _answer({"status": "ok"}, 200)


@page(Gate.PUBLIC)
def ready(request: HttpRequest) -> JsonResponse:
    """200 when every check is well, else 503 with the words. `notes`: what is worse than it should be and makes no process unfit."""
    found = examine()
    well = all(word == "ok" for word in found.values())
    body: dict[str, Any] = {"status": "ok" if well else "unfit", "checks": found}
    if silence := shared_cache.word():
        body["notes"] = {"cache": silence}
    return _answer(body, 200 if well else 503)


def _answer(body: dict[str, Any], status: int) -> JsonResponse:
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response
