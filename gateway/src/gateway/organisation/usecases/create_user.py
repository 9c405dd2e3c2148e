"""Add a person."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.user import User
from gateway.organisation.usecases.people import require_free_email


def create_user(uow: UnitOfWork, ctx: Context, *, user_id: str | None = None, **values: Any) -> User:
    require_free_email(uow, values.get("email"))
    user = User(id=user_id, team_ids=[])
    user.describe({"is_active": True, **values}, by_role=ctx.role)
    return uow.add(user)
