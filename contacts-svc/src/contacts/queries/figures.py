"""Derived figures beside the records: as columns for filters and sorting, and added to the views of a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.record import Record
from contacts.domain.account import Account
from contacts.domain.figures import AccountDeal, LastActivity

OPEN_DEAL_COUNT: ColumnElement[int] = (
    select(func.count())
    .select_from(AccountDeal)
    .where(
        AccountDeal.workspace_id == Account.workspace_id,
        AccountDeal.account_id == Account.id,
        AccountDeal.is_open,
    )
    .scalar_subquery()
)


def last_activity_at(cls: type[Record]) -> ColumnElement[datetime]:
    """When something last happened on a record of `cls`."""
    return (
        select(LastActivity.at)
        .where(LastActivity.workspace_id == cls.workspace_id, LastActivity.record_id == cls.id)
        .scalar_subquery()
    )


def with_last_activity(session: Session, ctx: Context, views: list[dict[str, Any]]) -> None:
    """Add `last_activity_at`, in one statement."""
    rows = session.execute(
        select(LastActivity.record_id, LastActivity.at).where(
            LastActivity.workspace_id == ctx.workspace_id,
            LastActivity.record_id.in_([view["id"] for view in views]),
        )
    )
    latest = {row.record_id: row.at for row in rows}
    for view in views:
        view["last_activity_at"] = latest.get(view["id"])


def with_account_figures(session: Session, ctx: Context, views: list[dict[str, Any]]) -> None:
    """Add `open_deal_count` and `last_activity_at`, in two statements."""
    rows = session.execute(
        select(AccountDeal.account_id, func.count())
        .where(
            AccountDeal.workspace_id == ctx.workspace_id,
            AccountDeal.account_id.in_([view["id"] for view in views]),
            AccountDeal.is_open,
        )
        .group_by(AccountDeal.account_id)
    )
    counts = dict(rows.all())
    for view in views:
        view["open_deal_count"] = counts.get(view["id"], 0)
    with_last_activity(session, ctx, views)
