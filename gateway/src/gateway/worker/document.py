"""The mapping: a JSON document that says which files become which records, and how.

`load` checks it as a whole and names table, column and field of whatever cannot be meant, with the remedy. What it says
about files is checked when they are there (`planning`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any
from zoneinfo import available_timezones

from marshmallow import fields, validate

from chassis import contracts
from chassis.errors import FieldError
from gateway.jobs.domain.errors import BadMapping
from gateway.worker import cells
from gateway.worker.objects import CUSTOM, EXTERNAL_ID, MODES, NAMED_BY, OBJECTS, Field, ImportObject, is_here
from messages.common import Message, Text

MOST_TABLES = 40
MOST_COLUMNS = 500
MOST_VALUES = 2000
LISTS = ("countries",)
_PLACE = re.compile(r"\{([^{}|]{1,200})(?:\|([^{}]{0,200}))?\}")
_CUSTOM = re.compile(r"^custom\.[a-z][a-z0-9_]{0,59}$")


class NoteDocument(Message):
    """What the receipt says of what was corrected."""

    code = Text(longest=60, shortest=1, required=True)
    message = Text(longest=200, shortest=1, required=True)


class SpellingDocument(Message):
    """Bring misspelt words to a known one: of a list, or of the keys of another table."""

    among = fields.Raw(metadata={"description": "A list of words, or the name of one: countries."})
    table = Text(longest=120, metadata={"description": "The name of a table of this mapping."})
    note = fields.Nested(NoteDocument)


class LinkDocument(Message):
    """The cell names another record: which kind, by which of its fields, and whether missing ones are made."""

    to = Text(longest=40)
    by = fields.List(Text(longest=60, shortest=1), validate=validate.Length(min=1, max=5))
    create = fields.Boolean()


class OnlyWithDocument(Message):
    """The cell may only be filled where another column has one of these values."""

    column = Text(longest=200, shortest=1, required=True)
    values = fields.List(Text(longest=200), required=True, validate=validate.Length(min=1, max=50))


class ColumnDocument(Message):
    """One column and the field it becomes; `field` null leaves it out."""

    column = Text(longest=200, shortest=1, required=True)
    field = Text(longest=80, shortest=1, allow_none=True, load_default=None)
    confidence = fields.Float(allow_none=True, validate=validate.Range(min=0, max=1))
    format = Text(longest=60, allow_none=True, load_default=None)
    currency = Text(longest=3, allow_none=True)
    values = fields.Dict(
        keys=fields.String(),
        values=fields.String(allow_none=True),
        allow_none=True,
        validate=validate.Length(max=MOST_VALUES),
    )
    others = fields.String(validate=validate.OneOf(("keep", "refuse", "empty")))
    is_required = fields.Boolean()
    minimum = fields.Float(allow_none=True)
    only_with = fields.Nested(OnlyWithDocument, allow_none=True)
    spelling = fields.Nested(SpellingDocument, allow_none=True)
    link = fields.Nested(LinkDocument, allow_none=True)
    if_empty = fields.Nested(NoteDocument, allow_none=True)


class TableDocument(Message):
    """One kind of record out of one file."""

    name = Text(longest=120, shortest=1, allow_none=True)
    file = Text(longest=200, shortest=1, allow_none=True, load_default=None)
    sheet = Text(longest=100, shortest=1, allow_none=True)
    encoding = Text(longest=30, shortest=1, allow_none=True)
    delimiter = fields.String(validate=validate.Length(equal=1), allow_none=True)
    object = Text(longest=40, shortest=1, required=True)
    confidence = fields.Float(allow_none=True, validate=validate.Range(min=0, max=1))
    mode = fields.String(validate=validate.OneOf(MODES), load_default="upsert")
    key = Text(longest=60, shortest=1, allow_none=True, load_default=None)
    columns = fields.List(
        fields.Nested(ColumnDocument), load_default=list, validate=validate.Length(max=MOST_COLUMNS)
    )
    constants = fields.Dict(keys=fields.String(), load_default=dict, validate=validate.Length(max=100))
    derived = fields.Dict(keys=fields.String(), load_default=dict, validate=validate.Length(max=100))
    distinct = Text(longest=200, shortest=1, allow_none=True)
    collect = fields.Dict(keys=fields.String(), values=fields.String(), validate=validate.Length(max=10))
    rows = fields.List(fields.Dict(keys=fields.String()), validate=validate.Length(max=500))
    links = fields.Dict(keys=fields.String(), values=fields.String(), validate=validate.Length(max=5))


class FileDocument(Message):
    """A kind of file that is known by its columns, whatever it is called: these, and no others."""

    columns = fields.List(
        Text(longest=200, shortest=1), required=True, validate=validate.Length(min=1, max=MOST_COLUMNS)
    )
    unique = Text(longest=200, shortest=1)
    agree = fields.List(fields.List(Text(longest=200), validate=validate.Length(equal=2)))


class MappingDocument(Message):
    """What `POST /v1/imports` takes as `mapping`."""

    tables = fields.List(
        fields.Nested(TableDocument), required=True, validate=validate.Length(min=1, max=MOST_TABLES)
    )
    files = fields.Dict(keys=fields.String(), values=fields.Nested(FileDocument), load_default=dict)
    ignore = fields.List(fields.List(Text(longest=200)), load_default=list)
    region = Text(longest=2, allow_none=True)
    currency = Text(longest=3, allow_none=True)
    time_zone = Text(longest=60, allow_none=True)


_DOCUMENT = MappingDocument()


@dataclass(frozen=True)
class Note:
    code: str
    message: str


@dataclass(frozen=True)
class Spelling:
    among: tuple[str, ...] | None
    table: str
    note: Note | None


@dataclass(frozen=True)
class LinkTo:
    """`to` names the kind of record, `by` the fields that may name it; `makes` whether missing ones are made."""

    to: str
    by: tuple[str, ...]
    makes: bool = False


@dataclass(frozen=True)
class Column:
    """A column that becomes a field."""

    column: str
    field: Field
    format: str | None = None
    currency: str | None = None
    values: Mapping[str, str | None] = default(default_factory=dict)
    others: str = "keep"
    is_required: bool = False
    minimum: float | None = None
    only_with: tuple[str, frozenset[str]] | None = None
    spelling: Spelling | None = None
    link: LinkTo | None = None
    if_empty: Note | None = None


@dataclass(frozen=True)
class Derived:
    """A value made of others: a text with places, or an address for a name the files give none."""

    field: Field
    template: tuple[tuple[str, str, str], ...] = ()
    address_of: str = ""
    domain: str = ""


@dataclass(frozen=True)
class TableMapping:
    """One kind of record out of one file; `place` is where it stands in the document."""

    place: int
    name: str
    file: str | None
    sheet: str | None
    encoding: str | None
    delimiter: str | None
    object: ImportObject
    mode: str
    key: str | None
    columns: Sequence[Column]
    constants: Mapping[str, Any]
    derived: Sequence[Derived]
    distinct: str | None
    collect: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]]
    links: Mapping[str, str]

    @property
    def needed(self) -> list[str]:
        """The columns that its file must have."""
        names = [column.column for column in self.columns]
        names += [column.only_with[0] for column in self.columns if column.only_with]
        names += [name for one in self.derived for name, _, _ in one.template if name]
        names += [one.address_of for one in self.derived if one.address_of]
        names += [self.distinct] if self.distinct else []
        return list(dict.fromkeys([*names, *self.collect.values()]))


@dataclass(frozen=True)
class KnownFile:
    columns: tuple[str, ...]
    unique: str
    agree: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MappingPlan:
    """A checked document."""

    tables: Sequence[TableMapping]
    files: Mapping[str, KnownFile]
    ignore: Sequence[frozenset[str]]
    region: str | None
    currency: str | None
    time_zone: str | None


def load(document: Mapping[str, Any]) -> MappingPlan:
    """The document, checked; raises `Invalid` or `BadMapping` with an entry for everything that is wrong."""
    values = contracts.load(_DOCUMENT, document)
    found = _Loader(values)
    plan = found.plan()
    if found.errors:
        said = "; ".join(error["message"] for error in found.errors[:3])
        raise BadMapping(what=said, errors=found.errors)
    return plan


class _Loader:
    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.errors: list[FieldError] = []

    def complain(self, pointer: str, code: str, message: str, hint: str = "") -> None:
        error: FieldError = {"pointer": pointer, "code": code, "message": message}
        if hint:
            error["hint"] = hint
        self.errors.append(error)

    def plan(self) -> MappingPlan:
        values = self._values
        zone = values.get("time_zone")
        if zone is not None and zone not in available_timezones():
            self.complain(
                "/time_zone",
                "unknown_time_zone",
                f"There is no time zone {zone!r}.",
                "Use one like Europe/Berlin.",
            )
            zone = None
        currency = values.get("currency")
        if currency is not None and not re.fullmatch(r"[A-Z]{3}", currency):
            self.complain(
                "/currency", "unknown_currency", f"{currency!r} is no currency code.", "Use one like EUR."
            )
        region = values.get("region")
        if region is not None and not re.fullmatch(r"[A-Z]{2}", region):
            self.complain("/region", "unknown_region", f"{region!r} is no country code.", "Use one like DE.")
        tables = [
            made
            for place, table in enumerate(values["tables"])
            if (made := self._table(place, table)) is not None
        ]
        names = [table.name for table in tables]
        for table in tables:
            for column in table.columns:
                if (
                    column.spelling is not None
                    and column.spelling.table
                    and column.spelling.table not in names
                ):
                    self.complain(
                        f"/tables/{table.place}",
                        "unknown_table",
                        f"{column.column}: there is no table {column.spelling.table!r} to compare with.",
                        f"Name one of {', '.join(names)}.",
                    )
        files = {
            name: KnownFile(
                tuple(file["columns"]),
                file.get("unique") or "",
                tuple((pair[0], pair[1]) for pair in file.get("agree") or ()),
            )
            for name, file in values["files"].items()
        }
        ignore = [frozenset(columns) for columns in values["ignore"]]
        return MappingPlan(tables, files, ignore, region, currency, zone)

    def _table(self, place: int, table: Mapping[str, Any]) -> TableMapping | None:
        pointer = f"/tables/{place}"
        name = table["object"]
        if name not in OBJECTS or not is_here(name):
            known = ", ".join(one for one in OBJECTS if is_here(one))
            hint = difflib.get_close_matches(name, OBJECTS, 1)
            self.complain(
                f"{pointer}/object",
                "unknown_object",
                f"{name!r} is no kind of record that can be imported; there are {known}.",
                f"Did you mean {hint[0]}?" if hint else "",
            )
            return None
        one = OBJECTS[name]
        columns: list[Column] = []
        seen: dict[str, str] = {}
        for index, column in enumerate(table["columns"]):
            if column["field"] is None:
                continue
            made = self._column(f"{pointer}/columns/{index}", one, column)
            if made is None:
                continue
            if made.field.name in seen and not made.field.is_list:
                self.complain(
                    f"{pointer}/columns/{index}/field",
                    "field_twice",
                    f"Both {seen[made.field.name]!r} and {made.column!r} become {made.field.name}.",
                    "Leave one of them out.",
                )
            seen.setdefault(made.field.name, made.column)
            columns.append(made)
        constants = self._constants(pointer, one, table["constants"])
        derived = self._derived(pointer, one, table["derived"])
        has = {*seen, *constants, *(entry.field.name for entry in derived), *(table.get("collect") or {})}
        if "full_name" in has:
            has |= {"first_name", "last_name"}
        rows = table.get("rows") or []
        for row in rows:
            has |= set(row)
        key = self._key(pointer, one, table["key"], has)
        self._check_required(pointer, one, table["mode"], has)
        return TableMapping(
            place,
            table.get("name") or name,
            table["file"],
            table.get("sheet"),
            table.get("encoding"),
            table.get("delimiter"),
            one,
            table["mode"],
            key,
            columns,
            constants,
            derived,
            table.get("distinct"),
            table.get("collect") or {},
            rows,
            table.get("links") or {},
        )

    def _check_required(self, pointer: str, one: ImportObject, mode: str, has: set[str]) -> None:
        if mode == "update":
            return
        for known in one.fields.values():
            optional = known.name in (EXTERNAL_ID, "stage")
            if known.is_required and known.name not in has and not optional:
                if known.name == "name" and one.name == "deals" and "account_id" in has:
                    continue
                self.complain(
                    f"{pointer}/columns",
                    "required",
                    f"No column becomes {known.name}, and a new record of {one.name} must have it.",
                    f"Choose the column for {known.name}, give it a constant, or use the mode update.",
                )

    def _key(self, pointer: str, one: ImportObject, wanted: str | None, has: set[str]) -> str | None:
        keys = one.keys
        if wanted is not None:
            if wanted not in keys:
                self.complain(
                    f"{pointer}/key",
                    "unknown_key",
                    f"{one.name} are not found by {wanted!r}.",
                    f"Use one of {', '.join(keys)}.",
                )
            elif wanted not in has:
                self.complain(
                    f"{pointer}/key",
                    "key_not_mapped",
                    f"No column becomes {wanted}, by which records are to be found.",
                    f"Choose the column for {wanted}, or another key.",
                )
            return wanted
        return next((key for key in (EXTERNAL_ID, *one.natural) if key in keys and key in has), None)

    # --- columns ---

    def _field(self, pointer: str, one: ImportObject, name: str) -> Field | None:
        known = one.fields.get(name)
        if known is not None:
            return known
        if name.startswith(CUSTOM):
            if _CUSTOM.match(name):
                return Field(name, "text")
            self.complain(
                pointer,
                "bad_custom_field",
                f"{name!r} is no name of a custom field.",
                "Use small letters, digits and underscores after `custom.`.",
            )
            return None
        near = difflib.get_close_matches(name, one.fields, 1)
        self.complain(
            pointer,
            "unknown_field",
            f"{one.name} have no field {name!r}.",
            f"Did you mean {near[0]}?" if near else f"Choose one of {', '.join(sorted(one.fields))}.",
        )
        return None

    def _column(self, pointer: str, one: ImportObject, column: Mapping[str, Any]) -> Column | None:
        known = self._field(f"{pointer}/field", one, column["field"])
        if known is None:
            return None
        try:
            if known.type in ("day", "instant"):
                cells.day_format(column["format"])
            elif known.type in ("money", "whole", "number"):
                cells.split_format(column["format"])
        except cells.BadFormat as error:
            self.complain(f"{pointer}/format", "unknown_format", f"{column['column']}: {error}.")
        currency = column.get("currency")
        if currency and not re.fullmatch(r"[A-Z]{3}", currency):
            self.complain(
                f"{pointer}/currency",
                "unknown_currency",
                f"{currency!r} is no currency code.",
                "Use one like EUR.",
            )
        values = {key.strip().casefold(): value for key, value in (column.get("values") or {}).items()}
        if known.choices:
            spelt = {cells.letters(choice) for choice in known.choices}
            for key, value in (column.get("values") or {}).items():
                if value is not None and cells.letters(value) not in spelt:
                    self.complain(
                        f"{pointer}/values/{key}",
                        "unknown_value",
                        f"{column['column']}: {value!r} is no {known.name}.",
                        f"Use one of {', '.join(known.choices)}.",
                    )
        only = column.get("only_with")
        return Column(
            column["column"],
            known,
            column["format"],
            currency,
            values,
            column.get("others") or "keep",
            bool(column.get("is_required")),
            column.get("minimum"),
            (only["column"], frozenset(value.casefold() for value in only["values"])) if only else None,
            self._spelling(pointer, column.get("spelling")),
            self._link(pointer, known, column.get("link")),
            _note(column.get("if_empty")),
        )

    def _spelling(self, pointer: str, told: Mapping[str, Any] | None) -> Spelling | None:
        if not told:
            return None
        among = told.get("among")
        if among is not None and among not in LISTS and not _are_words(among):
            self.complain(
                f"{pointer}/spelling/among",
                "unknown_list",
                "This is neither a list of words nor the name of one.",
                f"Send a list, or one of {', '.join(LISTS)}.",
            )
            return None
        if (among is None) == (not told.get("table")):
            self.complain(f"{pointer}/spelling", "required", "Say `among` which words, or of which `table`.")
            return None
        if among in LISTS:
            from gateway.worker.countries import COUNTRIES

            among = COUNTRIES
        return Spelling(
            None if among is None else tuple(among), told.get("table") or "", _note(told.get("note"))
        )

    def _link(self, pointer: str, known: Field, told: Mapping[str, Any] | None) -> LinkTo | None:
        to = (told or {}).get("to") or known.links_to or _LINKED_TEXTS.get(known.name, "")
        if told is None and known.type != "link" and not to:
            return None
        if to not in NAMED_BY:
            self.complain(
                f"{pointer}/link/to",
                "unknown_object",
                f"{to!r} is nothing that {known.name} can point to." if to else f"{known.name} needs a link.",
                f"Use one of {', '.join(NAMED_BY)}.",
            )
            return None
        named_by = (EXTERNAL_ID,) if known.name in _LINKED_TEXTS else NAMED_BY[to]
        by = tuple((told or {}).get("by") or named_by)
        strange = [name for name in by if name not in NAMED_BY[to]]
        if strange:
            self.complain(
                f"{pointer}/link/by",
                "unknown_field",
                f"{to} are not named by {strange[0]!r}.",
                f"Use {', '.join(NAMED_BY[to])}.",
            )
        makes = bool((told or {}).get("create"))
        if makes and to != "accounts":
            self.complain(
                f"{pointer}/link/create",
                "not_possible",
                f"Missing {to} cannot be made out of a name.",
                "Only accounts can.",
            )
        return LinkTo(to, by, makes)

    # --- other values ---

    def _constants(self, pointer: str, one: ImportObject, told: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in told.items():
            known = self._field(f"{pointer}/constants/{name}", one, name)
            if known is not None:
                found[name] = value
        return found

    def _derived(self, pointer: str, one: ImportObject, told: Mapping[str, Any]) -> list[Derived]:
        found: list[Derived] = []
        for name, value in told.items():
            known = self._field(f"{pointer}/derived/{name}", one, name)
            if known is None:
                continue
            if isinstance(value, str):
                found.append(Derived(known, tuple(_pieces(value))))
            elif isinstance(value, Mapping) and set(value) == {"address_of", "domain"}:
                found.append(Derived(known, (), str(value["address_of"]), str(value["domain"])))
            else:
                self.complain(
                    f"{pointer}/derived/{name}",
                    "bad_value",
                    f"{name} is derived from a text with {{columns}}, or from address_of and domain.",
                )
        return found


_LINKED_TEXTS = {"parent_external_id": "accounts", "account_external_id": "accounts"}


def _note(told: Mapping[str, Any] | None) -> Note | None:
    return Note(told["code"], told["message"]) if told else None


def _are_words(among: Any) -> bool:
    return isinstance(among, list) and bool(among) and all(isinstance(word, str) for word in among)


def _pieces(template: str) -> Iterator[tuple[str, str, str]]:
    """A template as (column, words when it is empty, text behind it); the text in front has no column."""
    end = 0
    places = list(_PLACE.finditer(template))
    if not places or places[0].start():
        yield "", "", template[: places[0].start()] if places else template
    for place, following in zip(places, [*places[1:], None], strict=True):
        end = following.start() if following is not None else len(template)
        yield place[1].strip(), place[2] or "", template[place.end() : end]
