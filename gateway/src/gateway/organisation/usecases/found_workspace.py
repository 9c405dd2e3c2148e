"""Begin a workspace."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.key import Key
from gateway.organisation.domain.user import ADMIN, User
from gateway.organisation.domain.workspace import Workspace


def found_workspace(
    uow: UnitOfWork,
    ctx: Context,
    *,
    name: str,
    currency: str,
    time_zone: str,
    admin_name: str,
    admin_email: str,
    key_id: str,
    key_name: str,
    secret_hash: str,
) -> Workspace:
    """A workspace starts with one administrator and one key of theirs, all in one transaction."""
    workspace = uow.add(Workspace(id=ctx.workspace_id, name=name, currency=currency, time_zone=time_zone))
    admin = uow.add(User(name=admin_name, email=admin_email.lower(), role=ADMIN, is_active=True, team_ids=[]))
    uow.add(Key(id=key_id, name=key_name, role=ADMIN, user_id=admin.id, secret_hash=secret_hash))
    return workspace
