"""Edit a deal's plain properties."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.usecases.won_purchases import follow_deal


def update_deal(
    uow: UnitOfWork, ctx: Context, *, deal_id: str, expected_version: int, changes: dict[str, Any]
) -> Deal:
    deal = uow.get(Deal, deal_id, expected_version)
    deal.edit(changes)
    follow_deal(uow, deal)
    return deal
