"""Who asks, for which workspace, with what rights, until when: the context of every call and event.

The identity part is signed with the Ed25519 key of the process kind that vouches for it and verified before
any method runs; request id, deadline, cause and idempotency key travel beside it.
"""

from __future__ import annotations

import base64
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis import clock, codec, ids
from chassis.errors import Unauthenticated

AUDIENCE = "rapport"
LIFETIME = 60.0
REUSE = 30.0
MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Context:
    """The context of one request.

    `actor` is a user id or `system:<what>`; `role` and `scopes` say what it may; `team_ids` are the actor's
    teams; `deadline` is a Unix time in seconds; `command_id` makes a command repeatable; `cause_id` is the
    event that led here and `depth` how many automatic steps lie behind; `origin` is one of ui, api, partner,
    import, automation, system and never changes which rules apply; a trial checks everything and changes nothing.
    What an `is_quiet` request changes is told as ever, but starts no automatic step.
    """

    workspace_id: str
    actor: str
    role: str = "read_only"
    scopes: tuple[str, ...] = ()
    on_behalf_of: str | None = None
    origin: str = "api"
    request_id: str = ""
    deadline: float | None = None
    command_id: str | None = None
    cause_id: str | None = None
    depth: int = 0
    issuer: str = ""
    is_trial: bool = False
    is_quiet: bool = False
    now: datetime = field(default_factory=clock.now)

    @property
    def caller(self) -> str:
        """Whose idempotency keys these are."""
        return self.on_behalf_of or self.actor

    def identity(self) -> dict[str, Any]:
        """The part that is signed."""
        claims = {
            "ws": self.workspace_id,
            "act": self.actor,
            "role": self.role,
            "scp": list(self.scopes),
            "obo": self.on_behalf_of,
            "org": self.origin,
        }
        return {**claims, "qui": True} if self.is_quiet else claims

    def left(self) -> float | None:
        """Seconds until the deadline, negative when it has passed; None without one."""
        return None if self.deadline is None else self.deadline - time.time()

    def asked_by(self, service: str) -> Context:
        """The context of a question that `service` asks another one on behalf of this caller, with its rights."""
        return replace(self, actor=f"system:{service}", on_behalf_of=self.caller, command_id=None)

    def because_of(self, *, event_id: str, depth: int) -> Context:
        """The context of what is done in answer to an event."""
        return replace(self, cause_id=event_id, depth=depth, command_id=None)


def system(workspace_id: str, what: str, *, request_id: str = "", origin: str = "system") -> Context:
    """The context of the suite's own work, e.g. a timer or a projection."""
    return Context(
        workspace_id=workspace_id,
        actor=f"system:{what}",
        role="system",
        origin=origin,
        request_id=request_id or ids.new("request"),
    )


class Signer:
    """Signs contexts with the private key of a process kind; one signature serves a caller for 30 s."""

    def __init__(self, kind: str, key: Ed25519PrivateKey) -> None:
        self.kind = kind
        self._key = key
        self._signed: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def load(cls, folder: Path, kind: str) -> Signer:
        key = serialization.load_pem_private_key((folder / f"{kind}.key").read_bytes(), password=None)
        assert isinstance(key, Ed25519PrivateKey)
        return cls(kind, key)

    def sign(self, ctx: Context) -> str:
        """The signed header of `ctx`: base64url of the claims, a dot, base64url of the signature."""
        claims = codec.dumps(ctx.identity())
        moment = time.time()
        with self._lock:
            known = self._signed.get(claims)
            if known is not None and known[0] > moment:
                return known[1]
        body = codec.dumps(
            {**ctx.identity(), "iss": self.kind, "aud": AUDIENCE, "exp": round(moment + LIFETIME, 3)}
        )
        encoded = base64.urlsafe_b64encode(body.encode())
        token = f"{encoded.decode()}.{base64.urlsafe_b64encode(self._key.sign(encoded)).decode()}"
        with self._lock:
            self._signed[claims] = (moment + REUSE, token)
            while len(self._signed) > 2000:
                self._signed.popitem(last=False)
        return token


class Verifier:
    """Checks signed contexts against the public keys of the issuers a service accepts."""

    def __init__(self, keys: dict[str, Ed25519PublicKey]) -> None:
        self._keys = keys
        self._seen: OrderedDict[str, tuple[float, dict[str, Any]]] = OrderedDict()

    @classmethod
    def load(cls, folder: Path, kinds: tuple[str, ...]) -> Verifier:
        keys: dict[str, Ed25519PublicKey] = {}
        for kind in kinds:
            path = folder / f"{kind}.pub"
            if path.exists():
                key = serialization.load_pem_public_key(path.read_bytes())
                assert isinstance(key, Ed25519PublicKey)
                keys[kind] = key
        return cls(keys)

    def verify(self, token: object) -> dict[str, Any]:
        """The claims of a signed header; raises `Unauthenticated` when it is absent, forged or expired."""
        if not isinstance(token, str):
            raise Unauthenticated("The call carries no signed context.")
        known = self._seen.get(token)
        if known is not None:
            if known[0] > time.time():
                return known[1]
            self._seen.pop(token, None)
            raise Unauthenticated("The signed context has expired.")
        claims = self._check(token)
        self._seen[token] = (claims["exp"], claims)
        while len(self._seen) > 4000:
            self._seen.popitem(last=False)
        return claims

    def _check(self, token: str) -> dict[str, Any]:
        try:
            encoded, signature = token.split(".")
            claims: dict[str, Any] = codec.loads(base64.urlsafe_b64decode(encoded))
            self._keys[claims["iss"]].verify(base64.urlsafe_b64decode(signature), encoded.encode())
        except (ValueError, KeyError, TypeError, InvalidSignature):
            raise Unauthenticated("The signed context is not valid.") from None
        if claims.get("aud") != AUDIENCE or claims["exp"] < time.time():
            raise Unauthenticated("The signed context has expired.")
        issuer, actor = claims["iss"], str(claims["act"])
        if issuer != "gateway" and not actor.startswith("system:"):
            raise Unauthenticated(f"{issuer} may not speak for a user.")
        return claims


def to_headers(ctx: Context, signer: Signer) -> dict[str, Any]:
    """The headers a call carries; nameko's prefix makes them worker context data on the other side."""
    headers: dict[str, Any] = {
        "nameko.rapport_context": signer.sign(ctx),
        "nameko.request_id": ctx.request_id,
    }
    if ctx.deadline is not None:
        headers["nameko.deadline"] = repr(ctx.deadline)
    if ctx.command_id is not None:
        headers["nameko.command_id"] = ctx.command_id
    if ctx.cause_id is not None:
        headers["nameko.cause_id"] = ctx.cause_id
        headers["nameko.depth"] = ctx.depth
    if ctx.is_trial:
        headers["nameko.trial"] = True
    return headers


def from_headers(headers: dict[str, Any], verifier: Verifier) -> Context:
    """The verified context of a call; raises `Unauthenticated`."""
    claims = verifier.verify(headers.get("nameko.rapport_context"))
    deadline = headers.get("nameko.deadline")
    return Context(
        workspace_id=claims["ws"],
        actor=claims["act"],
        role=claims["role"],
        scopes=tuple(claims["scp"]),
        on_behalf_of=claims["obo"],
        origin=claims["org"],
        request_id=str(headers.get("nameko.request_id") or ids.new("request")),
        deadline=None if deadline is None else float(deadline),
        command_id=headers.get("nameko.command_id"),
        cause_id=headers.get("nameko.cause_id"),
        depth=int(headers.get("nameko.depth") or 0),
        issuer=claims["iss"],
        is_trial=bool(headers.get("nameko.trial")),
        is_quiet=bool(claims.get("qui")),
    )
