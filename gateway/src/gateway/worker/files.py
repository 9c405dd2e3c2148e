"""The files of a job, readable: workbooks are turned into CSV first, by a process of its own that may not grow.

A hostile workbook can so hold neither the memory nor the time of the worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway.worker.document import TableMapping
from gateway.worker.isolation import in_a_process
from gateway.worker.sheets import FileRefused, Sheet, open_sheet
from gateway.worker.workbooks import is_workbook


def opened(
    folder: Path,
    files: Sequence[Mapping[str, Any]],
    tables: Iterable[TableMapping],
    hold: Callable[[], None],
) -> list[Sheet]:
    """The sheets of a job's files, read from end to end; raises `FileRefused`. `hold()` is called while it takes."""
    told = {table.file: table for table in reversed(list(tables)) if table.file}
    sheets = []
    for index, file in enumerate(files):
        name = str(file["name"])
        path = folder / f"{index}.csv"
        if not path.is_file():
            raise FileRefused(name, "It is not here any more.", "Send it again.", code="file_lost")
        table = told.get(name)
        if is_workbook(path):
            sheets.append(_converted(name, path, table.sheet if table is not None else None, hold))
        else:
            sheets.append(
                open_sheet(
                    name,
                    path,
                    encoding=table.encoding if table is not None else None,
                    delimiter=table.delimiter if table is not None else None,
                )
            )
    return sheets


def _converted(name: str, path: Path, sheet: str | None, hold: Callable[[], None]) -> Sheet:
    into = path.with_suffix(".converted")
    made = in_a_process(
        {"do": "convert", "name": name, "path": str(path), "into": str(into), "sheet": sheet}, hold
    )
    found = open_sheet(name, into, encoding="utf-8", delimiter=",", by_row=True)
    return Sheet(
        found.name,
        found.path,
        found.encoding,
        found.delimiter,
        found.columns,
        found.rows,
        found.renamed,
        is_numbered_by_row=True,
        formulas=int(made["formulas"]),
    )
