"""The kinds of records that partners read and write: their messages, what may be written, what is masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from chassis.filters import Catalogue, Field
from gateway.v1 import contacts, deals
from gateway.v1.resource import Resource
from messages.organisation import MASKED
from rapport.partner.v1 import accounts_pb2, contacts_pb2, deals_pb2, leads_pb2

CUSTOM, ETAG, EXTERNAL_ID = "custom", "etag", "external_id"
OUTPUT = frozenset({"id", ETAG, "created_at", "updated_at"})


@dataclass(frozen=True)
class Kind:
    """A kind of record. `more_fields` can be filtered by though the message does not hold them, `unfiltered` cannot
    though it does."""

    resource: Resource
    module: Any
    service: str
    more_fields: tuple[Field, ...] = ()
    unfiltered: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        return self.resource.name

    @property
    def noun(self) -> str:
        return self.resource.noun

    @cached_property
    def message(self) -> Any:
        """The class of the record's message."""
        return getattr(self.module, self.noun.capitalize())

    @cached_property
    def fields(self) -> Mapping[str, FieldDescriptor]:
        return dict(self.message.DESCRIPTOR.fields_by_name)

    @property
    def masked(self) -> tuple[str, ...]:
        return MASKED[self.name]

    def visible(self, shown_fields: tuple[str, ...]) -> frozenset[str]:
        """The fields that a partner with these `shown_fields` sees."""
        hidden = {name for name in self.masked if f"{self.name}.{name}" not in shown_fields}
        return frozenset(self.fields) - hidden

    @cached_property
    def creatable(self) -> frozenset[str]:
        """The fields that a new record may have."""
        made = self.resource.schema(self.resource.operation("create"))._declared_fields
        return frozenset(self.fields) & (frozenset(made) - {self.resource.id_argument})

    @cached_property
    def changeable(self) -> frozenset[str]:
        """The fields that an update may change."""
        nested: Any = self.resource.schema(self.resource.operation("update"))._declared_fields["changes"]
        return frozenset(self.fields) & frozenset(nested.schema.fields)

    def catalogue(self, visible: frozenset[str]) -> Catalogue:
        """What filters and orders may name: what the partner sees. A masked field would answer by what it finds."""
        names = [
            name for name in self.fields if name in visible and name not in {ETAG, CUSTOM} | self.unfiltered
        ]
        return Catalogue([*(_field(self.fields[name]) for name in names), *self.more_fields])


def _field(descriptor: FieldDescriptor) -> Field:
    name = descriptor.name
    if descriptor.is_repeated:
        return Field(name, "list")
    if descriptor.enum_type is not None:
        return Field(name, "select", values=tuple(words_of(descriptor.enum_type).values()))
    if descriptor.message_type is not None:
        types: dict[str, Any] = {
            "google.type.Money": "money",
            "google.type.Date": "date",
            "google.protobuf.Timestamp": "instant",
        }
        return Field(name, types[descriptor.message_type.full_name])
    if descriptor.cpp_type != FieldDescriptor.CPPTYPE_STRING:
        return Field(name, "number")
    is_link = name == "id" or (name.endswith("_id") and name != EXTERNAL_ID)
    return Field(name, "reference" if is_link else "text")


def words_of(enum: Any) -> dict[int, str]:
    """The plain words of an enum: ACCOUNT_TIER_SMB is `smb`. Its zero has none."""
    prefix = enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return {value.number: value.name.removeprefix(prefix).lower() for value in enum.values if value.number}


KINDS = (
    Kind(contacts.ACCOUNTS, accounts_pb2, "AccountService"),
    Kind(contacts.CONTACTS, contacts_pb2, "ContactService"),
    Kind(contacts.LEADS, leads_pb2, "LeadService"),
    Kind(
        deals.DEALS,
        deals_pb2,
        "DealService",
        more_fields=(
            Field("stage.name", "text"),
            Field("stage.kind", "select", values=("open", "won", "lost")),
        ),
        unfiltered=frozenset({"won_reason"}),
    ),
)
BY_NOUN = {kind.noun: kind for kind in KINDS}
