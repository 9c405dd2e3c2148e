"""The leaderboard: who won the most, by value."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from chassis.context import Context
from reporting.queries.win_rate import win_rate


def leaderboard(
    session: Session, ctx: Context, *, from_on: date | None = None, to_on: date | None = None
) -> dict[str, Any]:
    """Owners by value won, with their place; equal values share a place (1, 2, 2, 4)."""
    report = win_rate(session, ctx, group_by="owner", from_on=from_on, to_on=to_on)
    places: dict[Any, int] = {}
    for number, row in enumerate(report["data"], 1):
        row["place"] = places.setdefault(row["won_value"], number)
    return report
