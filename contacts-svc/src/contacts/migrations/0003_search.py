"""Accounts, contacts and leads are found by their words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis import bus_schema, searching
from chassis.words import Searched

FOUND_BY = {
    "account": Searched("name", by={"domain": "text", "external_id": "code"}),
    "contact": Searched("name", by={"email": "text", "phone": "number", "external_id": "code"}),
    "lead": Searched(
        "name",
        by={"company": "text", "email": "text", "phone": "number", "external_id": "code"},
    ),
}


def upgrade() -> None:
    bus_schema.search_1()
    for name, searched in FOUND_BY.items():
        op.add_column(name, sa.Column("search_text", sa.Text(), nullable=True))
        searching.fill(op.get_bind(), name, name, searched)
