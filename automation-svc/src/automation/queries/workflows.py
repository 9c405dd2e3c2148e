"""What filters and sorting know of workflows."""

from __future__ import annotations

from automation.domain.workflow import Workflow
from chassis.filters import Catalogue, Field
from messages.automation import STATUSES

WORKFLOW_FIELDS = Catalogue(
    [
        Field("id", "reference", Workflow.id),
        Field("name", "text", Workflow.name),
        Field("description", "text", Workflow.description),
        Field("status", "select", Workflow.status, STATUSES),
        Field("event", "text", Workflow.trigger["event"].as_string()),
        Field("recipe", "text", Workflow.recipe),
        Field("revision", "number", Workflow.revision),
        Field("published_by", "reference", Workflow.published_by),
        Field("created_at", "instant", Workflow.created_at),
        Field("updated_at", "instant", Workflow.updated_at),
    ]
)
