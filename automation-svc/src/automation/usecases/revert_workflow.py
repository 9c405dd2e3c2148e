"""Make a workflow do again what it did in an earlier revision; as a new revision, so no effect is taken for old."""

from __future__ import annotations

from sqlalchemy import select

from automation.domain.errors import RevisionUnknown
from automation.domain.version import WorkflowVersion, version_of
from automation.domain.workflow import CONTENT, Workflow
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def revert_workflow(
    uow: UnitOfWork, ctx: Context, *, workflow_id: str, expected_version: int, revision: int
) -> Workflow:
    """It stays switched on or off as it is."""
    workflow = uow.get(Workflow, workflow_id, expected_version)
    version = uow.first(
        select(WorkflowVersion)
        .where(
            WorkflowVersion.workspace_id == ctx.workspace_id,
            WorkflowVersion.workflow_id == workflow_id,
            WorkflowVersion.revision == revision,
        )
        .limit(1)
    )
    if version is None:
        raise RevisionUnknown(revision=revision)
    workflow.write({name: getattr(version, name) for name in CONTENT})
    uow.append(WorkflowVersion, version_of(workflow, ctx))
    return workflow
