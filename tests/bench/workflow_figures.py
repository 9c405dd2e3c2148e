"""Workflows over a large archive: a dry run, why and why not, and how many events a second pass many rules.

The archive is filled by importing contacts. `why_ms` is asked of records spread over it. For `rules_events_per_s` the
process is held still while a second import changes records, and let go: what is measured is the time it needs to let
every event pass all rules, none of which acts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import time
from typing import Any

from import_figures import bring, write_people
from measuring import Bench

RULES = 20
CHANGED = 10_000
ASKED = 100
TASK = {"type": "create_task", "subject": "Look at {name}", "due_in": "2h"}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=100_000)


def measure(bench: Bench, options: argparse.Namespace) -> None:
    bench.up()
    path = bench.home.root / "people.csv"
    write_people(path, options.rows)
    bring(bench, path)
    bench.drained()
    bench.figures["archived_events"] = bench.rest.get("/v1/reports/win-rate")["watermark"]["position"]
    bench.figures |= dry_run(bench)
    bench.figures |= why(bench)
    bench.figures |= rules(bench)


def dry_run(bench: Bench) -> dict[str, Any]:
    """One recipe-like workflow over everything that was told."""
    definition = {
        "trigger": {"event": "contact.created.v1"},
        "filter": 'title = "Managing director" AND email ~ "hopper"',
        "actions": [TASK],
        "days": 90,
    }
    began, cursor, requests = time.monotonic(), None, 0
    while True:
        found = bench.rest.post("/v1/workflows/dry-run", {**definition, "cursor": cursor})
        requests += 1
        cursor = found["next_cursor"]
        if cursor is None:
            break
    seconds = time.monotonic() - began
    return {
        "dry_run_events": found["events"],
        "dry_run_runs": found["runs"],
        "dry_run_s": round(seconds, 1),
        "dry_run_requests": requests,
        "dry_run_events_per_s": round(found["events"] / seconds),
    }


def why(bench: Bench) -> dict[str, Any]:
    """The answer for records that were told about at any time."""
    rest = bench.rest
    workflow = a_rule(bench, 0)
    chosen = random.Random(1)
    times = []
    for _ in range(ASKED):
        number = chosen.randrange(1000)
        name = f'email ~ ".{number * 97}@customers.example"'
        found = rest.get("/v1/contacts", filter=name, limit=1)["data"]
        if not found:
            continue
        began = time.perf_counter()
        answer = rest.get(f"/v1/workflows/{workflow['id']}/why", record_id=found[0]["id"])
        times.append(time.perf_counter() - began)
        assert answer["data"], answer
    ordered = sorted(times)
    return {
        "why_asked": len(ordered),
        "why_p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
        "why_p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
    }


def rules(bench: Bench) -> dict[str, Any]:
    """Events a second through many rules that do not act."""
    for number in range(1, RULES + 1):
        rule = a_rule(bench, number)
        bench.rest.post(f"/v1/workflows/{rule['id']}/enable", {"expected_version": rule["version"]})
    path = bench.home.root / "changed.csv"
    write_people(path, CHANGED)
    path.write_text(path.read_text().replace("Trade fair", "Web"))
    pid = bench.pids()["automation"]
    os.kill(pid, signal.SIGSTOP)
    try:
        job = bring(bench, path)
        events = job["created"] + job["updated"]
        if not waiting(bench):
            raise SystemExit("Nothing waits for the process that was held still.")
    finally:
        os.kill(pid, signal.SIGCONT)
    began = time.monotonic()
    while left := waiting(bench):
        time.sleep(0.1)
        if time.monotonic() - began > 300:
            raise SystemExit(f"{left} events still wait.")
    seconds = time.monotonic() - began
    return {"rules": RULES, "rules_events": events, "rules_events_per_s": round(events / seconds)}


def waiting(bench: Bench) -> int:
    """The messages that automation has not taken yet; one may hold many events of an import."""
    state = json.loads(bench.rapport("status", "-o", "json"))
    return sum(queue["messages"] for queue in state["queues"] if "--automation." in queue["name"])


def a_rule(bench: Bench, number: int) -> dict[str, Any]:
    rule: dict[str, Any] = bench.rest.post(
        "/v1/workflows",
        {
            "name": f"Rule {number}",
            "trigger": {"event": "contact.properties_changed.v1" if number else "contact.created.v1"},
            "filter": f'title = "Rule {number}" AND account.name ~ "nobody" OR source = "x{number}"',
            "actions": [TASK],
        },
    )
    return rule
