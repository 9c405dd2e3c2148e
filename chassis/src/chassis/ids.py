"""Ids: a prefix and a UUIDv7 in TypeID form (`task_01k8...`): readable, sortable, made at the edge.

Ids of effects are derived from the time of their trigger and a key, so that doing it again makes the same id.
The text form is Crockford's base 32 of the 128 bits, most significant first (typeid specification 0.3).
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

import uuid_utils

from chassis.errors import Malformed

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_SHAPE = re.compile(r"^([a-z](?:[a-z_]{0,61}[a-z])?)_([0-7][0-9a-hjkmnp-tv-z]{25})$")


def _encode(number: int) -> str:
    # Two letters at a time: ids are made by the thousand in imports.
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in range(120, -1, -10)])


def new(prefix: str) -> str:
    """A fresh id: `prefix`, then a UUIDv7 of now."""
    return f"{prefix}_{_encode(uuid_utils.uuid7().int)}"


def derive(prefix: str, at: datetime, *key: str) -> str:
    """The id of an effect: UUIDv7 layout with the milliseconds of `at`, all other bits from SHA-256 of `key`."""
    digest = hashlib.sha256("\x1f".join(key).encode()).digest()
    number = int.from_bytes(digest[:16], "big")
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    number = (milliseconds << 80) | (number & ((1 << 80) - 1))
    number = (number & ~(0xF << 76)) | (0x7 << 76)
    number = (number & ~(0x3 << 62)) | (0x2 << 62)
    return f"{prefix}_{_encode(number)}"


def prefix_of(identifier: str) -> str:
    """The prefix of an id; raises `Malformed` when the text is no id."""
    match = _SHAPE.match(identifier)
    if match is None:
        raise Malformed(f"{identifier[:80]!r} is not an id.", code_hint="id")
    return match.group(1)


def is_id(text: str, prefix: str | None = None) -> bool:
    """Whether `text` has the form of an id (of this prefix)."""
    match = _SHAPE.match(text)
    return match is not None and (prefix is None or match.group(1) == prefix)
