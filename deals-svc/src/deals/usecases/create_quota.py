"""Set a quota."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.errors import QuotaExists, QuotaHolders
from deals.domain.quota import COMPANY, Quota


def create_quota(
    uow: UnitOfWork,
    ctx: Context,
    *,
    quota_id: str | None = None,
    owner_id: str | None,
    team_id: str | None,
    period: str,
    **values: Any,
) -> Quota:
    if owner_id and team_id:
        text = QuotaHolders.message
        raise QuotaHolders(text, errors=[{"pointer": "/team_id", "code": QuotaHolders.code, "message": text}])
    holder = owner_id or team_id or COMPANY
    there = uow.session.scalar(
        select(Quota.id).where(
            Quota.workspace_id == ctx.workspace_id,
            Quota.holder == holder,
            Quota.period == period,
            Quota.deleted_at.is_(None),
        )
    )
    if there is not None:
        raise QuotaExists(period=period, id=there)
    quota = Quota(id=quota_id, owner_id=owner_id, team_id=team_id, holder=holder, period=period)
    quota.set(values)
    return uow.add(quota)
