"""Demo data for a first look: an invented company that sells machines' software to invented customers.

Everything goes in through the REST interface, as a client's data would. It is the same each time (only the days move
with today), and running it again adds only what is missing.
"""

from __future__ import annotations

import datetime
import random

from suite.seed import companies, organisation, sales
from suite.seed.writer import Writer

SEED = 20260101


def run(http: str, admin_key: str) -> str:
    """Fills the workspace behind `http`; returns what is there now, in words."""
    writer = Writer(http, admin_key)
    chance = random.Random(SEED)
    today = datetime.datetime.now(datetime.UTC).date()
    currency = str(writer.rest.get("/v1/me")["workspace"]["currency"])
    staff = organisation.write(writer)
    customers = companies.write(writer, chance, staff, currency)
    deals = sales.write(writer, chance, today, staff, customers, currency)
    return (
        f"{len(staff.users)} users, {len(customers.accounts)} accounts, {len(customers.contacts)} contacts, "
        f"{len(customers.leads)} leads, {len(deals)} deals"
    )
