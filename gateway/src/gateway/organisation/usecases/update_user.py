"""Change a person."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.user import User
from gateway.organisation.usecases.people import require_another_administrator, require_free_email


def update_user(
    uow: UnitOfWork, ctx: Context, *, user_id: str, expected_version: int, changes: dict[str, Any]
) -> User:
    user = uow.get(User, user_id, expected_version)
    require_free_email(uow, changes.get("email"), besides=user.id)
    was_administrator = user.is_administrator
    user.describe(changes, by_role=ctx.role)
    if was_administrator and not user.is_administrator:
        require_another_administrator(uow, besides=user)
    return user
