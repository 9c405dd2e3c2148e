"""Accounts, contacts and leads, and what winning them costs."""

from __future__ import annotations

from gateway.v1.activities import TIMELINE
from gateway.v1.links import ACCOUNT, CONTACT, OWNER, TEAM, Link
from gateway.v1.resource import Part, Resource, Verb

ACCOUNTS = Resource(
    "accounts",
    "contacts",
    "account",
    links={"owner": OWNER, "team": TEAM, "parent": Link("parent_id", "contacts", "read_accounts")},
    parts=(TIMELINE, Part("health", "account_health", service="automation")),
)
CONTACTS = Resource(
    "contacts",
    "contacts",
    "contact",
    links={"owner": OWNER, "team": TEAM, "account": ACCOUNT},
    parts=(TIMELINE,),
)
LEADS = Resource(
    "leads",
    "contacts",
    "lead",
    links={
        "owner": OWNER,
        "team": TEAM,
        "account": ACCOUNT,
        "contact": CONTACT,
        "deal": Link("deal_id", "deals", "read_deals"),
    },
    verbs=(
        Verb("set-lifecycle", "set_lifecycle"),
        Verb("accept", "accept_lead"),
        Verb("reject", "reject_lead"),
        Verb("recycle", "recycle_lead"),
        Verb("convert", "convert_lead"),
    ),
    parts=(
        Part("lifecycle", "lifecycle"),
        Part("score", "lead_score", service="automation", id_argument="lead_id"),
        TIMELINE,
    ),
)

SPEND = Resource("spend-entries", "contacts", "spend", plural="spend")

RESOURCES = (ACCOUNTS, CONTACTS, LEADS, SPEND)
