"""One suite in one home, and what is measured on it: seconds, megabytes and processor time of each process."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from suite import memory
from suite.paths import Home
from suite.rest import Rest

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
LOOK_SECONDS = 1.0


class Bench:
    """A suite under measurement; `figures` collects what came out."""

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

    def up(self) -> None:
        """Start an empty suite."""
        self.rapport("up", "--empty", *self.postgres)

    def timed(self, name: str, *words: str) -> None:
        began = time.monotonic()
        self.rapport(*words)
        self.figures[name] = round(time.monotonic() - began, 2)

    @property
    def rest(self) -> Rest:
        """A client of its own, for one thread."""
        return Rest.of(self.home)

    def endpoints(self) -> dict[str, Any]:
        """Addresses and the administrator's key, as `up` wrote them."""
        found: dict[str, Any] = json.loads(self.home.endpoints.read_text())
        return found

    def pids(self) -> dict[str, int]:
        """Process name -> pid, of everything that the supervisor runs, without the supervisor, whose tree is all."""
        state = json.loads(self.rapport("status", "-o", "json"))
        return {
            row["name"]: int(row["pid"])
            for row in state["processes"]
            if row["pid"] and row["name"] != "supervisor"
        }

    def memory(self, name: str) -> None:
        """The proportional memory of every process with the broker, in megabytes."""
        held = memory_by_process(self.pids())
        self.figures[name] = round(sum(held.values()) / 1e6)
        self.figures[f"{name}_by_process"] = {one: round(size / 1e6) for one, size in held.items()}

    def drained(self) -> float:
        """Wait until no event waits anywhere; returns the seconds that took."""
        began = time.monotonic()
        while True:
            state = json.loads(self.rapport("status", "-o", "json"))
            if sum(queue["messages"] for queue in state["queues"]) == 0:
                return time.monotonic() - began
            time.sleep(0.2)

    @contextmanager
    def watched(self, name: str, items: int) -> Iterator[None]:
        """Meanwhile: how far each process grows (MB above its start), and its processor time (microseconds an item)."""
        pids = self.pids()
        before, spent = memory_by_process(pids), cpu_by_process(pids)
        most = dict(before)
        over = threading.Event()

        def look() -> None:
            while not over.wait(LOOK_SECONDS):
                for one, size in memory_by_process(pids).items():
                    most[one] = max(most[one], size)

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()
        after = cpu_by_process(pids)
        grown = {one: round((most[one] - before[one]) / 1e6) for one in pids}
        self.figures[f"{name}_growth_mb"] = max(grown.values())
        self.figures[f"{name}_growth_mb_by_process"] = grown
        self.figures[f"{name}_cpu_us_per_row"] = {
            one: round((after[one] - spent[one]) * 1e6 / items) for one in pids
        }


def memory_by_process(pids: dict[str, int]) -> dict[str, int]:
    """Bytes of each process with everything below it, shared pages counted once."""
    children = memory.children_of_all()
    return {name: memory.tree_bytes(pid, children) for name, pid in pids.items()}


def cpu_by_process(pids: dict[str, int]) -> dict[str, float]:
    """Seconds of processor time that each process with everything below it has used."""
    children = memory.children_of_all()
    return {
        name: sum(cpu_seconds(one) for one in memory.with_descendants(pid, children))
        for name, pid in pids.items()
    }


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far; 0 for one that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
