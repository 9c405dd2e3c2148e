"""Turns a sheet of an XLSX workbook into CSV, read as a stream: what is packed in the file decides over no memory.

The sizes that the archive claims are checked before anything is unpacked, and again while unpacking. Days become
`2026-11-25`, moments `2026-11-25T14:30:00`, times `14:30:00`, numbers plain decimal text, truth values `true` and
`false`; of a formula the value counts that the spreadsheet stored with it. Row 7 of the sheet is row 7 of the CSV.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import IO
from xml.parsers import expat

from gateway.worker.refusals import FileRefused
from gateway.worker.sheets import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS

MARK = b"PK\x03\x04"
MOST_ENTRIES = 5000
LARGEST_PART = 1_000_000_000
LARGEST_TEXTS = 200_000_000
LARGEST_SMALL = 20_000_000
# A sheet of equal cells packs about 40 to 1; beyond this nobody typed it.
DENSEST = 250
DENSE_FROM = 10_000_000
BLOCK = 64 * 1024
MOST_SHEETS = 200
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_TIME_FORMATS = frozenset((18, 19, 20, 21, 45, 46, 47))
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def is_workbook(path: Path) -> bool:
    """Whether this is an archive, as every XLSX file is."""
    with path.open("rb") as file:
        return file.read(4) == MARK


@dataclass(frozen=True)
class Converted:
    """A sheet that became CSV. `formulas` counts the cells that were computed."""

    sheet: str
    sheets: tuple[str, ...]
    formulas: int


def convert(
    name: str, path: Path, into: Path, *, sheet: str | None = None, most: int = MOST_ROWS + 1
) -> Converted:
    """Write the chosen sheet of the workbook `path` (the first visible one unless named) as UTF-8 CSV to `into`.

    At most `most` rows, the header included, are written when fewer are asked for than a file may have; raises
    `FileRefused` when it has more than it may.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _Workbook(name, archive).convert(into, sheet, most)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        OSError,
        RuntimeError,
    ) as error:
        raise _damaged(name, str(error)) from None
    except expat.ExpatError as error:
        raise _damaged(name, f"a part of it is not XML: {error}") from None


def _damaged(name: str, why: str) -> FileRefused:
    return FileRefused(
        name,
        f"This is no whole XLSX workbook: {why[:200]}.",
        "Open it in a spreadsheet and save it again as XLSX, or as CSV (UTF-8).",
        code="not_a_workbook",
    )


class _Stop(Exception):
    """Enough rows."""


class _Workbook:
    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self._name = name
        self._archive = archive
        self._parts = {entry.filename.lstrip("/"): entry for entry in archive.infolist()}
        self._check()

    # --- what the archive claims ---

    def _check(self) -> None:
        entries = self._archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise self._refused(f"It has {len(entries):,} parts.", "bomb")
        for entry in entries:
            if entry.flag_bits & 1:
                raise self._refused("It is protected by a password.", "protected", "Save it without one.")
            packed, whole = max(entry.compress_size, 1), entry.file_size
            if whole > LARGEST_PART or (whole > DENSE_FROM and whole / packed > DENSEST):
                raise self._refused(
                    f"Its part {entry.filename[:80]} unpacks from {packed:,} to {whole:,} bytes.", "bomb"
                )
        if "xl/vbaProject.bin" in self._parts and "xl/workbook.xml" not in self._parts:
            raise _damaged(self._name, "it has programs and no workbook")
        if "[Content_Types].xml" not in self._parts:
            what = "It is a ZIP archive, no XLSX workbook."
            raise self._refused(what, "not_a_workbook", "Unpack it and send the files in it.")

    def _refused(self, what: str, code: str, remedy: str = "") -> FileRefused:
        codes = {"bomb": "unpacks_too_large", "protected": "protected_workbook"}
        return FileRefused(
            self._name,
            what,
            remedy or "Save the sheet as CSV (UTF-8) and send that.",
            code=codes.get(code, code),
        )

    # --- reading parts ---

    def _read(
        self,
        part: str,
        largest: int,
        begin: Callable[..., None],
        end: Callable[..., None] | None,
        text: Callable[[str], None] | None,
    ) -> None:
        """Run a part of the workbook through the XML parser, block by block."""
        entry = self._parts.get(part)
        if entry is None:
            raise _damaged(self._name, f"its part {part} is missing")
        if entry.file_size > largest:
            raise self._refused(f"Its part {part} unpacks to {entry.file_size:,} bytes.", "bomb")
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.buffer_size = BLOCK
        parser.StartElementHandler = begin
        if end is not None:
            parser.EndElementHandler = end
        if text is not None:
            parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = self._no_doctype
        with self._archive.open(entry) as stream:
            self._feed(parser, stream, part, largest)

    def _feed(self, parser: expat.XMLParserType, stream: IO[bytes], part: str, largest: int) -> None:
        seen = 0
        while block := stream.read(BLOCK):
            seen += len(block)
            if seen > largest:
                raise self._refused(f"Its part {part} unpacks to more than {largest:,} bytes.", "bomb")
            parser.Parse(block, False)
        parser.Parse(b"", True)

    def _no_doctype(self, *_: object) -> None:
        raise self._refused("It declares entities, which no spreadsheet does.", "bomb")

    # --- the workbook ---

    def convert(self, into: Path, wanted: str | None, most: int) -> Converted:
        parts = self._sheets()
        if not parts:
            raise _damaged(self._name, "it has no sheet")
        chosen = wanted or next(iter(parts))
        if chosen not in parts:
            raise self._refused(
                f"It has no sheet {chosen!r}.",
                "no_such_sheet",
                f"It has {', '.join(parts)[:200]}; name one of these.",
            )
        formats, is_1904 = self._formats()
        texts = self._texts()
        with into.open("w", encoding="utf-8", newline="") as file:
            rows = _Rows(self, texts, formats, is_1904, file, most)
            with contextlib.suppress(_Stop):
                self._read(parts[chosen], LARGEST_PART, rows.begin, rows.end, rows.text)
        return Converted(chosen, tuple(parts), rows.formulas)

    def _sheets(self) -> dict[str, str]:
        """The visible sheets in their order: name -> part."""
        main = "xl/workbook.xml"
        targets: dict[str, str] = {}
        found: list[tuple[str, str, bool]] = []
        self._is_1904 = False

        def relation(tag: str, attributes: dict[str, str]) -> None:
            if tag.endswith(" Relationship") and attributes.get("TargetMode") != "External":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        def sheet(tag: str, attributes: dict[str, str]) -> None:
            name = tag.rpartition(" ")[2]
            if name == "sheet" and len(found) < MOST_SHEETS:
                key = next((value for key, value in attributes.items() if key.endswith(" id")), "")
                is_hidden = attributes.get("state", "visible") != "visible"
                found.append((attributes.get("name", "")[:100], key, is_hidden))
            elif name == "workbookPr":
                self._is_1904 = attributes.get("date1904", "0") in ("1", "true")

        self._read("xl/_rels/workbook.xml.rels", LARGEST_SMALL, relation, None, None)
        self._read(main, LARGEST_SMALL, sheet, None, None)
        listed = [one for one in found if not one[2]] or found
        placed = {name: _inside(targets.get(key, "")) for name, key, _ in listed}
        return {name: part for name, part in placed.items() if part in self._parts}

    def _formats(self) -> tuple[list[str], bool]:
        """For each cell style whether it shows a day, a moment, a time or a plain number."""
        kinds: list[str] = []
        custom: dict[int, str] = {}
        within: list[str] = []

        def begin(tag: str, attributes: dict[str, str]) -> None:
            name = tag.rpartition(" ")[2]
            within.append(name)
            if name == "numFmt":
                number = attributes.get("numFmtId", "")
                custom[int(number) if number.isdigit() else -1] = attributes.get("formatCode", "")
            elif name == "xf" and "cellXfs" in within:
                number = attributes.get("numFmtId", "0")
                kinds.append(_kind(int(number) if number.isdigit() else 0, custom))

        def end(tag: str) -> None:
            within.pop()

        if "xl/styles.xml" in self._parts:
            self._read("xl/styles.xml", LARGEST_SMALL, begin, end, None)
        return kinds, self._is_1904

    def _texts(self) -> list[str]:
        """The texts that cells share, phonetic hints left out."""
        texts: list[str] = []
        if "xl/sharedStrings.xml" not in self._parts:
            return texts
        pieces: list[str] = []
        is_text = is_hint = False

        def begin(tag: str, attributes: dict[str, str]) -> None:
            nonlocal is_text, is_hint
            name = tag.rpartition(" ")[2]
            if name == "t":
                is_text = not is_hint
            elif name == "rPh":
                is_hint = True
            elif name == "si":
                pieces.clear()

        def end(tag: str) -> None:
            nonlocal is_text, is_hint
            name = tag.rpartition(" ")[2]
            if name == "t":
                is_text = False
            elif name == "rPh":
                is_hint = False
            elif name == "si":
                texts.append(_unescaped("".join(pieces))[:LONGEST_CELL])

        def text(piece: str) -> None:
            if is_text:
                pieces.append(piece)

        self._read("xl/sharedStrings.xml", LARGEST_TEXTS, begin, end, text)
        return texts


def _inside(target: str) -> str:
    """The part that a relation of the workbook names; it cannot lead out of the archive."""
    path = PurePosixPath(target if target.startswith("/") else f"/xl/{target}")
    steps: list[str] = []
    for step in path.parts[1:]:
        if step == "..":
            steps = steps[:-1]
        else:
            steps.append(step)
    return "/".join(steps)


def _kind(number: int, custom: dict[int, str]) -> str:
    """Whether a number format shows a `day`, a `moment`, a `time`, or nothing of these (empty)."""
    code = custom.get(number)
    if code is None:
        if number not in _DATE_FORMATS:
            return ""
        return "time" if number in _TIME_FORMATS else "moment" if number == 22 else "day"
    shown = _QUOTED.sub("", code.partition(";")[0]).lower()
    has_day, has_time = bool(re.search(r"[yd]", shown)), bool(re.search(r"[hs]", shown))
    if has_day:
        return "moment" if has_time else "day"
    if has_time:
        return "time"
    return "day" if re.fullmatch(r"[m/\-. ]+", shown) and "m" in shown else ""


def _unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text).replace("\0", "")


class _Rows:
    """Hears the XML of a sheet and writes its rows."""

    def __init__(
        self,
        book: _Workbook,
        texts: list[str],
        formats: list[str],
        is_1904: bool,
        file: io.TextIOWrapper,
        most: int,
    ) -> None:
        self.formulas = 0
        self._book = book
        self._texts = texts
        self._formats = formats
        self._epoch = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)
        self._write = csv.writer(file, lineterminator="\n").writerow
        self._file = file
        self._most = most
        self._written = 0
        self._row: list[str] = []
        self._number = 0
        self._place = 0
        self._type = self._kind = ""
        self._is_formula = self._listens = self._hint = False
        self._value: list[str] | None = None
        self._length = 0

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "c":
            self._cell(attributes)
        elif name in ("v", "t"):
            if not self._hint:
                self._listens = True
                self._value = self._value if self._value is not None else []
        elif name == "f":
            self._is_formula = True
        elif name == "rPh":
            self._hint = True
        elif name == "row":
            told = attributes.get("r", "")
            number = int(told) if told.isdigit() and len(told) <= 7 else self._number + 1
            if number <= self._number or number > 1_048_576:
                raise _damaged(self._book._name, f"row {told[:20]} is out of order")
            self._number = number
            self._row, self._place = [], 0

    def _cell(self, attributes: dict[str, str]) -> None:
        match = _CELL.match(attributes.get("r", ""))
        place = _column(match[1]) if match is not None else self._place
        if place >= MOST_COLUMNS:
            raise self._book._refused(
                f"Its row {self._number} reaches beyond column {MOST_COLUMNS}.",
                "too_many_columns",
                "Leave out the columns that are not needed, and clear stray cells at the side.",
            )
        self._place = place
        self._type = attributes.get("t", "n")
        style = attributes.get("s", "0")
        index = int(style) if style.isdigit() and len(style) < 6 else 0
        self._kind = self._formats[index] if index < len(self._formats) else ""
        self._value, self._is_formula, self._length = None, False, 0

    def text(self, piece: str) -> None:
        if self._listens and self._value is not None and self._length <= LONGEST_CELL:
            self._value.append(piece)
            self._length += len(piece)

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name in ("v", "t"):
            self._listens = False
        elif name == "rPh":
            self._hint = False
        elif name == "c":
            shown = self._shown()
            if shown:
                row = self._row
                if self._place > len(row):
                    row.extend([""] * (self._place - len(row)))
                if self._place < len(row):
                    row[self._place] = shown
                else:
                    row.append(shown)
            self._place += 1
        elif name == "row":
            self._flush()

    def _shown(self) -> str:
        value = "".join(self._value) if self._value is not None else ""
        if self._is_formula:
            self.formulas += 1
            if not value:
                return "=?"
        if not value:
            return ""
        match self._type:
            case "s":
                index = int(value) if value.isdigit() and len(value) < 10 else -1
                if not 0 <= index < len(self._texts):
                    raise _damaged(self._book._name, f"row {self._number} names a text that is not there")
                return self._texts[index]
            case "b":
                return "true" if value.strip() == "1" else "false"
            case "n":
                return self._from_number(value)
            case "d":
                return value.removesuffix("T00:00:00")
            case _:
                return _unescaped(value).replace("\0", "")

    def _from_number(self, value: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value.replace("\0", "")
        if self._kind:
            try:
                return _as_time(number, self._kind, self._epoch)
            except (OverflowError, ValueError):
                return value
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number))
        return _decimal(number)

    def _flush(self) -> None:
        if self._written + 1 < self._number:
            # Rows without any cell are not in the file; they keep their line, so that complaints name the right one.
            self._file.write("\n" * min(self._number - self._written - 1, self._most))
            self._written = self._number - 1
        self._written += 1
        if self._written > self._most:
            raise _Stop
        if self._row:
            self._write(self._row)
        else:
            self._file.write("\n")


def _column(letters: str) -> int:
    """`A` is 0, `Z` 25, `AA` 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _decimal(number: float) -> str:
    """As a spreadsheet shows it: 15 digits, never with an exponent."""
    text = f"{number:.15g}"
    if "e" not in text:
        return text
    return f"{number:f}".rstrip("0").rstrip(".")


def _as_time(number: float, kind: str, epoch: datetime) -> str:
    seconds = round((number % 1) * 86_400)
    if kind == "time" and number < 1:
        return (datetime(2000, 1, 1) + timedelta(seconds=seconds)).strftime("%H:%M:%S")
    # Excel takes 1900 for a leap year: the days before March 1900 are one off.
    days = int(number) + (1 if epoch.year == 1899 and number < 60 else 0)
    moment = epoch + timedelta(days=days, seconds=seconds)
    if kind == "day" and not seconds:
        return moment.strftime("%Y-%m-%d")
    return moment.strftime("%Y-%m-%dT%H:%M:%S")
