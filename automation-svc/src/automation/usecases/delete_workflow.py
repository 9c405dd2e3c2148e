"""Delete a workflow softly; a recipe stays."""

from __future__ import annotations

from automation.domain.workflow import Workflow
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def delete_workflow(uow: UnitOfWork, ctx: Context, *, workflow_id: str, expected_version: int) -> Workflow:
    workflow = uow.get(Workflow, workflow_id, expected_version)
    workflow.require_deletable()
    uow.delete(workflow)
    return workflow
