"""The worked cases under fire: services die while they are played, and everything that was told is told again."""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import amqp
import httpx
from sqlalchemy import select
from stage import SERVICES, Stage

from chassis import envelope
from chassis.bus.connection import connect, event_exchange
from chassis.guard import ACROSS
from chassis.tables import outbox
from deals.domain.quiet import Quiet
from suite.testing import eventually

PATIENCE = 90.0
AWAY = frozenset({502, 503, 504})
# What people would see if something had been done a second time.
COUNTED = (
    "accounts",
    "contacts",
    "leads",
    "deals",
    "contracts",
    "activities",
    "approvals",
    "purchases",
    "signals",
)


class Steadfast(httpx.HTTPTransport):
    """Asks again, as a good client does: a write with the same key, so that it is done once."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method in ("POST", "PATCH") and "Idempotency-Key" not in request.headers:
            request.headers["Idempotency-Key"] = f"case-{uuid.uuid4()}"
        limit = time.monotonic() + PATIENCE
        while True:
            try:
                answer = super().handle_request(request)
                if answer.status_code not in AWAY or time.monotonic() > limit:
                    return answer
                answer.close()
            except httpx.TransportError:
                if time.monotonic() > limit:
                    raise
            threading.Event().wait(0.2)


@contextmanager
def killing(stage: Stage) -> Iterator[list[str]]:
    """Kill one service after the other, each as soon as the one before is back; answers whom."""
    killed: list[str] = []
    over = threading.Event()

    def work() -> None:
        for service in itertools.cycle(SERVICES):
            if over.wait(1.5):
                return
            stage.suite.processes[service].kill()
            killed.append(service)
            stage.suite.processes[service].start()

    thread = threading.Thread(target=work, name="killing", daemon=True)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()
        # A process goes with the thread that started it: from here on they are this one's.
        for service in SERVICES:
            stage.suite.processes[service].kill()
            stage.suite.processes[service].start()


def replay(stage: Stage) -> dict[str, int]:
    """Bring every event that was ever told to everybody again; answers how many records and effects that made."""
    # What follows from the last case is to be over before anything is counted, also what time has brought about.
    eventually(lambda: not _has_stalled(stage), within=120, what="every deal that stalled is told")
    stage.effects_done()
    before = counted(stage)
    with connect(stage.suite.amqp_url, name="replay") as connection:
        channel = connection.channel()
        for service in (*SERVICES, "gateway"):
            statement = select(outbox.c.payload, outbox.c.lane).order_by(outbox.c.seq)
            with stage.suite.database(service).reading() as session:
                rows = session.execute(statement.execution_options(**ACROSS)).all()
            for row in rows:
                known = envelope.load(row.payload)
                message = amqp.Message(row.payload, content_type="application/json", delivery_mode=2)
                channel.basic_publish(message, event_exchange(known.source), f"{known.type}.{row.lane}")
    stage.effects_done()
    after = counted(stage)
    return {name: after[name] - before[name] for name in before if after[name] != before[name]}


def _has_stalled(stage: Stage) -> bool:
    """Whether a deal has been quiet for long enough, and nobody has been told yet."""
    due = select(Quiet.deal_id).where(Quiet.stalls_at <= stage.now).limit(1)
    with stage.suite.database("deals").reading() as session:
        return session.scalar(due.execution_options(**ACROSS)) is not None


def counted(stage: Stage) -> dict[str, int]:
    """How many of each kind there are, how many notifications, and how many runs that did something."""
    found = {kind: int(stage.get(f"/v1/{kind}", count="true", limit=1)["total"]) for kind in COUNTED}
    for workflow in stage.all("/v1/workflows"):
        ended = f'status = "completed" AND workflow_id = "{workflow["id"]}"'
        page = stage.get("/v1/workflow-runs", filter=ended, count="true", limit=1)
        found[f"runs of {workflow['name']}"] = int(page["total"])
    found["notifications"] = sum(
        int(client.get("/v1/notifications", params={"count": "true", "limit": 1}).json()["total"])
        for client in stage.clients
    )
    return found
