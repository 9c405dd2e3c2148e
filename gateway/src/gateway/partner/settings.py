"""What the partners' door reads from its environment, once: where it listens, and with which certificate."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

from chassis.settings import BadSetting

DEFAULT_BIND = "127.0.0.1:50051"
CERTIFICATE, KEY = "partner.crt", "partner.pem"


@dataclass(frozen=True)
class Door:
    """`certificate` and `key` are PEM texts, None for plaintext; `slow_seconds` is how long a write may wait."""

    bind: str
    certificate: bytes | None
    key: bytes | None
    streams: int
    slow_seconds: float


def load(keys: Path) -> Door:
    """The settings of this process; raises `BadSetting`.

    The certificate comes from PARTNER_TLS_CERT and PARTNER_TLS_KEY, or is the one that `up` made for loopback.
    Plaintext (PARTNER_PLAINTEXT=1) is for loopback only.
    """
    bind = os.environ.get("PARTNER_BIND", DEFAULT_BIND)
    is_plain = os.environ.get("PARTNER_PLAINTEXT") == "1"
    if is_plain and not is_loopback(bind):
        raise BadSetting(f"PARTNER_PLAINTEXT=1 works on loopback only, and PARTNER_BIND is {bind}.")
    files = {
        "PARTNER_TLS_CERT": Path(os.environ.get("PARTNER_TLS_CERT") or keys / CERTIFICATE),
        "PARTNER_TLS_KEY": Path(os.environ.get("PARTNER_TLS_KEY") or keys / KEY),
    }
    certificate, key = (None, None) if is_plain else (_read(name, path) for name, path in files.items())
    return Door(
        bind=bind,
        certificate=certificate,
        key=key,
        streams=_number("PARTNER_STREAMS", 1000),
        slow_seconds=float(_number("PARTNER_SLOW_SECONDS", 20)),
    )


def is_loopback(bind: str) -> bool:
    """Whether only this machine reaches the address."""
    host = bind.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read(name: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadSetting(
            f"{name}: {path} cannot be read ({error.strerror}). "
            "Name a PEM file, or set PARTNER_PLAINTEXT=1 on loopback."
        ) from None


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdigit() or not int(text):
        raise BadSetting(f"{name} is {text!r}; it is a whole number above 0.")
    return int(text)
