"""Reads uploaded CSV files: finds out encoding, delimiter and columns, and refuses what cannot be read as a whole.

Nothing is read in larger pieces than a line of bounded length, whatever the file holds. Before an import writes
anything its files are looked at from end to end, so that a quote that never closes, a broken encoding or a binary file
stop it while nothing has happened yet.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO

from gateway.worker.encodings import LONGEST_LINE, encoding_of
from gateway.worker.guarding import ERROR_COLUMN, unguarded
from gateway.worker.refusals import FileRefused

__all__ = ["Cells", "FileRefused", "Sheet", "open_sheet", "peek"]

MOST_ROWS = 1_000_000
MOST_COLUMNS = 500
LONGEST_CELL = 131_072
LONGEST_NAME = 200
DELIMITERS = (",", ";", "\t", "|")
LOOKED_AT = 200
_SEP = re.compile(r"^\ufeff?sep=(.)\r?\n?$", re.IGNORECASE)
_BINARY = {
    b"PK\x03\x04": "a ZIP file or a spreadsheet under the name of a CSV file",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls)",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x7fELF": "a program",
    b"SQLite format 3": "a database",
}


class Cells(NamedTuple):
    """One row of a file: the line it starts on and its cells, as many as it has."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """A readable file. `columns` are the names of its first row, made unique; `rows` says how many follow.

    `is_numbered_by_row` is true of converted workbooks, whose lines are their rows. `renamed` are columns without a
    name of their own; `formulas` counts the computed cells of a workbook; only `most` rows are read where it is set.
    """

    name: str
    path: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    rows: int
    renamed: tuple[str, ...] = ()
    is_numbered_by_row: bool = False
    formulas: int = 0
    most: int | None = None

    @property
    def is_guessed(self) -> bool:
        """Whether its encoding is an assumption."""
        return not self.encoding.startswith("utf")

    @property
    def has_errors(self) -> bool:
        """Whether it is a file of failed rows, with what was wrong in a column of its own."""
        return ERROR_COLUMN in (column.strip().casefold() for column in self.columns)

    def records(self) -> Iterator[Cells]:
        """The rows below the header, blank lines left out."""
        rows = _rows(self.name, self.path, self.encoding, self.delimiter, by_row=self.is_numbered_by_row)
        next(rows, None)
        return rows if self.most is None else islice(rows, self.most)

    def original(self, cells: Sequence[str]) -> Mapping[str, str]:
        """A row by column, as it was written; what it lacks is empty."""
        padded = [*cells, *[""] * (len(self.columns) - len(cells))]
        named = dict(zip(self.columns, padded, strict=False))
        return {name: unguarded(cell) for name, cell in named.items()} if self.has_errors else named


def open_sheet(
    name: str,
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    by_row: bool = False,
) -> Sheet:
    """The file `path`, called `name` by who sent it, read from end to end; raises `FileRefused`."""
    sheet = peek(name, path, encoding=encoding, delimiter=delimiter, by_row=by_row)
    count = sum(1 for _ in sheet.records())
    if count > MOST_ROWS:
        raise FileRefused(
            name,
            f"It has {count:,} rows, more than {MOST_ROWS:,}.",
            "Split it and import the parts.",
            code="too_many_rows",
        )
    return Sheet(
        name,
        path,
        sheet.encoding,
        sheet.delimiter,
        sheet.columns,
        count,
        sheet.renamed,
        is_numbered_by_row=by_row,
    )


def peek(
    name: str,
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    by_row: bool = False,
) -> Sheet:
    """The same, with only its first rows looked at; `rows` is how many those were."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\xef\xbb\xbf \r\n\t") and path.stat().st_size <= len(head):
        raise FileRefused(
            name, "The file is empty.", "Send the file with its header and rows.", code="empty_file"
        )
    for mark, kind in _BINARY.items():
        if head.startswith(mark):
            raise FileRefused(
                name,
                f"This is {kind}.",
                "Save it as CSV (UTF-8) or XLSX and send that.",
                code="not_a_csv_file",
            )
    encoding = encoding or encoding_of(name, path)
    delimiter = delimiter or _delimiter(name, path, encoding)
    rows = _rows(name, path, encoding, delimiter, by_row=by_row)
    header = next(rows, None)
    columns, renamed = _named(name, header.cells if header is not None else [])
    return Sheet(
        name,
        path,
        encoding,
        delimiter,
        columns,
        sum(1 for _ in islice(rows, LOOKED_AT)),
        renamed,
        is_numbered_by_row=by_row,
    )


def _named(name: str, header: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name for every column, those without one or with another's named by their place; which these are."""
    cells = [cell.strip()[:LONGEST_NAME].strip() for cell in header]
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise FileRefused(
            name,
            f"It has {len(cells):,} columns, more than {MOST_COLUMNS}.",
            "Leave out the columns that are not needed; check that this is a table with one row a record.",
            code="too_many_columns",
            line=1,
        )
    taken = Counter(cell for cell in cells if cell)
    named: list[str] = []
    renamed: list[str] = []
    for place, cell in enumerate(cells, start=1):
        unique, number = cell or f"column {place}", 2
        while unique in named or (unique != cell and taken[unique]):
            unique, number = f"{cell or f'column {place}'} ({number})", number + 1
        if unique != cell:
            renamed.append(unique)
        named.append(unique)
    return tuple(named), tuple(renamed)


def _delimiter(name: str, path: Path, encoding: str) -> str:
    """The delimiter that cuts most of the first rows as it cuts the header, into most cells; else a comma."""

    def fit(delimiter: str) -> tuple[bool, float, int]:
        try:
            rows = [row.cells for row in islice(_rows(name, path, encoding, delimiter), LOOKED_AT // 4)]
        except FileRefused:
            return False, 0.0, 0  # With another delimiter its quotes may make sense.
        if not rows or len(rows[0]) < 2:
            return False, 0.0, 0
        alike = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        return True, round(alike, 1), len(rows[0])

    with path.open(encoding=encoding, errors="replace", newline="") as file:
        told = _SEP.match(file.readline(20))
    if told is not None:
        return told[1]
    return max(DELIMITERS, key=fit)


def _rows(name: str, path: Path, encoding: str, delimiter: str, *, by_row: bool = False) -> Iterator[Cells]:
    """Every row that is not blank, the header first; raises `FileRefused` where the file stops being CSV."""
    csv.field_size_limit(LONGEST_CELL)
    line = 1
    reader = None
    try:
        with path.open(encoding=encoding, newline="") as file:
            start = 0
            if _SEP.match(file.readline(20)) is not None:
                start, line = 1, 2
            else:
                file.seek(0)
            reader = csv.reader(_lines(name, file, start), delimiter=delimiter, strict=True)
            for row, cells in enumerate(reader, start=1):
                if any(cells) and not "".join(cells).isspace():
                    yield Cells(row if by_row else line, cells)
                line = reader.line_num + 1 + start
    except UnicodeError as error:
        raise FileRefused(
            name,
            f"From here on it is not {encoding} text: {error}.",
            "Save it as UTF-8 and send it again.",
            code="broken_encoding",
            line=line,
        ) from None
    except csv.Error as error:
        raise _broken(name, line, str(error)) from None


def _lines(name: str, file: TextIO, start: int) -> Iterator[str]:
    """The lines of a file; one that does not end in time, and one of a binary file, refuse it."""
    number = start
    read = file.readline
    while text := read(LONGEST_LINE):
        number += 1
        if len(text) >= LONGEST_LINE and not text.endswith(("\n", "\r")):
            raise FileRefused(
                name,
                f"This line has more than {LONGEST_LINE:,} characters.",
                "Check that this is a table with one row a record, and that its line ends are usual ones.",
                code="line_too_long",
                line=number,
            )
        if "\0" in text:
            raise FileRefused(
                name,
                "There are NUL characters in this line: the file is no text, or was damaged on its way.",
                "Save it as CSV (UTF-8) and send it again.",
                code="nul_characters",
                line=number,
            )
        yield text


def _broken(name: str, line: int, error: str) -> FileRefused:
    if "unexpected end of data" in error:
        what, remedy = (
            "A quote opens here and never closes; the file seems to be cut off.",
            "Send it whole.",
        )
    elif "field larger than field limit" in error:
        what, remedy = (
            f"A cell with more than {LONGEST_CELL:,} characters begins here; most likely a quote never closes.",
            "Close the quote, or double the quotes inside of the cell.",
        )
    else:
        what, remedy = f"This is not CSV: {error}.", "Correct the row and send the file again."
    return FileRefused(name, what, remedy, code="broken_csv", line=line)
