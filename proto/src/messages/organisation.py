"""What the gateway's organisation tells the services: workspaces, users, teams."""

from __future__ import annotations

from marshmallow import fields

from messages.common import Event


class WorkspaceCreated(Event):
    """A workspace begins; services install their defaults for it."""

    wire = "workspace.created.v1"


class WorkspacePropertiesChanged(Event):
    wire = "workspace.properties_changed.v1"


class UserCreated(Event):
    wire = "user.created.v1"


class UserPropertiesChanged(Event):
    wire = "user.properties_changed.v1"


class TeamCreated(Event):
    wire = "team.created.v1"


class TeamPropertiesChanged(Event):
    wire = "team.properties_changed.v1"


class TeamMembersChanged(Event):
    """The members of a team after the change."""

    wire = "team.members_changed.v1"
    member_ids = fields.List(fields.String())
