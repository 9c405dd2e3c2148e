"""reporting-svc as a process: what happens elsewhere is archived once and in order, and shows in the reports."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from chassis import codec
from chassis.bus.connection import NUDGE_EXCHANGE, connect
from chassis.context import Context
from chassis.errors import AppError
from suite.testing import Suite, a_caller, eventually

STAGES = [
    {"name": "First", "probability": 10},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


@pytest.fixture(scope="module")
def reporting(suite: Suite) -> Suite:
    return suite.start("deals", "reporting")


def a_pipeline(suite: Suite, ctx: Context) -> dict[str, Any]:
    pipeline: dict[str, Any] = suite.call(
        "deals", "create_pipeline", ctx, name="Sales", stages=STAGES, is_default=True
    )
    return pipeline


def a_won_deal(suite: Suite, ctx: Context, amount: int) -> dict[str, Any]:
    money = {"amount": str(amount), "currency": "USD"}
    deal = suite.call("deals", "open_deal", ctx, name=f"For {amount}", amount=money)
    won: dict[str, Any] = suite.call("deals", "win_deal", ctx, deal_id=deal["id"], expected_version=1)
    return won


def won(suite: Suite, ctx: Context) -> int:
    return int(suite.call("reporting", "win_rate", ctx)["data"][0]["won"])


@contextmanager
def listening(suite: Suite) -> Iterator[list[dict[str, Any]]]:
    """The hints that arrive meanwhile."""
    heard: list[dict[str, Any]] = []
    over = threading.Event()
    connection = connect(suite.amqp_url, name="test hints")
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).queue
    channel.queue_bind(queue, NUDGE_EXCHANGE)
    channel.basic_consume(
        queue, no_ack=True, callback=lambda message: heard.append(codec.loads(message.body))
    )

    def listen() -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                connection.drain_events(timeout=0.1)

    thread = threading.Thread(target=listen)
    thread.start()
    yield heard
    over.set()
    thread.join()
    connection.close()


def test_a_won_deal_shows_in_the_reports(reporting: Suite) -> None:
    ctx = a_caller()
    a_pipeline(reporting, ctx)
    a_won_deal(reporting, ctx, 900)
    eventually(lambda: won(reporting, ctx) == 1)
    report = reporting.call("reporting", "win_rate", ctx, group_by="owner")
    assert report["data"][0]["won_value"] == {"amount": "900.00", "currency": "USD"}
    assert report["data"][0]["id"] == ctx.actor
    listed = reporting.call("deals", "list_deals", ctx, filter=report["data"][0]["records"], count=True)
    assert listed["total"] == report["row_count"] == 1
    stages = reporting.call("reporting", "pipeline", ctx)["data"]
    assert [(row["key"], row["count"]) for row in stages] == [("First", 0), ("Won", 1), ("Lost", 0)]


def test_the_archive_holds_everything_in_order(reporting: Suite) -> None:
    ctx = a_caller()
    a_pipeline(reporting, ctx)
    deals = [a_won_deal(reporting, ctx, amount) for amount in range(1, 6)]
    eventually(lambda: won(reporting, ctx) == 5)
    page = reporting.call("reporting", "events", ctx)
    assert [event["position"] for event in page["data"]] == list(range(1, page["latest_position"] + 1))
    for deal in deals:
        story = reporting.call("reporting", "record_events", ctx, record_id=deal["id"])["data"]
        assert [event["sequence"] for event in story] == [1, 2, 3]
        assert [event["type"] for event in story] == ["deal.created.v1", "deal.stage_moved.v1", "deal.won.v1"]
    assert reporting.call("reporting", "gaps", ctx)["total"] == 0


def test_whoever_listens_is_woken(reporting: Suite) -> None:
    ctx = a_caller()
    with listening(reporting) as heard:
        a_pipeline(reporting, ctx)
        hint = eventually(lambda: [one for one in heard if one["workspace_id"] == ctx.workspace_id])[0]
    assert hint["position"] == reporting.call("reporting", "latest_position", ctx)["position"] == 1


def test_killed_in_the_middle_it_misses_and_doubles_nothing(reporting: Suite) -> None:
    ctx = a_caller()
    a_pipeline(reporting, ctx)
    process = reporting.processes["reporting"]
    for amount in range(1, 31):
        a_won_deal(reporting, ctx, amount)
        if amount in (10, 20):
            process.kill()
            process.start()
    eventually(lambda: won(reporting, ctx) == 30)
    report = reporting.call("reporting", "win_rate", ctx)
    assert report["data"][0]["won_value"]["amount"] == f"{sum(range(1, 31))}.00"
    # The pipeline, and three events a deal: created, moved, won.
    assert reporting.call("reporting", "latest_position", ctx)["position"] == 91
    assert reporting.call("reporting", "gaps", ctx)["total"] == 0


@pytest.mark.parametrize(
    ("operation", "arguments", "kind"),
    [
        ("win_rate", {"group_by": "weather"}, "invalid"),
        ("win_rate", {"from": "2026-02-01", "to": "2026-01-01"}, "invalid"),
        ("sales_cycle", {"outcome": "open"}, "invalid"),
        ("pipeline", {"pipeline_id": "pipeline_01k8aaaaaaaaaaaaaaaaaaaaaa"}, "not_found"),
        ("events", {"types": ["weather.*"]}, "invalid"),
        ("events", {"after": -1}, "invalid"),
        ("record_events", {}, "invalid"),
    ],
)
def test_refusals_come_back_typed(
    reporting: Suite, operation: str, arguments: dict[str, Any], kind: str
) -> None:
    with pytest.raises(AppError) as refusal:
        reporting.call("reporting", operation, a_caller(), **arguments)
    assert refusal.value.kind == kind


def test_who_only_reads_sees_reports_but_not_gaps(reporting: Suite) -> None:
    ctx = a_caller("read_only")
    assert reporting.call("reporting", "win_rate", ctx)["row_count"] == 0
    with pytest.raises(AppError) as refusal:
        reporting.call("reporting", "gaps", ctx)
    assert refusal.value.kind == "forbidden"


def test_sigterm_ends_it_cleanly(reporting: Suite) -> None:
    assert reporting.processes["reporting"].stop() == 0
    reporting.processes["reporting"].start()


def test_a_report_tells_what_it_would_have_told_then(reporting: Suite) -> None:
    ctx = a_caller()
    a_pipeline(reporting, ctx)
    deal = a_won_deal(reporting, ctx, 100)
    eventually(lambda: won(reporting, ctx) == 1, what="the won deal is reported")
    then = deal["updated_at"]
    reporting.call("deals", "reopen_deal", ctx, deal_id=deal["id"], expected_version=deal["version"])
    eventually(lambda: won(reporting, ctx) == 0, what="it is open again")
    for report in ("win_rate", "leaderboard"):
        before = reporting.call("reporting", report, ctx, as_of=then)
        assert (before["data"][0]["won"], before["as_of"]) == (1, then)
    assert reporting.call("reporting", "pipeline", ctx, as_of=then)["row_count"] == 1
    definition = {"dataset": "deals", "measures": [{"name": "deals", "function": "count"}], "as_of": then}
    built = reporting.call(
        "reporting", "run_report", ctx, definition={**definition, "filter": 'status = "won"'}
    )
    assert built["data"] == [{"deals": 1}]
    assert won(reporting, ctx) == 0
