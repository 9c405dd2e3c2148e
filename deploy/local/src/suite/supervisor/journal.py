"""The supervisor's own log, in the form of the services' logs, and the rotation of all of them."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from pathlib import Path

LARGEST = 10 * 1024 * 1024
KEPT = 3


def note(level: str, event: str, **facts: object) -> None:
    """One JSON line to stderr, which `up` has pointed at the supervisor's log."""
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
    line = json.dumps({"process": "supervisor", "level": level, "event": event, **facts, "at": stamp})
    # A full disk must not end the process that keeps all others alive.
    with contextlib.suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def rotate(log: Path, largest: int = LARGEST, kept: int = KEPT) -> bool:
    """Moves a log that has grown too large aside: log -> log.1 -> log.2 ...; the oldest is dropped.

    The writer keeps its open file, in append mode; so the content is copied and the file cut, as logrotate's
    copytruncate does. Returns whether it rotated.
    """
    try:
        if log.stat().st_size <= largest:
            return False
        for number in range(kept, 1, -1):
            older = log.with_name(f"{log.name}.{number - 1}")
            if older.exists():
                older.replace(log.with_name(f"{log.name}.{number}"))
        with open(log, "rb") as source, open(log.with_name(f"{log.name}.1"), "wb") as target:
            os.fchmod(target.fileno(), 0o600)
            while chunk := source.read(1024 * 1024):
                target.write(chunk)
        os.truncate(log, 0)
    except OSError as error:
        # No space for the copy: an old line is worth less than the disk.
        note("warning", "log_not_rotated", log=str(log), error=str(error))
        try:
            os.truncate(log, 0)
        except OSError:
            return False
    return True
