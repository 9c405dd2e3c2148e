"""deals-svc as a process, over the bus: deals go their way, refusals come back typed, a repeated command acts once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from chassis.context import Context
from chassis.errors import AppError
from chassis.guard import ACROSS
from chassis.tables import outbox
from suite.testing import Suite, a_caller, eventually

STAGES = [
    {"name": "First", "probability": 10},
    {"name": "Second", "probability": 40},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


@pytest.fixture(scope="module")
def deals(suite: Suite) -> Suite:
    return suite.start("deals")


def a_pipeline(deals: Suite, ctx: Context) -> dict[str, Any]:
    pipeline: dict[str, Any] = deals.call(
        "deals", "create_pipeline", ctx, name="Sales", stages=STAGES, is_default=True
    )
    return pipeline


def told(deals: Suite, record_id: str) -> list[str]:
    """The events about a record, in order, once the relay has sent them."""
    with deals.database("deals").reading() as session:
        rows = session.execute(
            select(outbox.c.type, outbox.c.status)
            .where(outbox.c.subject_id == record_id)
            .order_by(outbox.c.sequence)
            .execution_options(**ACROSS)
        ).all()
    return [row.type for row in rows if row.status == "sent"]


def test_a_deal_goes_its_way_and_tells_it(deals: Suite) -> None:
    ctx = a_caller()
    pipeline = a_pipeline(deals, ctx)
    deal = deals.call(
        "deals", "open_deal", ctx, name="Wind park", amount={"amount": "900.10", "currency": "EUR"}
    )
    assert (deal["stage_id"], deal["owner_id"], deal["version"]) == (
        pipeline["stages"][0]["id"],
        ctx.actor,
        1,
    )
    deal = deals.call(
        "deals",
        "move_stage",
        ctx,
        deal_id=deal["id"],
        stage_id=pipeline["stages"][1]["id"],
        expected_version=1,
    )
    deal = deals.call("deals", "win_deal", ctx, deal_id=deal["id"], expected_version=2)
    assert (deal["status"], deal["probability"], deal["version"]) == ("won", 100, 3)
    history = deals.call("deals", "stage_history", ctx, deal_id=deal["id"])["data"]
    assert [step["to_stage"] for step in history] == ["First", "Second", "Won"]
    wanted = ["deal.created.v1", "deal.stage_moved.v1", "deal.stage_moved.v1", "deal.won.v1"]
    eventually(lambda: told(deals, deal["id"]) == wanted, what=f"events {wanted}")


def test_a_stale_change_names_the_fields(deals: Suite) -> None:
    ctx = a_caller()
    a_pipeline(deals, ctx)
    deal = deals.call("deals", "open_deal", ctx, name="Old")
    deals.call("deals", "update_deal", ctx, deal_id=deal["id"], expected_version=1, changes={"name": "New"})
    with pytest.raises(AppError) as refusal:
        deals.call(
            "deals", "update_deal", ctx, deal_id=deal["id"], expected_version=1, changes={"source": "fair"}
        )
    assert refusal.value.kind == "stale"
    assert refusal.value.details == {"version": 2, "expected": 1, "changed": ["name"]}


def test_the_same_command_answers_the_same_and_acts_once(deals: Suite) -> None:
    ctx = a_caller()
    a_pipeline(deals, ctx)
    again = replace(ctx, command_id="key-1")
    first = deals.call("deals", "open_deal", again, name="Once")
    assert deals.call("deals", "open_deal", again, name="Once") == first
    assert len(deals.call("deals", "list_deals", ctx)["data"]) == 1
    with pytest.raises(AppError) as refusal:
        deals.call("deals", "open_deal", again, name="Other")
    assert refusal.value.code == "idempotency_key_reused"


def test_another_workspace_sees_nothing(deals: Suite) -> None:
    ctx, stranger = a_caller(), a_caller()
    a_pipeline(deals, ctx)
    deal = deals.call("deals", "open_deal", ctx, name="Secret")
    assert deals.call("deals", "list_deals", stranger)["data"] == []
    with pytest.raises(AppError) as refusal:
        deals.call("deals", "get_deal", stranger, deal_id=deal["id"])
    assert refusal.value.kind == "not_found"


@pytest.mark.parametrize(
    ("operation", "arguments", "code"),
    [
        ("open_deal", {"name": ""}, "invalid"),
        ("open_deal", {"name": "X", "colour": "red"}, "invalid"),
        ("open_deal", {"name": "X", "amount": {"amount": "1.23456", "currency": "EUR"}}, "invalid"),
        ("list_deals", {"filter": "amont > 1"}, "invalid_filter"),
        ("get_deal", {"deal_id": "deal_01k8aaaaaaaaaaaaaaaaaaaaaa"}, "not_found"),
    ],
)
def test_refusals_come_back_typed(deals: Suite, operation: str, arguments: dict[str, Any], code: str) -> None:
    ctx = a_caller()
    a_pipeline(deals, ctx)
    with pytest.raises(AppError) as refusal:
        deals.call("deals", operation, ctx, **arguments)
    assert refusal.value.code == code


def test_a_reader_may_not_write(deals: Suite) -> None:
    with pytest.raises(AppError) as refusal:
        deals.call("deals", "open_deal", a_caller("read_only"), name="No")
    assert refusal.value.kind == "forbidden"


def test_killed_and_started_again_it_goes_on(deals: Suite) -> None:
    ctx = a_caller()
    a_pipeline(deals, ctx)
    deals.processes["deals"].kill()
    deals.processes["deals"].start()
    assert deals.call("deals", "open_deal", ctx, name="After")["version"] == 1


def test_sigterm_ends_it_cleanly(deals: Suite) -> None:
    assert deals.processes["deals"].stop() == 0
    deals.processes["deals"].start()
