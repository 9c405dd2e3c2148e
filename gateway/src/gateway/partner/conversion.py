"""Records between the services' plain values and the partner interface's messages, by the messages' own descriptors."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from google.protobuf import json_format, struct_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.internal.containers import MessageMap
from google.protobuf.message import Message

from chassis import clock
from gateway import http
from gateway.partner.kinds import CUSTOM, ETAG, EXTERNAL_ID, Kind, words_of

_NANO = Decimal("1000000000")
_MONEY, _DAY, _INSTANT = "google.type.Money", "google.type.Date", "google.protobuf.Timestamp"

Put = Callable[[Message, Any], None]


def own_external_id(partner_id: str, external_id: str) -> str:
    """A partner's own number as it is stored: no partner's numbers meet another's."""
    return f"{partner_id}:{external_id}"


def shown_external_id(partner_id: str, stored: Any) -> str | None:
    """The number as its partner knows it; None for a number of somebody else's."""
    own = f"{partner_id}:"
    return str(stored).removeprefix(own) if isinstance(stored, str) and stored.startswith(own) else None


def to_message(kind: Kind, view: Mapping[str, Any], names: Collection[str], partner_id: str) -> Any:
    """The message of a record, with only the fields in `names`."""
    message = kind.message()
    fill(message, {**view, EXTERNAL_ID: shown_external_id(partner_id, view.get(EXTERNAL_ID))}, names)
    if ETAG in names and view.get("version"):
        message.etag = http.etag(view["version"])
    return message


def fill(message: Any, values: Mapping[str, Any], names: Collection[str] | None = None) -> None:
    """Set the fields of `message` that have a value."""
    for name, put in _putters(message.DESCRIPTOR):
        if names is None or name in names:
            value = values.get(name)
            if value is not None:
                put(message, value)


@cache
def _putters(descriptor: Any) -> tuple[tuple[str, Put], ...]:
    return tuple((one.name, _putter(one)) for one in descriptor.fields)


def _putter(one: FieldDescriptor) -> Put:
    name = one.name
    if one.message_type is not None and one.message_type.GetOptions().map_entry:
        return lambda message, value: _put_values(getattr(message, name), value)
    if one.is_repeated and one.message_type is not None:

        def add_all(message: Any, value: Any) -> None:
            for item in value:
                fill(getattr(message, name).add(), item)

        return add_all
    if one.is_repeated:
        return lambda message, value: getattr(message, name).extend(value)
    if one.enum_type is not None:
        numbers = {word: number for number, word in words_of(one.enum_type).items()}
        return lambda message, value: setattr(message, name, numbers.get(value, 0))
    if one.message_type is not None:
        put = _MESSAGES[one.message_type.full_name]
        return lambda message, value: put(getattr(message, name), value)
    return lambda message, value: setattr(message, name, value)


def _put_values(target: MessageMap[str, Any], values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        target[name].CopyFrom(json_format.ParseDict(value, struct_pb2.Value()))


def _put_money(message: Any, value: Mapping[str, str]) -> None:
    amount = Decimal(value["amount"])
    message.currency_code = value["currency"]
    message.units = int(amount)
    message.nanos = int((amount - int(amount)) * _NANO)


def _put_day(message: Any, value: str) -> None:
    day = date.fromisoformat(value)
    message.year, message.month, message.day = day.year, day.month, day.day


def _put_instant(message: Any, value: str) -> None:
    message.FromDatetime(clock.from_text(value))


_MESSAGES: dict[str, Callable[[Any, Any], None]] = {
    _MONEY: _put_money,
    _DAY: _put_day,
    _INSTANT: _put_instant,
}


def set_fields(message: Any) -> list[str]:
    """The names of the fields that are set."""
    return [one.name for one, _ in message.ListFields()]


def to_values(message: Any, names: Iterable[str], partner_id: str) -> dict[str, Any]:
    """The plain values of these fields; None for those that are not set."""
    descriptors = message.DESCRIPTOR.fields_by_name
    return {name: value_of(message, descriptors[name], partner_id) for name in names}


def value_of(message: Any, one: FieldDescriptor, partner_id: str) -> Any:
    """The plain value of a field."""
    value = getattr(message, one.name)
    if one.message_type is not None and one.message_type.GetOptions().map_entry:
        return {key: json_format.MessageToDict(item) for key, item in value.items()}
    if one.is_repeated:
        return list(value)
    if one.enum_type is not None:
        # A number that this program does not know is refused by the service's list of words.
        return words_of(one.enum_type).get(value, f"unknown ({value})" if value else None)
    if one.has_presence and not message.HasField(one.name):
        return None
    if one.message_type is not None:
        return _VALUES[one.message_type.full_name](value)
    if one.name == EXTERNAL_ID:
        return own_external_id(partner_id, value)
    return value if one.has_presence or value else None


def _money_of(message: Any) -> dict[str, str]:
    amount = Decimal(message.units) + Decimal(message.nanos) / _NANO
    return {"amount": f"{amount:f}", "currency": message.currency_code}


def _day_of(message: Any) -> str:
    return f"{message.year:04}-{message.month:02}-{message.day:02}"


_VALUES: dict[str, Callable[[Any], Any]] = {
    _MONEY: _money_of,
    _DAY: _day_of,
    _INSTANT: lambda message: message.ToJsonString(),
}
CUSTOM_PREFIX = f"{CUSTOM}."
