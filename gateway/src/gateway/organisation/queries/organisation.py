"""Reads of the organisation: the workspace itself, and what filters and sorting know of users, teams, keys
and partners."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.filters import Catalogue, Field
from chassis.reading import get_record, searcher
from gateway.organisation.domain.key import Key
from gateway.organisation.domain.partner import Partner, PartnerKey
from gateway.organisation.domain.team import Team
from gateway.organisation.domain.user import User
from gateway.organisation.domain.workspace import Workspace
from messages.organisation import ROLES

USER_FIELDS = Catalogue(
    [
        Field("id", "reference", User.id),
        Field("name", "text", User.name),
        Field("email", "text", User.email),
        Field("role", "select", User.role, ROLES),
        Field("is_active", "boolean", User.is_active),
        Field("time_zone", "text", User.time_zone),
        Field("team_ids", "list", User.team_ids),
        Field("external_id", "text", User.external_id),
        Field("created_at", "instant", User.created_at),
        Field("updated_at", "instant", User.updated_at),
    ]
)

TEAM_FIELDS = Catalogue(
    [
        Field("id", "reference", Team.id),
        Field("name", "text", Team.name),
        Field("parent_id", "reference", Team.parent_id),
        Field("manager_id", "reference", Team.manager_id),
        Field("member_ids", "list", Team.member_ids),
        Field("external_id", "text", Team.external_id),
        Field("created_at", "instant", Team.created_at),
        Field("updated_at", "instant", Team.updated_at),
    ]
)

KEY_FIELDS = Catalogue(
    [
        Field("id", "reference", Key.id),
        Field("name", "text", Key.name),
        Field("role", "select", Key.role, ROLES),
        Field("user_id", "reference", Key.user_id),
        Field("expires_at", "instant", Key.expires_at),
        Field("created_at", "instant", Key.created_at),
    ]
)


PARTNER_FIELDS = Catalogue(
    [
        Field("id", "reference", Partner.id),
        Field("name", "text", Partner.name),
        Field("is_active", "boolean", Partner.is_active),
        Field("created_at", "instant", Partner.created_at),
        Field("updated_at", "instant", Partner.updated_at),
    ]
)

PARTNER_KEY_FIELDS = Catalogue(
    [
        Field("id", "reference", PartnerKey.id),
        Field("name", "text", PartnerKey.name),
        Field("partner_id", "reference", PartnerKey.partner_id),
        Field("expires_at", "instant", PartnerKey.expires_at),
        Field("last_used_at", "instant", PartnerKey.last_used_at),
        Field("created_at", "instant", PartnerKey.created_at),
    ]
)


def get_workspace(session: Session, ctx: Context) -> dict[str, Any]:
    """The caller's workspace."""
    return get_record(session, ctx, Workspace, ctx.workspace_id)


search_users = searcher(User)
