"""Reading requests strictly and writing answers: JSON bodies, versions, query parameters, idempotency keys."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, g, request
from marshmallow import Schema, fields

from chassis import codec
from chassis.errors import Malformed
from gateway import state
from gateway.authentication import REQUEST_SECONDS
from gateway.errors import BodyTooLarge, VersionMissing, WrongMediaType

LARGEST_BODY = 1_000_000
LARGEST_BATCH = 8_000_000
DEEPEST = 20
JSON_TYPES = ("application/json", "application/merge-patch+json")
_ETAG = re.compile(r'^(?:W/)?"(\d{1,9})"$')
_KEY = re.compile(r"^[\x21-\x7e]{1,255}$")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


class UnknownParameter(Malformed):
    code = "unknown_parameter"
    message = "There is no parameter {name}; this address takes {allowed}."


class BadParameter(Malformed):
    code = "invalid_parameter"
    message = "{name} {must}."


def call(
    service: str,
    operation: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    item: str = "",
    seconds: float = REQUEST_SECONDS,
) -> Any:
    """Ask an operation on the caller's behalf; the request's idempotency key makes it repeatable.

    `item` tells apart several commands of one request. Time spent here is reported in `Server-Timing`.
    """
    key = idempotency_key()
    command_id = f"{key}#{item}"[-255:] if key and item else key
    began = time.perf_counter()
    try:
        ctx = g.identity.context(command_id=command_id, seconds=seconds)
        return state.current().call(service, operation, ctx, **(arguments or {}))
    finally:
        g.rpc_seconds = g.get("rpc_seconds", 0.0) + time.perf_counter() - began


def idempotency_key() -> str | None:
    """The request's `Idempotency-Key`; raises `Malformed` when it is none."""
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method not in ("POST", "PATCH"):
        return None
    if not _KEY.match(key):
        raise Malformed("Idempotency-Key is 1 to 255 visible ASCII characters.", header="Idempotency-Key")
    return key


def reply(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(codec.dumps(value), status, headers=dict(headers or {}), mimetype="application/json")


def nothing() -> Response:
    return Response(status=204)


def etag(version: int) -> str:
    return f'"{version}"'


# --- bodies ----------------------------------------------------------------------------------------------------


def body(*, largest: int = LARGEST_BODY, is_optional: bool = False) -> dict[str, Any]:
    """The request's JSON object, read strictly: no duplicate keys, no NaN, at most 20 deep."""
    if request.content_length is not None and request.content_length > largest:
        raise BodyTooLarge(limit=largest)
    request.max_content_length = largest
    data = request.get_data(cache=False)
    if not data and is_optional:
        return {}
    if request.mimetype not in JSON_TYPES:
        raise WrongMediaType()
    try:
        value = json.loads(data, object_pairs_hook=_once_each, parse_constant=_refuse)
        _check(value)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"The body is not acceptable JSON: {str(error)[:200]}.") from None
    if not isinstance(value, dict):
        raise Malformed("The body is a JSON object.")
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key appears twice in one object")
    return found


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _check(value: Any, depth: int = 1) -> None:
    if depth > DEEPEST:
        raise ValueError(f"it is nested more than {DEEPEST} deep")
    if isinstance(value, dict):
        for item in value.values():
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is out of range")


def expected_version(values: dict[str, Any]) -> Any:
    """The version the caller saw: of If-Match, or taken out of the body; raises `VersionMissing`."""
    header = request.headers.get("If-Match")
    named = values.pop("expected_version", None)
    if header is None:
        if named is None:
            raise VersionMissing()
        return named
    match = _ETAG.match(header.strip())
    if match is None:
        raise VersionMissing()
    version = int(match.group(1))
    if named is not None and named != version:
        raise Malformed("If-Match and expected_version name different versions.")
    return version


def is_unchanged(version: int) -> bool:
    """Whether the caller holds this version already (`If-None-Match`)."""
    held = request.headers.get("If-None-Match", "")
    return any(_matches(entry.strip(), version) for entry in held.split(",")) if held else False


def _matches(entry: str, version: int) -> bool:
    match = _ETAG.match(entry)
    return match is not None and int(match.group(1)) == version


# --- queries ---------------------------------------------------------------------------------------------------


def refuse_unknown(allowed: Iterable[str]) -> None:
    """Refuse parameters nobody knows, and those given twice; raises `UnknownParameter` or `BadParameter`."""
    names = list(allowed)
    for name, values in request.args.lists():
        if name not in names:
            raise UnknownParameter(name=name[:80], allowed=", ".join(names) or "none")
        if len(values) > 1:
            raise BadParameter(name=name, must="is given twice")


def flag(name: str) -> bool:
    """A yes-or-no parameter; no when absent."""
    text = request.args.get(name, "false").lower()
    if text not in _TRUTH:
        raise BadParameter(name=name, must="is true or false")
    return _TRUTH[text]


def number(name: str, default: int, least: int, most: int) -> int:
    """A whole number out of a range."""
    text = request.args.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,6}", text) or not least <= int(text) <= most:
        raise BadParameter(name=name, must=f"is a whole number from {least} to {most}")
    return int(text)


def words(name: str) -> list[str]:
    """A parameter that lists words between commas."""
    return [word.strip() for word in request.args.get(name, "").split(",") if word.strip()]


def arguments(
    schema: type[Schema], *, hidden: Iterable[str] = (), more: Iterable[str] = ()
) -> dict[str, Any]:
    """The query's parameters as arguments of an operation; numbers and lists are read from their texts.

    The operation itself checks the values. `hidden` are its arguments that callers cannot set, `more` are further
    parameters, read as texts.
    """
    declared = {
        kind.data_key or name: kind
        for name, kind in schema._declared_fields.items()
        if name not in set(hidden)
    }
    refuse_unknown([*declared, *more])
    return {name: _read(name, declared.get(name), text) for name, text in request.args.items()}


def _read(name: str, kind: Any, text: str) -> Any:
    if isinstance(kind, fields.Integer):
        if not re.fullmatch(r"-?\d{1,15}", text):
            raise BadParameter(name=name, must="is a whole number")
        return int(text)
    if isinstance(kind, fields.List):
        return [word.strip() for word in text.split(",") if word.strip()]
    return text
