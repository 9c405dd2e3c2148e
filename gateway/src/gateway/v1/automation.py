"""Workflows and the ledger of their runs."""

from __future__ import annotations

from gateway.v1.links import Link
from gateway.v1.resource import Part, Resource, Verb

WORKFLOWS = Resource(
    "workflows",
    "automation",
    "workflow",
    links={"publisher": Link("published_by", "organisation", "read_users")},
    parts=(
        Part("versions", "workflow_versions"),
        Part("analysis", "analysis"),
        Part("enrollments", "enrollments"),
    ),
    verbs=(
        Verb("enable", "enable_workflow"),
        Verb("disable", "disable_workflow"),
        Verb("revert", "revert_workflow"),
        Verb("enroll", "enroll_records"),
    ),
)
RUNS = Resource(
    "workflow-runs",
    "automation",
    "run",
    plural="runs",
    links={"workflow": Link("workflow_id", "automation", "read_workflows")},
    verbs=(Verb("retry", "retry_run"),),
)

TERRITORIES = Resource("territories", "automation", "territory")

RESOURCES = (WORKFLOWS, RUNS, TERRITORIES)
