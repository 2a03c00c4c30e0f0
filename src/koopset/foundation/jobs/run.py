"""What a piece of work sees of itself while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone

from koopset.foundation.jobs.models import Job, JobState
from koopset.foundation.rights.actors import Actor

#: Progress is written no more often than this: a page asks once a second or less.
PAUSE = timedelta(milliseconds=500)


class JobCancelled(Exception):
    """A person called the work off. Raised by `progress` and `step`; let it pass."""


class JobLost(Exception):
    """This worker was given up for lost and another has the job: nothing may be written under the old claim."""


class JobInterrupted(Exception):
    """The worker is being stopped in order: the work goes back to waiting and goes on from its position."""


@dataclass(slots=True)
class JobRun:
    """`actor` is the login that asked, with its rights as of now; `position` is where an earlier attempt stopped (its last `done`)."""

    job_id: int
    organisation_id: int | None
    actor: Actor
    attempt: int
    position: int
    now: datetime  # when this attempt began
    _stopping: Callable[[], bool] = lambda: False
    _told_at: datetime | None = field(default=None, init=False)

    @property
    def cancelled(self) -> bool:
        """Whether a person asked to stop, for work that must tidy up first."""
        return self._mine().filter(cancel_asked=True).exists()

    def progress(self, done: int, total: int = 0, text: str = "") -> None:
        """Say how far the work is. Raises JobCancelled, JobInterrupted, JobLost: then stop without a word.

        Inside a transaction others see it after its commit only.
        """
        moment = timezone.now()
        if self._told_at is not None and moment - self._told_at < PAUSE and done < total:
            return
        self._told_at = moment
        self._tell(done, total, text, moment)

    @contextmanager
    def step(self, done: int, total: int = 0, text: str = "") -> Iterator[None]:
        """One part of the work in one transaction together with its position: after a crash it is there once or not at all.

            for number, rows in enumerate(parts):
                if number < run.position: continue
                with run.step(number + 1, len(parts)):
                    write(rows)

        Raises as `progress` does, before the part is begun or instead of committing it.
        """
        with transaction.atomic():
            # The lock is taken first: a worker given up for lost waits here and then learns it.
            if not self._mine().select_for_update().exists():
                raise JobLost(self.job_id)
            yield
            self._tell(done, total, text, timezone.now())

    def _tell(self, done: int, total: int, text: str, moment: datetime) -> None:
        if self._stopping():
            raise JobInterrupted(self.job_id)
        told = (
            self._mine()
            .filter(cancel_asked=False)
            .update(
                progress_done=done, progress_total=total, progress_text=str(text)[:200], heartbeat_at=moment
            )
        )
        if not told:
            raise JobCancelled(self.job_id) if self.cancelled else JobLost(self.job_id)

    def _mine(self) -> models.QuerySet[Job]:
        return Job.objects.filter(
            organisation_id=self.organisation_id,
            pk=self.job_id,
            state=JobState.RUNNING,
            attempts=self.attempt,
        )
