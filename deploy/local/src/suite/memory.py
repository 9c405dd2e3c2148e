"""How much memory a process and everything below it takes, shared pages counted once (the kernel's PSS)."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path


def children_of_all() -> dict[int, list[int]]:
    """Parent pid -> pids, of every process of this machine."""
    found: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(fields[1])].append(int(entry.name))
    return found


def with_descendants(pid: int, children: dict[int, list[int]]) -> list[int]:
    found = [pid]
    for one in found:
        found.extend(children.get(one, []))
    return found


def pss_bytes(pid: int) -> int:
    """Proportional set size; 0 for a process that is gone or not ours to look at."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def tree_bytes(pid: int, children: dict[int, list[int]]) -> int:
    return sum(pss_bytes(one) for one in with_descendants(pid, children))
