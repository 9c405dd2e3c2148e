"""`./rapport bench`: the figures of a whole suite, measured on a home of its own.

Start, memory, import, reports at the gateway, the way from a commit to a report, and the return after kill -9. Options:
`-o json` prints one JSON line last; `--postgres local` measures on PostgreSQL; `--data FOLDER` names a crm-sales folder
(by default ../shared/data/crm-sales where it exists, else the shipped sample).
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from suite.failures import Failure
from suite.paths import Home
from suite.rest import Rest

ROOT = Path(__file__).resolve().parents[2]
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


class Bench:
    """One suite in one home, and what was measured on it."""

    def __init__(self, home: Path, postgres: str | None) -> None:
        self.home = Home(home)
        self.env = {**os.environ, "RAPPORT_HOME": str(home)}
        self.postgres = ["--postgres", postgres] if postgres else []
        self.figures: dict[str, Any] = {}

    def rapport(self, *words: str) -> str:
        done = subprocess.run(
            [str(ROOT / "rapport"), *words], env=self.env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(
                f"./rapport {' '.join(words)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
            )
        return done.stdout

    def timed(self, name: str, *words: str) -> None:
        began = time.monotonic()
        self.rapport(*words)
        self.figures[name] = round(time.monotonic() - began, 2)

    @property
    def rest(self) -> Rest:
        """A client of its own, for one thread."""
        return Rest.of(self.home)

    def memory(self, name: str) -> None:
        """The proportional memory of every process with the broker, in megabytes."""
        state = json.loads(self.rapport("status", "-o", "json"))
        self.figures[name] = round(sum(process["memory_bytes"] or 0 for process in state["processes"]) / 1e6)
        self.figures[f"{name}_by_process"] = {
            process["name"]: round((process["memory_bytes"] or 0) / 1e6) for process in state["processes"]
        }

    def drained(self) -> None:
        """Wait until no event waits anywhere."""
        while True:
            state = json.loads(self.rapport("status", "-o", "json"))
            if sum(queue["messages"] for queue in state["queues"]) == 0:
                return
            time.sleep(0.2)

    def reports(self) -> None:
        """Milliseconds a report takes at the gateway: the median and the slowest of 15, for each report."""
        rest, slowest, found = self.rest, 0.0, {}
        for path in REPORTS:
            times = []
            for _ in range(15):
                began = time.perf_counter()
                rest.get(path)
                times.append((time.perf_counter() - began) * 1000)
            found[path.removeprefix("/v1/reports/")] = round(statistics.median(times), 1)
            slowest = max(slowest, statistics.median(times))
        self.figures["report_ms_median"] = found
        self.figures["slowest_report_ms"] = round(slowest, 1)

    def freshness(self, rounds: int = 40) -> None:
        """Milliseconds from the answer of a write to its being in a report."""
        rest = self.rest
        times = []
        for number in range(rounds):
            before = self._open_deals(rest)
            rest.post("/v1/deals", {"name": f"Bench {number}", "amount": {"amount": "1", "currency": "USD"}})
            began = time.perf_counter()
            while self._open_deals(rest) == before:
                time.sleep(0.002)
            times.append((time.perf_counter() - began) * 1000)
        times.sort()
        self.figures["commit_to_report_ms_p50"] = round(statistics.median(times), 1)
        self.figures["commit_to_report_ms_p95"] = round(times[int(len(times) * 0.95) - 1], 1)

    @staticmethod
    def _open_deals(rest: Rest) -> int:
        return sum(row["count"] for row in rest.get("/v1/reports/pipeline")["data"])

    def returns(self) -> None:
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
            watcher = threading.Thread(target=self._watch, args=(others, stopping, failures))
            watcher.start()
            os.kill(self._pid(victim), signal.SIGKILL)
            began = time.monotonic()
            while True:
                try:
                    probe(self.rest)
                    break
                except Failure:
                    time.sleep(0.05)
            back[victim] = round(time.monotonic() - began, 2)
            stopping.set()
            watcher.join()
            wrong += len(failures)
        self.figures["back_after_kill_s"] = back
        self.figures["other_services_5xx"] = wrong

    def _watch(
        self, probes: list[Callable[[Rest], Any]], stopping: threading.Event, failures: list[str]
    ) -> None:
        rest = self.rest
        while not stopping.is_set():
            for probe in probes:
                try:
                    probe(rest)
                except Failure as error:
                    failures.append(str(error))
            stopping.wait(0.02)

    def _pid(self, name: str) -> int:
        state = json.loads(self.rapport("status", "-o", "json"))
        return int(next(process["pid"] for process in state["processes"] if process["name"] == name))


def main() -> None:
    parser = argparse.ArgumentParser(prog="./rapport bench", description=__doc__)
    parser.add_argument("-o", "--output", choices=("table", "json"), default="table")
    parser.add_argument("--postgres")
    parser.add_argument("--data", type=Path, default=SHARED if SHARED.is_dir() else SAMPLE)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-bench-") as folder:
        bench = Bench(Path(folder) / "home", options.postgres)
        try:
            bench.timed("first_up_s", "up", "--empty", *bench.postgres)
            bench.memory("memory_mb_started")
            bench.timed("import_s", "import", str(options.data), "--mapping", "crm-sales")
            began = time.monotonic()
            bench.drained()
            bench.figures["drained_after_import_s"] = round(time.monotonic() - began, 2)
            bench.memory("memory_mb_after_import")
            bench.reports()
            bench.freshness()
            bench.returns()
            bench.rapport("down")
            bench.timed("later_up_s", "up")
        finally:
            bench.rapport("down")
    if options.output == "json":
        print(json.dumps(bench.figures))
        return
    for name, value in bench.figures.items():
        print(f"{name:<28} {json.dumps(value) if isinstance(value, dict) else value}")


if __name__ == "__main__":
    sys.exit(main())
