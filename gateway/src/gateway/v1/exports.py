"""Exports of lists as files: CSV, XLSX or JSON lines, streamed page by page, the next page asked while one is sent.

What goes wrong before the first byte is an ordinary error. Afterwards the transfer breaks off, so that half a file
never looks like a whole one. That somebody takes a list away is told when it begins and when it ends.
"""

from __future__ import annotations

import csv
import io
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import date, datetime
from typing import Any, Protocol
from urllib.parse import quote

from flask import Response, g, request

from chassis import clock, codec, ids, logs
from chassis.context import Context
from chassis.errors import AppError
from gateway import http, state
from gateway.authentication import Identity
from gateway.endpoint import Parameter
from gateway.errors import Overloaded
from gateway.v1.resource import Resource
from gateway.worker.guarding import guarded

log = logs.get("gateway.exports")

FORMATS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl; charset=utf-8",
}
EXPORT_PARAMETERS = (
    Parameter("format", "The kind of file.", enum=tuple(FORMATS), default="csv"),
    Parameter("filter", "The filter language, as in the list."),
    Parameter("sort", "At most four fields, a minus sorts downwards: `-amount,name`."),
    Parameter(
        "fields",
        "Only these fields, separated by commas, in this order; `id` always comes. Names of what a record points to "
        "may be among them: `owner.name,account.name`.",
    ),
)
PAGE = 1000
PAGE_SECONDS = 30.0
AT_ONCE = 4
LARGEST_SHEET = 1_048_575
BLOCK = 256 * 1024
ROWS_HEADER = "X-Total-Count"
_RISKY = frozenset("'=+-@\t\r")
_SEPARATOR = "; "

_places = threading.BoundedSemaphore(AT_ONCE)


class TooLongForSheet(AppError):
    kind = "invalid"
    code = "too_many_rows"
    message = "An XLSX sheet holds {most:,} rows and these are {rows:,}; take CSV or JSON lines, or filter."


def answer(resource: Resource) -> Response:
    """The file of a resource's list, as the query asks for it."""
    http.refuse_unknown(parameter.name for parameter in EXPORT_PARAMETERS)
    kind = request.args.get("format", "csv")
    if kind not in FORMATS:
        raise http.BadParameter(name="format", must=f"is one of {', '.join(FORMATS)}")
    arguments = {
        "filter": request.args.get("filter") or None,
        "sort": request.args.get("sort", ""),
        "fields": http.words("fields"),
        "time_zone": g.identity.time_zone,
        "limit": PAGE,
    }
    if not _places.acquire(blocking=False):
        raise Overloaded()
    try:
        operation = resource.operation("export")
        first = http.call(resource.service, operation, arguments, seconds=PAGE_SECONDS)
        if kind == "xlsx" and first["total"] > LARGEST_SHEET:
            raise TooLongForSheet(most=LARGEST_SHEET, rows=first["total"])
        export = _Export(resource, operation, kind, arguments, first)
        export.begin()
        body = _Closing(export.body(), _places.release)
    except BaseException:
        _places.release()
        raise
    response = Response(body, content_type=FORMATS[kind])
    name = f"{resource.name}-{clock.now():%Y-%m-%d}.{kind}"
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers[ROWS_HEADER] = str(first["total"])
    return response


class _Closing:
    """A body that gives its place back when it is closed, whether or not anybody read it."""

    def __init__(self, blocks: Generator[bytes, None, None], release: Callable[[], None]) -> None:
        self._blocks, self._release = blocks, release
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            try:
                self._blocks.close()
            finally:
                self._release()


class _Export:
    """One list on its way out."""

    def __init__(
        self,
        resource: Resource,
        operation: str,
        kind: str,
        arguments: Mapping[str, Any],
        first: Mapping[str, Any],
    ) -> None:
        self._service, self._operation, self._kind = resource.service, operation, kind
        self._arguments, self._first = arguments, first
        self._id = ids.new("export")
        self._resource = resource.name
        self._parts = state.current()
        identity: Identity = g.identity
        request_id: str = g.request_id

        def context() -> Context:
            return identity.context(seconds=PAGE_SECONDS, request_id=request_id)

        self._context = context
        self._rows = 0

    def begin(self) -> None:
        """Say who takes what, before anything leaves."""
        asked = {name: self._arguments[name] for name in ("filter", "sort", "fields")}
        self._tell(
            "start_export", resource=self._resource, format=self._kind, rows=self._first["total"], **asked
        )

    def body(self) -> Generator[bytes, None, None]:
        """The file, block by block; breaks off with the error of a page that does not come."""
        is_complete = False
        try:
            write = _WRITERS[self._kind](self._first["columns"])
            for rows in self._pages():
                self._rows += len(rows)
                if block := write.rows(rows):
                    yield block
            yield from write.end()
            is_complete = True
        except GeneratorExit:
            log.warning("export broken off by the caller", export=self._id, rows=self._rows)
            raise
        except Exception as error:
            log.error("export broken off", export=self._id, rows=self._rows, error=repr(error)[:300])
            raise
        finally:
            self._end(is_complete)

    def _pages(self) -> Iterator[list[list[Any]]]:
        page = self._first
        while True:
            coming = self._ask(page["next"]) if page["next"] is not None else None
            yield page["rows"]
            if coming is None:
                return
            page = coming.result()

    def _ask(self, after: Sequence[Any]) -> Future[Any]:
        arguments = {**self._arguments, "after": after, "custom": self._first["custom"]}
        return self._parts.helpers.submit(
            self._parts.call, self._service, self._operation, self._context(), **arguments
        )

    def _end(self, is_complete: bool) -> None:
        try:
            self._tell("end_export", rows=self._rows, is_complete=is_complete)
        except AppError as error:
            log.error("the end of an export could not be told", export=self._id, error=error.text)

    def _tell(self, operation: str, **arguments: Any) -> None:
        self._parts.call("organisation", operation, self._context(), export_id=self._id, **arguments)


class _Writer(Protocol):
    """Turns pages into the bytes of a file."""

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """The bytes of some rows, none where the file is written at its end."""
        ...

    def end(self) -> Iterator[bytes]:
        """What is left when all rows are written."""
        ...


class _Csv:
    """Money is two columns, a list one cell; what a spreadsheet would run as a formula is guarded."""

    def __init__(self, columns: Sequence[Mapping[str, str]]) -> None:
        self._columns = columns
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer)
        self._writer.writerow(heading(columns))

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        if rows:
            self._writer.writerows(cells(self._columns, rows))
        return self._taken()

    def end(self) -> Iterator[bytes]:
        yield self._taken()

    def _taken(self) -> bytes:
        block = self._buffer.getvalue().encode()
        self._buffer.seek(0)
        self._buffer.truncate()
        return block


class _JsonLines:
    """One object a line, as lists show records; names of linked records have a dot."""

    def __init__(self, columns: Sequence[Mapping[str, str]]) -> None:
        self._names = [column["name"] for column in columns if column["type"] != "custom"]
        self._custom = [column["name"].partition(".")[2] for column in columns if column["type"] == "custom"]
        self._money = [index for index, column in enumerate(columns) if column["type"] == "money"]

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        return "".join([codec.dumps(self._object(row)) + "\n" for row in rows]).encode()

    def _object(self, row: Sequence[Any]) -> dict[str, Any]:
        found = dict(zip(self._names, row, strict=False))
        for index in self._money:
            if row[index] is not None:
                found[self._names[index]] = {"amount": row[index][0], "currency": row[index][1]}
        if self._custom:
            values = zip(self._custom, row[len(self._names) :], strict=True)
            found["custom"] = {name: value for name, value in values if value is not None}
        return found

    def end(self) -> Iterator[bytes]:
        return iter(())


class _Xlsx:
    """A workbook with one sheet. It can only be sent when it is whole; until then it is on disk, not in memory."""

    def __init__(self, columns: Sequence[Mapping[str, str]]) -> None:
        # Only here: the library is large, and most processes never write a workbook.
        import xlsxwriter

        self._columns = columns
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it is sent
        options = {"constant_memory": True, "strings_to_urls": False, "in_memory": False}
        self._book = xlsxwriter.Workbook(self._file, options)
        self._sheet = self._book.add_worksheet("Export")
        self._formats = {
            "date": self._book.add_format({"num_format": "yyyy-mm-dd"}),
            "instant": self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        self._kinds = [kind for column in columns for kind in _cell_kinds(column["type"])]
        bold = self._book.add_format({"bold": True})
        for index, name in enumerate(heading(columns)):
            self._sheet.write_string(0, index, name, bold)
        self._sheet.freeze_panes(1, 0)
        self._at = 0

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        sheet = self._sheet
        for row in cells(self._columns, rows) if rows else ():
            self._at += 1
            for index, (kind, value) in enumerate(zip(self._kinds, row, strict=True)):
                if value is None or value == "":
                    continue
                if kind == "number" and not isinstance(value, bool):
                    sheet.write_number(self._at, index, float(value))
                elif kind == "date":
                    sheet.write_datetime(self._at, index, date.fromisoformat(value), self._formats[kind])
                elif kind == "instant":
                    moment = datetime.fromisoformat(value).replace(tzinfo=None)
                    sheet.write_datetime(self._at, index, moment, self._formats[kind])
                else:
                    sheet.write_string(self._at, index, str(value)[:32_767])
        return b""

    def end(self) -> Iterator[bytes]:
        self._book.set_properties({"comments": f"{self._at} rows"})
        self._book.close()
        with self._file as file:
            file.seek(0)
            while block := file.read(BLOCK):
                yield block


_Begin = Callable[[Sequence[Mapping[str, str]]], _Writer]
_WRITERS: Mapping[str, _Begin] = {
    "csv": _Csv,
    "xlsx": _Xlsx,
    "jsonl": _JsonLines,
}


def heading(columns: Sequence[Mapping[str, str]]) -> list[str]:
    """The names over the cells of a table."""
    names: list[str] = []
    for column in columns:
        names.append(column["name"])
        if column["type"] == "money":
            names.append(f"{column['name']}_currency")
    return names


def cells(columns: Sequence[Mapping[str, str]], rows: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """The rows as a table shows them. A column at a time: what needs no care is not even looked at."""
    raw = list(zip(*rows, strict=True))
    found: list[Sequence[Any]] = []
    for column, values in zip(columns, raw, strict=True):
        match column["type"]:
            case "text":
                found.append([guarded(one) if one and one[0] in _RISKY else one for one in values])
            case "money":
                found.append([None if one is None else one[0] for one in values])
                found.append([None if one is None else one[1] for one in values])
            case "json" | "custom":
                found.append([_cell(one) for one in values])
            case "boolean":
                found.append([None if one is None else "true" if one else "false" for one in values])
            case _:
                found.append(values)
    return zip(*found, strict=True)


def _cell(value: Any) -> Any:
    """A list or a value of somebody's own as one cell."""
    if value is None or value == []:
        return None
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = _SEPARATOR.join(value)
    elif isinstance(value, (list, dict, bool)):
        value = codec.dumps(value)
    return guarded(value) if isinstance(value, str) else value


def _cell_kinds(kind: str) -> tuple[str, ...]:
    if kind == "money":
        return "number", "text"
    return (kind if kind in ("number", "date", "instant") else "text",)
