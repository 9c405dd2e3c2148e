"""The worker's hands: each claims a job under its workspace's lease, works it off, and looks for the next one.

One import per workspace at a time; the lease's owner is a hand's name, so that a worker that was killed and started
again goes on at once, and another worker takes over when the lease has run out.
"""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

from chassis import lease, logs
from chassis.database import Database
from chassis.errors import AppError, Internal
from gateway.jobs import progress as jobs
from gateway.jobs.domain.errors import PositionLost
from gateway.jobs.domain.job import UNDO
from gateway.jobs.progress import Progress, Waiting
from gateway.worker.running import Cancelled, Client, ImportRun, Surroundings
from gateway.worker.undoing import UndoRun

log = logs.get("gateway.worker")

HANDS = 2
LEASE_SECONDS = 60.0
RENEW_SECONDS = 5.0
IDLE_SECONDS = 0.3
TROUBLE_SECONDS = 2.0
FORGOTTEN_SECONDS = 24 * 3600.0


class Released(Exception):
    """This hand must let go of its job: the process ends, or another worker has taken it over."""


class Hand:
    """One thread's work. `folder` holds the uploaded files of each job."""

    def __init__(
        self, name: str, database: Database, client: Client, folder: Path, stopping: threading.Event
    ) -> None:
        self._name = name
        self._database = database
        self._client = client
        self._folder = folder
        self._stopping = stopping
        self._renewed = 0.0

    def run(self) -> None:
        """Until the process is to stop. Trouble is logged, and waited out."""
        while not self._stopping.is_set():
            try:
                done = self.look()
            except Exception:
                log.exception("worker in trouble, will retry", hand=self._name)
                self._stopping.wait(TROUBLE_SECONDS)
                continue
            if not done:
                self._stopping.wait(IDLE_SECONDS)

    def look(self) -> int:
        """Do the first job in line of each workspace, where nobody else does it; returns how many there were."""
        return sum(self._work(waiting) for waiting in jobs.first_in_line(self._database))

    def _work(self, waiting: Waiting) -> bool:
        if self._stopping.is_set():
            return False
        name = f"import:{waiting.workspace_id}"
        if lease.acquire(self._database, name, self._name, LEASE_SECONDS) is None:
            return False
        self._renewed = time.monotonic()
        try:
            self._run(waiting, name)
        finally:
            lease.release(self._database, name, self._name)
        return True

    def _run(self, waiting: Waiting, name: str) -> None:
        progress = Progress(self._database, waiting.workspace_id, waiting.id)
        folder = self._folder / waiting.id
        try:
            order = progress.begin()
            if order is not None:
                log.info("job begins", job=order.id, workspace=order.workspace_id, kind=order.kind)
                around = Surroundings(self._client, folder, lambda: self._hold(name), self._stopping.wait)
                work = UndoRun if order.kind == UNDO else ImportRun
                work(order, progress, around).run()
                log.info("job done", job=order.id)
        except (Released, PositionLost):
            log.warning("job let go", job=waiting.id, hand=self._name)
            return
        except Cancelled:
            progress.cancel()
        except AppError as error:
            log.warning("job failed", job=waiting.id, code=error.code, error=error.text)
            progress.fail(error)
        except (ArithmeticError, LookupError, TypeError, ValueError, AssertionError, AttributeError):
            # A defect of the program would be met again at every attempt.
            log.exception("job failed", job=waiting.id)
            progress.fail(Internal("The job met a defect of the program; the worker's log has it."))
        shutil.rmtree(folder, ignore_errors=True)

    def _hold(self, name: str) -> None:
        if self._stopping.is_set():
            raise Released()
        if time.monotonic() - self._renewed > RENEW_SECONDS:
            if lease.acquire(self._database, name, self._name, LEASE_SECONDS) is None:
                raise Released()
            self._renewed = time.monotonic()


def sweep(database: Database, folder: Path) -> None:
    """Remove the files of jobs that are over, and of uploads that never became one."""
    if not folder.is_dir():
        return
    kept = jobs.unfinished_ids(database)
    for found in folder.iterdir():
        if found.name not in kept and time.time() - found.stat().st_mtime > FORGOTTEN_SECONDS:
            shutil.rmtree(found, ignore_errors=True)
