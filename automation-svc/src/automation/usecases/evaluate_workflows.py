"""Let every published workflow look at what happened; those that are met begin a run, with all its steps planned.

All in the transaction of the inbox row, so a fact is looked at once. Rows are written as they are, without events:
a run tells its end, not its beginning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from automation.domain import actions, trigger
from automation.domain.fact import Fact
from automation.domain.run import PENDING, SUPPRESSED, WAITING, Run, RunRecord, Step
from automation.domain.workflow import PUBLISHED, Workflow
from automation.usecases.reading_facts import read_facts
from chassis import clock, ids
from chassis.context import MAX_DEPTH
from chassis.envelope import Event
from chassis.errors import AppError
from chassis.reading import table_of
from chassis.sql import insert_if_absent

TOO_DEEP = (
    "Suppressed: {depth} automatic steps led here, and {limit} is the limit, so that workflows cannot start each other "
    "for ever. Narrow the trigger or the filter."
)
DONE_BEFORE = "Suppressed: the same event began the run {run_id} of this workflow before."
NOT_EVALUATED = "Suppressed: the filter could not be applied: {error}."

Started = tuple[Workflow, Fact]


def evaluate_workflows(session: Session, events: Sequence[Event]) -> int:
    """Returns the number of runs that began."""
    workflows = _published(session, {event.workspace_id for event in events})
    wanted = {(workflow.workspace_id, kind) for workflow in _all(workflows) for kind in _kinds(workflow)}
    facts = read_facts(session, [event for event in events if (event.workspace_id, event.type) in wanted])
    begun: list[Started] = []
    for fact in facts:
        for workflow in workflows[fact.workspace_id]:
            try:
                if not workflow.is_met(fact):
                    continue
            except (ValueError, AppError) as error:
                _suppress(session, workflow, fact, NOT_EVALUATED.format(error=error))
                continue
            if fact.depth >= MAX_DEPTH:
                _suppress(session, workflow, fact, TOO_DEEP.format(depth=fact.depth, limit=MAX_DEPTH))
            else:
                begun.append((workflow, fact))
    return _begin(session, begun)


def run_id_of(workflow: Workflow, fact: Fact) -> str:
    """The same for the same fact and revision, whenever it is looked at."""
    return ids.derive("run", fact.told_at, workflow.id, str(workflow.revision), fact.event_id)


def _published(session: Session, workspaces: set[str]) -> dict[str, list[Workflow]]:
    found: dict[str, list[Workflow]] = defaultdict(list)
    statement = (
        select(Workflow)
        .where(
            Workflow.workspace_id.in_(workspaces), Workflow.status == PUBLISHED, Workflow.deleted_at.is_(None)
        )
        .order_by(Workflow.id)
    )
    for workflow in session.scalars(statement):
        found[workflow.workspace_id].append(workflow)
    return found


def _all(workflows: dict[str, list[Workflow]]) -> Iterable[Workflow]:
    return (workflow for some in workflows.values() for workflow in some)


def _kinds(workflow: Workflow) -> tuple[str, ...]:
    return trigger.events_of(workflow.trigger)


def _begin(session: Session, begun: Sequence[Started]) -> int:
    if not begun:
        return 0
    rows = {run_id_of(workflow, fact): (workflow, fact) for workflow, fact in begun}
    runs = [
        {**_run(workflow, fact, run_id, PENDING), "verdict": workflow.verdict(fact)}
        for run_id, (workflow, fact) in rows.items()
    ]
    fresh = {run_id for _, run_id in insert_if_absent(session, table_of(Run), runs)}
    steps: list[dict[str, Any]] = []
    for run_id, (workflow, fact) in rows.items():
        if run_id in fresh:
            steps += _steps(workflow, fact, run_id)
        else:
            _suppress(session, workflow, fact, DONE_BEFORE.format(run_id=run_id))
    if steps:
        session.execute(insert(Step), steps)
    started = [(run_id, fact) for run_id, (_, fact) in rows.items() if run_id in fresh]
    _link(session, started)
    return len(fresh)


def _link(session: Session, started: Iterable[tuple[str, Fact]]) -> None:
    """Remember which records the runs concern, so that the ledger of each can tell of them."""
    moment = clock.now()
    links = [
        {"workspace_id": fact.workspace_id, "record_id": record_id, "run_id": run_id, "at": moment}
        for run_id, fact in started
        for record_id in dict.fromkeys((fact.record_id, *fact.about[: actions.MOST_RECORDS]))
    ]
    if links:
        session.execute(insert(RunRecord), links)


def _suppress(session: Session, workflow: Workflow, fact: Fact, reason: str) -> None:
    row = _run(workflow, fact, ids.new("run"), SUPPRESSED)
    session.execute(insert(Run), [{**row, "reason": reason, "finished_at": row["created_at"]}])
    _link(session, [(row["id"], fact)])


def _run(workflow: Workflow, fact: Fact, run_id: str, status: str) -> dict[str, Any]:
    moment = clock.now()
    return {
        "workspace_id": fact.workspace_id,
        "id": run_id,
        "version": 1,
        "event_sequence": 0,
        "created_at": moment,
        "updated_at": moment,
        "custom": {},
        "workflow_id": workflow.id,
        "revision": workflow.revision,
        "trigger_event_id": fact.event_id,
        "trigger_type": fact.event_type,
        "record_type": fact.record_type,
        "record_id": fact.record_id,
        "status": status,
        "depth": fact.depth,
        "request_id": fact.request_id[:80],
    }


def _steps(workflow: Workflow, fact: Fact, run_id: str) -> list[dict[str, Any]]:
    """Every step planned; the first may begin, each other waits for the one before."""
    moment = clock.now()
    rows = []
    for position, action in enumerate(workflow.actions):
        key = actions.effect_key(workflow.id, workflow.revision, fact.event_id, position)
        rows.append(
            {
                "workspace_id": fact.workspace_id,
                "id": ids.derive("step", fact.told_at, key),
                "run_id": run_id,
                "workflow_id": workflow.id,
                "position": position,
                "action": action["type"],
                "effect_key": key,
                "status": WAITING if position else PENDING,
                "attempts": 0,
                "next_at": moment,
                "input": actions.plan(action, fact, key, run_id),
            }
        )
    return rows
