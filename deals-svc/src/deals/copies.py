"""Local copies of what deals point to, fed by events: names to show, industries and owners to filter by."""

from __future__ import annotations

from chassis.copies import remember

ACCOUNT_EVENTS = (
    "account.created.v1",
    "account.properties_changed.v1",
    "account.deleted.v1",
    "account.restored.v1",
)
PERSON_EVENTS = (
    "contact.created.v1",
    "contact.properties_changed.v1",
    "lead.created.v1",
    "lead.properties_changed.v1",
)
USER_EVENTS = ("user.created.v1", "user.properties_changed.v1")
TEAM_EVENTS = ("team.created.v1", "team.properties_changed.v1", "team.members_changed.v1")

remember_accounts = remember(keep=("industry", "country", "tier", "employee_count"))
remember_people = remember(keep=("email", "source"))
remember_users = remember(keep=("email", "team_ids", "is_active"))
remember_teams = remember(keep=("parent_id", "manager_id"))
