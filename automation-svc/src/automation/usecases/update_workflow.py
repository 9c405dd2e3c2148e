"""Change a workflow; runs that began keep what they began with."""

from __future__ import annotations

from typing import Any

from automation.domain.version import WorkflowVersion, version_of
from automation.domain.workflow import Workflow
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def update_workflow(
    uow: UnitOfWork, ctx: Context, *, workflow_id: str, expected_version: int, changes: dict[str, Any]
) -> Workflow:
    workflow = uow.get(Workflow, workflow_id, expected_version)
    workflow.write(changes)
    uow.append(WorkflowVersion, version_of(workflow, ctx))
    return workflow
