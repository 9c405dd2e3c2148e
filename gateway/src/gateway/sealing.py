"""State that a caller carries between two requests: packed, and under a signature, so that it comes back as it left."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import zlib
from typing import Any

from chassis import codec
from chassis.paging import CursorMismatch, InvalidCursor

_SIGNATURE = hashlib.sha256().digest_size


def sealed(secret: bytes, about: str, state: dict[str, Any]) -> str:
    """The state as a text that is opened only with the same secret for the same thing."""
    packed = zlib.compress(codec.dumps(state).encode(), 1)
    return base64.urlsafe_b64encode(_signature(secret, about, packed) + packed).decode()


def opened(secret: bytes, about: str, text: str) -> dict[str, Any]:
    """The state of a sealed text; raises `InvalidCursor` for junk, `CursorMismatch` for another's."""
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidCursor() from None
    signature, packed = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if len(signature) < _SIGNATURE or not packed:
        raise InvalidCursor()
    # Signed by us, so what it unpacks to is bounded by what we packed.
    if not hmac.compare_digest(signature, _signature(secret, about, packed)):
        raise CursorMismatch()
    state: dict[str, Any] = codec.loads(zlib.decompress(packed))
    return state


def _signature(secret: bytes, about: str, packed: bytes) -> bytes:
    named = hashlib.sha256(about.encode()).digest()
    return hmac.new(secret, named + packed, hashlib.sha256).digest()
