"""Jobs: counts that add up, one place to go on from, and an end that says what it is."""

from __future__ import annotations

from typing import Any

import pytest

from chassis import clock, ids
from chassis.record import stamp
from gateway.jobs.domain.errors import GaveUp, JobIsOver, PositionLost, ReceiptMismatch
from gateway.jobs.domain.job import OUTCOMES, Job

PARTS = [{"entity": "products", "file": "p.csv", "rows": 3}, {"entity": "deals", "file": "d.csv", "rows": 2}]


def a_job(**values: Any) -> Job:
    zero = dict.fromkeys((*OUTCOMES, "processed", "next_part", "next_chunk", "attempts"), 0)
    lists: dict[str, Any] = {"parts": [], "corrections": [], "files": []}
    known = {"kind": "import", "status": "queued", "stage": "queued", "dry_run": False}
    job = Job(**{**zero, **lists, **known, "requested_by": ids.new("user"), "role": "admin", **values})
    stamp(job, ids.new("workspace"))
    return job


def a_running_job(**values: Any) -> Job:
    job = a_job(**values)
    job.begin(clock.now())
    job.plan(PARTS)
    return job


def test_a_job_whose_rows_all_have_an_outcome_completes() -> None:
    job = a_running_job()
    job.take(0, 0, {"created": 2, "skipped": 1}, [])
    job.turn(1)
    job.take(1, 0, {"unchanged": 1, "failed": 1}, [])
    job.turn(2)
    job.complete(clock.now(), [])
    assert (job.status, job.total, job.processed) == ("completed", 5, 5)
    assert [part["created"] for part in job.parts] == [2, 0]


def test_a_receipt_that_does_not_add_up_never_passes() -> None:
    job = a_running_job()
    job.take(0, 0, {"created": 2}, [])
    with pytest.raises(ReceiptMismatch, match=r"p\.csv has 3 rows, 2 have an outcome"):
        job.complete(clock.now(), [])


def test_a_chunk_counts_once() -> None:
    job = a_running_job()
    job.take(0, 0, {"created": 2}, [])
    with pytest.raises(PositionLost):
        job.take(0, 0, {"created": 2}, [])
    assert job.created == 2


def test_a_job_goes_on_where_it_was() -> None:
    job = a_running_job()
    job.take(0, 0, {"created": 2}, [])
    job.begin(clock.now())
    job.plan(PARTS)
    assert (job.next_part, job.next_chunk, job.created) == (0, 1, 2)


def test_a_dry_run_starts_over() -> None:
    job = a_running_job(dry_run=True)
    job.take(0, 0, {"created": 2}, [])
    job.begin(clock.now())
    job.plan(PARTS)
    assert (job.next_chunk, job.created, job.processed) == (0, 0, 0)


def test_a_job_that_workers_die_of_is_given_up() -> None:
    job = a_job()
    for _ in range(5):
        job.begin(clock.now())
    with pytest.raises(GaveUp):
        job.begin(clock.now())


def test_progress_forgives_earlier_deaths() -> None:
    job = a_running_job()
    job.take(0, 0, {"created": 1}, [])
    for _ in range(5):
        job.begin(clock.now())
    assert job.status == "running"


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked() -> None:
    waiting, running = a_job(), a_running_job()
    waiting.request_cancel(clock.now())
    running.request_cancel(clock.now())
    assert (waiting.status, running.status) == ("cancelled", "running")
    assert running.cancel_requested_at is not None


def test_what_is_over_cannot_be_cancelled() -> None:
    job = a_running_job()
    job.cancel(clock.now())
    with pytest.raises(JobIsOver):
        job.request_cancel(clock.now())
    with pytest.raises(PositionLost):
        job.take(0, 0, {"created": 1}, [])
