"""Accounts, contacts and leads, and what winning them costs."""

from __future__ import annotations

from gateway.v1.activities import TIMELINE
from gateway.v1.links import ACCOUNT, OWNER, TEAM, Link
from gateway.v1.resource import Resource

ACCOUNTS = Resource(
    "accounts",
    "contacts",
    "account",
    links={"owner": OWNER, "team": TEAM, "parent": Link("parent_id", "contacts", "read_accounts")},
    parts=(TIMELINE,),
)
CONTACTS = Resource(
    "contacts",
    "contacts",
    "contact",
    links={"owner": OWNER, "team": TEAM, "account": ACCOUNT},
    parts=(TIMELINE,),
)
LEADS = Resource("leads", "contacts", "lead", links={"owner": OWNER, "team": TEAM}, parts=(TIMELINE,))

SPEND = Resource("spend-entries", "contacts", "spend", plural="spend")

RESOURCES = (ACCOUNTS, CONTACTS, LEADS, SPEND)
