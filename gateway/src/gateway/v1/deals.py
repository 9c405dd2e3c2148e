"""Pipelines, products, deals and their way through the stages."""

from __future__ import annotations

from gateway.v1.activities import TIMELINE
from gateway.v1.links import ACCOUNT, CONTACT, LEAD, OWNER, TEAM, Link
from gateway.v1.resource import Part, Resource, Verb

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
        "product": Link("product_id", "deals", "read_products"),
        "pipeline": Link("pipeline_id", "deals", "read_pipelines"),
        "stage": Link("pipeline_id", "deals", "read_pipelines", within=("stages", "stage_id")),
    },
    verbs=(
        Verb("move-stage", "move_stage"),
        Verb("win", "win_deal"),
        Verb("lose", "lose_deal"),
        Verb("reopen", "reopen_deal"),
    ),
    parts=(Part("stage-history", "stage_history"), TIMELINE),
)

RESOURCES = (PIPELINES, PRODUCTS, DEALS)
