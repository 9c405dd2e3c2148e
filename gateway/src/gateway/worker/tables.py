"""Knows the files of a profile by their columns, and reads their cells by type; every oddity becomes a complaint.

A file with a wrong or missing column is refused as a whole, naming file, column and remedy. A row with too few cells,
or a cell of the wrong type, fails by itself.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from gateway.worker.guarding import ERROR_COLUMN, unguarded
from gateway.worker.lines import Complaint, Corrections, Line
from gateway.worker.sheets import Cells, FileRefused, Sheet

_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_WHOLE = re.compile(r"-?\d{1,15}")
_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
ALIKE = 0.5


@dataclass(frozen=True)
class Table:
    """A kind of file: its name in messages, and its columns, all of them required and no others."""

    name: str
    columns: tuple[str, ...]


def recognise(
    sheets: Sequence[Sheet],
    tables: Sequence[Table],
    ignored: Sequence[frozenset[str]],
    corrections: Corrections,
) -> dict[str, Sheet]:
    """Which sheet is which table: by its columns, whatever the file is called. Raises `FileRefused`.

    A sheet whose columns are one of the sets in `ignored` is left out, and the receipt says so.
    """
    found: dict[str, Sheet] = {}
    for sheet in sheets:
        columns = _columns(sheet)
        if frozenset(columns) in ignored:
            corrections.note("file_ignored", "Files that only describe the others are left out", sheet.name)
            continue
        table = next((table for table in tables if set(table.columns) == set(columns)), None)
        if table is None:
            raise _unknown(sheet, columns, tables)
        if table.name in found:
            raise FileRefused(
                sheet.name,
                f"It holds {table.name.replace('_', ' ')}, and so does {found[table.name].name}.",
                "Import one after the other.",
                code="same_kind_twice",
            )
        found[table.name] = sheet
        if sheet.is_guessed:
            corrections.note(
                "encoding_assumed", "The encoding of files was guessed", f"{sheet.name}: {sheet.encoding}"
            )
    return found


def plain(column: str) -> str:
    """A column's name as it is compared: lower case, with underscores."""
    return re.sub(r"[\s\-]+", "_", column.strip().casefold())


def _columns(sheet: Sheet) -> list[str]:
    names = [plain(column) for column in sheet.columns]
    for name in names:
        if not name or names.count(name) > 1:
            what = f"The column {name!r} is there twice." if name else "A column has no name."
            raise FileRefused(
                sheet.name,
                what,
                "Give each column a name of its own.",
                code="bad_column",
                line=1,
                column=name,
            )
    return [name for name in names if name != ERROR_COLUMN]


def _unknown(sheet: Sheet, columns: Sequence[str], tables: Sequence[Table]) -> FileRefused:
    """Says what is wrong with the columns of a file that is no table, and what to do."""

    def closeness(table: Table) -> float:
        common = len(set(columns) & set(table.columns))
        return common / len(set(columns) | set(table.columns))

    nearest = max(tables, key=closeness)
    if closeness(nearest) < ALIKE and plain(Path(sheet.name).stem) != nearest.name:
        shapes = "; ".join(f"{table.name} ({', '.join(table.columns)})" for table in tables)
        return FileRefused(
            sheet.name,
            f"It is none of the files of this import; its columns are {', '.join(sheet.columns)[:200]}.",
            f"Leave it out, or send files with these columns: {shapes}.",
            code="wrong_file",
            line=1,
        )
    missing = [column for column in nearest.columns if column not in columns]
    strange = [column for column in columns if column not in nearest.columns]
    words, remedies = [], []
    for column in missing:
        words.append(f"the column {column!r} is missing")
        alike = difflib.get_close_matches(column, strange, 1)
        remedies.append(f"rename {alike[0]!r} to {column!r}" if alike else f"add the column {column!r}")
        strange = [name for name in strange if name not in alike]
    for column in strange:
        words.append(f"the column {column!r} is not known here")
        remedies.append(f"remove the column {column!r}")
    return FileRefused(
        sheet.name,
        f"As {nearest.name}: {'; '.join(words)}.",
        f"{'; '.join(remedies).capitalize()}.",
        code="missing_column" if missing else "unknown_column",
        line=1,
        column=(missing or strange)[0],
    )


@dataclass
class Row:
    """One row by column, cells trimmed; reading a cell as what it is not leaves a complaint."""

    sheet: Sheet
    number: int
    original: Mapping[str, str]
    cells: Mapping[str, str]
    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, column: str, code: str, message: str) -> None:
        self.complaints.append(Complaint(column, self.cells.get(column, ""), code, message))

    def text(self, column: str) -> str:
        return self.cells[column]

    def required(self, column: str) -> str:
        """The text of a cell that must not be empty."""
        if not self.cells[column]:
            self.complain(column, "required", f"{column} is empty; fill it in.")
        return self.cells[column]

    def whole(self, column: str) -> int | None:
        """A whole number, None when empty."""
        text = self.cells[column]
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            self.complain(
                column, "not_a_whole_number", f"{column} is {text[:80]!r}; write a whole number like 2500."
            )
            return None
        return int(text)

    def decimal(self, column: str) -> Decimal | None:
        """A decimal number with a point, None when empty."""
        text = self.cells[column]
        if not text:
            return None
        if not _DECIMAL.fullmatch(text):
            self.complain(column, "not_a_number", f"{column} is {text[:80]!r}; write a number like 1100.04.")
            return None
        return Decimal(text)

    def us_day(self, column: str) -> date | None:
        """A day written month/day/year, None when empty."""
        text = self.cells[column]
        if not text:
            return None
        match = _US_DAY.fullmatch(text)
        try:
            if match is None:
                raise ValueError
            return date(int(match[3]), int(match[1]), int(match[2]))
        except ValueError:
            self.complain(
                column, "not_a_day", f"{column} is {text[:80]!r}; write month/day/year like 10/20/2016."
            )
            return None

    def line(self, corrections: Corrections, **more: object) -> Line:
        """The row as a line of the import, failed when it has complaints."""
        for column, written in self.original.items():
            if written != written.strip() and plain(column) in self.cells:
                corrections.note(
                    "spaces_trimmed", "Spaces around values were removed", f"{self.where}: {written!r}"
                )
        made = Line(file=self.sheet.name, number=self.number, original=self.original)
        if self.complaints:
            more = {**more, "values": {}, "complaints": tuple(self.complaints)}
        return replace(made, **more)  # type: ignore[arg-type]

    @property
    def where(self) -> str:
        return f"{self.sheet.name} line {self.number}"


def rows(sheet: Sheet) -> Iterator[Row]:
    """The rows of a recognised sheet. One with too few or too many cells has a complaint already."""
    names = [plain(column) for column in sheet.columns]
    is_ours = ERROR_COLUMN in names
    for cells in sheet.records():
        original = sheet.original(cells)
        if is_ours:
            original = {column: unguarded(cell) for column, cell in original.items()}
        values = {name: cell.strip() for name, cell in zip(names, original.values(), strict=True)}
        row = Row(sheet, cells.line, original, values)
        row.complaints.extend(_wrong_width(sheet, cells))
        yield row


def _wrong_width(sheet: Sheet, cells: Cells) -> list[Complaint]:
    have, want = len(cells.cells), len(sheet.columns)
    if have == want:
        return []
    code = "too_few_columns" if have < want else "too_many_columns"
    hint = "the line may be cut off" if have < want else "a value that holds the delimiter needs quotes"
    return [
        Complaint(
            "",
            sheet.delimiter.join(cells.cells)[:200],
            code,
            f"The line has {have} of {want} columns; {hint}.",
        )
    ]


class Once:
    """Lets each key through once: a repetition of the same row is skipped, one that differs has failed."""

    def __init__(self, corrections: Corrections) -> None:
        self._corrections = corrections
        self._seen: dict[str, tuple[int, int]] = {}

    def skipped(self, row: Row, column: str) -> str:
        """Why this row is to be skipped, or nothing; complains on the row when its key was used otherwise."""
        key = row.cells[column]
        content = hash(tuple(row.cells[name] for name in row.cells if name != ERROR_COLUMN))
        first, known = self._seen.setdefault(key, (row.number, content))
        if first == row.number or not key:
            return ""
        if known == content:
            self._corrections.note(
                "duplicate_row",
                "Rows that repeat an earlier one are skipped",
                f"{row.where}: as line {first}",
            )
            return f"It repeats line {first}."
        row.complain(
            column,
            "duplicate_key",
            f"Line {first} has the same {column} with other values; keep one of them.",
        )
        return ""
