"""`python -m gateway.worker.looking`: looks at uploaded files for somebody else, in a process with bounds.

A task comes as JSON on the input, its answer goes as JSON to the output: `look` describes files and suggests a mapping,
`preview` shows the first rows as they would come in, `convert` turns a sheet of a workbook into CSV. Whatever is in a
file, the process that asked keeps its memory and its time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from chassis import codec, contracts
from chassis.errors import AppError
from gateway.worker import document, guessing, planning
from gateway.worker.isolation import bound
from gateway.worker.lines import Line, Part
from gateway.worker.objects import OBJECTS
from gateway.worker.sheets import FileRefused, Sheet, peek
from gateway.worker.workbooks import convert, is_workbook

SECONDS = 60.0
LOOKED_AT = 200
SAMPLES = 5
LONGEST_SAMPLE = 200
PREVIEWED = 20
CONVERSION_SECONDS = 900.0
# Files up to this size are counted at once; larger ones by the import.
COUNTED = 20_000_000


def main() -> int:
    task = json.load(sys.stdin)
    bound(CONVERSION_SECONDS if task["do"] == "convert" else SECONDS)
    try:
        answer = {"answer": _TASKS[task["do"]](task)}
    except FileRefused as error:
        answer = {"refused": error.parts}
    sys.stdout.write(codec.dumps(answer))
    return 0


def _convert(task: Mapping[str, Any]) -> dict[str, Any]:
    made = convert(task["name"], Path(task["path"]), Path(task["into"]), sheet=task["sheet"])
    return {"formulas": made.formulas, "sheet": made.sheet}


# --- a first look ----------------------------------------------------------------------------------------------


def look(task: Mapping[str, Any]) -> dict[str, Any]:
    """What is in the files of a folder, and the mapping they suggest."""
    found = [_seen(Path(task["folder"]), index, file) for index, file in enumerate(task["files"])]
    files = [described for _, described, _ in found]
    rows = [some for _, _, some in found]
    sheets = [sheet for sheet, _, _ in found]
    return {"files": files, "suggestion": guessing.suggestion(sheets, rows, task.get("object"))}


def _seen(folder: Path, index: int, file: Mapping[str, Any]) -> tuple[Sheet, dict[str, Any], list[list[str]]]:
    """A file's sheet, what is told of it, and its first rows."""
    sheet, sheets, chosen = _opened(folder, index, file, {})
    rows = [row.cells for row in islice(sheet.records(), LOOKED_AT)]
    is_xlsx = sheets is not None
    count = None
    if not is_xlsx and sheet.path.stat().st_size <= COUNTED:
        count = sum(1 for _ in sheet.records())
    elif is_xlsx and len(rows) < LOOKED_AT:
        count = len(rows)
    columns = []
    for place, name in enumerate(sheet.columns):
        cells = [cell for row in rows if place < len(row) and (cell := row[place].strip())]
        samples = [cell[:LONGEST_SAMPLE] for cell in list(dict.fromkeys(cells))[:SAMPLES]]
        filled = round(len(cells) / len(rows), 3) if rows else 0.0
        columns.append({"name": name, "samples": samples, "filled": filled})
    described = {
        "index": index,
        **{name: file[name] for name in ("name", "size", "sha256")},
        "format": "xlsx" if is_xlsx else "csv",
        "sheet": chosen,
        "sheets": sheets or [],
        "encoding": None if is_xlsx else sheet.encoding,
        "delimiter": None if is_xlsx else sheet.delimiter,
        "rows": count,
        "columns": columns,
    }
    return sheet, described, rows


def _opened(
    folder: Path, index: int, file: Mapping[str, Any], told: Mapping[str, Any]
) -> tuple[Sheet, list[str] | None, str | None]:
    """The first rows of a file; of a workbook also its sheets, and which one was taken."""
    name, path = str(file["name"]), folder / f"{index}.csv"
    if not path.is_file():
        raise FileRefused(name, "It is not here any more.", "Send it again.", code="file_lost")
    if not is_workbook(path):
        sheet = peek(name, path, encoding=told.get("encoding"), delimiter=told.get("delimiter"))
        return sheet, None, None
    into = folder / f"{index}.peek"
    made = convert(name, path, into, sheet=told.get("sheet"), most=LOOKED_AT + 1)
    sheet = peek(name, into, encoding="utf-8", delimiter=",", by_row=True)
    return sheet, list(made.sheets), made.sheet


# --- a preview -------------------------------------------------------------------------------------------------


def _preview(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The first rows of each table. Links are shown by what they name: nobody is asked yet."""
    folder = Path(task["folder"])
    mapping = document.load(task["mapping"])
    told = {table.file: table for table in reversed(list(mapping.tables)) if table.file}
    sheets = []
    for index, file in enumerate(task["files"]):
        table = told.get(str(file["name"]))
        options = (
            {"sheet": table.sheet, "encoding": table.encoding, "delimiter": table.delimiter}
            if table is not None
            else {}
        )
        sheets.append(replace(_opened(folder, index, file, options)[0], most=LOOKED_AT))
    around = planning.Around(lambda entity: (), task.get("currency"), task.get("time_zone") or "UTC")
    plan = planning.plan(mapping, sheets, around)
    shown = []
    for part in plan.parts:
        shown += [_row(part, line) for line in islice(part.lines(), PREVIEWED)]
    return shown


def _row(part: Part, line: Line) -> dict[str, Any]:
    complaints = [complaint.as_dict() for complaint in line.complaints]
    values = dict(line.values)
    if not complaints and not line.skipped:
        complaints += _checked(part, line)
    for link in line.links:
        if link.field is not None:
            values[link.field] = [*values.get(link.field, ()), link.key] if link.is_list else link.key
    return {
        "file": line.file,
        "line": line.number,
        "object": part.entity,
        "values": codec.plain(values),
        "complaints": complaints,
        "skipped": line.skipped[1] if line.skipped else None,
    }


def _checked(part: Part, line: Line) -> list[dict[str, str]]:
    """What the service would say of a row's form."""
    try:
        contracts.load(OBJECTS[part.entity].row(), codec.plain(line.values))
    except AppError as error:
        found = []
        for entry in error.errors:
            name = entry.get("pointer", "").strip("/").partition("/")[0]
            column = line.columns.get(name, name)
            value = str(line.original.get(column, ""))
            found.append(
                {
                    "column": column,
                    "value": value,
                    "code": str(entry.get("code")),
                    "message": str(entry.get("message")),
                }
            )
        return found
    return []


_TASKS = {"look": look, "preview": _preview, "convert": _convert}


if __name__ == "__main__":
    sys.exit(main())
