"""The bases and field types that every message module uses. Messages hold no technique and no rules.

A command's or query's class is named like its operation (`move_stage` -> `MoveStage`); an event's `wire` is its
type on the bus, and its module's name the service that tells it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from chassis.money import LIMIT, Money

ID = re.compile(r"^[a-z][a-z_]{0,30}_[0-7][0-9a-hjkmnp-tv-z]{25}$")
CURRENCY = re.compile(r"^[A-Z]{3}$")
ACCESS = ("read", "write")
ENROLLED_BY = ("date", "schedule", "hand")


class Message(Schema):
    """Base of everything that comes in: unknown fields are refused by name."""

    class Meta:
        unknown = RAISE


class Command(Message):
    """Arguments of an operation that writes. `answers` is the view it returns, `permission` what it takes.

    `scope` opens it to partners whose key has that scope.
    """

    permission: ClassVar[str] = "write"
    scope: ClassVar[str | None] = None
    answers: ClassVar[type[Schema] | None] = None


class Query(Message):
    """Arguments of an operation that reads."""

    permission: ClassVar[str] = "read"
    scope: ClassVar[str | None] = None
    answers: ClassVar[type[Schema] | None] = None


class View(Schema):
    """What goes out; readers ignore fields they do not know."""

    class Meta:
        unknown = EXCLUDE


class Event(Schema):
    """A fact that a service tells: `record` after it, `changes` {field: [before, after]}, and what the fact adds.

    `addressed_to` names the property of the record that holds the one user who may read it in public feeds.
    """

    wire: ClassVar[str]
    source: ClassVar[str]
    addressed_to: ClassVar[str | None] = None

    class Meta:
        unknown = EXCLUDE

    record = fields.Dict(keys=fields.String(), metadata={"description": "All properties after the change."})
    changes = fields.Dict(keys=fields.String(), metadata={"description": "field -> [before, after]"})

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.source = cls.__module__.rpartition(".")[2]


class Text(fields.String):
    """A bounded string in Unicode NFC without control characters; `multiline` lets line breaks and tabs pass."""

    def __init__(
        self, *, longest: int = 200, shortest: int = 0, multiline: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(validate=validate.Length(min=shortest, max=longest), **kwargs)
        self.multiline = multiline

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if type(value) is str and value.isascii() and value.isprintable():
            # Most texts of most imports; what is ASCII is in its normal form.
            return value.strip()
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs)).strip()
        if text.isprintable():
            return text
        allowed = "\n\r\t" if self.multiline else ""
        if any(unicodedata.category(char) == "Cc" and char not in allowed for char in text):
            raise ValidationError("Control characters are not allowed.")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValidationError("This is not valid Unicode text.") from None
        return text


class Id(fields.String):
    """An id of the suite (`deal_01k...`); with `prefix`, of this kind only."""

    def __init__(self, prefix: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.prefix = prefix

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not ID.match(text) or (self.prefix is not None and text.rpartition("_")[0] != self.prefix):
            raise ValidationError(
                f"Not the id of a {self.prefix or 'record'} (like {self.prefix or 'record'}_01k...)."
            )
        return text


class MoneyField(fields.Field[Any]):
    """`{"amount": "1250.00", "currency": "EUR"}`: decimal text with at most 4 decimals, and an ISO 4217 code."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value.as_wire() if isinstance(value, Money) else value

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Money:
        if not isinstance(value, Mapping) or set(value) != {"amount", "currency"}:
            raise ValidationError('Not money: send {"amount": "1250.00", "currency": "EUR"}.')
        if not isinstance(value["amount"], (str, int)) or isinstance(value["amount"], bool):
            raise ValidationError('Send the amount as text with a decimal point, like "1250.00".')
        try:
            amount = Decimal(str(value["amount"]))
        except InvalidOperation:
            raise ValidationError("The amount is not a decimal number.") from None
        if not amount.is_finite() or abs(amount) > LIMIT:
            raise ValidationError("The amount is out of range.")
        if amount != amount.quantize(Decimal("0.0001")):
            raise ValidationError("The amount has more than 4 decimals.")
        if not isinstance(value["currency"], str) or not CURRENCY.match(value["currency"]):
            raise ValidationError("The currency is not an ISO 4217 code like EUR.")
        return Money(amount, value["currency"])


class Instant(fields.AwareDateTime):
    """RFC 3339 with a zone; kept as UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", default_timezone=None, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        if not 1900 <= moment.year <= 2200:
            raise ValidationError("The instant is out of range (1900 to 2200).")
        moment = moment.astimezone(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class Day(fields.Date):
    """A business day, `YYYY-MM-DD`."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> date:
        day = super()._deserialize(value, attr, data, **kwargs)
        if not 1900 <= day.year <= 2200:
            raise ValidationError("The day is out of range (1900 to 2200).")
        return day


def one_of(*values: str, **kwargs: Any) -> fields.String:
    """A text out of a fixed list."""
    return fields.String(validate=validate.OneOf(values), **kwargs)


def tags(**kwargs: Any) -> fields.List[Any]:
    """A short list of labels."""
    return fields.List(Text(longest=60, shortest=1), validate=validate.Length(max=50), **kwargs)


def ids(prefix: str | None = None, *, most: int = 200, **kwargs: Any) -> fields.List[Any]:
    """A bounded list of ids."""
    return fields.List(Id(prefix), validate=validate.Length(max=most), **kwargs)


def version(**kwargs: Any) -> fields.Integer:
    """The version of the record that the caller saw."""
    return fields.Integer(strict=True, validate=validate.Range(min=1), required=True, **kwargs)


def custom(**kwargs: Any) -> fields.Dict:
    """Values of custom properties."""
    return fields.Dict(
        keys=Text(longest=60, shortest=1),
        values=fields.Raw(allow_none=True),
        validate=validate.Length(max=200),
        **kwargs,
    )


class RecordView(View):
    """What every record shows."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    created_at = fields.String(required=True)
    updated_at = fields.String(required=True)
    custom = fields.Dict(required=True)


class Page(View):
    """One page of a list. `next` holds the sort values of the last row, null at the end."""

    data = fields.List(fields.Dict(), required=True)
    next = fields.List(fields.Raw(allow_none=True), required=True, allow_none=True)
    total = fields.Integer()


class ListQuery(Query):
    """Arguments of every list: the filter language as text or tree, sort keys, one page."""

    answers = Page
    filter = fields.Raw(load_default=None, allow_none=True)
    sort = Text(longest=200, load_default="", allow_none=True)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200))
    after = fields.List(fields.Raw(allow_none=True), load_default=None, allow_none=True)
    count = fields.Boolean(load_default=False)
    time_zone = Text(longest=60, load_default="UTC")


class ExportPage(View):
    """One page of an export: values in the order of `columns`, money as `[amount, currency]`.

    `custom` names the custom properties in use, `total` (on the first page) counts all rows.
    """

    columns = fields.List(fields.Dict(), required=True)
    rows = fields.List(fields.Raw(), required=True)
    next = fields.List(fields.Raw(allow_none=True), required=True, allow_none=True)
    custom = fields.List(fields.String(), required=True)
    total = fields.Integer()


class ExportQuery(Query):
    """Arguments of every export: as of a list, and the columns; `custom` and `after` as the page before said."""

    answers = ExportPage
    filter = fields.Raw(load_default=None, allow_none=True)
    sort = Text(longest=200, load_default="", allow_none=True)
    fields_ = fields.List(
        Text(longest=130),
        load_default=list,
        validate=validate.Length(max=200),
        data_key="fields",
        attribute="fields",
    )
    custom = fields.List(
        Text(longest=60), load_default=None, allow_none=True, validate=validate.Length(max=200)
    )
    limit = fields.Integer(strict=True, load_default=1000, validate=validate.Range(min=1, max=2000))
    after = fields.List(fields.Raw(allow_none=True), load_default=None, allow_none=True)
    time_zone = Text(longest=60, load_default="UTC")


class ReadQuery(Query):
    """Arguments of every batch read: at most 200 ids, order kept."""

    ids = fields.List(Id(), required=True, validate=validate.Length(max=200))


class Matched(View):
    """Why a record is a hit: the field, its text, and which letters of it fit."""

    field = fields.String(required=True)
    text = fields.String(required=True)
    spans = fields.List(
        fields.List(fields.Integer()),
        required=True,
        metadata={"description": "[from, to) in characters of `text`, for marking."},
    )


class Hit(View):
    """A record that fits a search. `rank`: the whole value, its beginning, a word's, or letters inside."""

    type = fields.String(required=True)
    id = fields.String(required=True)
    label = fields.String(required=True)
    detail = fields.String(required=True, allow_none=True)
    rank = one_of("exact", "prefix", "word", "part", required=True)
    matched = fields.Nested(Matched, required=True)


class Hits(View):
    data = fields.List(fields.Nested(Hit), required=True)


class SearchQuery(Query):
    """Arguments of every search: the records that hold every word of `q`, the best first.

    Case and accents do not count. Words may come in any order; letters inside a word count last.
    """

    answers = Hits
    q = Text(longest=200, shortest=1, required=True)
    limit = fields.Integer(load_default=10, validate=validate.Range(min=1, max=50))


def import_key(*names: str) -> fields.String:
    """The field by which an import finds the records that are here: one of `names`, the first by default."""
    return one_of(*names, load_default=names[0])


class ImportRow(Message):
    """A record as an import brings it. `required_to_create` names the fields without which no record is made."""

    required_to_create: ClassVar[tuple[str, ...]] = ()


class ImportCommand(Command):
    """Create or update records, at most 500 rows a call; answers one outcome a row.

    `key` names the field by which a record that is here is found. `mode` says what becomes of it: `upsert` changes
    the one that is here and creates the one that is not; `create` skips what is here (`already_exists`), `update` what
    is not (`not_found`). An outcome is `{row, action, id, errors}`; the action is created, updated, unchanged, skipped
    or failed. A row whose key fits several records fails (`ambiguous_key`). A row of the job that came before is not
    done again.
    """

    permission = "import"
    job_id = Id("job", required=True)
    is_dry_run = fields.Boolean(load_default=False)
    first_row = fields.Integer(strict=True, required=True)
    rows = fields.List(fields.Raw(), required=True, validate=validate.Length(max=500))
    mode = one_of("create", "update", "upsert", load_default="upsert")
    key = import_key("external_id")


class ShareCommand(Command):
    """Let a partner see a record, or write it too."""

    permission = "configure"
    partner_id = Id("partner", required=True)
    access = one_of(*ACCESS, load_default="read")


class UnshareCommand(Command):
    """A partner sees the record no more, also when they made it."""

    permission = "configure"
    partner_id = Id("partner", required=True)


class ShareView(View):
    """A partner that sees a record; `is_maker` says that they made it."""

    partner_id = fields.String(required=True)
    access = one_of(*ACCESS, required=True)
    is_maker = fields.Boolean(required=True)
    granted_at = fields.String(required=True)


class SharesView(View):
    data = fields.List(fields.Nested(ShareView), required=True)


class SharesQuery(Query):
    """The partners that see a record."""

    permission = "configure"
    answers = SharesView


class EnrollCommand(Command):
    """Tell that a workflow takes the record up, and for what: a day that its date says, an hour, a request."""

    permission = "administer"
    workflow_id = Id("workflow", required=True)
    by = one_of(*ENROLLED_BY, required=True)
    occasion = Text(longest=60, required=True)


class EnrolledEvent(Event):
    """A workflow took the record up: by its date, by a schedule, or by hand (`by`). Once for each `occasion`."""

    workflow_id = Id("workflow", required=True)
    by = one_of(*ENROLLED_BY, required=True)
    occasion = fields.String(required=True)


class SharedEvent(Event):
    """A partner may see the record from now on, or write it too; its maker always could."""

    partner_id = fields.String(required=True)
    access = fields.String(required=True)
    is_maker = fields.Boolean(required=True)


class UnsharedEvent(Event):
    """A partner may not see the record any more."""

    partner_id = fields.String(required=True)


class UndoCommand(Command):
    """Take back what an import did, from its last row to its first: at most 500 rows a call.

    Answers `{"outcomes": [{row, action, id, errors}], "next"}`; call again with `next` as `before_row` until that is
    null. The action is removed (the row made the record), restored (it changed it) or kept, with the reason; there is
    one outcome for each row that made or changed a record. A call that comes again answers the same, and tries again
    what was kept. Parts are taken back in the reverse of the order in which they came in; what a copy of another
    service's records holds up (`in_use`) is free a moment after those are gone.
    """

    permission = "import"
    job_id = Id("job", required=True)
    before_row = fields.Integer(strict=True, load_default=None, allow_none=True)
    limit = fields.Integer(strict=True, load_default=500, validate=validate.Range(min=1, max=500))


class Done(View):
    """The answer of an operation with nothing to show."""
