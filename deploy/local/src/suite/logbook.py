"""Reads the logs of a home's processes for people: JSON lines become one readable line each, merged by time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

from suite.failures import Failure
from suite.paths import Home

TIMES = ("at", "timestamp", "time")
KNOWN = {*TIMES, "level", "event", "message", "process", "logger", "exception"}


def show(home: Home, names: list[str], *, follow: bool, lines: int, raw: bool) -> None:
    """Prints the last `lines` lines, then, with `follow`, each new one until interrupted."""
    files = files_of(home, names)
    merged: list[tuple[str, str, str]] = []
    offsets: dict[Path, int] = {}
    for file in files:
        text = file.read_bytes()
        offsets[file] = len(text)
        stamp = ""
        for line in text[-400_000:].decode("utf-8", "replace").splitlines()[-lines:]:
            # A line without a time of its own (a traceback's) belongs to the one before.
            stamp = _stamp(line) or stamp
            merged.append((stamp, file.stem, line))
    merged.sort(key=lambda row: row[0])
    for _, name, line in merged[-lines:]:
        print(line if raw else readable(name, line))
    if follow:
        for name, line in _new_lines(home, names, offsets):
            print(line if raw else readable(name, line), flush=True)


def files_of(home: Home, names: list[str]) -> list[Path]:
    """The logs of these processes (a service's name means all its processes), or all."""
    known = sorted(home.logs.glob("*.log"))
    if not names:
        return known
    found = [
        file for file in known for name in names if file.stem == name or file.stem.startswith(f"{name}.")
    ]
    missing = [
        name for name in names if not any(f.stem == name or f.stem.startswith(f"{name}.") for f in known)
    ]
    if missing:
        there = ", ".join(file.stem for file in known) or "none yet"
        raise Failure(f"There is no log of {', '.join(missing)}.", f"There are logs of: {there}.", code=2)
    return found


def readable(name: str, line: str) -> str:
    """`12:03:04.123 deals  info  service ready  port=1`; a line that is no JSON stays as it is."""
    try:
        row = json.loads(line)
    except ValueError:
        return f"{'':12} {name:<12} {line}"
    if not isinstance(row, dict):
        return f"{'':12} {name:<12} {line}"
    clock = _stamp(line)[11:23]
    words = row.get("event") or row.get("message") or ""
    details = " ".join(f"{key}={value}" for key, value in row.items() if key not in KNOWN)
    text = f"{clock:12} {name:<12} {row.get('level', ''):<8} {words}  {details}".rstrip()
    return f"{text}\n{row['exception']}" if row.get("exception") else text


def _stamp(line: str) -> str:
    try:
        row = json.loads(line)
    except ValueError:
        # RabbitMQ's lines begin with a date.
        return line[:23].replace(" ", "T") if line[:4].isdigit() and line[4:5] == "-" else ""
    return next((str(row[name]) for name in TIMES if name in row), "") if isinstance(row, dict) else ""


def _new_lines(home: Home, names: list[str], offsets: dict[Path, int]) -> Iterator[tuple[str, str]]:
    halves: dict[Path, bytes] = {}
    while True:
        for file in files_of(home, names):
            start = offsets.get(file, 0)
            size = file.stat().st_size
            if size < start:
                # It was rotated: it starts anew.
                start = 0
            if size > start:
                with open(file, "rb") as log:
                    log.seek(start)
                    chunk = log.read(size - start)
                *whole, halves[file] = (halves.get(file, b"") + chunk).split(b"\n")
                for line in whole:
                    yield file.stem, line.decode("utf-8", "replace")
            offsets[file] = size
        time.sleep(0.2)
