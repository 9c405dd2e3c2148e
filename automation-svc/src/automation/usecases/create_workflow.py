"""Write a workflow down as a draft."""

from __future__ import annotations

from typing import Any

from automation.domain.version import WorkflowVersion, version_of
from automation.domain.workflow import DRAFT, Workflow
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def create_workflow(
    uow: UnitOfWork, ctx: Context, *, workflow_id: str | None = None, **values: Any
) -> Workflow:
    workflow = Workflow(id=workflow_id, status=DRAFT, revision=1)
    workflow.write(values)
    uow.add(workflow)
    uow.append(WorkflowVersion, version_of(workflow, ctx))
    return workflow
