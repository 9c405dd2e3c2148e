"""Let every published workflow look at what happened; those that are met begin a run, with all its steps planned.

All in the transaction of the inbox row, so a fact is looked at once. Rows are written as they are, without events:
a run tells its end, not its beginning. What an import does to very many records would notify very often: workflows that
only notify begin one run for all events of an import that concern the same people, and count them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from automation.domain import actions, trigger
from automation.domain.fact import Fact
from automation.domain.judging import QUIET, judge
from automation.domain.people import NOBODY, People
from automation.domain.recipients import recipients
from automation.domain.run import PENDING, SKIPPED, SUPPRESSED, WAITING, Run, RunRecord, Step
from automation.domain.workflow import PUBLISHED, Workflow
from automation.usecases.assigning import assign
from automation.usecases.counting_facts import is_reached
from automation.usecases.reading_facts import read_facts
from automation.usecases.reading_people import read_people
from chassis import clock, ids
from chassis.envelope import Event
from chassis.reading import table_of
from chassis.sql import insert_if_absent

DONE_BEFORE = "Suppressed: the same event began the run {run_id} of this workflow before."

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)

Started = tuple[Workflow, Fact]


def evaluate_workflows(session: Session, events: Sequence[Event]) -> int:
    """Returns the number of runs that began."""
    workflows = _published(session, {event.workspace_id for event in events})
    wanted = {(workflow.workspace_id, kind) for workflow in _all(workflows) for kind in _kinds(workflow)}
    facts = read_facts(session, [event for event in events if (event.workspace_id, event.type) in wanted])
    begun: list[Started] = []
    suppressed: list[Started] = []
    for fact in facts:
        for workflow in workflows[fact.workspace_id]:
            judgement = judge(workflow, fact)
            if not judgement.is_met:
                continue
            if judgement.kept == QUIET:
                suppressed.append((workflow, fact))
            elif judgement.kept is not None:
                _suppress(session, workflow, fact, judgement.kept)
            elif not workflow.counts or is_reached(session, workflow, fact):
                begun.append((workflow, fact))
    _keep_quiet(session, suppressed)
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


@dataclass
class _Begun:
    """A run that is to begin, for one fact or for many alike of one import."""

    workflow: Workflow
    fact: Fact
    is_of_many: bool = False
    events: int = 1


def _begin(session: Session, started: Sequence[Started]) -> int:
    if not started:
        return 0
    people = read_people(session, started)
    begun: dict[str, _Begun] = {}
    for workflow, fact in started:
        is_of_many = fact.is_bulk and workflow.only_notifies
        known_people = people.get(fact.workspace_id, NOBODY)
        run_id = run_id_of_many(workflow, fact, known_people) if is_of_many else run_id_of(workflow, fact)
        if is_of_many and run_id in begun:
            begun[run_id].events += 1
        else:
            begun[run_id] = _Begun(workflow, fact, is_of_many)
    runs: list[dict[str, Any]] = []
    steps: dict[str, list[dict[str, Any]]] = {}
    for run_id, one in begun.items():
        steps[run_id] = _steps(session, one, run_id, people.get(one.fact.workspace_id, NOBODY))
        runs.append(_planned(one, run_id, steps[run_id]))
    fresh = {run_id for _, run_id in insert_if_absent(session, table_of(Run), runs)}
    for run_id, one in begun.items():
        if run_id in fresh:
            continue
        if one.is_of_many:
            _count(session, one, run_id)
        else:
            _suppress(session, one.workflow, one.fact, DONE_BEFORE.format(run_id=run_id))
    rows = [step for run_id in fresh for step in steps[run_id]]
    if rows:
        session.execute(insert(Step), rows)
    _link(session, [(run_id, one.fact) for run_id, one in begun.items() if run_id in fresh])
    return len(fresh)


def run_id_of_many(workflow: Workflow, fact: Fact, people: People) -> str:
    """The same for all facts of one import that tell the same people."""
    told = sorted({user for action in workflow.actions for user in recipients(action, fact, people).user_ids})
    return ids.derive("run", EPOCH, workflow.id, str(workflow.revision), fact.request_id, *told)


def _count(session: Session, one: _Begun, run_id: str) -> None:
    """More events of the import that began the run before."""
    session.execute(
        update(Run)
        .where(Run.workspace_id == one.fact.workspace_id, Run.id == run_id)
        .values(events=Run.events + one.events, updated_at=clock.now())
    )


def _planned(one: _Begun, run_id: str, steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The run's row; one whose every step has nothing to do is kept from beginning, with their reasons."""
    row = {
        **_run(one.workflow, one.fact, run_id, PENDING),
        "verdict": one.workflow.verdict(one.fact),
        "events": one.events,
        "reason": None,
        "finished_at": None,
    }
    if any(step["status"] != SKIPPED for step in steps):
        return row
    reasons = " ".join(dict.fromkeys(step["reason"] for step in steps if step["reason"]))
    return {**row, "status": SUPPRESSED, "reason": f"Suppressed: {reasons}", "finished_at": row["created_at"]}


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
    _suppress_all(session, [(workflow, fact)], reason)


def _suppress_all(session: Session, kept: Sequence[Started], reason: str) -> None:
    """Write down the runs that did not begin, and why."""
    rows = [_run(workflow, fact, ids.new("run"), SUPPRESSED) for workflow, fact in kept]
    if rows:
        ended = [{**row, "reason": reason, "finished_at": row["created_at"]} for row in rows]
        session.execute(insert(Run), ended)
        _link(session, [(row["id"], fact) for row, (_, fact) in zip(rows, kept, strict=True)])


def _keep_quiet(session: Session, kept: Sequence[Started]) -> None:
    """Runs that nobody wants; of workflows that only notify one for all events of an import, which counts them."""
    many: dict[str, _Begun] = {}
    single: list[Started] = []
    for workflow, fact in kept:
        if not (fact.is_bulk and workflow.only_notifies):
            single.append((workflow, fact))
            continue
        run_id = ids.derive("run", EPOCH, workflow.id, str(workflow.revision), fact.request_id, "quiet")
        if run_id in many:
            many[run_id].events += 1
        else:
            many[run_id] = _Begun(workflow, fact, is_of_many=True)
    _suppress_all(session, single, QUIET)
    rows = []
    for run_id, one in many.items():
        row = _run(one.workflow, one.fact, run_id, SUPPRESSED)
        rows.append({**row, "events": one.events, "reason": QUIET, "finished_at": row["created_at"]})
    fresh = {run_id for _, run_id in insert_if_absent(session, table_of(Run), rows)}
    for run_id, one in many.items():
        if run_id not in fresh:
            _count(session, one, run_id)
    _link(session, [(run_id, one.fact) for run_id, one in many.items() if run_id in fresh])


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


def _assigned(session: Session, action: Mapping[str, Any], fact: Fact) -> actions.Plan:
    """Whom a lead is given to, and why; nothing to do where there is nobody."""
    to = assign(session, action, fact)
    if to.user_id is None:
        return actions.Plan(None, to.reason)
    return actions.Plan({"lead_id": fact.record_id, "owner_id": to.user_id}, to.reason)


def _steps(session: Session, one: _Begun, run_id: str, people: People) -> list[dict[str, Any]]:
    """Every step planned; the first with something to do may begin, each other waits for the one before."""
    workflow, fact = one.workflow, one.fact
    moment = clock.now()
    rows: list[dict[str, Any]] = []
    first = PENDING
    for position, action in enumerate(workflow.actions):
        trigger_id = run_id if one.is_of_many else fact.event_id
        key = actions.effect_key(workflow.id, workflow.revision, trigger_id, position)
        left_out = workflow.left_out(action, fact)
        if left_out is not None:
            plan = actions.Plan(None, left_out)
        elif one.is_of_many:
            plan = actions.plan_for_many(action, fact, key, run_id, workflow.id, people)
        elif action["type"] == actions.ASSIGN:
            plan = _assigned(session, action, fact)
            if plan.input is not None:
                # What follows is that person's.
                fact = replace(fact, record={**fact.record, "owner_id": plan.input["owner_id"]})
        elif fact.is_bulk and action["type"] == actions.NOTIFY:
            plan = actions.Plan(None, actions.NOT_ONE_BY_ONE)
        else:
            plan = actions.plan(action, fact, key, run_id, workflow.id, people)
        has_nothing_to_do = plan.input is None
        rows.append(
            {
                "workspace_id": fact.workspace_id,
                "id": ids.derive("step", fact.told_at, key),
                "run_id": run_id,
                "workflow_id": workflow.id,
                "position": position,
                "action": action["type"],
                "effect_key": key,
                "status": SKIPPED if has_nothing_to_do else first,
                "attempts": 0,
                "next_at": actions.due_at(action["type"], plan.input or {}, moment),
                "input": plan.input or {},
                "reason": plan.reason,
                "finished_at": moment if has_nothing_to_do else None,
            }
        )
        if not has_nothing_to_do:
            first = WAITING
    return rows
