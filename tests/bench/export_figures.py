"""A large list of contacts as CSV, XLSX and JSON lines: rows a second, the first byte, memory of each process."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from typing import Any
from urllib.request import Request, urlopen

import import_figures
from measuring import Bench

FORMATS = ("csv", "jsonl", "xlsx")
BLOCK = 256 * 1024
TIMES = 3


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=100_000)


def measure(bench: Bench, options: argparse.Namespace) -> None:
    bench.up()
    path = bench.home.root / "people.csv"
    import_figures.write_people(path, options.rows)
    import_figures.bring(bench, path)
    bench.drained()
    bench.figures["rows"] = options.rows
    for format in FORMATS:
        with bench.watched(f"{format}", options.rows * TIMES):
            runs = [download(bench.endpoints(), format) for _ in range(TIMES)]
        first, whole, size = min(runs, key=lambda run: run[1])
        bench.figures[f"{format}_rows_per_s"] = round(options.rows / whole)
        bench.figures[f"{format}_first_byte_ms"] = round(first * 1000)
        bench.figures[f"{format}_mb"] = round(size / 1e6, 1)


def download(endpoints: Mapping[str, Any], format: str) -> tuple[float, float, int]:
    """Seconds to the first byte and to the last, and how many bytes came."""
    headers = {"Authorization": f"Bearer {endpoints['admin_key']}"}
    request = Request(f"{endpoints['http']}/v1/contacts/export?format={format}", headers=headers)
    began = time.monotonic()
    with urlopen(request, timeout=600) as answer:
        size = len(answer.read(1))
        first = time.monotonic() - began
        while block := answer.read(BLOCK):
            size += len(block)
    return first, time.monotonic() - began, size
