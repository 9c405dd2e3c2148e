"""Give the deals of a lead that was converted to its account and contact, or open the one it is to have."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from chassis.envelope import Event
from chassis.money import Money
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.domain.events import DealAdopted
from deals.domain.pipeline import OPEN
from deals.usecases.open_deal import open_deal


def adopt_deals(uow: UnitOfWork, event: Event) -> None:
    """Never a second one: a lead with an open deal keeps it. The oldest is told to be the lead's."""
    found = uow.scalars(
        select(Deal)
        .where(
            Deal.workspace_id == event.workspace_id,
            Deal.lead_id == event.subject_id,
            Deal.status == OPEN,
            Deal.deleted_at.is_(None),
        )
        .order_by(Deal.created_at, Deal.id)
    )
    for deal in found:
        deal.account_id = deal.account_id or event.data["account_id"]
        deal.contact_id = deal.contact_id or event.data["contact_id"]
    deals = [*found] or _wanted(uow, event)
    if deals:
        deals[0].happened(DealAdopted(lead_id=event.subject_id))


def _wanted(uow: UnitOfWork, event: Event) -> list[Deal]:
    wanted: dict[str, Any] | None = event.data["wanted_deal"]
    if wanted is None or uow.session.get(Deal, (event.workspace_id, wanted["deal_id"])) is not None:
        return []
    deal = open_deal(
        uow,
        uow.ctx,
        deal_id=wanted["deal_id"],
        name=wanted["name"],
        lead_id=event.subject_id,
        account_id=event.data["account_id"],
        contact_id=event.data["contact_id"],
        owner_id=event.record.get("owner_id"),
        source=event.record.get("source"),
        amount=Money.of(wanted["amount"]) if wanted["amount"] else None,
    )
    return [deal]
