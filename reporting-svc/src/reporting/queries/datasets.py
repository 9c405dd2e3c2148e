"""What reports can be built over: the facts of each kind, with fields to filter, group and measure by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, null, select
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.copies import copied
from chassis.filters import Catalogue, Field
from chassis.tables import reference
from messages.contacts import LEAD_STATUSES, SPEND_KINDS
from messages.deals import BILLINGS, CATEGORIES, CONTRACT_STATUSES, PURCHASE_KINDS, STAGE_KINDS, TYPES
from reporting.domain.contract_facts import ContractFact
from reporting.domain.deal_fact import DealFact
from reporting.domain.marketing_facts import LeadFact, SpendFact
from reporting.domain.selling_facts import PurchaseFact


@dataclass(frozen=True)
class Dataset:
    """Facts of a kind: a row each in `table`, and the fields by name."""

    table: type[Any]
    fields: Callable[[Session, Context], list[Field]]

    def catalogue(self, session: Session, ctx: Context) -> Catalogue:
        return Catalogue(self.fields(session, ctx))

    def rows(self, ctx: Context) -> Select[Any]:
        """Those of the workspace that are not deleted."""
        return select().where(self.table.workspace_id == ctx.workspace_id, self.table.is_deleted.is_(False))


def _stage_names(session: Session, ctx: Context) -> ColumnElement[Any]:
    """The name of a deal's stage, out of the copies of the pipelines."""
    pipelines = session.scalars(
        select(reference.c.data).where(
            reference.c.workspace_id == ctx.workspace_id, reference.c.type == "pipeline"
        )
    ).all()
    names = {stage["id"]: stage["name"] for data in pipelines for stage in data.get("stages") or ()}
    return case(names, value=DealFact.stage_id, else_=None) if names else null()


def _of_account(link: Any) -> Sequence[Field]:
    return (
        Field("account_id", "reference", link),
        Field("account.name", "text", copied("account", link)),
        Field(
            "account.industry",
            "text",
            copied("account", link, lambda copy: copy.data["industry"].as_string()),
        ),
    )


def _of_owner(link: Any) -> Sequence[Field]:
    return (Field("owner_id", "reference", link), Field("owner.name", "text", copied("user", link)))


def _of_product(link: Any) -> Sequence[Field]:
    return (Field("product_id", "reference", link), Field("product.name", "text", copied("product", link)))


def _deals(session: Session, ctx: Context) -> list[Field]:
    return [
        Field("id", "reference", DealFact.deal_id),
        Field("amount", "money", DealFact.amount),
        Field("probability", "number", DealFact.probability),
        Field("status", "select", DealFact.status, STAGE_KINDS),
        Field("stage.name", "text", _stage_names(session, ctx)),
        Field("forecast_category", "select", DealFact.forecast_category, CATEGORIES),
        Field("type", "select", DealFact.type, TYPES),
        Field("source", "text", DealFact.source),
        Field("lost_reason", "text", DealFact.lost_reason),
        Field("competitor", "text", DealFact.competitor),
        *_of_owner(DealFact.owner_id),
        *_of_account(DealFact.account_id),
        *_of_product(DealFact.product_id),
        Field("pipeline_id", "reference", DealFact.pipeline_id),
        Field("cycle_days", "number", DealFact.cycle_days),
        Field("closed_quarter", "text", DealFact.closed_quarter),
        Field("opened_on", "date", DealFact.opened_on),
        Field("expected_close_on", "date", DealFact.expected_close_on),
        Field("closed_on", "date", DealFact.closed_on),
        Field("stage_entered_at", "instant", DealFact.stage_entered_at),
        Field("created_at", "instant", DealFact.created_at),
    ]


def _leads(session: Session, ctx: Context) -> list[Field]:
    return [
        Field("id", "reference", LeadFact.record_id),
        Field("status", "select", LeadFact.status, LEAD_STATUSES),
        Field("source", "text", LeadFact.source),
        Field("country", "text", LeadFact.country),
        Field("industry", "text", LeadFact.industry),
        *_of_owner(LeadFact.owner_id),
        Field("created_on", "date", LeadFact.created_on),
        Field("converted_on", "date", LeadFact.converted_on),
    ]


def _purchases(session: Session, ctx: Context) -> list[Field]:
    return [
        Field("id", "reference", PurchaseFact.record_id),
        Field("kind", "select", PurchaseFact.kind, PURCHASE_KINDS),
        Field("amount", "money", PurchaseFact.amount),
        Field("billing", "select", PurchaseFact.billing, BILLINGS),
        *_of_account(PurchaseFact.account_id),
        *_of_product(PurchaseFact.product_id),
        Field("purchased_on", "date", PurchaseFact.purchased_on),
    ]


def _contracts(session: Session, ctx: Context) -> list[Field]:
    return [
        Field("id", "reference", ContractFact.record_id),
        Field("status", "select", ContractFact.status, CONTRACT_STATUSES),
        Field("arr", "money", ContractFact.amount),
        Field("term", "number", ContractFact.term),
        *_of_owner(ContractFact.owner_id),
        *_of_account(ContractFact.account_id),
        Field("starts_on", "date", ContractFact.starts_on),
        Field("ends_on", "date", ContractFact.ends_on),
        Field("renews_on", "date", ContractFact.renews_on),
        Field("cancelled_on", "date", ContractFact.cancelled_on),
    ]


def _spend(session: Session, ctx: Context) -> list[Field]:
    return [
        Field("id", "reference", SpendFact.record_id),
        Field("channel", "text", SpendFact.channel),
        Field("kind", "select", SpendFact.kind, SPEND_KINDS),
        Field("campaign", "text", SpendFact.campaign),
        Field("amount", "money", SpendFact.amount),
        Field("spent_on", "date", SpendFact.spent_on),
    ]


DATASETS = {
    "deals": Dataset(DealFact, _deals),
    "leads": Dataset(LeadFact, _leads),
    "purchases": Dataset(PurchaseFact, _purchases),
    "contracts": Dataset(ContractFact, _contracts),
    "spend": Dataset(SpendFact, _spend),
}
