"""Publish a workflow: from now on it answers its trigger."""

from __future__ import annotations

from automation.domain.analysis import require_no_certain_loop
from automation.domain.version import WorkflowVersion, version_of
from automation.domain.workflow import Workflow
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def enable_workflow(uow: UnitOfWork, ctx: Context, *, workflow_id: str, expected_version: int) -> Workflow:
    """Raises `StartsItself` for one that would."""
    workflow = uow.get(Workflow, workflow_id, expected_version)
    require_no_certain_loop(workflow)
    if workflow.publish(by=ctx.caller):
        uow.append(WorkflowVersion, version_of(workflow, ctx))
    return workflow
