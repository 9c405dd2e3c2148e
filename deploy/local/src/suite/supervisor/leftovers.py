"""What an earlier supervisor left behind when it was killed itself: its children are found by pid and start time,
so that a pid which the system gave to somebody else is never touched."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from pathlib import Path

from suite.spawn import kill_group
from suite.supervisor.journal import note


def started_at(pid: int) -> int | None:
    """The kernel's start time of a process, in clock ticks; None when it is gone (or a zombie)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name in parentheses may hold spaces; what follows it is plain.
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else int(fields[19])


def remember(path: Path, pids: dict[str, int]) -> None:
    """Writes down who runs now, for a successor."""
    rows = [{"name": name, "pid": pid, "started_at": started_at(pid)} for name, pid in pids.items()]
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"supervisor": os.getpid(), "children": rows}))
    draft.replace(path)


def end_leftovers(path: Path, patience: float = 10.0) -> None:
    """Ends what runs still of that list: politely, then by force."""
    try:
        rows = json.loads(path.read_text())["children"]
    except (OSError, ValueError, KeyError):
        return
    alive = [r for r in rows if r["started_at"] is not None and started_at(r["pid"]) == r["started_at"]]
    for row in alive:
        note("warning", "leftover_of_an_earlier_supervisor", child=row["name"], pid=row["pid"])
        _signal(row["pid"], signal.SIGTERM)
    deadline = time.monotonic() + patience
    while any(started_at(row["pid"]) == row["started_at"] for row in alive):
        if time.monotonic() > deadline:
            for row in alive:
                kill_group(row["pid"])
            break
        time.sleep(0.05)
    path.unlink(missing_ok=True)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
