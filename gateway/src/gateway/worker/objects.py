"""What can be imported: the kinds of records, their fields, and by which field each is found again.

Fields are those of the services' own import messages, so that a field a service learns can be imported at once. A few
more stand for what files write in another way: a whole name in one column, the currency of an amount in another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from marshmallow import Schema, fields, validate

from chassis import contracts
from messages.addresses import Domain, Email, Phone, Website
from messages.common import Day, Id, Instant, MoneyField

EXTERNAL_ID = "external_id"
CUSTOM = "custom."
FULL_NAME = "full_name"
CURRENCY_OF = ".currency"
MODES = ("create", "update", "upsert")

# Which kind of record a field points to, and by which of its fields a file may name it, the most certain first.
LINKS: Mapping[str, str] = {
    "owner_id": "users",
    "team_id": "teams",
    "account_id": "accounts",
    "contact_id": "contacts",
    "lead_id": "leads",
    "product_id": "products",
    "record_ids": "accounts",
    "manager_id": "users",
}
NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "users": ("email", "name", EXTERNAL_ID),
    "teams": ("name", EXTERNAL_ID),
    "accounts": ("name", "domain", EXTERNAL_ID),
    "contacts": ("email", "name", EXTERNAL_ID),
    "leads": ("email", "name", EXTERNAL_ID),
    "products": ("name", "code", EXTERNAL_ID),
    "pipelines": ("name", EXTERNAL_ID),
    "deals": ("name", EXTERNAL_ID),
}


@dataclass(frozen=True)
class Field:
    """A field that a column may become. `type` says how its text is read; `choices` are what a `choice` may be.

    `is_required` is true of what a new record must have, `links_to` of the kind of record that it points to.
    """

    name: str
    type: str
    choices: tuple[str, ...] = ()
    is_required: bool = False
    links_to: str = ""
    is_list: bool = False


@dataclass(frozen=True)
class ImportObject:
    """A kind of record. `keys` are the fields by which one that is here is found, the default first."""

    name: str
    service: str
    noun: str
    bring: str
    look: str
    word: str
    natural: tuple[str, ...] = ()
    is_shown: bool = True
    extra: tuple[Field, ...] = field(default=())

    @property
    def row(self) -> type[Schema]:
        """The message of one row."""
        found: type[Schema] = getattr(contracts.module_of(self.service), f"{self.noun.capitalize()}ImportRow")
        return found

    @property
    def keys(self) -> tuple[str, ...]:
        declared = contracts.schema_of(self.service, self.bring)._declared_fields.get("key")
        for validator in getattr(declared, "validators", ()):
            if isinstance(validator, validate.OneOf):
                return tuple(str(one) for one in validator.choices)
        return (EXTERNAL_ID,)

    @property
    def takes_key(self) -> bool:
        """Whether its service finds records by another field than the external id, and in several modes."""
        return "key" in contracts.schema_of(self.service, self.bring)._declared_fields

    @property
    def fields(self) -> Mapping[str, Field]:
        return _fields_of(self.name)


OBJECTS: Mapping[str, ImportObject] = {
    one.name: one
    for one in (
        ImportObject(
            "accounts",
            "contacts",
            "account",
            "import_accounts",
            "list_accounts",
            "account",
            ("domain", "name"),
        ),
        ImportObject(
            "contacts", "contacts", "contact", "import_contacts", "list_contacts", "contact", ("email",)
        ),
        ImportObject("leads", "contacts", "lead", "import_leads", "list_leads", "lead", ("email",)),
        ImportObject("deals", "deals", "deal", "import_deals", "list_deals", "deal", ("name",)),
        ImportObject(
            "activities", "activities", "activity", "import_activities", "list_activities", "activity"
        ),
        ImportObject(
            "products", "deals", "product", "import_products", "list_products", "product", ("code", "name")
        ),
        ImportObject(
            "pipelines", "deals", "pipeline", "import_pipelines", "list_pipelines", "pipeline", is_shown=False
        ),
        ImportObject("users", "organisation", "user", "import_users", "list_users", "person", ("email",)),
        ImportObject("teams", "organisation", "team", "import_teams", "list_teams", "team", is_shown=False),
    )
}
SHOWN = tuple(name for name, one in OBJECTS.items() if one.is_shown)


def is_here(name: str) -> bool:
    """Whether the service of this kind of record imports it."""
    one = OBJECTS[name]
    try:
        contracts.schema_of(one.service, one.bring)
        _ = one.row
    except (AttributeError, ImportError):
        return False
    return True


@cache
def _fields_of(name: str) -> Mapping[str, Field]:
    one = OBJECTS[name]
    schema = one.row()
    required = set(getattr(one.row, "required_to_create", ()))
    found: dict[str, Field] = {}
    for field_name, kind in schema.fields.items():
        if field_name == "custom":
            continue
        made = _field(field_name, kind, is_required=bool(kind.required) or field_name in required)
        found[field_name] = made
        if made.type == "money":
            currency = f"{field_name}{CURRENCY_OF}"
            found[currency] = Field(currency, "currency")
    if {"first_name", "last_name"} <= found.keys():
        found[FULL_NAME] = Field(FULL_NAME, "full_name")
    return found


_TYPES: tuple[tuple[type[fields.Field[Any]], str], ...] = (
    (MoneyField, "money"),
    (Day, "day"),
    (Instant, "instant"),
    (Email, "email"),
    (Phone, "phone"),
    (Domain, "domain"),
    (Website, "url"),
    (fields.Boolean, "boolean"),
    (fields.Integer, "whole"),
    (fields.Number, "number"),
)


def _field(name: str, kind: fields.Field[Any], *, is_required: bool) -> Field:
    if isinstance(kind, Id) or (isinstance(kind, fields.List) and isinstance(kind.inner, Id)):
        is_list = isinstance(kind, fields.List)
        return Field(name, "link", is_required=is_required, links_to=LINKS.get(name, ""), is_list=is_list)
    if isinstance(kind, fields.List):
        return Field(name, "list", is_required=is_required, is_list=True)
    choices = next(
        (tuple(map(str, one.choices)) for one in kind.validators if isinstance(one, validate.OneOf)), ()
    )
    if choices:
        return Field(name, "choice", choices, is_required)
    found = next((type_ for known, type_ in _TYPES if isinstance(kind, known)), "text")
    return Field(name, found, is_required=is_required)
