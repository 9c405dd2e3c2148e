"""The links of reports: each is a filter that the list of deals understands, and it finds what its row counted.

deals-svc and reporting-svc run on databases in memory; the second hears what the first told.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from reporting_builders import WORKSPACE, Service, a_team, a_user, an_account, an_id
from sqlalchemy import select

from chassis import codec, envelope, ids
from chassis.context import Context
from chassis.database import Database
from chassis.guard import ACROSS
from chassis.inbox import Inbox
from chassis.operation import Runtime
from chassis.tables import metadata as bus
from chassis.tables import outbox
from deals.domain.base import Base
from deals.service import Deals
from messages.reporting import GROUPS

STAGES = [
    {"name": "First", "probability": 10},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]
INDUSTRIES = {"Acme": "retail", "Bolt": 'say "health" \\ care', "Coil": None}


class Both:
    """Two services and what one told the other."""

    def __init__(self) -> None:
        database = Database("sqlite://")
        with database.write_engine.begin() as connection:
            bus.create_all(connection)
            Base.metadata.create_all(connection)
        self.runtime = Runtime(name="deals", database=database)
        self.reporting = Service()
        self._fill()

    def deals(self, operation: str, **arguments: Any) -> Any:
        ctx = Context(workspace_id=WORKSPACE, actor=an_id("user", "Ann"), role="admin")
        return codec.plain(Deals.operations[operation].execute(self.runtime, ctx, arguments))

    def listed(self, filter: str) -> int:
        total: int = self.deals("list_deals", filter=filter, count=True, limit=1)["total"]
        return total

    def _fill(self) -> None:
        accounts = [an_account(name, industry) for name, industry in INDUSTRIES.items()]
        people = [
            a_team("North"),
            a_team("Team", parent_id=an_id("team", "North"), manager_id=an_id("user", "Ann")),
            *(a_user(name, an_id("team", "Team")) for name in ("Ann", "Bob")),
            a_user("Cyd"),
        ]
        self.reporting.hear(*accounts, *people)
        Inbox("deals", Deals.subscriptions, self.runtime).handle(accounts)
        pipeline = self.deals("create_pipeline", name="Sales", stages=STAGES)
        self.deals("create_pipeline", name="Empty", stages=STAGES)
        self.deals(
            "import_deals",
            job_id=ids.new("job"),
            pipeline_id=pipeline["id"],
            first_row=1,
            rows=[self._row(random.Random(number), number) for number in range(120)],
        )
        with self.runtime.database.reading() as session:
            told = session.scalars(
                select(outbox.c.payload).order_by(outbox.c.seq).execution_options(**ACROSS)
            ).all()
        self.reporting.hear(*(envelope.load(payload) for payload in told))

    @staticmethod
    def _row(chance: random.Random, number: int) -> dict[str, Any]:
        owner, account = chance.choice(["Ann", "Bob", "Cyd", None]), chance.choice([*INDUSTRIES, None])
        opened = date(2025, 1, 1) + timedelta(days=chance.randrange(300))
        stage = chance.choice(["First", "Won", "Lost"])
        closed = None if stage == "First" else opened + timedelta(days=chance.randrange(90))
        return {
            "external_id": str(number),
            "name": f"Deal {number}",
            "stage": stage,
            "owner_id": owner and an_id("user", owner),
            "account_id": account and an_id("account", account),
            "amount": chance.choice([None, {"amount": "10.50", "currency": "USD"}]),
            "opened_on": chance.choice([None, opened.isoformat()]),
            "closed_on": chance.choice([None, closed]) and closed.isoformat() if closed else None,
        }


@pytest.fixture(scope="module")
def both() -> Both:
    return Both()


@pytest.mark.parametrize("period", [{}, {"from": "2025-04-01", "to": "2025-09-30"}])
@pytest.mark.parametrize("group_by", GROUPS)
def test_a_row_of_the_win_rate_links_to_its_deals(both: Both, group_by: str, period: dict[str, str]) -> None:
    report = both.reporting.ask("win_rate", group_by=group_by, **period)
    assert both.listed(report["records"]) == report["row_count"] > 0
    for row in report["data"]:
        assert both.listed(row["records"]) == row["won"] + row["lost"], row


def test_a_stage_links_to_its_deals(both: Both) -> None:
    report = both.reporting.ask("pipeline")
    assert both.listed(report["records"]) == report["row_count"] == 120
    for row in report["data"]:
        assert both.listed(row["records"]) == row["count"], row


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_sales_cycle_links_to_the_deals_it_measured(both: Both, outcome: str) -> None:
    report = both.reporting.ask("sales_cycle", outcome=outcome)
    assert both.listed(report["records"]) == report["data"]["count"] > 0
    assert report["data"]["skipped"] > 0
