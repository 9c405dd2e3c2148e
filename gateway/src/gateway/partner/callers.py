"""Who calls: the partner behind a key. Keys are looked up at most every two seconds, also those of open streams."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from chassis import clock, logs
from chassis.access import PARTNER
from chassis.context import Context
from chassis.errors import TooMany, Unauthenticated
from gateway import credentials
from gateway.authentication import KeyNotValid
from gateway.organisation.queries.credentials import PartnerHolder, holders_of_partner_keys, stamp_used
from gateway.state import State

T = TypeVar("T")

log = logs.get("gateway.partner")

REMEMBERED_SECONDS = 2.0
STAMP_EVERY = timedelta(minutes=1)
MOST_REMEMBERED = 5000

InThread = Callable[..., Awaitable[Any]]


class RateExceeded(TooMany):
    code = "rate_exceeded"
    message = "More than {limit} requests a second; wait {retry_seconds} s."


class StreamsExceeded(TooMany):
    code = "streams_exceeded"
    message = "{limit} streams are open already; close one."


@dataclass(frozen=True, slots=True)
class Caller:
    """A partner's program, for one call."""

    holder: PartnerHolder
    request_id: str

    @property
    def partner_id(self) -> str:
        return self.holder.partner_id

    def context(self, *, deadline: float, command_id: str | None = None, is_trial: bool = False) -> Context:
        """The context in which a service works for this caller."""
        return Context(
            workspace_id=self.holder.workspace_id,
            actor=self.holder.partner_id,
            role=PARTNER,
            scopes=self.holder.scopes,
            origin="partner",
            request_id=self.request_id,
            deadline=deadline,
            command_id=command_id,
            is_trial=is_trial,
        )


@dataclass
class Bucket:
    """A token bucket: as many requests at once as in a second."""

    left: float
    at: float

    def take(self, rate: int, now: float) -> float:
        """0.0 when there is a token, otherwise the seconds until there is one."""
        self.left = min(float(rate), self.left + (now - self.at) * rate)
        self.at = now
        if self.left >= 1.0:
            self.left -= 1.0
            return 0.0
        return (1.0 - self.left) / rate


@dataclass(eq=False)
class Lease:
    """An open stream's hold on its key. `holder` is renewed while the key counts, and None once it does not."""

    holder: PartnerHolder | None


@dataclass
class Keyring:
    """Finds the partners behind keys, and keeps their limits. In memory: there is one door.

    `in_thread(fn, *arguments)` runs a function that waits for a database.
    """

    state: State
    in_thread: InThread
    most_streams: int
    _known: dict[str, tuple[float, PartnerHolder]] = field(default_factory=dict)
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _leases: dict[str, list[Lease]] = field(default_factory=dict)
    _stamped: dict[str, float] = field(default_factory=dict)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    async def identify(self, metadata: Iterable[tuple[str, str | bytes]]) -> PartnerHolder:
        """The partner whose key a call carries; raises `Unauthenticated`. Junk ends at the checksum."""
        sent = [value for name, value in metadata if name == "authorization"]
        if len(sent) != 1 or not isinstance(sent[0], str):
            raise Unauthenticated("Send the metadata `authorization: Bearer rap_pk_...`.")
        scheme, _, text = sent[0].partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("Send the metadata `authorization: Bearer rap_pk_...`.")
        known = credentials.read_key(text.strip(), credentials.PARTNER_KEY)
        if known is None:
            raise KeyNotValid("This is no partner's key (rap_pk_...); it may be mistyped.")
        key_id, secret_hash = known
        holder = await self._holder(key_id)
        if holder is None or not credentials.same(holder.secret_hash, secret_hash) or is_over(holder):
            raise KeyNotValid()
        self._stamp(holder)
        return holder

    async def _holder(self, key_id: str) -> PartnerHolder | None:
        known = self._known.get(key_id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        return (await self._look([key_id])).get(key_id)

    async def _look(self, key_ids: Sequence[str]) -> dict[str, PartnerHolder]:
        def read() -> dict[str, PartnerHolder]:
            with self.state.runtime.database.reading() as session:
                return holders_of_partner_keys(session, key_ids)

        found: dict[str, PartnerHolder] = await self.in_thread(read)
        until = time.monotonic() + REMEMBERED_SECONDS
        for key_id in key_ids:
            self._known.pop(key_id, None)
            if key_id in found:
                self._known[key_id] = (until, found[key_id])
        while len(self._known) > MOST_REMEMBERED:
            self._known.pop(next(iter(self._known)))
        return found

    def spend(self, holder: PartnerHolder) -> None:
        """Take a token from the partner's bucket; raises `RateExceeded`."""
        now = time.monotonic()
        rate = holder.requests_per_second
        bucket = self._buckets.setdefault(holder.partner_id, Bucket(float(rate), now))
        wait = bucket.take(rate, now)
        if wait:
            raise RateExceeded(limit=rate, retry_seconds=round(wait, 3), subject=holder.partner_id)

    def open(self, holder: PartnerHolder) -> Lease:
        """Count a stream; raises `StreamsExceeded`. Give the lease back with `close`."""
        open_now = sum(
            one.holder is not None and one.holder.partner_id == holder.partner_id
            for leases in self._leases.values()
            for one in leases
        )
        total = sum(map(len, self._leases.values()))
        if open_now >= holder.streams or total >= self.most_streams:
            limit = min(holder.streams, self.most_streams)
            raise StreamsExceeded(limit=limit, subject=holder.partner_id)
        lease = Lease(holder)
        self._leases.setdefault(holder.credential_id, []).append(lease)
        return lease

    def close(self, lease: Lease, key_id: str) -> None:
        leases = self._leases.get(key_id, [])
        leases.remove(lease)
        if not leases:
            self._leases.pop(key_id, None)

    @property
    def open_streams(self) -> int:
        return sum(map(len, self._leases.values()))

    async def renew(self) -> bool:
        """Look at the keys of all open streams, in one statement; returns whether one of them has ended."""
        key_ids = list(self._leases)
        if not key_ids:
            return False
        found = await self._look(key_ids)
        has_ended = False
        for key_id in key_ids:
            holder = found.get(key_id)
            for lease in self._leases.get(key_id, []):
                counts = holder is not None and not is_over(holder)
                lease.holder = holder if counts else None
                has_ended = has_ended or not counts
        return has_ended

    def _stamp(self, holder: PartnerHolder) -> None:
        """Remember the use of a key, at most once a minute, beside the call."""
        now = clock.now()
        stamped = self._stamped.get(holder.credential_id, 0.0)
        is_fresh = holder.last_used_at is not None and now - holder.last_used_at < STAMP_EVERY
        if is_fresh or time.monotonic() - stamped < STAMP_EVERY.total_seconds():
            return
        self._stamped[holder.credential_id] = time.monotonic()

        def write() -> None:
            self.state.runtime.database.transact(
                lambda session: stamp_used(session, holder.workspace_id, holder.credential_id, now)
            )

        async def stamp() -> None:
            try:
                await self.in_thread(write)
            except Exception as error:  # noqa: BLE001 - the call it belongs to must not fail for it
                log.warning("the use of a key was not written down", error=str(error)[:200])

        task = asyncio.ensure_future(stamp())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def is_over(holder: PartnerHolder) -> bool:
    return holder.expires_at is not None and holder.expires_at <= clock.now()
