"""Reads of contracts: what filters and sorting know, and the movements of one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.copies import copied
from chassis.filters import Catalogue, Field
from chassis.reading import get_record
from deals.domain.contract import ArrMovement, Contract
from messages.deals import CONTRACT_STATUSES

CONTRACT_FIELDS = Catalogue(
    [
        Field("id", "reference", Contract.id),
        Field("name", "text", Contract.name),
        Field("account_id", "reference", Contract.account_id),
        Field("account.name", "text", copied("account", Contract.account_id)),
        Field(
            "account.tier",
            "text",
            copied("account", Contract.account_id, lambda copy: copy.data["tier"].as_string()),
        ),
        Field("deal_id", "reference", Contract.deal_id),
        Field("owner_id", "reference", Contract.owner_id),
        Field("owner.name", "text", copied("user", Contract.owner_id)),
        Field("status", "select", Contract.status, CONTRACT_STATUSES),
        Field("arr", "money", Contract.arr),
        Field("term", "number", Contract.term),
        Field("starts_on", "date", Contract.starts_on),
        Field("ends_on", "date", Contract.ends_on),
        Field("renews_on", "date", Contract.renews_on),
        Field("cancelled_on", "date", Contract.cancelled_on),
        Field("renewal_deal_id", "reference", Contract.renewal_deal_id),
        Field("created_at", "instant", Contract.created_at),
        Field("updated_at", "instant", Contract.updated_at),
        Field("tags", "list", Contract.tags),
        Field("external_id", "text", Contract.external_id),
    ]
)


def arr_movements(session: Session, ctx: Context, *, contract_id: str) -> dict[str, Any]:
    """The movements of a contract, in order; raises `NotFound` for one that is not there."""
    get_record(session, ctx, Contract, contract_id)
    found = session.scalars(
        select(ArrMovement)
        .where(ArrMovement.workspace_id == ctx.workspace_id, ArrMovement.contract_id == contract_id)
        .order_by(ArrMovement.position)
    )
    return {"data": [movement.view() for movement in found]}
