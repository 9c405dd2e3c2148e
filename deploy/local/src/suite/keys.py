"""The suite's own keys: an Ed25519 pair per process kind, which signs what it says of a caller, and one secret."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

KINDS = ("gateway", "contacts", "deals", "activities", "automation", "reporting")


def make_missing(folder: Path) -> int:
    """Makes the keys that are not there yet; returns how many. A key that exists is never replaced."""
    made = 0
    for kind in KINDS:
        if not (folder / f"{kind}.key").exists() or not (folder / f"{kind}.pub").exists():
            _make_pair(folder, kind)
            made += 1
    if not (folder / "secret").exists():
        _write(folder / "secret", secrets.token_hex(32).encode())
        made += 1
    return made


def _make_pair(folder: Path, kind: str) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    # The public half goes first: a process that finds the private one finds both.
    _write(folder / f"{kind}.pub", public)
    _write(folder / f"{kind}.key", private)


def _write(path: Path, content: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
