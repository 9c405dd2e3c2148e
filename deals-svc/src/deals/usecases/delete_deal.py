"""Delete a deal, with the purchase that it made, and bring both back."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.usecases.won_purchases import bring_back, follow_deal


def delete_deal(uow: UnitOfWork, ctx: Context, *, deal_id: str, expected_version: int) -> Deal:
    """Softly: it can be restored for 30 days."""
    deal = uow.get(Deal, deal_id, expected_version)
    uow.delete(deal)
    follow_deal(uow, deal)
    return deal


def restore_deal(uow: UnitOfWork, ctx: Context, *, deal_id: str) -> Deal:
    """Does nothing to a deal that is not deleted."""
    deal = uow.get_deleted(Deal, deal_id)
    if deal.deleted_at is not None:
        deal.deleted_at = None
        bring_back(uow, deal)
    return deal
