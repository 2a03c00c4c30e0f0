from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from koopset.foundation.jobs import Job, JobRun, enqueue, job
from koopset.foundation.jobs.catalogue import _schedules, schedule
from koopset.foundation.jobs.models import JobState, ScheduleTick
from koopset.foundation.jobs.run import JobLost
from koopset.foundation.jobs.services import job_cancel
from koopset.foundation.jobs.worker import MAX_LOSSES, claim, make_due, reap, run_job
from koopset.foundation.rights.actors import SYSTEM, Actor, ActorKind, Forbidden
from koopset.foundation.tenants.models import Tenant
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
seen: list[object] = []


@job("test.note")
def note(run: JobRun, *, word: str) -> dict[str, object]:
    seen.append((word, run.organisation_id, run.actor.kind))
    return {"word": word}


@job("test.break", retries=2)
def break_down(run: JobRun) -> None:
    seen.append(run.attempt)
    raise ZeroDivisionError("a name that nobody may read")


@job("test.refuse")
def refuse(run: JobRun) -> None:
    raise RuleViolation("files.too_large", limit_mb=5)


@job("test.parts")
def parts(run: JobRun, *, stop_at: int | None = None) -> None:
    for number in range(4):
        if number < run.position:
            continue
        with run.step(number + 1, 4, f"part {number + 1}"):
            seen.append(number)
            if number == stop_at:
                job_cancel(
                    actor=SYSTEM, organisation_id=run.organisation_id or 0, job_id=run.job_id, now=run.now
                )


@job("test.broken_atomic", retries=0, atomic=True)
def broken_atomic(run: JobRun) -> None:
    Tenant.objects.create(kind="half")
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def _fresh():
    seen.clear()


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(kind="snt")


def fresh(item: Job) -> Job:
    return Job.objects.get(organisation_id=item.organisation_id, pk=item.pk)


def test_work_is_done_and_its_result_kept(tenant: Tenant) -> None:
    asked = enqueue("test.note", actor=SYSTEM, organisation_id=tenant.pk, title="Word", args={"word": "мёд"})
    ended = run_pending_jobs()
    assert [item.pk for item in ended] == [asked.pk]
    assert (ended[0].state, ended[0].result, ended[0].percent) == (JobState.DONE, {"word": "мёд"}, 100)
    assert seen == [("мёд", tenant.pk, ActorKind.SYSTEM)]


def test_work_of_a_rolled_back_transaction_is_never_done(tenant: Tenant) -> None:
    with transaction.atomic():
        enqueue("test.note", actor=SYSTEM, args={"word": "a"})
        transaction.set_rollback(True)
    assert run_pending_jobs() == []


def test_a_key_is_one_job_in_an_organisation(tenant: Tenant) -> None:
    other = Tenant.objects.create(kind="snt")

    def ask(organisation_id: int | None) -> int:
        return enqueue(
            "test.note", actor=SYSTEM, organisation_id=organisation_id, args={"word": "a"}, key="k"
        ).pk

    assert ask(tenant.pk) == ask(tenant.pk)
    assert ask(None) == ask(None)
    assert len({ask(tenant.pk), ask(other.pk), ask(None)}) == 3
    assert len(run_pending_jobs()) == 3
    assert ask(tenant.pk)
    assert run_pending_jobs() == []


def test_failed_work_is_tried_again_later_each_time_and_then_ended_in_words(tenant: Tenant) -> None:
    # Ahead of every clock: the pause is counted from the later of the worker's moment and the clock's.
    began = datetime(2226, 11, 24, 9, 0, tzinfo=UTC)
    asked = enqueue("test.break", actor=SYSTEM, organisation_id=tenant.pk, now=began)
    moment = began
    for pause in (10, 20):
        run_pending_jobs(now=moment)
        row = fresh(asked)
        assert row.state == JobState.WAITING
        assert row.run_at == moment + timedelta(seconds=pause)
        moment = row.run_at
        assert run_pending_jobs(now=moment - timedelta(seconds=1)) == []
    run_pending_jobs(now=moment)
    row = fresh(asked)
    assert (row.state, seen) == (JobState.FAILED, [1, 2, 3])
    assert row.error_text
    assert "ZeroDivisionError" in row.fault
    assert "name" not in row.fault.partition(" at ")[0]


def test_failed_work_asked_again_by_key_starts_anew(tenant: Tenant) -> None:
    asked = enqueue("test.refuse", actor=SYSTEM, organisation_id=tenant.pk, key="again")
    run_pending_jobs()
    assert fresh(asked).state == JobState.FAILED
    assert (
        enqueue("test.note", actor=SYSTEM, organisation_id=tenant.pk, args={"word": "b"}, key="again").pk
        == asked.pk
    )
    run_pending_jobs()
    row = fresh(asked)
    assert (row.state, row.error_code, row.attempts) == (JobState.DONE, "", 2)


def test_refusal_of_a_rule_ends_the_work_with_its_text(tenant: Tenant) -> None:
    asked = enqueue("test.refuse", actor=SYSTEM, organisation_id=tenant.pk)
    run_pending_jobs()
    row = fresh(asked)
    assert (row.state, row.error_code, row.attempts) == (JobState.FAILED, "files.too_large", 1)
    assert "5" in row.error_text


def test_atomic_work_leaves_nothing_halfway() -> None:
    enqueue("test.broken_atomic", actor=SYSTEM)
    assert run_pending_jobs()[0].state == JobState.FAILED
    assert not Tenant.objects.filter(kind="half").exists()


def test_cancelling_waiting_and_running_work(tenant: Tenant) -> None:
    waiting = enqueue("test.note", actor=SYSTEM, organisation_id=tenant.pk, args={"word": "a"})
    job_cancel(actor=SYSTEM, organisation_id=tenant.pk, job_id=waiting.pk, now=NOW)
    assert fresh(waiting).state == JobState.CANCELLED
    with pytest.raises(RuleViolation) as refusal:
        job_cancel(actor=SYSTEM, organisation_id=tenant.pk, job_id=waiting.pk, now=NOW)
    assert refusal.value.code == "jobs.finished"
    running = enqueue("test.parts", actor=SYSTEM, organisation_id=tenant.pk, args={"stop_at": 1})
    run_pending_jobs()
    # The part in which it was asked is rolled back with the asking itself, so two parts were begun and one is kept.
    assert seen[:2] == [0, 1]
    assert fresh(running).state in {JobState.CANCELLED, JobState.DONE}


def test_a_stranger_may_not_cancel(tenant: Tenant) -> None:
    waiting = enqueue("test.note", actor=SYSTEM, organisation_id=tenant.pk, args={"word": "a"})
    with pytest.raises(Forbidden):
        job_cancel(
            actor=Actor(ActorKind.PERSON, login_id=7), organisation_id=tenant.pk, job_id=waiting.pk, now=NOW
        )
    assert fresh(waiting).state == JobState.WAITING


def test_silent_worker_loses_its_job_and_may_not_write_any_more(tenant: Tenant) -> None:
    enqueue("test.parts", actor=SYSTEM, organisation_id=tenant.pk, now=NOW)
    lost = claim("first", NOW)
    assert lost is not None
    assert reap(NOW + timedelta(seconds=59)) == 0
    later = NOW + timedelta(seconds=61)
    assert reap(later) == 1
    taken = claim("second", later)
    assert taken is not None
    assert (taken.pk, taken.attempts) == (lost.pk, 2)
    run = JobRun(lost.pk, tenant.pk, SYSTEM, lost.attempts, 0, NOW)
    with pytest.raises(JobLost), run.step(1, 4):
        seen.append("never")
    assert run_job(lost, now=later) == JobState.RUNNING
    assert fresh(lost).state == JobState.RUNNING
    assert seen == []
    assert run_job(taken, now=later) == JobState.DONE
    assert seen == [0, 1, 2, 3]


def test_work_goes_on_from_its_position(tenant: Tenant) -> None:
    asked = enqueue("test.parts", actor=SYSTEM, organisation_id=tenant.pk)
    Job.objects.filter(organisation_id=tenant.pk, pk=asked.pk).update(progress_done=2)
    run_pending_jobs()
    assert seen == [2, 3]


def test_work_that_kills_its_workers_is_ended(tenant: Tenant) -> None:
    asked = enqueue("test.parts", actor=SYSTEM, organisation_id=tenant.pk, now=NOW)
    moment = NOW
    for _ in range(MAX_LOSSES):
        assert claim("w", moment) is not None
        moment += timedelta(seconds=61)
        reap(moment)
    row = fresh(asked)
    assert (row.state, row.error_code) == (JobState.FAILED, "jobs.lost")
    assert claim("w", moment) is None


def test_stopping_worker_gives_its_job_back_without_counting(tenant: Tenant) -> None:
    asked = enqueue("test.parts", actor=SYSTEM, organisation_id=tenant.pk)
    taken = claim("w", datetime.now(UTC))
    assert taken is not None
    assert run_job(taken, now=NOW, stopping=lambda: len(seen) > 2) == JobState.WAITING
    row = fresh(asked)
    assert (row.state, row.attempts - row.attempts_before, row.progress_done) == (JobState.WAITING, 0, 2)


def test_each_tick_of_a_schedule_is_one_job_and_missed_ones_are_made_up_by_one() -> None:
    others = dict(_schedules)  # some of them tick every few minutes
    _schedules.clear()
    schedule("test.note", "0 3 * * *", name="test.nightly", args={"word": "night"})
    try:
        ScheduleTick.objects.all().delete()
        first = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # 3:00 in Moscow
        assert make_due(first - timedelta(hours=1)) == 0  # met for the first time: waits
        assert make_due(first - timedelta(seconds=1)) == 0
        made = [make_due(first), make_due(first), make_due(first + timedelta(hours=23))]
        assert made == [1, 0, 0]
        Job.objects.filter(kind="test.note", organisation_id=None).delete()
        make_due(first + timedelta(days=5))
        assert Job.objects.filter(kind="test.note", organisation_id=None).count() == 1
    finally:
        _schedules.clear()
        _schedules.update(others)


def test_unknown_kind_is_ended_in_words(tenant: Tenant) -> None:
    asked = enqueue("test.note", actor=SYSTEM, organisation_id=tenant.pk)
    Job.objects.filter(organisation_id=tenant.pk, pk=asked.pk).update(kind="test.gone")
    assert run_pending_jobs()[0].error_code == "jobs.unknown"
