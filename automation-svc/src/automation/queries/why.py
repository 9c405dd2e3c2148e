"""Why, and why not: what a workflow made of the events of a record, with the values the record had then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from automation.domain import trigger
from automation.domain.conditions import subject_of
from automation.domain.enrollment import is_enrollment, taking_up
from automation.domain.fact import Fact
from automation.domain.run import Run
from automation.domain.version import WorkflowVersion
from automation.domain.workflow import CONTENT, PUBLISHED, Workflow
from automation.queries.versions import as_of, versions_of
from automation.usecases.reading_facts import StageUnknown, read_facts
from chassis import codec, envelope
from chassis.context import Context
from chassis.envelope import Event
from chassis.errors import AppError
from chassis.reading import get_record

NOT_YET = "not there yet"


def why(
    session: Session, ctx: Context, *, workflow_id: str, events: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Each event that could have started the workflow, newest first, with what decided; raises `NotFound`.

    The workflow is taken as it was when the event was told.
    """
    get_record(session, ctx, Workflow, workflow_id)
    workflow = session.scalars(
        select(Workflow).where(Workflow.workspace_id == ctx.workspace_id, Workflow.id == workflow_id)
    ).one()
    versions = versions_of(session, ctx, workflow_id)
    told = [
        event
        for event in (envelope.load(codec.dumps(dict(one))) for one in events)
        if event.workspace_id == ctx.workspace_id
    ]
    kinds = trigger.events_of(workflow.trigger)
    then = {event.id: _as_of(versions, event, workflow) for event in told}
    fitting = [event for event in told if event.type in {*kinds, *trigger.events_of(then[event.id].trigger)}]
    runs = _runs(session, ctx, workflow_id, fitting)
    rows = [_row(session, then[event.id], event, runs.get(event.id)) for event in fitting]
    return {
        "workflow": {"id": workflow.id, "name": workflow.name, "status": workflow.status},
        "waits_for": list(kinds),
        "looked_at": len(told),
        "data": sorted(rows, key=lambda row: str(row["at"]), reverse=True),
        "said": None if rows else _nothing(workflow, told, kinds),
    }


def _as_of(versions: Sequence[WorkflowVersion], event: Event, now: Workflow) -> Workflow:
    """The workflow as it was when an event was told; before it was there, a draft of what it is now."""
    version = as_of(versions, event.time)
    if version is not None:
        return version.workflow()
    content = {name: getattr(now, name) for name in CONTENT}
    return Workflow(id=now.id, name=now.name, status=NOT_YET, revision=0, **content)


def _nothing(workflow: Workflow, told: Sequence[Event], kinds: Sequence[str]) -> str:
    wanted = " or ".join(kinds)
    if is_enrollment(kinds[0]):
        condition = " where its filter holds" if workflow.filter else ""
        return (
            f"The workflow has not taken this record up; it does so {taking_up(workflow.trigger)}{condition}."
        )
    if not told:
        return f"Nothing was told about this record; the workflow waits for {wanted}."
    if any(event.subject_type != told[0].subject_type for event in told) or (
        subject_of(told[0].type) != subject_of(kinds[0])
    ):
        return f"The workflow waits for {wanted}, which are told about {subject_of(kinds[0])}s, not about this record."
    return f"Of the {len(told)} events of this record none was {wanted}, which the workflow waits for."


def _runs(session: Session, ctx: Context, workflow_id: str, events: Sequence[Event]) -> dict[str, Run]:
    found = session.scalars(
        select(Run).where(
            Run.workspace_id == ctx.workspace_id,
            Run.workflow_id == workflow_id,
            Run.trigger_event_id.in_([event.id for event in events]),
        )
    )
    return {run.trigger_event_id: run for run in found}


def _row(session: Session, workflow: Workflow, event: Event, run: Run | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "event_id": event.id,
        "event_type": event.type,
        "at": event.time,
        "trigger": None,
        "filter": None,
        "is_met": False,
        "revision": workflow.revision,
        "run": None if run is None else {"id": run.id, "status": run.status, "reason": run.reason},
    }
    try:
        (fact,) = read_facts(session, [event])
        is_triggered = workflow.is_started_by(fact)
        row["trigger"] = {"matched": is_triggered, "text": _trigger_said(workflow, fact)}
        row["filter"] = workflow.explained(fact).to_dict() if workflow.filter else None
    except (StageUnknown, ValueError, AppError) as error:
        return {**row, "said": f"It could not be evaluated: {error}."}
    row["is_met"] = is_triggered and (row["filter"] is None or row["filter"]["matched"])
    return {**row, "said": _said(workflow, fact, row, run)}


def _trigger_said(workflow: Workflow, fact: Fact) -> str:
    """What the event was, against what the trigger waits for."""
    wanted = workflow.trigger
    if wanted.get("stage"):
        return (
            f"The deal entered {fact.entered_stage or 'no stage'}; the workflow waits for {wanted['stage']}."
        )
    if fact.enrolled_in is not None:
        which = "this" if fact.enrolled_in == workflow.id else "another"
        return f"The record was taken up by {which} workflow."
    field = wanted.get("field")
    if not field:
        return f"It was {fact.event_type}."
    pair = fact.changes.get(field)
    if pair is None:
        if fact.event_type.endswith(".created.v1"):
            return f"{field} was {fact.record.get(field)!s} from the beginning."
        return f"{field} did not change."
    words = [f"{word.replace('_', ' ')} {wanted[word]:g}" for word in trigger.THRESHOLDS if word in wanted]
    waits = f"; the workflow waits until it {' and '.join(words)}" if words else ""
    return f"{field} went from {pair[0]!s} to {pair[1]!s}{waits}."


def _said(workflow: Workflow, fact: Fact, row: Mapping[str, Any], run: Run | None) -> str:
    """What decided, in one sentence."""
    if run is not None:
        return f"It ran: {run.status}." + (f" {run.reason}" if run.reason else "")
    if not row["trigger"]["matched"]:
        return f"Not started: {row['trigger']['text']}"
    if row["filter"] is not None and not row["filter"]["matched"]:
        return "Not started: the filter did not hold."
    if workflow.status == NOT_YET:
        return "Not started: the workflow did not exist yet."
    if workflow.status != PUBLISHED:
        return "Not started: the workflow was switched off."
    if workflow.counts:
        return f"Counted: it starts once there are {workflow.trigger['count']} of its kind."
    return "Not started yet: the event is being looked at, or was looked at while the workflow was being changed."
