"""A large CSV file of contacts through the import job: rows a second, memory and processor time of each process.

`rows_per_s` counts from the start of the job to its end, when every row is committed with its event;
`drained_after_s` is how long the listeners then still work. A second run of the same file changes nothing.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from measuring import Bench

FIRST = ("Ada", "Alan", "Barbara", "Claude", "Edsger", "Frances", "Grace", "John", "Karen", "Margaret")
LAST = ("Allen", "Dijkstra", "Hamilton", "Hopper", "Jones", "Liskov", "Lovelace", "Shannon", "Turing", "Wing")
TITLES = ("Engineer", "Head of purchasing", "Managing director", "Buyer", "")
HEADER = ("Ref", "First name", "Surname", "E-mail address", "Phone", "Job title", "Lead source")
OVER = ("completed", "failed", "cancelled")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=100_000)


def measure(bench: Bench, options: argparse.Namespace) -> None:
    bench.up()
    path = bench.home.root / "people.csv"
    write_people(path, options.rows)
    bench.figures["rows"] = options.rows
    bench.figures["file_mb"] = round(path.stat().st_size / 1e6, 1)
    with bench.watched("import", options.rows):
        job = bring(bench, path)
        bench.figures["drained_after_s"] = round(bench.drained(), 1)
    bench.figures["rows_per_s"] = round(options.rows / seconds_of(job))
    bench.figures["created"] = job["created"]
    again = bring(bench, path)
    bench.figures["again_rows_per_s"] = round(options.rows / seconds_of(again))
    bench.figures["again_unchanged"] = again["unchanged"]


def write_people(path: Path, rows: int) -> None:
    """The same people every time: a number, names, an address, a phone, a title, a source."""
    chosen = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            first, last = chosen.choice(FIRST), chosen.choice(LAST)
            writer.writerow(
                (
                    f"C{number:07}",
                    first,
                    last,
                    f"{first}.{last}.{number}@customers.example".lower(),
                    f"+4930{number:07}",
                    chosen.choice(TITLES),
                    "Trade fair",
                )
            )


def bring(bench: Bench, path: Path) -> dict[str, Any]:
    """Import the file as contacts with the guessed mapping; returns the finished job."""
    rest = bench.rest
    fields = {"object": "contacts", "key": "email", "mode": "upsert"}
    job = rest.upload("/v1/imports", [path], fields)
    while job["status"] not in OVER:
        time.sleep(0.25)
        job = rest.get(f"/v1/jobs/{job['id']}")
    if job["status"] != "completed" or job["failed"]:
        raise SystemExit(f"The import {job['status']}, {job['failed']} rows failed: {job['error']}")
    return job


def seconds_of(job: dict[str, Any]) -> float:
    """From the start of the work to its end."""
    return (
        datetime.fromisoformat(job["finished_at"]) - datetime.fromisoformat(job["started_at"])
    ).total_seconds()
