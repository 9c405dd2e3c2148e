"""Finds out who calls, before anything else of a request below /v1 happens: an API key, or a browser's session."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app, g, request

from chassis import access, clock
from chassis.context import Context
from chassis.errors import Forbidden, Unauthenticated
from gateway import credentials, endpoint, state
from gateway.organisation.domain.sign_in import is_alive
from gateway.organisation.queries import credentials as holders
from gateway.organisation.queries.credentials import Holder

COOKIE = "__Host-rapport"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REMEMBERED_SECONDS = 2.0
STAMP_EVERY = timedelta(minutes=1)
REQUEST_SECONDS = 10.0


class KeyNotValid(Unauthenticated):
    code = "key_not_valid"
    message = "This API key is not valid; it may be mistyped, revoked or expired."


class SessionEnded(Unauthenticated):
    code = "session_ended"
    message = "The session has ended; sign in again."


class CsrfRefused(Forbidden):
    code = "csrf_token_not_valid"
    message = f"Send the session's CSRF token in the header {CSRF_HEADER}; GET /v1/session tells it."


class OriginRefused(Forbidden):
    code = "origin_refused"
    message = "This request comes from another site."


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls. `kind` is `key` or `session`; `credential_id` names it."""

    workspace_id: str
    user_id: str
    role: str
    time_zone: str
    kind: str
    credential_id: str

    def context(
        self,
        *,
        command_id: str | None = None,
        seconds: float = REQUEST_SECONDS,
        request_id: str | None = None,
    ) -> Context:
        """The context of one call on the caller's behalf, with `seconds` to live.

        `request_id` is given where there is no request any more that would know it.
        """
        return Context(
            workspace_id=self.workspace_id,
            actor=self.user_id,
            role=self.role,
            origin="ui" if self.kind == "session" else "api",
            request_id=request_id or g.request_id,
            deadline=time.time() + seconds,
            command_id=command_id,
        )


class Memory:
    """Remembers holders of keys for two seconds, so that a burst of requests costs one look at the database.

    Sessions are not remembered: signing out counts at once, in every worker.
    """

    def __init__(self, seconds: float = REMEMBERED_SECONDS, most: int = 5000) -> None:
        self._seconds, self._most = seconds, most
        self._known: OrderedDict[str, tuple[float, Holder]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, find: Callable[[], Holder | None]) -> Holder | None:
        """The holder, found by `find` unless remembered. Unknown keys are not remembered."""
        with self._lock:
            known = self._known.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        holder = find()
        with self._lock:
            self._known.pop(key, None)
            if holder is not None:
                self._known[key] = (time.monotonic() + self._seconds, holder)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return holder


_memory = Memory()


def require_caller() -> None:
    """Runs before every request: identifies the caller of /v1 and checks the route's permission.

    An address that does not exist asks for credentials too: strangers learn nothing about what there is.
    """
    if not endpoint.is_api(request.path):
        return
    view = current_app.view_functions.get(request.endpoint) if request.endpoint else None
    declared = endpoint.of(view)
    if declared is not None and declared.permission == endpoint.ANYBODY:
        return
    g.identity = identify()
    if declared is not None:
        access.require(g.identity.context(), declared.permission)


def identify(*, is_use: bool = True) -> Identity:
    """Who calls; raises `Unauthenticated`, or `Forbidden` for a session's write without its CSRF token.

    `is_use` says whether this keeps a session from becoming idle.
    """
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("Send the key as `Authorization: Bearer rap_sk_...`.")
        return _by_key(text.strip())
    token = request.cookies.get(COOKIE)
    if token is None:
        raise Unauthenticated()
    found = by_session(token, is_use=is_use)
    if request.method not in SAFE_METHODS:
        require_same_site()
        sent = request.headers.get(CSRF_HEADER, "")
        if not credentials.same(sent, credentials.csrf_token(state.settings().secret, found.credential_id)):
            raise CsrfRefused()
    return found


def _by_key(text: str) -> Identity:
    known = credentials.read_key(text)
    if known is None:
        raise KeyNotValid()
    key_id, secret_hash = known

    def find() -> Holder | None:
        with state.current().runtime.database.reading() as session:
            return holders.holder_of_key(session, key_id)

    holder = _memory.get(f"{key_id}:{secret_hash}", find)
    if holder is None or not credentials.same(holder.secret_hash, secret_hash):
        raise KeyNotValid()
    if holder.expires_at is not None and holder.expires_at <= clock.now():
        raise KeyNotValid()
    return _identity(holder, "key")


def by_session(token: str, *, is_use: bool = True) -> Identity:
    """Whose browser sends this session token; raises `SessionEnded`."""
    if not credentials.is_token(token):
        raise SessionEnded()
    token_hash = credentials.sha256(token)
    database = state.current().runtime.database
    with database.reading() as session:
        holder = holders.holder_of_session(session, token_hash)
    now = clock.now()
    if holder is None or holder.started_at is None or holder.seen_at is None:
        raise SessionEnded()
    if not is_alive(holder.started_at, holder.seen_at, now):
        raise SessionEnded()
    if is_use and now - holder.seen_at > STAMP_EVERY:
        database.transact(
            lambda session: holders.stamp_seen(session, holder.workspace_id, holder.credential_id, now)
        )
    return _identity(holder, "session")


def require_same_site() -> None:
    """Refuse a write that another site's page sends; raises `OriginRefused`."""
    origin = request.headers.get("Origin")
    if origin is None:
        return
    allowed = {state.settings().public_url, f"http://{request.host}", f"https://{request.host}"}
    parts = urlsplit(origin)
    if f"{parts.scheme}://{parts.netloc}" not in allowed:
        raise OriginRefused()


def _identity(holder: Holder, kind: str) -> Identity:
    return Identity(
        workspace_id=holder.workspace_id,
        user_id=holder.user_id,
        role=holder.role,
        time_zone=holder.time_zone,
        kind=kind,
        credential_id=holder.credential_id,
    )
