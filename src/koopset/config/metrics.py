"""Figures of the running site for Prometheus, at /metrics: how it answers, what waits, what is left of the disk.

Labels are names of pages and classes of answers: nothing of anybody, no ids. Each process of the site counts its own answers, so a
scraper asks each by its own port; the rest is read from the database and is the same in all.
"""

from __future__ import annotations

import hmac
import ipaddress
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from koopset.config import shared_cache
from koopset.foundation.jobs.selectors import work_figures
from koopset.foundation.notifications.selectors import letters_waiting
from koopset.foundation.rights.pages import Gate, PageRequest, page

REGISTRY = CollectorRegistry(auto_describe=True)
ANSWERS = Counter(
    "koopset_answers",
    "Answers of this process by page and class of status.",
    ["page", "status"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "koopset_answer_seconds", "How long an answer took, by page.", ["page"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30), registry=REGISTRY,
)  # fmt: skip
#: A proxy leaves one of these: then the visitor is not on this machine, though the connection is.
FORWARDED = tuple(
    f"HTTP_{name}"
    for name in "X_FORWARDED_FOR X_FORWARDED_PROTO X_FORWARDED_HOST X_REAL_IP FORWARDED VIA".split()
)


class MetricsMiddleware:
    """Counts each answer under the name of its page; addresses that lead nowhere are one page, «nowhere»."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        name = (match.view_name or "unnamed") if match else "nowhere"
        ANSWERS.labels(name, f"{response.status_code // 100}xx").inc()
        SECONDS.labels(name).observe(time.perf_counter() - began)
        return response


class Machine(Collector):
    """What is read at the moment of asking."""

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        disk = shutil.disk_usage(Path(settings.DATA_DIR))
        yield GaugeMetricFamily(
            "koopset_disk_free_bytes", "Free space beside the data.", value=float(disk.free)
        )
        yield GaugeMetricFamily(
            "koopset_cache_up",
            "Whether the cache that processes share answers; without one, 1.",
            value=float(shared_cache.word() is None),
        )
        try:
            yield from _of_database()
        except DatabaseError:
            yield GaugeMetricFamily("koopset_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("koopset_database_up", "Whether the database answers.", value=1)


REGISTRY.register(Machine())


def _of_database() -> list[Metric]:
    """All or nothing: a database that goes away in the middle leaves no half of the figures."""
    now = timezone.now()
    work = work_figures(now)
    jobs = GaugeMetricFamily("koopset_jobs", "Pieces of background work by state.", labels=["state"])
    for state, count in work.by_state.items():
        jobs.add_metric([state], count)
    return [
        jobs,
        GaugeMetricFamily(
            "koopset_jobs_oldest_wait_seconds",
            "How long the piece of work that waits longest has been due.",
            value=work.oldest_wait.total_seconds(),
        ),
        GaugeMetricFamily("koopset_workers", "Workers that were heard of lately.", value=work.workers),
        GaugeMetricFamily("koopset_letters_waiting", "Letters that have not gone out.", value=letters_waiting()),
        GaugeMetricFamily("koopset_database_bytes", "Size of the database.", value=_database_size()),
    ]  # fmt: skip


def _database_size() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return int(cursor.fetchone()[0])


def may_read(request: HttpRequest) -> bool:
    """With the key where one is set; without one, from this machine and not through a proxy."""
    token: str = settings.METRICS_TOKEN
    if token:
        word, _space, given = request.headers.get("Authorization", "").partition(" ")
        return word.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
    if any(name in request.META for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@page(Gate.PUBLIC)
def metrics(request: PageRequest) -> HttpResponse:
    """The figures, or the answer of a page that is not there."""
    if not may_read(request):
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    response = HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
    response["Cache-Control"] = "no-store"
    return response
