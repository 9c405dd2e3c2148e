"""The text forms of what proves who somebody is: API keys, session and sign-in tokens, CSRF tokens.

Only hashes are stored. All secrets have 256 random bits, so SHA-256 is enough to keep them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import zlib

KEY, PARTNER_KEY = "key", "partner_key"
_PREFIXES = {KEY: "rap_sk_", PARTNER_KEY: "rap_pk_"}
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET_LENGTH = 43
_CHECK_LENGTH = 6
_KEY = re.compile(
    rf"rap_[sp]k_([0-7][0-9a-hjkmnp-tv-z]{{25}})([0-9A-Za-z]{{{_SECRET_LENGTH}}})([0-9A-Za-z]{{{_CHECK_LENGTH}}})"
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def sha256(text: str) -> str:
    """The hash under which a secret is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def new_key(key_id: str) -> tuple[str, str]:
    """A new key for the record `key_id`: its text, to be shown once, and the hash of its secret.

    The text is `rap_sk_` (a partner's: `rap_pk_`), the id without its prefix, the secret, and a
    checksum (CRC-32) of all before it.
    """
    secret = _base62(secrets.randbits(256), _SECRET_LENGTH)
    kind, _, number = key_id.rpartition("_")
    body = f"{_PREFIXES[kind]}{number}{secret}"
    return body + _checksum(body), sha256(secret)


def read_key(text: str, kind: str = KEY) -> tuple[str, str] | None:
    """The id of a key of this kind and the hash of its secret, or None when the text is no such key.

    Junk ends here, before the database.
    """
    match = _KEY.fullmatch(text)
    if match is None or not text.startswith(_PREFIXES[kind]):
        return None
    if not hmac.compare_digest(_checksum(text[:-_CHECK_LENGTH]), match.group(3)):
        return None
    return f"{kind}_{match.group(1)}", sha256(match.group(2))


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECK_LENGTH)


def new_token() -> str:
    """An opaque token of 256 bits."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Whether `text` has the form of such a token."""
    return _TOKEN.fullmatch(text) is not None


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def csrf_token(secret: bytes, session_id: str) -> str:
    """What a session's writes must carry in `X-CSRF-Token`; made from the session, so it needs no storing."""
    return hmac.new(secret, b"csrf\0" + session_id.encode(), hashlib.sha256).hexdigest()
