"""Publish a workflow: from now on it answers its trigger."""

from __future__ import annotations

from automation.domain.workflow import Workflow
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def enable_workflow(uow: UnitOfWork, ctx: Context, *, workflow_id: str, expected_version: int) -> Workflow:
    workflow = uow.get(Workflow, workflow_id, expected_version)
    workflow.publish(by=ctx.caller)
    return workflow
