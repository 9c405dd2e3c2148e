"""What the worker writes about a job while it works on it: every step in a transaction of its own.

Progress is no command and tells no event; who asks for the job sees it. That the job has ended is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from chassis import clock, context, contracts, guard, ids
from chassis.database import Database
from chassis.errors import AppError
from chassis.unit_of_work import UnitOfWork
from gateway.jobs.domain.job import UNFINISHED, FailedRow, Job

T = TypeVar("T")

# The jobs have no exchange of their own: the organisation tells that they have ended.
TELLER = "organisation"


@dataclass(frozen=True)
class Waiting:
    """A job that is not over."""

    workspace_id: str
    id: str


@dataclass(frozen=True)
class Order:
    """What a worker must know of a job to do it: what, for whom, and where it goes on."""

    workspace_id: str
    id: str
    kind: str
    mapping: Mapping[str, Any]
    dry_run: bool
    automation: str
    undoes_id: str | None
    files: Sequence[Mapping[str, Any]]
    requested_by: str
    role: str


def first_in_line(database: Database) -> Iterator[Waiting]:
    """The oldest unfinished job of each workspace: the one that runs, or is next."""
    statement = (
        select(Job.workspace_id, Job.id)
        .where(Job.status.in_(UNFINISHED), Job.deleted_at.is_(None))
        .order_by(Job.workspace_id, Job.created_at, Job.id)
        .execution_options(**guard.ACROSS)
    )
    with database.reading() as session:
        rows = session.execute(statement).all()
    seen: set[str] = set()
    for row in rows:
        if row.workspace_id not in seen:
            seen.add(row.workspace_id)
            yield Waiting(row.workspace_id, row.id)


def unfinished_ids(database: Database) -> set[str]:
    """The ids of all jobs that are not over."""
    statement = select(Job.id).where(Job.status.in_(UNFINISHED)).execution_options(**guard.ACROSS)
    with database.reading() as session:
        return set(session.scalars(statement))


class Progress:
    """The pen of the worker that holds a job."""

    def __init__(self, database: Database, workspace_id: str, job_id: str) -> None:
        self._database = database
        self._key = (workspace_id, job_id)

    def begin(self) -> Order | None:
        """Take the job up; None when it is over already. Raises `GaveUp` when workers keep dying on it."""

        def edit(job: Job, session: Session) -> Order | None:
            if job.is_over:
                return None
            job.begin(clock.now())
            return Order(
                job.workspace_id,
                job.id,
                job.kind,
                job.mapping or {},
                job.dry_run,
                job.automation,
                job.undoes_id,
                job.files,
                job.requested_by,
                job.role,
            )

        return self._change(edit)

    def say(self, stage: str) -> None:
        """What the job does now, in words."""
        self._change(lambda job, session: setattr(job, "stage", stage))

    def plan(self, parts: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
        """The files are read; returns the part and the chunk to go on with."""

        def edit(job: Job, session: Session) -> tuple[int, int]:
            job.plan(parts)
            return job.next_part, job.next_chunk

        return self._change(edit)

    def take(
        self,
        part: int,
        chunk: int,
        counts: Mapping[str, int],
        corrections: Sequence[dict[str, Any]],
        failures: Sequence[Mapping[str, Any]],
        reasons: Mapping[tuple[str, str, str], int] | None = None,
    ) -> None:
        """A chunk is done, with these counts, reasons and failed rows; raises `PositionLost`."""

        def edit(job: Job, session: Session) -> None:
            job.take(part, chunk, counts, corrections, reasons)
            if failures:
                session.execute(
                    insert(FailedRow),
                    [
                        {
                            "workspace_id": job.workspace_id,
                            "id": ids.derive(
                                "row", job.created_at, job.id, str(part), str(chunk), str(index)
                            ),
                            "job_id": job.id,
                            **failure,
                        }
                        for index, failure in enumerate(failures)
                    ],
                )

        self._change(edit)

    def settle(self, part: int) -> None:
        """What there was to do in this part is what was done: how many rows an import touched shows only here."""
        self._change(lambda job, session: job.settle(part))

    def turn(self, part: int) -> None:
        """All parts before `part` are done."""
        self._change(lambda job, session: job.turn(part))

    def wants_cancel(self) -> bool:
        workspace_id, job_id = self._key
        with self._database.reading() as session:
            asked = session.scalar(
                select(Job.cancel_requested_at).where(Job.workspace_id == workspace_id, Job.id == job_id)
            )
        return asked is not None

    def complete(self, corrections: Sequence[dict[str, Any]]) -> None:
        """Raises `ReceiptMismatch` when the counts do not add up."""
        self._end(lambda job: job.complete(clock.now(), corrections))

    def fail(self, error: AppError) -> None:
        self._end(lambda job: job.fail(clock.now(), error))

    def cancel(self) -> None:
        self._end(lambda job: job.cancel(clock.now()))

    def _end(self, ending: Callable[[Job], None]) -> None:
        """End the job unless it is over, and tell so in the same transaction."""

        def edit(job: Job, session: Session) -> None:
            if job.is_over:
                return
            ending(job)
            fact = job.ended()
            if fact is None:
                return
            ctx = context.system(job.workspace_id, "worker", request_id=job.id)
            uow = UnitOfWork(session, ctx, TELLER, contracts.check_event)
            uow.tell(
                fact.wire,
                subject_type=Job.noun,
                subject_id=job.id,
                sequence=1,
                data={"record": job.view(), "changes": {}, **asdict(fact)},
            )
            uow.flush()

        self._change(edit)

    def _change(self, edit: Callable[[Job, Session], T]) -> T:
        def work(session: Session) -> T:
            job = session.get_one(Job, self._key, with_for_update=True)
            result = edit(job, session)
            if session.is_modified(job):
                job.version += 1
                job.updated_at = clock.now()
            return result

        return self._database.transact(work)
