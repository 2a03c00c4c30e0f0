"""The loop that does the work: claims a job, runs it, keeps its heartbeat; takes back what a dead worker left.

Our own loop over our own table, not a library's worker: see docs/decisions/jobs.md.
"""

from __future__ import annotations

import os
import socket
import threading
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from croniter import croniter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, OperationalError, close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone, translation

from koopset.foundation.jobs.catalogue import Kind, UnknownJob, kind_of, schedules
from koopset.foundation.jobs.models import Job, JobState, ScheduleTick, Worker
from koopset.foundation.jobs.run import JobCancelled, JobInterrupted, JobLost, JobRun
from koopset.foundation.jobs.services import enqueue
from koopset.foundation.rights.acting import acting
from koopset.foundation.rights.actors import NOBODY, SYSTEM, Actor, Forbidden, actor_for_signature
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.violations import RuleViolation

log = structlog.get_logger("koopset.jobs")

#: A job that kills its worker must not do so for ever.
MAX_LOSSES = 5
POLL_SECONDS = 1.0
_CROSSING = "a worker takes jobs whatever the organisation; each runs with its own organisation and actor"


# Claiming


def claim(worker: str, now: datetime) -> Job | None:
    """Take the first job whose time has come. Two workers never take the same: SKIP LOCKED, or SQLite's immediate transaction."""
    with across_tenants(_CROSSING), transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(state=JobState.WAITING, run_at__lte=now)
            .order_by("run_at", "id")
            .first()
        )
        if job is None:
            return None
        job.state, job.worker, job.attempts = JobState.RUNNING, worker, job.attempts + 1
        job.started_at = job.heartbeat_at = now
        job.error_code, job.fault = "", ""
        job.save(
            update_fields=["state", "worker", "attempts", "started_at", "heartbeat_at", "error_code", "fault"]
        )
        return job


def actor_of(job: Job, now: datetime) -> Actor:
    """Who asked, with the rights of today: a right taken away meanwhile is missed here."""
    if job.login_id is None:
        return SYSTEM
    if (
        job.login_id > 0
        and not get_user_model()._default_manager.filter(pk=job.login_id, is_active=True).exists()
    ):
        return NOBODY
    scopes = None if job.scopes is None else frozenset(job.scopes)
    return actor_for_signature(job.login_id, organisation_id=job.organisation_id, now=now, scopes=scopes)


# Running


def run_job(job: Job, *, now: datetime, stopping: Callable[[], bool] = lambda: False) -> JobState:
    """Run a claimed job to an end and write that end down, unless the claim was lost meanwhile."""
    structlog.contextvars.bind_contextvars(job_id=job.pk, job=job.kind)
    try:
        with translation.override(settings.LANGUAGE_CODE):
            return _run(job, now, stopping)
    except JobLost:  # its end could not be written: the claim is another worker's by now
        log.warning("job lost to another worker")
        return JobState.RUNNING
    finally:
        structlog.contextvars.unbind_contextvars("job_id", "job")


def _run(job: Job, now: datetime, stopping: Callable[[], bool]) -> JobState:
    try:
        kind = kind_of(job.kind)
    except UnknownJob:
        return _end(job, JobState.FAILED, error_code="jobs.unknown")
    actor = actor_of(job, now)
    run = JobRun(job.pk, job.organisation_id, actor, job.attempts, job.progress_done, now, stopping)
    try:
        if kind.atomic:
            with acting(actor), transaction.atomic():
                if not run._mine().select_for_update().exists():
                    raise JobLost(job.pk)
                result = kind.function(run, **job.args)
                return _end(job, JobState.DONE, result=result)
        with acting(actor):
            result = kind.function(run, **job.args)
        return _end(job, JobState.DONE, result=result)
    except JobCancelled:
        return _end(job, JobState.CANCELLED)
    except JobInterrupted:
        return _again(job, timezone.now(), count=False)
    except JobLost:
        raise
    except RuleViolation as violation:
        return _end(job, JobState.FAILED, error_code=violation.code, error_params=_jsonable(violation.params))
    except Forbidden:
        return _end(job, JobState.FAILED, error_code="jobs.forbidden")
    except Exception as error:
        return _failed(job, kind, error, max(now, timezone.now()))


def _failed(job: Job, kind: Kind, error: Exception, now: datetime) -> JobState:
    where = traceback.extract_tb(error.__traceback__)[-1]
    fault = f"{type(error).__module__}.{type(error).__qualname__} at {where.name}:{where.lineno}"[:300]
    log.error("job failed", fault=fault, attempt=job.attempts, exc_info=error)
    tried = job.attempts - job.attempts_before
    if tried <= kind.retries:
        return _again(job, now + kind.pause_after(tried), count=True, error_code="jobs.fault", fault=fault)
    return _end(job, JobState.FAILED, error_code="jobs.fault", fault=fault)


def _jsonable(params: dict[str, object]) -> dict[str, object]:
    return {name: value if isinstance(value, int | str) else str(value) for name, value in params.items()}


def _mine(job: Job) -> Any:
    return Job.objects.filter(
        organisation_id=job.organisation_id, pk=job.pk, state=JobState.RUNNING, attempts=job.attempts
    )


def _end(job: Job, state: JobState, **values: Any) -> JobState:
    moment = timezone.now()
    if not _mine(job).update(state=state, finished_at=moment, heartbeat_at=moment, **values):
        raise JobLost(job.pk)
    log.info("job ended", state=str(state), attempt=job.attempts)
    return state


def _again(job: Job, run_at: datetime, *, count: bool, **values: Any) -> JobState:
    if not count:
        values["attempts_before"] = F("attempts_before") + 1
    _mine(job).update(state=JobState.WAITING, run_at=run_at, heartbeat_at=None, worker="", **values)
    return JobState.WAITING


# Taking back and making due


def reap(now: datetime) -> int:
    """Give back the jobs whose worker has not been heard of for JOB_LOST_AFTER_SECONDS; the number of them.

    A job that lost its worker MAX_LOSSES times in a row is ended: it may be what kills them.
    """
    silent_since = now - timedelta(seconds=settings.JOB_LOST_AFTER_SECONDS)
    with across_tenants(_CROSSING), transaction.atomic():
        lost = list(
            Job.objects.select_for_update(skip_locked=True).filter(
                state=JobState.RUNNING, heartbeat_at__lt=silent_since
            )
        )
        for job in lost:
            job.worker = ""
            if job.cancel_asked:
                job.state, job.finished_at = JobState.CANCELLED, now
            elif job.attempts - job.attempts_before >= MAX_LOSSES:
                job.state, job.finished_at = JobState.FAILED, now
                job.error_code, job.error_params = "jobs.lost", {"times": job.attempts - job.attempts_before}
            else:
                job.state, job.run_at = JobState.WAITING, now
            job.save(update_fields=["worker", "state", "finished_at", "run_at", "error_code", "error_params"])
            log.warning(
                "job taken back from a silent worker", job_id=job.pk, job=job.kind, state=str(job.state)
            )
    return len(lost)


def make_due(now: datetime) -> int:
    """Turn the ticks of schedules that have come into jobs; the number of them. Missed ticks are made up by one.

    A schedule met for the first time waits for its next tick.
    """
    made = 0
    local = timezone.localtime(now)
    for item in schedules():
        tick = croniter(item.cron, local + timedelta(microseconds=1)).get_prev(datetime)
        with transaction.atomic():
            row, new = ScheduleTick.objects.select_for_update().get_or_create(
                name=item.name, defaults={"at": tick}
            )
            if new or row.at >= tick:
                continue
            row.at = tick
            row.save(update_fields=["at"])
            enqueue(
                item.kind,
                actor=SYSTEM,
                args=item.args,
                key=f"schedule {item.name} {tick.isoformat()}",
                now=now,
            )
            made += 1
    return made


# The loop


def worker_name() -> str:
    """Of this process on this machine, never used twice."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:8]}"


class Heartbeat:
    """A thread that says "alive" for the worker and for the job it runs, on a connection of its own."""

    def __init__(self, name: str, every: float) -> None:
        self.name, self.every = name, every
        self.job: Job | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    def _beat(self) -> None:
        try:
            while not self._stop.wait(self.every):
                try:
                    self.tell(timezone.now())
                except DatabaseError:  # a long transaction of the job holds SQLite; the next beat will do
                    close_old_connections()
        finally:
            connection.close()

    def tell(self, now: datetime) -> None:
        Worker.objects.filter(name=self.name).update(seen_at=now)
        job = self.job
        if job is not None:
            _mine(job).update(heartbeat_at=now)


def run_worker(stop: threading.Event, *, poll: float = POLL_SECONDS, until_idle: bool = False) -> int:
    """Do jobs until `stop` is set (the one under way goes back to waiting at its next step), or until none is due; the number done."""
    name, done = worker_name(), 0
    beat_every = float(settings.JOB_HEARTBEAT_SECONDS)
    now = timezone.now()
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    Worker.objects.create(name=name, started_at=now, seen_at=now)
    next_rounds = now
    log.info("worker started", worker=name)
    try:
        with Heartbeat(name, beat_every) as heartbeat:
            while not stop.is_set():
                try:
                    now = timezone.now()
                    if now >= next_rounds:
                        next_rounds = now + timedelta(seconds=beat_every)
                        reap(now)
                        make_due(now)
                    job = claim(name, now)
                    if job is not None:
                        heartbeat.job = job
                        try:
                            run_job(job, now=now, stopping=stop.is_set)
                            done += 1
                        finally:
                            heartbeat.job = None
                        continue
                except OperationalError as error:  # the database is away or busy: jobs stay where they are
                    log.warning("database unavailable", fault=type(error).__name__)
                    connection.close()
                if until_idle:
                    break
                close_old_connections()
                stop.wait(poll)
    finally:
        Worker.objects.filter(name=name).delete()
        log.info("worker stopped", worker=name, done=done)
    return done
