"""The partners' door with many open feeds: unary calls beside them, and how long news takes to reach all of them.

The processor time an event and stream says more than a clock on shared cores.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from measuring import Bench, cpu_seconds

from messages.organisation import SCOPES
from rapport.partner.v1 import accounts_pb2, accounts_pb2_grpc, events_pb2, events_pb2_grpc

UNARY = 300
NEWS = 40


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--streams", type=int, default=500)


def measure(bench: Bench, options: argparse.Namespace) -> None:
    bench.up()
    bench.figures.update(asyncio.run(follow_and_ask(bench, options.streams)))


def summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
        "max_ms": round(ordered[-1] * 1000, 1),
    }


async def follow_and_ask(bench: Bench, streams: int) -> dict[str, Any]:
    endpoints, rest = bench.endpoints(), bench.rest
    partner = rest.post("/v1/partners", {"name": "Bench", "requests_per_second": 1000, "streams": 1000})
    key = rest.post(f"/v1/partners/{partner['id']}/keys", {"scopes": list(SCOPES)})["key"]
    pid = bench.pids()["partner"]
    credentials = grpc.ssl_channel_credentials(Path(endpoints["grpc_certificate"]).read_bytes())
    who = (("authorization", f"Bearer {key}"),)
    channels = [
        grpc.aio.secure_channel(endpoints["grpc"], credentials, (("grpc.use_local_subchannel_pool", 1),))
        for _ in range(11)
    ]
    accounts = accounts_pb2_grpc.AccountServiceStub(channels[0])
    create = accounts_pb2.CreateAccountRequest(account=accounts_pb2.Account(name="Bench"))
    made = await accounts.CreateAccount(create, metadata=who, timeout=10)

    async def unary(number: int) -> list[float]:
        times = []
        for _ in range(number):
            began = time.perf_counter()
            await accounts.GetAccount(accounts_pb2.GetAccountRequest(id=made.id), metadata=who, timeout=10)
            times.append(time.perf_counter() - began)
        return times

    await unary(50)
    alone = await unary(UNARY)
    heard: list[dict[str, float]] = [{} for _ in range(streams)]

    async def follow(number: int) -> None:
        stub = events_pb2_grpc.EventServiceStub(channels[1 + number % 10])
        stream = stub.WatchEvents(events_pb2.WatchEventsRequest(types=["account.created.v1"]), metadata=who)
        async for answer in stream:
            if answer.HasField("event"):
                heard[number][answer.event.subject] = time.perf_counter()
            else:
                ready.release()

    ready = asyncio.Semaphore(0)
    followers = [asyncio.ensure_future(follow(number)) for number in range(streams)]
    for _ in range(streams):
        await asyncio.wait_for(ready.acquire(), 60)
    quiet_cpu = cpu_seconds(pid)
    beside = await unary(UNARY)
    quiet_cpu = (cpu_seconds(pid) - quiet_cpu) / UNARY
    told_cpu = cpu_seconds(pid)
    delays: list[float] = []
    for _ in range(NEWS):
        began = time.perf_counter()
        one = await accounts.CreateAccount(create, metadata=who, timeout=10)
        while not all(one.id in stream for stream in heard):
            await asyncio.sleep(0.01)
        delays.append(max(stream[one.id] for stream in heard) - began)
    told_cpu = (cpu_seconds(pid) - told_cpu) / (NEWS * streams)
    for follower in followers:
        follower.cancel()
    await asyncio.gather(*followers, return_exceptions=True)
    for channel in channels:
        await channel.close()
    return {
        "streams": streams,
        "unary_alone": summary(alone),
        "unary_beside_streams": summary(beside),
        "unary_cpu_ms": round(quiet_cpu * 1000, 2),
        "news_to_all_streams": summary(delays),
        "cpu_us_per_event_and_stream": round(told_cpu * 1e6, 1),
    }
