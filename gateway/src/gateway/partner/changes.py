"""The change feed: streams that read the archive by position, and one reader a workspace that feeds all at its end.

A stream that comes back far behind catches up by pages of its own; at the end of the archive it joins the others in
the window that the workspace's reader keeps in memory. What a partner may see is decided in reporting-svc, in SQL.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import grpc
import grpc.aio
from google.protobuf import json_format

from chassis import access, contracts, logs, paging
from chassis import context as contexts
from chassis.errors import AppError, TooMany, Unavailable
from gateway.authentication import KeyNotValid
from gateway.nudges import Feed
from gateway.organisation.queries.credentials import PartnerHolder
from gateway.partner import conversion, errors
from gateway.partner.callers import Caller, Keyring, Lease
from gateway.partner.calls import Desk, current
from gateway.partner.kinds import BY_NOUN
from rapport.partner.v1 import events_pb2

log = logs.get("gateway.partner")

SCOPE = "events:read"
START = "start"
HEARTBEAT = 15.0
LOOK = 5.0
RPC_SECONDS = 10.0
PAGE, WINDOW = 200, 2000
READ_AT_ONCE = 500
MOST_ANSWERS = 2000
# What an event adds beside the record, as far as partners are told.
DETAILS = frozenset({"from_stage_id", "from_stage", "to_stage_id", "to_stage", "to_stage_kind", "access"})
UNSHARED = ".unshared.v1"


class SlowReader(TooMany):
    code = "slow_reader"
    message = "You read too slowly; come back with the resume_token."


class Draining(Unavailable):
    code = "draining"
    message = "The server is about to stop; come back with the resume_token."


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the window, and the partners that may see it."""

    position: int
    event: Mapping[str, Any]
    partner_ids: frozenset[str]


@dataclass
class Window:
    """The end of a workspace's archive: all shared events after `start`, up to `end`."""

    start: int
    end: int
    told: deque[Told] = field(default_factory=deque)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def grow(self, page: Mapping[str, Any]) -> None:
        """Take in a page of shared events; the oldest fall out."""
        for event in page["data"]:
            if event["type"].endswith(UNSHARED):
                self._hide(event["subject"], event["data"]["partner_id"])
            self.told.append(Told(event["position"], event, frozenset(event.pop("partner_ids"))))
        self.end = page["position"]
        while len(self.told) > WINDOW:
            self.start = self.told.popleft().position
        self.wake()

    def _hide(self, subject: str, partner_id: str) -> None:
        """What is no longer shared is not told any more either."""
        self.told = deque(
            Told(one.position, one.event, one.partner_ids - {partner_id})
            if one.event["subject"] == subject
            else one
            for one in self.told
        )

    def wake(self) -> None:
        news, self.news = self.news, asyncio.Event()
        news.set()

    def after(self, position: int) -> list[Told]:
        """What the window holds after a position."""
        found = []
        for one in reversed(self.told):
            if one.position <= position:
                break
            found.append(one)
        found.reverse()
        return found


class Reader:
    """Reads the end of one workspace's archive for all its streams: one question a nudge, whatever their number."""

    def __init__(self, desk: Desk, workspace_id: str) -> None:
        self._desk = desk
        self._workspace_id = workspace_id
        self._nudged = asyncio.Event()
        self.window: Window | None = None
        self.streams = 0
        self._loop = asyncio.get_running_loop()
        self._feed: Feed = desk.state.nudges.feed(workspace_id)
        self._feed.listeners.append(self._on_nudge)
        self._task = asyncio.ensure_future(self._run())

    def _on_nudge(self) -> None:
        """Called on the listening thread."""
        self._loop.call_soon_threadsafe(self._nudged.set)

    def stop(self) -> None:
        self._feed.listeners.remove(self._on_nudge)
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            self._nudged.clear()
            try:
                await self._catch_up()
            except AppError as error:
                log.info("the archive does not answer", error=error.text)
            try:
                await asyncio.wait_for(self._nudged.wait(), LOOK)
            except TimeoutError:
                continue

    async def _catch_up(self) -> None:
        if self.window is None:
            latest = (await self._ask("latest_position"))["position"]
            self.window = Window(latest, latest)
        while True:
            page = await self._ask("shared_events", after=self.window.end, limit=READ_AT_ONCE)
            if page["position"] > self.window.end:
                self.window.grow(page)
            if not page["has_more"]:
                return

    async def _ask(self, operation: str, **arguments: Any) -> Any:
        ctx = contexts.Context(
            workspace_id=self._workspace_id,
            actor="system:partner",
            role="system",
            origin="system",
            deadline=time.time() + RPC_SECONDS,
        )
        return await self._desk.ask_for_stream("reporting", operation, ctx, **arguments)


class Changes:
    """All streams of this process."""

    def __init__(self, desk: Desk, keyring: Keyring, secret: bytes, slow_seconds: float) -> None:
        self.desk, self.keyring = desk, keyring
        self.secret, self.slow_seconds = secret, slow_seconds
        self.is_draining = False
        self._readers: dict[str, Reader] = {}
        self._answers: OrderedDict[tuple[Any, ...], tuple[str, bytes]] = OrderedDict()

    def wake(self) -> None:
        """Have every stream look at its key, and at whether the server stops."""
        for reader in self._readers.values():
            if reader.window is not None:
                reader.window.wake()

    def drain(self) -> None:
        self.is_draining = True
        self.wake()

    def answer(
        self, event: Mapping[str, Any] | None, position: int, holder: PartnerHolder
    ) -> tuple[str, bytes]:
        """The token and the answer of an event, or of a sign of life; made once for all streams of a partner."""
        key = (holder.partner_id, position, event is None, holder.shown_fields, holder.scopes)
        known = self._answers.get(key)
        if known is None:
            token = paging.encode_cursor(self.secret, [position], digest_of(holder))
            message = events_pb2.WatchEventsResponse(resume_token=token)
            if event is not None:
                message.event.CopyFrom(to_event(event, holder))
            known = self._answers[key] = (token, message.SerializeToString())
            while len(self._answers) > MOST_ANSWERS:
                self._answers.popitem(last=False)
        return known

    def join(self, workspace_id: str) -> Reader:
        reader = self._readers.get(workspace_id)
        if reader is None:
            reader = self._readers[workspace_id] = Reader(self.desk, workspace_id)
        reader.streams += 1
        return reader

    def leave(self, workspace_id: str) -> None:
        reader = self._readers[workspace_id]
        reader.streams -= 1
        if not reader.streams:
            self._readers.pop(workspace_id).stop()

    async def watch(self, request: Any, context: grpc.aio.ServicerContext) -> None:
        """The method WatchEvents."""
        caller = current.get()
        stream = Stream(self, caller, context)
        try:
            access.require_operation(caller.context(deadline=time.time()), "read", SCOPE)
            await stream.run(request)
        except AppError as error:
            known: AppError = error
        except Exception:
            if context.done():
                return  # The caller hung up while something was said.
            log.exception("stream failed", request_id=caller.request_id)
            known = AppError()
        if stream.token:
            known.details["resume_token"] = stream.token
        await errors.abort(context, errors.status_of(known, caller.request_id))


class Stream:
    """One open stream."""

    def __init__(self, changes: Changes, caller: Caller, context: grpc.aio.ServicerContext) -> None:
        self.changes, self.caller, self.context = changes, caller, context
        self.token = ""
        self._position = 0
        self._said = 0.0
        self._types: frozenset[str] | None = None
        self._lease: Lease | None = None

    async def run(self, request: Any) -> None:
        """Tell events until somebody ends the stream; raises the reason."""
        types = contracts.event_types(list(request.types))
        self._types = None if types is None else frozenset(types)
        holder = self.caller.holder
        self._lease = self.changes.keyring.open(holder)
        reader = self.changes.join(holder.workspace_id)
        try:
            self._position = await self._begin(request.after)
            await self._say(None, self._position)
            await self._catch_up(list(request.types))
            await self._follow(reader, list(request.types))
        finally:
            self.changes.leave(holder.workspace_id)
            self.changes.keyring.close(self._lease, holder.credential_id)

    async def _begin(self, after: str) -> int:
        if after == START:
            return 0
        if after:
            (position,) = paging.decode_cursor(self.changes.secret, after, digest_of(self.caller.holder))
            return int(position)
        return int((await self._ask("watched_events", after=None, limit=1))["position"])

    async def _catch_up(self, types: list[str]) -> None:
        """By pages, up to the end of the archive."""
        while True:
            page = await self._patient("watched_events", after=self._position, types=types, limit=PAGE)
            for event in page["data"]:
                await self._say(event, event["position"])
            self._position = page["position"]
            await self._beat()
            if not page["has_more"]:
                return

    async def _follow(self, reader: Reader, types: list[str]) -> None:
        """With the others, out of the window; back to pages when it has moved on."""
        partner_id = self.caller.partner_id
        while True:
            self._look()
            window = reader.window
            if window is not None and self._position < window.start:
                await self._catch_up(types)
                continue
            if window is None:
                await asyncio.sleep(0.05)
                await self._beat()
                continue
            news, end = window.news, window.end
            for told in window.after(self._position):
                if partner_id in told.partner_ids and self._wants(told.event["type"]):
                    await self._say(told.event, told.position)
            self._position = max(self._position, end)
            await self._beat()
            if window.news is news:
                left = HEARTBEAT - (time.monotonic() - self._said)
                try:
                    await asyncio.wait_for(news.wait(), max(0.01, left))
                except TimeoutError:
                    continue

    def _wants(self, event_type: str) -> bool:
        return self._types is None or event_type in self._types

    async def _beat(self) -> None:
        self._look()
        if time.monotonic() - self._said >= HEARTBEAT:
            await self._say(None, self._position)

    def _look(self) -> PartnerHolder:
        """The partner as it is now; raises when the key ended or the server stops."""
        assert self._lease is not None
        if self._lease.holder is None or SCOPE not in self._lease.holder.scopes:
            raise KeyNotValid()
        if self.changes.is_draining:
            raise Draining()
        return self._lease.holder

    async def _say(self, event: Mapping[str, Any] | None, position: int) -> None:
        holder = self._look()
        token, answer = self.changes.answer(event, position, holder)
        began = time.monotonic()
        # However long it takes: what is on its way arrives before the status does, so the token must count it.
        await self.context.write(answer)
        self.token = token
        self._said = time.monotonic()
        if self._said - began > self.changes.slow_seconds:
            raise SlowReader(subject=holder.partner_id)

    async def _patient(self, operation: str, **arguments: Any) -> Any:
        """The answer, however long reporting-svc stays away: the stream stays open and looks again."""
        while True:
            try:
                return await self._ask(operation, **arguments)
            except AppError as error:
                if error.kind not in ("unavailable", "timeout"):
                    raise
            await asyncio.sleep(1.0)
            await self._beat()

    async def _ask(self, operation: str, **arguments: Any) -> Any:
        ctx = self.caller.context(deadline=time.time() + RPC_SECONDS)
        return await self.changes.desk.ask_for_stream("reporting", operation, ctx, **arguments)


def digest_of(holder: PartnerHolder) -> str:
    """What a token is bound to: nobody reads on from another's."""
    return paging.digest_of(holder.workspace_id, holder.partner_id, "events")


def to_event(event: Mapping[str, Any], holder: PartnerHolder) -> Any:
    """The event as this partner sees it: the record cut by the mask, nothing of who did it."""
    data = event["data"]
    message = events_pb2.Event(
        id=event["id"],
        type=event["type"],
        subject=event["subject"],
        sequence=event["sequence"],
        is_own=event["actor"] == holder.partner_id or event.get("onbehalfof") == holder.partner_id,
    )
    message.time.FromJsonString(event["time"])
    kind = BY_NOUN.get(event["subjecttype"])
    is_shown = (
        kind is not None and f"{kind.name}:read" in holder.scopes and not event["type"].endswith(UNSHARED)
    )
    if kind is not None and is_shown:
        visible = kind.visible(holder.shown_fields)
        record = conversion.to_message(kind, data.get("record") or {}, visible, holder.partner_id)
        getattr(message, kind.noun).CopyFrom(record)
        message.changed_fields.extend(name for name in data.get("changes") or {} if name in visible)
        details = {name: value for name, value in data.items() if name in DETAILS}
        if details:
            json_format.ParseDict(details, message.details)
    return message
