"""Answers as people and programs read them: table, json, ndjson, csv. Nothing else goes to standard output."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

FORMATS = ("table", "json", "ndjson", "csv")
LONGEST_CELL = 60
GAP = "  "


def show_many(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], output: str) -> int:
    """Print rows as they come, tables once they are there; returns how many."""
    if output == "ndjson":
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007  (the last number is the answer)
            print(json.dumps(row, ensure_ascii=False), flush=True)
        return count
    if output == "csv":
        return _csv(rows, columns)
    found = list(rows)
    if output == "json":
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        _table(found, columns)
    return len(found)


def show_one(row: Mapping[str, Any], columns: Sequence[str], output: str) -> None:
    """Print one record: as a table, a field a line."""
    if output == "json":
        print(json.dumps(row, indent=2, ensure_ascii=False))
    elif output in ("ndjson", "csv"):
        show_many([row], columns, output)
    else:
        names = [name for name in columns if cell(row, name)]
        width = max((len(name) for name in names), default=0)
        for name in names:
            print(f"{name:<{width}}{GAP}{cell(row, name)}")


def cell(row: Mapping[str, Any], name: str) -> str:
    """What stands in one cell; `account.name` looks into what is expanded."""
    found: Any = row
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return text_of(found)


def text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        if value.keys() == {"amount", "currency"}:
            return f"{value['amount']} {value['currency']}"
        if isinstance(value.get("name"), str):
            return str(value["name"])
        return json.dumps(value, ensure_ascii=False) if value else ""
    if isinstance(value, list):
        return ",".join(text_of(one) for one in value)
    return str(value)


def _csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> int:
    from gateway.worker.guarding import guarded

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        # A cell that a spreadsheet would run as a formula is a text.
        writer.writerow([guarded(cell(row, name)) for name in columns])
        count += 1
    return count


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    if not rows:
        return
    cells = [[_line(cell(row, name)) for name in columns] for row in rows]
    for line in lined_up([list(columns), *cells], is_wide=not sys.stdout.isatty()):
        print(line)


def lined_up(cells: Sequence[Sequence[str]], *, is_wide: bool) -> Iterator[str]:
    """Rows with their columns below each other; cut to the terminal's width unless there is none."""
    from rich.cells import cell_len, set_cell_size

    widths = [max(cell_len(row[place]) for row in cells) for place in range(len(cells[0]))]
    if not is_wide:
        room = shutil.get_terminal_size().columns - len(GAP) * (len(widths) - 1)
        # The widest give way first; an id stays whole, since it is there to be copied.
        while sum(widths) > room and max(widths[1:], default=0) > 8:
            widest = max(range(1, len(widths)), key=lambda place: widths[place])
            widths[widest] -= 1
    for row in cells:
        parts = [
            text
            if cell_len(text) <= width and place == len(row) - 1
            else _sized(set_cell_size, cell_len, text, width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield GAP.join(parts).rstrip()


def _sized(set_size: Any, length: Any, text: str, width: int) -> str:
    return set_size(text, width) if length(text) <= width else f"{set_size(text, width - 1)}…"


def _line(text: str) -> str:
    """A text on one line, without what would move a terminal's cursor."""
    flat = " ".join(text.split())
    return "".join(char for char in flat if char.isprintable())
