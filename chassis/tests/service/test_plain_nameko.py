"""Plain nameko peers can call our services, and be called by our client: the wire format is nameko's own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from chassis.context import Signer
from chassis.errors import AppError
from suite.testing import Suite, a_caller

PEER = Path(__file__).with_name("plain_nameko_peer.py")


@pytest.fixture(scope="module")
def deals(suite: Suite) -> Suite:
    return suite.start("deals")


def test_a_plain_nameko_client_calls_us(deals: Suite) -> None:
    token = Signer.load(deals.home / "keys", "gateway").sign(a_caller())
    done = subprocess.run(
        [sys.executable, str(PEER), "call", deals.amqp_url],
        input=json.dumps(token),
        capture_output=True,
        text=True,
        timeout=60,
    )
    answer, refusal = map(json.loads, done.stdout.splitlines())
    assert answer == {"data": [], "next": None}
    assert refusal[:2] == ["RemoteError", "Invalid"]


def test_without_a_signed_context_nobody_is_served(deals: Suite) -> None:
    done = subprocess.run(
        [sys.executable, str(PEER), "call", deals.amqp_url],
        input="null",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Unauthenticated" in done.stderr
    assert done.stdout == ""


def test_our_client_calls_a_plain_nameko_service(deals: Suite) -> None:
    peer = subprocess.Popen(
        [sys.executable, str(PEER), "serve", deals.amqp_url],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert peer.stdout is not None
    try:
        assert peer.stdout.readline().strip() == "ready"
        assert deals.call("greeter", "greet", a_caller(), name="Ada") == "Hello, Ada"
        with pytest.raises(AppError, match="ValueError"):
            deals.call("greeter", "fail", a_caller())
    finally:
        peer.kill()
        peer.wait()
        peer.stdout.close()


def test_nobody_there_is_said_at_once(deals: Suite) -> None:
    started = time.monotonic()
    with pytest.raises(AppError) as refusal:
        deals.call("nobody", "anything", a_caller())
    assert refusal.value.kind == "unavailable"
    assert time.monotonic() - started < 5


def test_a_stopped_service_times_out_and_does_nothing_late(deals: Suite) -> None:
    """What its caller gave up on never runs: it expires in the queue."""
    ctx = a_caller()
    stages = [
        {"name": "Open", "probability": 10},
        {"name": "Won", "kind": "won", "probability": 100},
        {"name": "Lost", "kind": "lost", "probability": 0},
    ]
    deals.processes["deals"].stop()
    with pytest.raises(AppError) as refusal:
        deals.call(
            "deals", "create_pipeline", replace(ctx, deadline=time.time() + 0.3), name="Late", stages=stages
        )
    assert refusal.value.kind == "timeout"
    deals.processes["deals"].start()
    assert deals.call("deals", "list_pipelines", ctx)["data"] == []


def test_many_threads_share_one_client(deals: Suite) -> None:
    ctx = a_caller()
    answers: list[object] = []

    def ask() -> None:
        answers.extend(deals.call("deals", "list_pipelines", ctx) for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [{"data": [], "next": None}] * 160


def test_after_its_connections_were_cut_everything_goes_on(deals: Suite) -> None:
    ctx = a_caller()
    deals.call("deals", "list_pipelines", ctx)
    deals.close_connections()
    limit = time.monotonic() + 30
    while True:
        try:
            assert deals.call("deals", "list_pipelines", ctx)["data"] == []
            return
        except AppError as error:
            assert error.kind in {"unavailable", "timeout"}
            assert time.monotonic() < limit
