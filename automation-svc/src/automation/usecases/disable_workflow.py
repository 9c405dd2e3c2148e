"""Switch a workflow off; runs that began go on."""

from __future__ import annotations

from automation.domain.version import WorkflowVersion, version_of
from automation.domain.workflow import Workflow
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def disable_workflow(uow: UnitOfWork, ctx: Context, *, workflow_id: str, expected_version: int) -> Workflow:
    workflow = uow.get(Workflow, workflow_id, expected_version)
    if workflow.disable():
        uow.append(WorkflowVersion, version_of(workflow, ctx))
    return workflow
