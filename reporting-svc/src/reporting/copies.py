"""What reports group and label by, copied from the events of its owners: one row a record, the newest wins."""

from __future__ import annotations

from chassis.copies import remember

WORKSPACE_EVENTS = ("workspace.created.v1", "workspace.properties_changed.v1")
USER_EVENTS = ("user.created.v1", "user.properties_changed.v1")
TEAM_EVENTS = ("team.created.v1", "team.properties_changed.v1", "team.members_changed.v1")
ACCOUNT_EVENTS = (
    "account.created.v1",
    "account.properties_changed.v1",
    "account.deleted.v1",
    "account.restored.v1",
)
PRODUCT_EVENTS = (
    "product.created.v1",
    "product.properties_changed.v1",
    "product.deleted.v1",
    "product.restored.v1",
)
PIPELINE_EVENTS = ("pipeline.created.v1", "pipeline.properties_changed.v1", "pipeline.deleted.v1")

remember_workspaces = remember(keep=("currency", "time_zone"))
remember_users = remember(keep=("team_ids",))
remember_teams = remember(keep=("parent_id", "manager_id"))
remember_accounts = remember(keep=("industry", "health"))
remember_products = remember()
remember_pipelines = remember(keep=("stages", "is_default"))
