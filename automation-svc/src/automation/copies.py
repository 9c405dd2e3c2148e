"""Local copies of what conditions and texts name one hop away: stages of pipelines, names of accounts and
users, and whom teams are managed by; and the zones in which workspaces count their days."""

from __future__ import annotations

from chassis.copies import remember

PIPELINE_EVENTS = ("pipeline.created.v1", "pipeline.properties_changed.v1", "pipeline.deleted.v1")
WORKSPACE_EVENTS = ("workspace.created.v1", "workspace.properties_changed.v1")
ACCOUNT_EVENTS = (
    "account.created.v1",
    "account.properties_changed.v1",
    "account.deleted.v1",
    "account.restored.v1",
)
PERSON_EVENTS = tuple(
    f"{noun}.{fact}.v1"
    for noun in ("contact", "lead")
    for fact in ("created", "properties_changed", "deleted", "restored")
)
USER_EVENTS = ("user.created.v1", "user.properties_changed.v1")
TEAM_EVENTS = ("team.created.v1", "team.properties_changed.v1", "team.members_changed.v1")

remember_workspaces = remember(keep=("time_zone",))
remember_pipelines = remember(keep=("stages",))
remember_accounts = remember(keep=("domain",))
remember_people = remember(keep=("employee_count", "title", "phone", "account_id"))
remember_users = remember(keep=("is_active", "role"))
remember_teams = remember(keep=("manager_id", "member_ids"))
