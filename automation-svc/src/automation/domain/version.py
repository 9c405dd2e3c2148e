"""What a workflow was from one moment to the next: a version for every change of what it does or of its switch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from automation.domain.base import Base
from automation.domain.workflow import CONTENT, Workflow
from chassis import ids
from chassis.clock import Instant
from chassis.context import Context
from chassis.record import Row

_KEPT = ("name", "status", "revision", *CONTENT)


class WorkflowVersion(Row, Base):
    """A workflow as it was from `changed_at` until the next version, never rewritten."""

    __tablename__ = "workflow_version"
    __table_args__ = (
        Index("ix_workflow_version_at", "workspace_id", "workflow_id", "changed_at"),
        Index("ix_workflow_version_revision", "workspace_id", "workflow_id", "revision"),
    )

    workflow_id: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(12))
    revision: Mapped[int] = mapped_column(Integer)
    trigger: Mapped[dict[str, Any]] = mapped_column(JSON)
    filter: Mapped[str | None] = mapped_column(Text, default=None)
    actions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    def view(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in (*_KEPT, "changed_at", "changed_by")}

    def workflow(self) -> Workflow:
        """The workflow as it was, apart from any session."""
        kept = {name: getattr(self, name) for name in _KEPT}
        return Workflow(id=self.workflow_id, workspace_id=self.workspace_id, **kept)


def version_of(workflow: Workflow, ctx: Context) -> dict[str, Any]:
    """The values of the version that begins now."""
    return {
        "id": ids.new("version"),
        "workflow_id": workflow.id,
        "changed_at": ctx.now,
        "changed_by": ctx.caller,
        **{name: getattr(workflow, name) for name in _KEPT},
    }
