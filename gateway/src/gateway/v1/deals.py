"""Pipelines, products, deals and their way through the stages; purchases, quotas and forecasts."""

from __future__ import annotations

from gateway.v1.activities import TIMELINE
from gateway.v1.links import ACCOUNT, CONTACT, LEAD, OWNER, TEAM, Link
from gateway.v1.resource import Part, Resource, Verb

PRODUCT = Link("product_id", "deals", "read_products")
DEAL = Link("deal_id", "deals", "read_deals")

PIPELINES = Resource("pipelines", "deals", "pipeline")

PRODUCTS = Resource("products", "deals", "product")

DEALS = Resource(
    "deals",
    "deals",
    "deal",
    create="open_deal",
    links={
        "account": ACCOUNT,
        "contact": CONTACT,
        "lead": LEAD,
        "owner": OWNER,
        "team": TEAM,
        "product": PRODUCT,
        "pipeline": Link("pipeline_id", "deals", "read_pipelines"),
        "stage": Link("pipeline_id", "deals", "read_pipelines", within=("stages", "stage_id")),
    },
    verbs=(
        Verb("move-stage", "move_stage"),
        Verb("win", "win_deal"),
        Verb("lose", "lose_deal"),
        Verb("reopen", "reopen_deal"),
        Verb("set-lines", "set_lines"),
        Verb("request-approval", "request_approval"),
        Verb("make-contract", "make_contract"),
    ),
    parts=(Part("stage-history", "stage_history"), Part("lines", "lines"), TIMELINE),
)

PURCHASES = Resource(
    "purchases",
    "deals",
    "purchase",
    links={
        "account": ACCOUNT,
        "contact": CONTACT,
        "product": PRODUCT,
        "deal": DEAL,
    },
)

CONTRACTS = Resource(
    "contracts",
    "deals",
    "contract",
    links={
        "account": ACCOUNT,
        "owner": OWNER,
        "deal": DEAL,
        "renewal_deal": Link("renewal_deal_id", "deals", "read_deals"),
    },
    verbs=(
        Verb("change-arr", "change_arr"),
        Verb("cancel", "cancel_contract"),
        Verb("renew", "renew_contract"),
        Verb("open-renewal", "open_renewal"),
        Verb("open-expansion", "open_expansion"),
    ),
    parts=(Part("arr-movements", "arr_movements"), TIMELINE),
)

APPROVALS = Resource(
    "approvals",
    "deals",
    "approval",
    links={"owner": OWNER, "deal": DEAL},
    verbs=(
        Verb("approve", "approve_discount"),
        Verb("reject", "reject_discount"),
        Verb("delegate", "delegate_approval"),
        Verb("recall", "recall_approval"),
    ),
)

APPROVAL_RULES = Resource("approval-rules", "deals", "approval_rule")

QUOTAS = Resource("quotas", "deals", "quota", links={"owner": OWNER, "team": TEAM})

FORECASTS = Resource("forecasts", "deals", "forecast", create="submit_forecast", links={"owner": OWNER})

RESOURCES = (
    PIPELINES,
    PRODUCTS,
    DEALS,
    CONTRACTS,
    PURCHASES,
    APPROVALS,
    APPROVAL_RULES,
    QUOTAS,
    FORECASTS,
)
