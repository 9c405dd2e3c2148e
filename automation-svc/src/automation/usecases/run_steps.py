"""Takes up steps that are due: claims them, has the effect outside any transaction, writes down what came of it.

A process may die anywhere: the claim runs out, another takes the step up again, and the effect key makes doing it
again the same as having done it. A process that comes too late finds its claim gone and writes nothing.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from automation.clients import perform
from automation.domain import actions
from automation.domain.run import (
    COMPLETED,
    FAILED,
    PENDING,
    RUNNING,
    SKIPPED,
    WAITING,
    Run,
    Step,
    pause_after,
)
from chassis import clock, ids, logs
from chassis.context import Context, system
from chassis.errors import AppError, Unavailable
from chassis.guard import ACROSS
from chassis.inbox import is_permanent
from chassis.operation import Runtime

log = logs.get("automation.steps")

AT_ONCE = 8
DEADLINE_SECONDS = 10.0
CLAIM = timedelta(seconds=20)
HOPELESS = frozenset({"rule", "conflict", "gone", "not_found"})
ME = ids.new("runner")


@dataclass(frozen=True)
class Claimed:
    """A step in the hands of this process, with what its effect needs."""

    workspace_id: str
    step_id: str
    run_id: str
    workflow_id: str
    attempts: int
    action: str
    effect_key: str
    input: dict[str, Any]
    trigger_event_id: str
    depth: int
    request_id: str

    def context(self) -> Context:
        """The effect is the workflow's, caused by the trigger, one automatic step further."""
        return Context(
            workspace_id=self.workspace_id,
            actor=f"system:{self.workflow_id}",
            role="system",
            origin="automation",
            request_id=self.request_id,
            deadline=time.time() + DEADLINE_SECONDS,
            command_id=self.effect_key,
            cause_id=self.trigger_event_id,
            depth=self.depth + 1,
        )


def run_steps(runtime: Runtime) -> None:
    """Work off everything that is due."""
    while claimed := runtime.database.transact(claim):
        threads = [threading.Thread(target=_one, args=(runtime, step)) for step in claimed]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def claim(session: Session) -> list[Claimed]:
    """Take some steps whose time has come, also those whose claim ran out, in any workspace."""
    moment = clock.now()
    due = (
        select(Step, Run)
        .join(Run, and_(Run.workspace_id == Step.workspace_id, Run.id == Step.run_id))
        .where(
            or_(
                and_(Step.status == PENDING, Step.next_at <= moment),
                and_(Step.status == RUNNING, Step.claimed_until < moment),
            )
        )
        .order_by(Step.next_at, Step.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=Step)
        .execution_options(**ACROSS)
    )
    claimed: list[Claimed] = []
    for step, run in session.execute(due):
        step.status, step.owner, step.claimed_until = RUNNING, ME, moment + CLAIM
        step.attempts += 1
        step.started_at = step.started_at or moment
        run.status = RUNNING
        claimed.append(
            Claimed(
                workspace_id=step.workspace_id,
                step_id=step.id,
                run_id=run.id,
                workflow_id=step.workflow_id,
                attempts=step.attempts,
                action=step.action,
                effect_key=step.effect_key,
                input=step.input,
                trigger_event_id=run.trigger_event_id,
                depth=run.depth,
                request_id=run.request_id,
            )
        )
    session.flush()
    return claimed


def _one(runtime: Runtime, step: Claimed) -> None:
    try:
        if runtime.client is None:
            raise Unavailable(service="broker")
        output = perform(runtime.client, step.action, step.context(), step.input)
    except Exception as error:  # noqa: BLE001 - whatever went wrong is written down and tried again
        settle(runtime, step, error=error)
        return
    settle(runtime, step, output=output)


def settle(
    runtime: Runtime, step: Claimed, *, output: dict[str, Any] | None = None, error: Exception | None = None
) -> None:
    """Write down the outcome of a step; raises nothing when the claim was lost meanwhile."""

    def work(session: Session) -> int:
        uow = runtime.unit_of_work(
            session, system(step.workspace_id, step.workflow_id, request_id=step.request_id)
        )
        moment = clock.now()
        pause = None if error is None or _is_hopeless(error) else pause_after(step.attempts)
        if error is None:
            values: dict[str, Any] = {
                "status": COMPLETED,
                "output": output,
                "error": None,
                "finished_at": moment,
            }
        elif pause is not None:
            values = {"status": PENDING, "next_at": moment + pause, "error": _said(error)}
        else:
            values = {"status": FAILED, "error": _said(error), "finished_at": moment}
        if not _write(session, step, values):
            log.warning("claim lost", step=step.step_id, attempts=step.attempts)
            return 0
        run = session.get_one(Run, (step.workspace_id, step.run_id))
        run.updated_at = moment
        if values["status"] == COMPLETED:
            if not _next(session, step):
                _finish(uow, run, COMPLETED, None)
        elif values["status"] == FAILED:
            _skip_rest(session, step)
            _finish(uow, run, FAILED, values["error"])
        uow.flush()
        return uow.told

    if runtime.database.transact(work):
        runtime.nudge()
    if error is not None:
        log.warning(
            "step failed",
            step=step.step_id,
            workflow=step.workflow_id,
            attempts=step.attempts,
            error=_said(error),
        )


def _write(session: Session, step: Claimed, values: dict[str, Any]) -> bool:
    """Only the holder of the claim may write: owner and number of the attempt are the fence."""
    done = session.execute(
        update(Step)
        .where(
            Step.workspace_id == step.workspace_id,
            Step.id == step.step_id,
            Step.status == RUNNING,
            Step.owner == ME,
            Step.attempts == step.attempts,
        )
        .values(claimed_until=None, **values)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


def _next(session: Session, step: Claimed) -> bool:
    """Let the step after this one begin; False when there is none."""
    following = session.scalars(
        select(Step)
        .where(Step.workspace_id == step.workspace_id, Step.run_id == step.run_id, Step.status == WAITING)
        .order_by(Step.position)
        .limit(1)
    ).first()
    if following is None:
        return False
    following.status, following.next_at = (
        PENDING,
        actions.due_at(following.action, following.input, clock.now()),
    )
    return True


def _skip_rest(session: Session, step: Claimed) -> None:
    session.execute(
        update(Step)
        .where(Step.workspace_id == step.workspace_id, Step.run_id == step.run_id, Step.status == WAITING)
        .values(status=SKIPPED)
    )


def _finish(uow: Any, run: Run, status: str, reason: str | None) -> None:
    run.status, run.reason, run.finished_at = status, reason, clock.now()
    run.event_sequence += 1
    uow.tell(
        f"run.{status}.v1",
        subject_type=run.noun,
        subject_id=run.id,
        sequence=run.event_sequence,
        data={"record": run.view(), "changes": {}, **({"reason": reason} if reason else {})},
    )


def _is_hopeless(error: Exception) -> bool:
    """Whether trying again cannot help: the owner said no to what was asked."""
    return is_permanent(error) or (isinstance(error, AppError) and error.kind in HOPELESS)


def _said(error: Exception) -> str:
    text = f"{error.code}: {error.text}" if isinstance(error, AppError) else repr(error)
    return text[:1000]
