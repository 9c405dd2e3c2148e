"""Reads uploaded CSV files: finds out encoding and delimiter, and refuses a file that cannot be read as a whole.

A file is looked at once from end to end before anything is written, so that a wrong encoding, a quote that never
closes or a binary file stop the import while nothing has happened yet.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from chassis.errors import Invalid

SAMPLE = 256 * 1024
MOST_ROWS = 1_000_000
DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What spreadsheets really write besides Unicode. Guesses outside of these are more often noise than text.
_PLAUSIBLE = frozenset(
    (
        *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "latin_1", "iso8859_2", "iso8859_15"),
        *(
            "mac_roman",
            "koi8_r",
            "cp932",
            "shift_jis",
            "euc_jp",
            "euc_kr",
            "cp949",
            "gb18030",
            "gb2312",
            "gbk",
            "big5",
        ),
    )
)
_BINARY = {b"PK\x03\x04": "an Excel or ZIP file", b"\xd0\xcf\x11\xe0": "an old Excel file", b"%PDF": "a PDF"}


class FileRefused(Invalid):
    """A file that cannot be imported at all; nothing was written. `errors` name file, line and column."""

    code = "jobs.file_refused"

    def __init__(
        self, file: str, what: str, remedy: str, *, code: str, line: int = 0, column: str = ""
    ) -> None:
        message = f"{file}{f', line {line}' if line else ''}: {what} {remedy} Nothing was imported."
        pointer = f"/{file}" + (f"/{column}" if column else "")
        super().__init__(
            message, errors=[{"pointer": pointer, "code": code, "message": what, "hint": remedy}]
        )


@dataclass(frozen=True)
class Cells:
    """One row of a file: the line it starts on and its cells, as many as it has."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """A readable file: `columns` of its first row as written, `rows` below it."""

    name: str
    path: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    rows: int

    @property
    def is_guessed(self) -> bool:
        """Whether its encoding is an assumption."""
        return not self.encoding.startswith("utf")

    def records(self) -> Iterator[Cells]:
        """The rows below the header, blank lines left out."""
        rows = _rows(self.name, self.path, self.encoding, self.delimiter)
        next(rows, None)
        return rows

    def original(self, cells: Cells) -> Mapping[str, str]:
        """A row by column, as it was written; what it lacks is empty."""
        padded = [*cells.cells, *[""] * (len(self.columns) - len(cells.cells))]
        return dict(zip(self.columns, padded, strict=False))


def open_sheet(name: str, path: Path) -> Sheet:
    """The file `path`, called `name` by who sent it; raises `FileRefused`."""
    sample = _sample(path)
    if not sample.strip(b"\xef\xbb\xbf \r\n\t"):
        raise FileRefused(
            name, "The file is empty.", "Send the file with its header and rows.", code="empty_file"
        )
    for mark, kind in _BINARY.items():
        if sample.startswith(mark):
            raise FileRefused(
                name, f"This is {kind}.", "Save it as CSV (UTF-8) and send that.", code="not_a_csv_file"
            )
    encoding = _encoding(name, path, sample)
    delimiter = _delimiter(name, path, encoding)
    rows = _rows(name, path, encoding, delimiter)
    header = next(rows, None)
    columns = tuple(cell.strip() for cell in header.cells) if header is not None else ()
    count = sum(1 for _ in rows)
    if count > MOST_ROWS:
        raise FileRefused(
            name,
            f"It has {count:,} rows, more than {MOST_ROWS:,}.",
            "Split it and import the parts.",
            code="too_many_rows",
        )
    return Sheet(name, path, encoding, delimiter, columns, count)


def _sample(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SAMPLE)


def _encoding(name: str, path: Path, sample: bytes) -> str:
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding
    if b"\0" not in sample:
        if _is_utf8(path):
            return "utf-8"
        best = from_bytes(sample[:65536]).best()
        if best is not None and best.encoding in _PLAUSIBLE:
            return best.encoding
    raise FileRefused(
        name,
        "Its encoding is not known: it is not UTF-8, has no byte order mark, and reads as no usual one.",
        "Save it as UTF-8 and send it again.",
        code="unknown_encoding",
    )


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(SAMPLE):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(name: str, path: Path, encoding: str) -> str:
    """The delimiter that cuts the first row into most cells; a comma when none cuts it."""

    def width(delimiter: str) -> int:
        try:
            header = next(_rows(name, path, encoding, delimiter), None)
        except FileRefused:
            return 0  # With another delimiter its quotes may make sense.
        return len(header.cells) if header is not None else 0

    return max(DELIMITERS, key=width)


def _rows(name: str, path: Path, encoding: str, delimiter: str) -> Iterator[Cells]:
    """Every row that is not blank, the header first; raises `FileRefused` where the file stops being CSV."""
    line = 1
    try:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield Cells(line, cells)
                line = reader.line_num + 1
    except UnicodeError as error:
        raise FileRefused(
            name,
            f"From here on it is not {encoding} text: {error}.",
            "Save it as UTF-8 and send it again.",
            code="broken_encoding",
            line=line,
        ) from None
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            what, remedy = (
                "A quote opens here and never closes; the file seems to be cut off.",
                "Send it whole.",
            )
        else:
            what, remedy = f"This is not CSV: {error}.", "Correct the row and send the file again."
        raise FileRefused(name, what, remedy, code="broken_csv", line=line) from None
