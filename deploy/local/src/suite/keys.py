"""The suite's own keys: an Ed25519 pair per process kind, which signs what it says of a caller, one
secret, and the certificate of the partners' door."""

from __future__ import annotations

import ipaddress
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

KINDS = ("gateway", "contacts", "deals", "activities", "automation", "reporting")
# The partners' door on loopback; the key has a suffix of its own, `.key` are those that sign contexts.
CERTIFICATE, CERTIFICATE_KEY = "partner.crt", "partner.pem"
CERTIFIED = timedelta(days=3650)


def make_missing(folder: Path) -> int:
    """Makes the keys that are not there yet; returns how many. A key that exists is never replaced."""
    made = 0
    for kind in KINDS:
        if not (folder / f"{kind}.key").exists() or not (folder / f"{kind}.pub").exists():
            _make_pair(folder, kind)
            made += 1
    if not (folder / CERTIFICATE).exists() or not (folder / CERTIFICATE_KEY).exists():
        _make_certificate(folder)
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


def _make_certificate(folder: Path) -> None:
    """A certificate for this machine's loopback, signed by itself: who trusts the file trusts this suite only."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    hosts: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        *(x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")),
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + CERTIFIED)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(folder / CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM))
    _write(folder / CERTIFICATE_KEY, private)


def _write(path: Path, content: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
