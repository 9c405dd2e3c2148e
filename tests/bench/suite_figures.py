"""The suite as a whole: start, memory, import, reports, freshness, and the return after kill -9.

Reports are asked at the gateway; freshness is the way from a commit to a report. `--data FOLDER` names a crm-sales
folder (by default ../shared/data/crm-sales where it exists, else the shipped sample).
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measuring import ROOT, Bench

from suite.failures import Failure
from suite.rest import Rest

SHARED = ROOT.parent / "shared" / "data" / "crm-sales"
SAMPLE = ROOT / "deploy" / "local" / "sample"
REPORTS = (
    *(
        f"/v1/reports/win-rate?group_by={by}"
        for by in ("none", "owner", "manager", "region", "product", "industry", "account", "quarter")
    ),
    "/v1/reports/sales-cycle?outcome=won",
    "/v1/reports/pipeline",
    "/v1/reports/leaderboard",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=SHARED if SHARED.is_dir() else SAMPLE)


def measure(bench: Bench, options: argparse.Namespace) -> None:
    bench.timed("first_up_s", "up", "--empty", *bench.postgres)
    bench.memory("memory_mb_started")
    bench.timed("import_s", "import", str(options.data), "--mapping", "crm-sales")
    bench.figures["drained_after_import_s"] = round(bench.drained(), 2)
    bench.memory("memory_mb_after_import")
    reports(bench)
    freshness(bench)
    returns(bench)
    bench.rapport("down")
    bench.timed("later_up_s", "up")


def reports(bench: Bench) -> None:
    """Milliseconds a report takes at the gateway: the median and the slowest of 15, for each report."""
    rest, slowest, found = bench.rest, 0.0, {}
    for path in REPORTS:
        times = []
        for _ in range(15):
            began = time.perf_counter()
            rest.get(path)
            times.append((time.perf_counter() - began) * 1000)
        found[path.removeprefix("/v1/reports/")] = round(statistics.median(times), 1)
        slowest = max(slowest, statistics.median(times))
    bench.figures["report_ms_median"] = found
    bench.figures["slowest_report_ms"] = round(slowest, 1)


def freshness(bench: Bench, rounds: int = 40) -> None:
    """Milliseconds from the answer of a write to its being in a report."""
    rest = bench.rest
    times = []
    for number in range(rounds):
        before = _open_deals(rest)
        rest.post("/v1/deals", {"name": f"Bench {number}", "amount": {"amount": "1", "currency": "USD"}})
        began = time.perf_counter()
        while _open_deals(rest) == before:
            time.sleep(0.002)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    bench.figures["commit_to_report_ms_p50"] = round(statistics.median(times), 1)
    bench.figures["commit_to_report_ms_p95"] = round(times[int(len(times) * 0.95) - 1], 1)


def _open_deals(rest: Rest) -> int:
    return sum(row["count"] for row in rest.get("/v1/reports/pipeline")["data"])


def returns(bench: Bench) -> None:
    """Seconds until a service answers again after kill -9, and how many calls of the others failed meanwhile."""
    probes: dict[str, Callable[[Rest], Any]] = {
        "contacts": lambda rest: rest.get("/v1/accounts", limit=1),
        "deals": lambda rest: rest.get("/v1/deals", limit=1),
        "activities": lambda rest: rest.get("/v1/activities", limit=1),
        "automation": lambda rest: rest.get("/v1/workflows", limit=1),
        "reporting": lambda rest: rest.get("/v1/reports/pipeline"),
    }
    back: dict[str, float] = {}
    wrong = 0
    for victim, probe in probes.items():
        stopping = threading.Event()
        failures: list[str] = []
        others = [other for name, other in probes.items() if name != victim]
        watcher = threading.Thread(target=_watch, args=(bench, others, stopping, failures))
        watcher.start()
        os.kill(bench.pids()[victim], signal.SIGKILL)
        began = time.monotonic()
        while True:
            try:
                probe(bench.rest)
                break
            except Failure:
                time.sleep(0.05)
        back[victim] = round(time.monotonic() - began, 2)
        stopping.set()
        watcher.join()
        wrong += len(failures)
    bench.figures["back_after_kill_s"] = back
    bench.figures["other_services_5xx"] = wrong


def _watch(
    bench: Bench, probes: list[Callable[[Rest], Any]], stopping: threading.Event, failures: list[str]
) -> None:
    rest = bench.rest
    while not stopping.is_set():
        for probe in probes:
            try:
                probe(rest)
            except Failure as error:
                failures.append(str(error))
        stopping.wait(0.02)
