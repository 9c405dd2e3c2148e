"""Finds the message schemas of an operation or event by name, and speaks their complaints as `Invalid`.

The schemas live in the package `messages`, one module per service; `move_thing` of a service finds `MoveThing`.
With RAPPORT_STRICT=1 (the tests) answers and events are checked against their schemas too.
"""

from __future__ import annotations

import difflib
import importlib
import os
import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any

from marshmallow import Schema, ValidationError, missing

from chassis import codec
from chassis.errors import FieldError, Invalid

STRICT = os.environ.get("RAPPORT_STRICT") == "1"


@cache
def module_of(service: str) -> ModuleType:
    """The message module of a service."""
    return importlib.import_module(f"messages.{service}")


@cache
def _all_modules() -> tuple[ModuleType, ...]:
    package = importlib.import_module("messages")
    return tuple(
        importlib.import_module(f"messages.{info.name}") for info in pkgutil.iter_modules(package.__path__)
    )


@cache
def events() -> Mapping[str, type[Schema]]:
    """Every wire event there is: type -> schema (its `source` attribute names the service that tells it)."""
    found: dict[str, type[Schema]] = {}
    for module in _all_modules():
        for value in vars(module).values():
            wire = getattr(value, "wire", None)
            if isinstance(value, type) and isinstance(wire, str):
                found[wire] = value
    return found


ANY_TYPE = "*"


def event_types(patterns: Sequence[str]) -> list[str] | None:
    """The event types that `patterns` name, each a type or a family like `thing.*`; None for every type.

    Raises `Invalid` for a pattern that names nothing.
    """
    if not patterns or ANY_TYPE in patterns:
        return None
    declared = events()
    found: set[str] = set()
    for index, pattern in enumerate(patterns):
        family = pattern.removesuffix(ANY_TYPE)
        named = [one for one in declared if one == pattern or (family != pattern and one.startswith(family))]
        if not named:
            likely = difflib.get_close_matches(pattern, declared, 1)
            hint = (
                f"Did you mean {likely[0]}?"
                if likely
                else "Name a type (thing.done.v1) or a family (thing.*)."
            )
            message = f"There is no event type {pattern!r}. {hint}"
            error: FieldError = {
                "pointer": f"/types/{index}",
                "code": "unknown_event_type",
                "message": message,
            }
            raise Invalid(message, errors=[error])
        found.update(named)
    return sorted(found)


def source_of(event_type: str) -> str:
    """The service that tells an event; raises `KeyError` for a type nobody declared."""
    return str(getattr(events()[event_type], "source"))


def addressee_of(event_type: str, data: Mapping[str, Any]) -> str | None:
    """The one user who may read an event in public feeds; None when it is for everybody who sees its record.

    An event that is addressed but names nobody is for nobody: the empty text, which is no user's id.
    """
    schema = events().get(event_type)
    field: str | None = getattr(schema, "addressed_to", None)
    return None if field is None else str((data.get("record") or {}).get(field) or "")


def schema_of(service: str, operation: str) -> type[Schema]:
    """The schema of an operation's arguments; raises `AttributeError` when the contract is missing."""
    name = "".join(part.capitalize() for part in operation.split("_"))
    schema: type[Schema] = getattr(module_of(service), name)
    return schema


def complaints(messages: Any, pointer: str = "") -> list[FieldError]:
    """marshmallow's nested messages as a flat list with JSON pointers."""
    if isinstance(messages, Mapping):
        found: list[FieldError] = []
        for key, value in messages.items():
            inner = (
                pointer if key == "_schema" else f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
            )
            found.extend(complaints(value, inner))
        return found
    if isinstance(messages, (list, tuple)):
        return [error for message in messages for error in complaints(message, pointer)]
    text = str(messages)
    code = {"Unknown field.": "unknown_field", "Missing data for required field.": "required"}.get(
        text, "invalid_value"
    )
    return [{"pointer": pointer or "/", "code": code, "message": text}]


def load(schema: Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """The checked arguments of a message; raises `Invalid` naming each field."""
    try:
        loaded: dict[str, Any] = schema.load(dict(values))
        return loaded
    except ValidationError as error:
        errors = complaints(error.messages)
        names = ", ".join(sorted({entry["pointer"].lstrip("/") or "the body" for entry in errors}))
        raise Invalid(f"Invalid: {names}. {errors[0]['message']}", errors=errors) from None


class RowLoader:
    """Loads many messages of one flat schema: the ordinary way without its detours, which cost more than the checks.

    Whatever is not plainly right goes the ordinary way, which says what is wrong; so does every row of a schema with
    hooks or required fields.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._fields = {
            field.data_key or name: (field.attribute or name, field, tuple(field.validators))
            for name, field in schema.load_fields.items()
        }
        self._defaults = {
            field.attribute or name: field.load_default
            for name, field in schema.load_fields.items()
            if field.load_default is not missing
        }
        self._is_flat = not any(schema._hooks.values()) and not any(
            field.required for _, field, _ in self._fields.values()
        )

    def load(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The checked values of a row; raises `Invalid` naming each field."""
        if not self._is_flat:
            return load(self._schema, row)
        found: dict[str, Any] = {}
        try:
            for name, value in row.items():
                attribute, field, validators = self._fields[name]
                if value is None:
                    if not field.allow_none:
                        return load(self._schema, row)
                    found[attribute] = None
                    continue
                value = field._deserialize(value, name, row)
                for check in validators:
                    check(value)
                found[attribute] = value
        except (KeyError, ValidationError):
            return load(self._schema, row)
        for attribute, default in self._defaults.items():
            if attribute not in found:
                found[attribute] = default() if callable(default) else default
        return found


def check_event(event_type: str, data: Mapping[str, Any]) -> None:
    """Refuse an undeclared event; in strict mode also data that breaks its schema."""
    schema = events().get(event_type)
    if schema is None:
        raise LookupError(f"the event {event_type} is declared in no message module")
    if STRICT:
        problems = schema().validate(codec.plain(data))
        if problems:
            raise ValueError(f"{event_type} breaks its schema: {problems}")


def check_answer(schema: type[Schema] | None, answer: Any) -> None:
    """In strict mode: refuse an answer that breaks its schema."""
    if STRICT and schema is not None and isinstance(answer, Mapping):
        problems = schema().validate(dict(answer))
        if problems:
            raise ValueError(f"the answer breaks {schema.__name__}: {problems}")
