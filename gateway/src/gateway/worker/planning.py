"""Brings a mapping and files together: which file is which table, and what its rows become, part by part.

Everything about a column is decided once, before the first row; a row is then a walk over ready-made readers.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.worker import cells
from gateway.worker.cells import Unreadable
from gateway.worker.document import Column, Derived, KnownFile, LinkTo, MappingPlan, Note, TableMapping
from gateway.worker.guarding import ERROR_COLUMN, unguarded
from gateway.worker.lines import Complaint, Corrections, Line, Link, Part, Plan
from gateway.worker.objects import CURRENCY_OF, CUSTOM, EXTERNAL_ID, OBJECTS
from gateway.worker.sheets import Cells, FileRefused, Sheet
from gateway.worker.spelling import Names, nearest

ALIKE = 0.5
MOST_DISTINCT = 200_000
ORDER = ("pipelines", "users", "teams", "products", "accounts", "contacts", "leads", "deals", "activities")
_COMPUTED = frozenset(
    ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#N/A", "#SPILL!", "#CALC!")
)
_LOOSE = frozenset(("text", "link"))

Known = Callable[[str], Iterable[str]]
"""The external ids of the records of a kind that are here already."""


@dataclass(frozen=True)
class Around:
    """What a plan takes from the workspace: known external ids, the currency and time zone of what tells none."""

    known: Known = lambda entity: ()
    currency: str | None = None
    time_zone: str = "UTC"


def plan(mapping: MappingPlan, sheets: Sequence[Sheet], around: Around) -> Plan:
    """What these files become by this mapping; the same files always make the same plan. Raises `FileRefused`."""
    return _Planner(mapping, sheets, around).plan()


def plain(column: str) -> str:
    """A column's name as it is compared: lower case, with underscores."""
    return re.sub(r"[\s\-]+", "_", column.strip().casefold())


class _Planner:
    def __init__(self, mapping: MappingPlan, sheets: Sequence[Sheet], around: Around) -> None:
        self._mapping = mapping
        self._sheets = sheets
        self._around = around
        self._corrections = Corrections()
        self._addresses: dict[str, _Addresses] = {}
        self._catalogues: dict[str, Names] = {}
        self._found: list[tuple[TableMapping, Sheet]] = []

    def plan(self) -> Plan:
        self._found = self._recognised()
        for sheet in {id(sheet): sheet for _, sheet in self._found}.values():
            self._tell(sheet)
        ordered = sorted(self._found, key=lambda one: ORDER.index(one[0].object.name))
        parts: list[Part] = []
        taken: dict[str, _Seen] = {}
        for table, sheet in ordered:
            compiled = self._compile(table, sheet)
            parts += compiled.helpers()
            part = compiled.part()
            before = parts[-1] if parts else None
            if (
                before is not None
                and not before.is_help
                and not part.is_vital
                and (before.entity, before.file, before.mode, before.key)
                == (part.entity, part.file, part.mode, part.key)
            ):
                parts[-1] = _joined(before, part, taken.setdefault(part.entity, _Seen()))
            else:
                parts.append(part)
        return Plan(parts, self._corrections, _remembered(self._found))

    def _tell(self, sheet: Sheet) -> None:
        if sheet.is_guessed:
            self._corrections.note(
                "encoding_assumed", "The encoding of files was guessed", f"{sheet.name}: {sheet.encoding}"
            )
        for name in sheet.renamed:
            self._corrections.note(
                "column_renamed",
                "Columns without a name of their own were given one",
                f"{sheet.name}: {name}",
            )
        if sheet.formulas:
            self._corrections.note(
                "formula_values",
                "Of formulas the stored values count",
                f"{sheet.name}: {sheet.formulas} cells",
            )

    # --- which file is which table ---

    def _recognised(self) -> list[tuple[TableMapping, Sheet]]:
        """Every table with its file, in the order of the mapping."""
        left = self._without_ignored()
        by_kind = self._known_files(left) if self._mapping.files else {}
        found: list[tuple[TableMapping, Sheet]] = []
        used: set[int] = set()
        for table in self._mapping.tables:
            is_known = table.file in self._mapping.files
            sheet = by_kind.get(table.file or "") if is_known else self._sheet_of(table, left)
            if sheet is None:
                continue
            used.add(id(sheet))
            found.append((table, sheet))
        for sheet in left:
            if id(sheet) not in used and id(sheet) not in {id(one) for one in by_kind.values()}:
                raise self._strange(sheet)
        if not found:
            names = ", ".join(self._mapping.files) or ", ".join(
                table.file or table.name for table in self._mapping.tables
            )
            raise FileRefused(
                ", ".join(sheet.name for sheet in self._sheets),
                "There is nothing to import.",
                f"Send at least one of {names}.",
                code="nothing_to_import",
            )
        for table, sheet in found:
            self._require_columns(table, sheet)
        return found

    def _without_ignored(self) -> list[Sheet]:
        left = []
        for sheet in self._sheets:
            if frozenset(plain(column) for column in _own(sheet)) in self._mapping.ignore:
                self._corrections.note(
                    "file_ignored", "Files that only describe the others are left out", sheet.name
                )
            else:
                left.append(sheet)
        return left

    def _known_files(self, sheets: Iterable[Sheet]) -> dict[str, Sheet]:
        """Which sheet is which kind of file: by its columns, whatever it is called."""
        found: dict[str, Sheet] = {}
        kinds = self._mapping.files
        for sheet in sheets:
            if sheet.renamed:
                name = sheet.renamed[0]
                raise FileRefused(
                    sheet.name,
                    f"The column {name!r} has no name of its own.",
                    "Give each column a name of its own.",
                    code="bad_column",
                    line=1,
                    column=name,
                )
            columns = [plain(column) for column in _own(sheet)]
            kind = next(
                (name for name, file in kinds.items() if set(map(plain, file.columns)) == set(columns)), None
            )
            if kind is None:
                raise _unknown(sheet, columns, kinds)
            if kind in found:
                raise FileRefused(
                    sheet.name,
                    f"It holds {kind.replace('_', ' ')}, and so does {found[kind].name}.",
                    "Import one after the other.",
                    code="same_kind_twice",
                )
            found[kind] = sheet
        return found

    def _sheet_of(self, table: TableMapping, sheets: Sequence[Sheet]) -> Sheet | None:
        """The file a table means: by its name, or by its columns."""
        if table.file is not None:
            wanted = _stem(table.file)
            for sheet in sheets:
                if sheet.name == table.file:
                    return sheet
            for sheet in sheets:
                if _stem(sheet.name) == wanted:
                    return sheet
        needed = {plain(column) for column in table.needed}
        fitting = [sheet for sheet in sheets if needed <= {plain(column) for column in sheet.columns}]
        if fitting:
            return fitting[0]
        others = [one for one in self._mapping.tables if one.file != table.file]
        return sheets[0] if len(sheets) == 1 and not others else None

    def _strange(self, sheet: Sheet) -> FileRefused:
        tables = self._mapping.tables
        columns = {plain(column) for column in sheet.columns}
        missing = {table.name: [one for one in table.needed if plain(one) not in columns] for table in tables}
        nearest_ = min(tables, key=lambda table: len(missing[table.name]))
        names = ", ".join(repr(name) for name in missing[nearest_.name][:10])
        return FileRefused(
            sheet.name,
            f"The mapping does not know this file: for {nearest_.name} it lacks the column {names}."
            if names
            else "The mapping does not say what to do with this file.",
            "Add it to the mapping, rename its columns, or leave it out.",
            code="file_not_mapped",
            line=1,
            column=missing[nearest_.name][0] if names else "",
        )

    def _require_columns(self, table: TableMapping, sheet: Sheet) -> None:
        have = {plain(column) for column in sheet.columns}
        missing = [column for column in table.needed if plain(column) not in have]
        if missing:
            alike = difflib.get_close_matches(missing[0], sheet.columns, 1)
            raise FileRefused(
                sheet.name,
                f"As {table.name}: the column {missing[0]!r} is missing.",
                f"Rename {alike[0]!r} to {missing[0]!r}, or correct the mapping."
                if alike
                else f"Add the column {missing[0]!r}, or correct the mapping; there are "
                f"{', '.join(sheet.columns)[:300]}.",
                code="missing_column",
                line=1,
                column=missing[0],
            )

    # --- tables ---

    def _compile(self, table: TableMapping, sheet: Sheet) -> _Table:
        mapping = self._mapping
        around = Around(
            self._around.known,
            mapping.currency or self._around.currency,
            mapping.time_zone or self._around.time_zone,
        )
        for column in table.columns:
            wanted = column.spelling.table if column.spelling is not None else ""
            if wanted and wanted not in self._catalogues:
                self._catalogues[wanted] = self._names_of(wanted)
        return _Table(
            table,
            sheet,
            mapping.files.get(table.file or ""),
            around,
            mapping.region,
            self._corrections,
            self._catalogues,
            self._address_books(table),
            [one for one, _ in self._found],
        )

    def _names_of(self, name: str) -> Names:
        """The keys of a table of this import, or what came in of its kind before."""
        for table, sheet in self._found:
            if table.name == name and table.key is not None:
                column = next((one.column for one in table.columns if one.field.name == table.key), None)
                if column is not None:
                    place = _place(sheet, column)
                    texts = {row.cells[place].strip() for row in sheet.records() if place < len(row.cells)}
                    return Names(texts - {""})
        entity = next((table.object.name for table in self._mapping.tables if table.name == name), name)
        return Names(self._around.known(entity))

    def _address_books(self, table: TableMapping) -> dict[str, _Addresses]:
        return {
            one.domain: self._addresses.setdefault(one.domain, _Addresses(one.domain))
            for one in table.derived
            if one.domain
        }


def _remembered(found: Iterable[tuple[TableMapping, Sheet]]) -> dict[str, frozenset[str]]:
    """By which fields records will be named."""
    names: dict[str, set[str]] = {}
    for table, _ in found:
        for column in table.columns:
            if column.link is not None:
                names.setdefault(column.link.to, set()).update(column.link.by)
        for name in table.links:
            names.setdefault(f"{name.removesuffix('_id')}s", set()).add(EXTERNAL_ID)
    return {entity: frozenset(fields) for entity, fields in names.items()}


def _own(sheet: Sheet) -> list[str]:
    """The columns of a file without what we added to it."""
    return [column for column in sheet.columns if plain(column) != ERROR_COLUMN]


def _again(lines: Sequence[Line]) -> Callable[[], Iterator[Line]]:
    """The same lines each time."""
    return lambda: iter(lines)


def _stem(name: str) -> str:
    stem = name.rpartition(".")[0] or name
    return stem.removesuffix(".errors").casefold()


def _place(sheet: Sheet, column: str) -> int:
    if column in sheet.columns:
        return sheet.columns.index(column)
    return [plain(one) for one in sheet.columns].index(plain(column))


def _unknown(sheet: Sheet, columns: Sequence[str], kinds: Mapping[str, KnownFile]) -> FileRefused:
    """Says what is wrong with the columns of a file that is of no known kind, and what to do."""

    def closeness(kind: str) -> float:
        wanted = set(map(plain, kinds[kind].columns))
        return len(set(columns) & wanted) / len(set(columns) | wanted)

    near = max(kinds, key=closeness)
    if closeness(near) < ALIKE and plain(Path(sheet.name).stem) != near:
        shapes = "; ".join(f"{name} ({', '.join(file.columns)})" for name, file in kinds.items())
        return FileRefused(
            sheet.name,
            f"It is none of the files of this import; its columns are {', '.join(sheet.columns)[:200]}.",
            f"Leave it out, or send files with these columns: {shapes}.",
            code="wrong_file",
            line=1,
        )
    wanted = list(map(plain, kinds[near].columns))
    missing = [column for column in wanted if column not in columns]
    strange = [column for column in columns if column not in wanted]
    words, remedies = [], []
    left = list(strange)
    for column in missing:
        words.append(f"the column {column!r} is missing")
        alike = difflib.get_close_matches(column, left, 1)
        remedies.append(f"rename {alike[0]!r} to {column!r}" if alike else f"add the column {column!r}")
        left = [name for name in left if name not in alike]
    for column in left:
        words.append(f"the column {column!r} is not known here")
        remedies.append(f"remove the column {column!r}")
    return FileRefused(
        sheet.name,
        f"As {near}: {'; '.join(words)}.",
        f"{'; '.join(remedies).capitalize()}.",
        code="missing_column" if missing else "unknown_column",
        line=1,
        column=(missing or strange)[0],
    )


def _joined(first: Part, second: Part, seen: _Seen) -> Part:
    """Two tables of one kind out of one file, one after the other; who came in with the first is not done again."""

    def lines() -> Iterator[Line]:
        keys: set[str] = set()
        for line in first.lines():
            if line.key and not line.complaints:
                keys.add(line.key)
            yield line
        for line in second.lines():
            if line.key in keys and not line.complaints and not line.skipped:
                line.skipped = ("already_in", "The same came in with an earlier row of this file.")
                line.values = {}
            yield line

    return Part(
        first.entity,
        first.file,
        first.rows + second.rows,
        lambda: _in_waves(lines),
        mode=first.mode,
        key=first.key,
    )


def _in_waves(lines: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    """The lines of small tables, those that need others after them."""
    return iter(sorted(lines(), key=lambda line: line.wave))


class _Seen:
    """Lets each key through once: a repetition of the same row is skipped, one that differs has failed."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}

    def before(self, key: str, number: int, content: int) -> tuple[int, bool] | None:
        """The line that had this key, and whether it was the same; None for the first."""
        place = hash(key)
        packed = (number << 64) | (content & 0xFFFFFFFFFFFFFFFF)
        known = self._seen.setdefault(place, packed)
        first = known >> 64
        return (
            None if first == number else (first, known & 0xFFFFFFFFFFFFFFFF == content & 0xFFFFFFFFFFFFFFFF)
        )


class _Addresses:
    """Addresses for people the files give none: first.last at a domain that never exists."""

    def __init__(self, domain: str) -> None:
        self._domain = domain
        self._taken: dict[str, str] = {}

    def of(self, name: str) -> str:
        ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
        words = re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", ascii_name) or ["somebody"]
        local, number = ".".join(words), 1
        while self._taken.setdefault(local, name) != name:
            number += 1
            local = f"{'.'.join(words)}.{number}"
        return f"{local}@{self._domain}"


# --- one table -------------------------------------------------------------------------------------------------

_PLAIN, _MONEY, _CURRENCY, _NAME, _LIST, _LINK, _CUSTOM_FIELD = range(7)


@dataclass(slots=True)
class _Reader:
    """A column ready to be read: where it stands, which field it becomes, how."""

    place: int
    column: str
    field: str
    put: int
    read: Callable[[str], Any]
    is_loose: bool
    told: Column
    link: LinkTo | None = None
    is_list: bool = False
    only_place: int = -1
    is_templated: bool = False
    is_first: bool = True


@dataclass
class _Table:
    """A table's rows as lines."""

    told: TableMapping
    sheet: Sheet
    kind: KnownFile | None
    around: Around
    region: str | None
    corrections: Corrections
    catalogues: Mapping[str, Names]
    addresses: Mapping[str, _Addresses]
    siblings: Sequence[TableMapping]
    readers: list[_Reader] = field(init=False)

    def __post_init__(self) -> None:
        self._templated = {
            name
            for one in self.told.derived
            for name in (*(piece[0] for piece in one.template), one.address_of)
        } - {""}
        self.readers = [self._reader(column) for column in self.told.columns]
        places: set[int] = set()
        for reader in self.readers:
            reader.is_first = reader.place not in places
            places.add(reader.place)
        self._columns = {reader.field: reader.column for reader in self.readers}
        if "full_name" in self._columns:
            self._columns.update(
                {
                    name: self._columns["full_name"]
                    for name in ("first_name", "last_name")
                    if name not in self._columns
                }
            )
        for name, piece in ((one.field.name, self._first(one)) for one in self.told.derived):
            if piece:
                self._columns.setdefault(name, piece)
        for name, column in self.told.collect.items():
            self._columns.setdefault(name, column)
        self._key = next((reader for reader in self.readers if reader.field == self.told.key), None)
        self._key_field = self.told.key or EXTERNAL_ID
        self._constants = dict(self.told.constants)
        self._has_money = any(reader.put == _MONEY for reader in self.readers)
        self._self_link = next(
            (
                reader
                for reader in self.readers
                if reader.link is not None and reader.link.to == self.told.object.name and not reader.is_list
            ),
            None,
        )
        self._is_ours = self.sheet.has_errors
        self._width = len(self.sheet.columns)

    @staticmethod
    def _first(one: Derived) -> str:
        return one.address_of or next((name for name, _, _ in one.template if name), "")

    # --- parts ---

    def part(self) -> Part:
        told, entity = self.told, self.told.object.name
        options: dict[str, Any] = {"mode": told.mode, "key": told.key or EXTERNAL_ID}
        if told.rows:
            lines = [self._constant(number, row) for number, row in enumerate(told.rows, start=1)]
            return Part(
                entity,
                self.sheet.name,
                len(lines),
                lambda: iter(lines),
                is_vital=entity == "pipelines",
                **options,
            )
        if told.distinct:
            listed = list(self._distinct())
            return Part(entity, self.sheet.name, len(listed), lambda: iter(listed), **options)
        links = [Link("pipelines", key, "", name) for name, key in told.links.items()]
        return Part(
            entity,
            self.sheet.name,
            self.sheet.rows,
            self._in_levels if self._self_link is not None and self._key is not None else self._lines,
            links,
            self._rehearsal(),
            **options,
        )

    def _rehearsal(self) -> dict[str, Any]:
        """What the calls of a dry run are told of the pipeline that the import itself would have made."""
        for key in self.told.links.values():
            for table in self.siblings:
                for row in table.rows:
                    if table.object.name == "pipelines" and row.get(EXTERNAL_ID) == key:
                        return {"pipeline": {name: row[name] for name in ("name", "stages") if name in row}}
        return {}

    def helpers(self) -> list[Part]:
        """The parts that make what this table's links name and nobody has made."""
        found = []
        for reader in self.readers:
            link = reader.link
            if link is None or not link.makes:
                continue
            names: dict[str, tuple[int, list[str]]] = {}
            for row in self.sheet.records():
                text = row.cells[reader.place].strip() if reader.place < len(row.cells) else ""
                if text and text[0] != "=" and text not in names and not cells.means_nothing(text):
                    if len(names) >= MOST_DISTINCT:
                        break
                    names[text] = (row.line, row.cells)
            keys = OBJECTS[link.to].keys
            key = "name" if "name" in keys else EXTERNAL_ID
            more = {} if key == "name" else {"name": ""}
            lines = [
                Line(
                    self.sheet,
                    number,
                    row,
                    key=name,
                    values={key: name, **({"name": name} if more else {})},
                    columns={key: reader.column, "name": reader.column},
                )
                for name, (number, row) in names.items()
            ]
            found.append(Part(link.to, self.sheet.name, len(lines), _again(lines), is_help=True, key=key))
        return found

    def _constant(self, number: int, row: Mapping[str, Any]) -> Line:
        values = {**self._constants, **row}
        return Line(self.sheet, number, (), key=str(values.get(self._key_field) or ""), values=values)

    # --- distinct values of a column ---

    def _distinct(self) -> Iterator[Line]:
        """One line for each value of a column, out of the first row that has it; collected columns list theirs."""
        told = self.told
        assert told.distinct is not None
        place = _place(self.sheet, told.distinct)
        collects = {name: _place(self.sheet, column) for name, column in told.collect.items()}
        made: dict[str, Line] = {}
        checks = _Checks(self.sheet, self.kind, self._ours)
        for row in self.sheet.records():
            if len(row.cells) < self._width or checks.problem(row) is not None:
                continue
            value = self._ours(row.cells[place])
            if not value:
                continue
            line = made.get(value)
            if line is None:
                if len(made) >= MOST_DISTINCT:
                    raise FileRefused(
                        self.sheet.name,
                        f"The column {told.distinct!r} has more than {MOST_DISTINCT:,} different values.",
                        "Map the rows themselves instead of the different values of a column.",
                        code="too_many_values",
                        column=told.distinct,
                    )
                line = made[value] = self._line(row)
                line.wave = 1 if "parent" in line.values else 0
                for name in collects:
                    line.values[name] = []
            for name, where in collects.items():
                more = self._ours(row.cells[where])
                if more and more not in line.values[name]:
                    line.values[name].append(more)
        yield from sorted(made.values(), key=lambda line: line.wave)

    # --- rows ---

    def _lines(self) -> Iterator[Line]:
        once = _Once(self)
        for row in self.sheet.records():
            yield once.line(row)

    def _in_levels(self) -> Iterator[Line]:
        """Rows that point to others of their own file come after those: it is read once for each level."""
        assert self._self_link is not None and self._key is not None
        key, above = self._key.place, self._self_link.place
        parents: dict[str, str] = {}
        for row in self.sheet.records():
            if len(row.cells) > max(key, above) and (parent := self._ours(row.cells[above])):
                parents[self._ours(row.cells[key])] = parent
        levels = {name: _level(name, parents) for name in parents}
        for wave in sorted({0, *levels.values()}):
            once = _Once(self)
            for row in self.sheet.records():
                name = self._ours(row.cells[key]) if key < len(row.cells) else ""
                if levels.get(name, 0) == wave:
                    line = once.line(row)
                    line.wave = wave
                    if wave == _CYCLE and not line.skipped:
                        message = f"{name} would be below itself; correct the chain."
                        line.complaints.append(
                            Complaint(self._self_link.column, parents[name], "parent_cycle", message)
                        )
                    yield line

    def _ours(self, cell: str) -> str:
        return unguarded(cell.strip()) if self._is_ours else cell.strip()

    def _line(self, row: Cells) -> Line:
        """One row as a line, failed when a cell is not what its field needs."""
        number, written = row
        line = Line(self.sheet, number, written)
        values: dict[str, Any] = dict(self._constants)
        complaints = line.complaints
        width = len(written)
        if width != self._width:
            if width > self._width and not any(written[self._width :]):
                pass
            else:
                complaints.append(_wrong_width(self.sheet, written, self._width))
                written = [*written, *[""] * (self._width - width)]
        texts: dict[str, str] = {}
        links: list[Link] = []
        note = self.corrections.note
        for reader in self.readers:
            raw = written[reader.place]
            text = raw.strip()
            if text != raw and reader.is_first:
                note(
                    "spaces_trimmed",
                    "Spaces around values were removed",
                    f"{self.sheet.name} line {number}: {raw!r}",
                )
            told = reader.told
            if text:
                first = text[0]
                if first == "'":
                    text = unguarded(text)
                elif first == "=" or (first == "#" and text in _COMPUTED):
                    complaints.append(_formula(reader.column, text))
                    continue
                elif not reader.is_loose and cells.means_nothing(text):
                    note(
                        "placeholder_empty",
                        "Cells that say in words that they are empty are read as empty",
                        f"{reader.column}: {text}",
                    )
                    text = ""
            if told.values:
                mapped = told.values.get(text.casefold(), text)
                if mapped == text and told.others != "keep" and text.casefold() not in told.values:
                    if told.others == "refuse" and text:
                        complaints.append(_not_among(reader.column, text, told))
                        continue
                    mapped = None
                text = mapped or ""
            if not text:
                if told.is_required:
                    complaints.append(
                        Complaint(reader.column, raw, "required", f"{reader.column} is empty; fill it in.")
                    )
                elif told.if_empty is not None:
                    _remember_note(line, told.if_empty, "")
                continue
            if (
                told.only_with is not None
                and self._ours(written[reader.only_place]).casefold() not in told.only_with[1]
            ):
                complaints.append(
                    Complaint(
                        reader.column,
                        text,
                        "out_of_place",
                        f"{reader.column} is filled, though {told.only_with[0]} is "
                        f"{self._ours(written[reader.only_place])[:80]!r}; leave it empty there.",
                    )
                )
            if told.spelling is not None:
                text = self._spelt(told, text, line)
            if reader.is_templated:
                texts[reader.column] = text
            if reader.put == _LINK:
                assert reader.link is not None
                links.append(
                    Link(
                        reader.link.to,
                        text,
                        reader.column,
                        None if reader.read is _AS_TEXT else reader.field,
                        reader.link.by,
                        reader.is_list,
                    )
                )
                if reader.read is _AS_TEXT:
                    values[reader.field] = text
                continue
            try:
                value = reader.read(text)
            except Unreadable as error:
                complaints.append(
                    Complaint(reader.column, raw, error.code, f"{reader.column}: {error.message}")
                )
                continue
            if told.minimum is not None and _amount(value) < told.minimum:
                complaints.append(
                    Complaint(
                        reader.column,
                        raw,
                        "too_small",
                        f"{reader.column} is {text[:80]}, and cannot be less than {told.minimum:g}.",
                    )
                )
                continue
            put = reader.put
            if put in (_PLAIN, _MONEY):
                values[reader.field] = value
            elif put == _NAME:
                for name, word in value.items():
                    values.setdefault(name, word)
            elif put == _LIST:
                values[reader.field] = [*values.get(reader.field, ()), *value]
            elif put == _CUSTOM_FIELD:
                values.setdefault("custom", {})[reader.field] = value
            else:
                texts[reader.field] = value
        if self._has_money:
            self._settle_money(values, texts, complaints)
        for one in self.told.derived:
            made = self._made(one, written, texts)
            if made:
                values.setdefault(one.field.name, made)
        if self.told.key is None and not self.told.distinct:
            # Nothing in the row says which record it is: its content does, so that the file twice is the file once.
            values[EXTERNAL_ID] = _fingerprint(self.sheet, line.cells)
        line.values = values
        line.links = links
        line.columns = self._columns
        line.key = self._key_of(values)
        return line

    def _key_of(self, values: Mapping[str, Any]) -> str:
        found = values.get(self._key_field)
        return found if isinstance(found, str) else "" if found is None else str(found)

    def _settle_money(
        self, values: dict[str, Any], texts: Mapping[str, str], complaints: list[Complaint]
    ) -> None:
        """Give amounts without a currency the one of their row, of their column, of the mapping or the workspace."""
        for reader in self.readers:
            if reader.put != _MONEY or reader.field not in values:
                continue
            amount = values[reader.field]
            if amount["currency"] is None:
                amount["currency"] = texts.get(f"{reader.field}{CURRENCY_OF}") or self.around.currency
            if amount["currency"] is None:
                del values[reader.field]
                complaints.append(
                    Complaint(
                        reader.column,
                        str(amount["amount"]),
                        "currency_missing",
                        f"{reader.column} has no currency; set `currency` in the mapping.",
                    )
                )

    def _made(self, one: Derived, written: Sequence[str], texts: Mapping[str, str]) -> str:
        def text_of(column: str) -> str:
            known = texts.get(column)
            return known if known is not None else self._ours(written[_place(self.sheet, column)])

        if one.address_of:
            name = text_of(one.address_of)
            return self.addresses[one.domain].of(name) if name else ""
        pieces = []
        for column, otherwise, behind in one.template:
            pieces.append((text_of(column) or otherwise if column else "") + behind)
        return "".join(pieces)

    def _spelt(self, told: Column, text: str, line: Line) -> str:
        """The known spelling of a cell."""
        spelling = told.spelling
        assert spelling is not None
        used = (
            self.catalogues[spelling.table].match(text)
            if spelling.table
            else nearest(text, spelling.among or ())
        )
        if used != text and spelling.note is not None:
            _remember_note(line, spelling.note, f"{text} → {used}")
        return used

    # --- readers ---

    def _reader(self, told: Column) -> _Reader:
        field_ = told.field
        reader = _Reader(
            _place(self.sheet, told.column),
            told.column,
            field_.name,
            _PLAIN,
            _AS_TEXT,
            field_.type in _LOOSE,
            told,
            is_list=field_.is_list,
            is_templated=told.column in self._templated,
        )
        if told.only_with is not None:
            reader.only_place = _place(self.sheet, told.only_with[0])
        if told.link is not None:
            reader.put, reader.link = _LINK, told.link
            reader.read = _AS_LINK if field_.type == "link" else _AS_TEXT
            return reader
        style, unit, is_fraction = (
            cells.split_format(told.format)
            if field_.type in ("money", "whole", "number")
            else (None, 1, False)
        )
        order = cells.day_format(told.format) if field_.type in ("day", "instant") else None
        match field_.type:
            case "money":
                reader.put, reader.read = _MONEY, cells.money(style, unit, told.currency)
            case "currency":
                reader.put, reader.read = _CURRENCY, cells.currency_code
            case "full_name":
                reader.put, reader.read = _NAME, cells.full_name
            case "list":
                reader.put, reader.read = _LIST, cells.listed
            case "whole":
                reader.read = (
                    cells.seconds
                    if field_.name.endswith("_seconds") and style is None and unit == 1
                    else cells.whole(style, unit, is_fraction=is_fraction)
                )
            case "number":
                reader.read = cells.decimal(style, unit)
            case "day":
                reader.read = cells.day(order)
            case "instant":
                reader.read = cells.instant(order, self.around.time_zone)
            case "boolean":
                reader.read = cells.boolean
            case "choice":
                reader.read = cells.choice(field_.choices)
            case "phone":
                reader.read = cells.phone(self.region)
        if field_.name.startswith(CUSTOM):
            reader.put, reader.field = _CUSTOM_FIELD, field_.name.removeprefix(CUSTOM)
        return reader


def _fingerprint(sheet: Sheet, written: Sequence[str]) -> str:
    """An external id for a row that has none, out of what stands in it."""
    own = [
        cell.strip()
        for name, cell in zip(sheet.columns, written, strict=False)
        if plain(name) != ERROR_COLUMN
    ]
    return f"row:{hashlib.sha256(chr(31).join(own).encode()).hexdigest()[:32]}"


def _AS_TEXT(text: str) -> str:  # noqa: N802 - compared by identity, as a constant is
    return text


def _AS_LINK(text: str) -> str:  # noqa: N802
    return text


def _remember_note(line: Line, note: Note, example: str) -> None:
    line.notes.append((note.code, note.message, example))


def _amount(value: Any) -> float:
    return float(value["amount"] if isinstance(value, Mapping) else value)


def _formula(column: str, text: str) -> Complaint:
    if text[0] == "#":
        return Complaint(
            column,
            text,
            "error_cell",
            f"{column}: the spreadsheet could not compute this cell; write its value.",
        )
    return Complaint(
        column,
        text,
        "formula_cell",
        f"{column} holds a formula; write its value, or an apostrophe in front if it is meant as text.",
    )


def _not_among(column: str, text: str, told: Column) -> Complaint:
    known = ", ".join(dict.fromkeys(value for value in told.values.values() if value))
    return Complaint(
        column, text, "unknown_value", f"{column}: {text[:80]!r} is not known here; use one of {known[:300]}."
    )


def _wrong_width(sheet: Sheet, written: Sequence[str], want: int) -> Complaint:
    have = len(written)
    code = "too_few_columns" if have < want else "too_many_columns"
    hint = "the line may be cut off" if have < want else "a value that holds the delimiter needs quotes"
    return Complaint(
        "", sheet.delimiter.join(written)[:200], code, f"The line has {have} of {want} columns; {hint}."
    )


class _Checks:
    """What the rows of a known file must agree in."""

    def __init__(self, sheet: Sheet, kind: KnownFile | None, ours: Callable[[str], str]) -> None:
        self._agree = [
            (one, other, _place(sheet, one), _place(sheet, other))
            for one, other in (kind.agree if kind else ())
        ]
        self._unique = _place(sheet, kind.unique) if kind is not None and kind.unique else -1
        self._first: dict[tuple[str, str], str] = {}
        self._seen: set[str] = set()
        self._ours = ours

    def problem(self, row: Cells) -> Complaint | None:
        """What is wrong with a row that the file's rules do not allow."""
        for one, other, here, there in self._agree:
            value, with_ = self._ours(row.cells[here]), self._ours(row.cells[there])
            first = self._first.setdefault((one, value), with_)
            if first != with_:
                return Complaint(
                    other,
                    with_,
                    "disagrees",
                    f"{one} {value[:80]!r} has the {other} {first[:80]!r} in an earlier row; make them agree.",
                )
        if self._unique >= 0:
            value = self._ours(row.cells[self._unique])
            if value in self._seen:
                return Complaint("", value, "repeated", "This row repeats an earlier one.")
            self._seen.add(value)
        return None


class _Once:
    """Makes the lines of a table, each key once."""

    def __init__(self, table: _Table) -> None:
        self._table = table
        self._seen = _Seen()
        self._agree = (
            _Checks(table.sheet, KnownFile((), "", table.kind.agree), table._ours)
            if table.kind is not None and table.kind.agree
            else None
        )
        self._width = table._width
        self._places = [
            place for place, name in enumerate(table.sheet.columns) if plain(name) != ERROR_COLUMN
        ]
        self._is_all = len(self._places) == table._width

    def line(self, row: Cells) -> Line:
        table = self._table
        line = table._line(row)
        if self._agree is not None and len(row.cells) >= self._width:
            problem = self._agree.problem(row)
            if problem is not None:
                line.complaints.append(problem)
        if line.key:
            self._check(line, row)
        if not line.complaints and line.skipped is None:
            for code, message, example in line.notes:
                table.corrections.note(code, message, example or line.key)
        return line

    def _check(self, line: Line, row: Cells) -> None:
        written = row.cells
        content = (
            hash(tuple(written))
            if self._is_all
            else hash(tuple([written[place] for place in self._places if place < len(written)]))
        )
        before = self._seen.before(line.key, line.number, content)
        if before is None:
            return
        first, is_same = before
        table = self._table
        if is_same:
            table.corrections.note(
                "duplicate_row",
                "Rows that repeat an earlier one are skipped",
                f"{line.file} line {line.number}: as line {first}",
            )
            line.skipped = ("duplicate_row", "It repeats an earlier row of the file.")
            return
        column = table._columns.get(table._key_field, table._key_field)
        line.complaints.append(
            Complaint(
                column,
                line.key,
                "duplicate_key",
                f"Line {first} has the same {column} with other values; keep one of them.",
            )
        )


_CYCLE = -1


def _level(name: str, parents: Mapping[str, str]) -> int:
    """How many rows of the file are above this one; `_CYCLE` when the way up ends where it began."""
    level, above = 1, parents[name]
    while above in parents:
        level += 1
        if above == name or level > len(parents) + 1:
            return _CYCLE
        above = parents[above]
    return _CYCLE if above == name else level
