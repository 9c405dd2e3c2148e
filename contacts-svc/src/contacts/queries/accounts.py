"""What filters and sorting know of accounts, and how they are searched."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from chassis.copies import copied
from chassis.filters import Catalogue, Field
from chassis.reading import searcher
from contacts.domain.account import Account
from contacts.queries.figures import OPEN_DEAL_COUNT, last_activity_at
from messages.contacts import LIFECYCLE_STAGES, RELATIONSHIPS, TIERS

_PARENT = aliased(Account)
_PARENT_NAME = (
    select(_PARENT.name)
    .where(_PARENT.workspace_id == Account.workspace_id, _PARENT.id == Account.parent_id)
    .scalar_subquery()
)

ACCOUNT_FIELDS = Catalogue(
    [
        Field("id", "reference", Account.id),
        Field("name", "text", Account.name),
        Field("domain", "text", Account.domain),
        Field("website", "text", Account.website),
        Field("industry", "text", Account.industry),
        Field("employee_count", "number", Account.employee_count),
        Field("annual_revenue", "money", Account.annual_revenue),
        Field("founded_year", "number", Account.founded_year),
        Field("country", "text", Account.country),
        Field("city", "text", Account.city),
        Field("address", "text", Account.address),
        Field("parent_id", "reference", Account.parent_id),
        Field("parent.name", "text", _PARENT_NAME),
        Field("tier", "select", Account.tier, TIERS),
        Field("relationship", "select", Account.relationship, RELATIONSHIPS),
        Field("lifecycle_stage", "select", Account.lifecycle_stage, LIFECYCLE_STAGES),
        Field("health", "number", Account.health),
        Field("health_source", "text", Account.health_source),
        Field("owner_id", "reference", Account.owner_id),
        Field("owner.name", "text", copied("user", Account.owner_id)),
        Field("team_id", "reference", Account.team_id),
        Field("team.name", "text", copied("team", Account.team_id)),
        Field("source", "text", Account.source),
        Field("description", "text", Account.description),
        Field("tags", "list", Account.tags),
        Field("external_id", "text", Account.external_id),
        Field("open_deal_count", "number", OPEN_DEAL_COUNT),
        Field("last_activity_at", "instant", last_activity_at(Account)),
        Field("created_at", "instant", Account.created_at),
        Field("updated_at", "instant", Account.updated_at),
    ]
)

search_accounts = searcher(Account)
