"""Events as they happen: GET /v1/events as a long poll, or as a stream of server-sent events.

A position is a signed token; whoever comes back with theirs misses nothing. Streams wait without working until a nudge
says that the archive has grown.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, request, stream_with_context
from marshmallow import fields

from chassis import access, codec, context, paging
from chassis.errors import AppError, Unauthenticated
from gateway import authentication, http, state
from gateway.endpoint import Parameter, endpoint
from gateway.nudges import Feed
from gateway.v1 import meta
from messages.common import View

START, LATEST = "start", "latest"
LONGEST_WAIT = 60
HEARTBEAT = 15.0
CHECK = 4.0
SLICE = 1.0
AT_ONCE = 200
RPC_SECONDS = 5.0
STREAM = "text/event-stream"
HIDDEN = ("workspaceid", "requestid", "causeid", "depth", "onbehalfof", "subjecttype", "addressee")

blueprint = Blueprint("live", __name__, url_prefix="/v1")


class CloudEvent(View):
    """A CloudEvent 1.0."""

    specversion = fields.String(required=True)
    id = fields.String(required=True)
    source = fields.String(required=True)
    type = fields.String(required=True)
    subject = fields.String(required=True)
    time = fields.String(required=True)
    actor = fields.String(metadata={"description": "Who did it: a user, or system:<what>."})
    origin = fields.String()
    sequence = fields.Integer(metadata={"description": "Counts the events of one record."})
    position = fields.String(required=True, metadata={"description": "Come back with it as `after`."})
    data = fields.Dict(required=True, metadata={"description": "record, changes, and what the fact adds"})


class EventsView(View):
    data = fields.List(fields.Nested(CloudEvent), required=True)
    position = fields.String(required=True, metadata={"description": "Where to go on."})
    has_more = fields.Boolean(required=True)


PARAMETERS = (
    Parameter(
        "after",
        f"Events after this position; `{START}` is the beginning, `{LATEST}` is now. A poll begins at the beginning, "
        "a stream now.",
    ),
    Parameter("types", "Only these types: `deal.won.v1`, or families: `deal.*`; separated by commas."),
    Parameter(
        "wait", f"How many seconds to wait for the first event, at most {LONGEST_WAIT}.", "integer", default=0
    ),
    Parameter("limit", f"At most so many events, up to {AT_ONCE}.", "integer", default=100),
    Parameter("Last-Event-ID", "The position of the last event of a stream that broke.", where="header"),
)


@blueprint.get("/events")
@endpoint(
    "Events after a position: at once, after a wait, or as a stream (Accept: text/event-stream)",
    permission="read",
    tag="events",
    parameters=PARAMETERS,
    answers=EventsView,
    statuses=(400,),
)
def events() -> Response:
    http.refuse_unknown(("after", "types", "wait", "limit"))
    types = tuple(http.words("types"))
    is_stream = STREAM in request.headers.get("Accept", "")
    reader = Reader(types)
    after = reader.position(_after(), start=0 if not is_stream else None)
    if is_stream:
        # The first page is read before the answer begins: who cannot be served is told so with a status.
        first = reader.shared_page(after)
        response = Response(stream_with_context(_stream(reader, after, first)), mimetype=STREAM)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"
        return response
    return http.reply(_poll(reader, after))


def _after() -> str | None:
    return request.headers.get("Last-Event-ID") or request.args.get("after")


class Reader:
    """Reads the archive of the caller's workspace, for these types."""

    def __init__(self, types: tuple[str, ...]) -> None:
        self.types = types
        self.feed: Feed = state.current().nudges.feed(g.identity.workspace_id)
        self._secret = state.settings().secret
        self._digest = paging.digest_of(g.identity.workspace_id, "events")
        ctx = g.identity.context()
        self._user_id: str = g.identity.user_id
        self._forbidden = {noun for noun, permission in meta.permissions() if not access.may(ctx, permission)}

    def token(self, position: int) -> str:
        return paging.encode_cursor(self._secret, [position], self._digest)

    def position(self, text: str | None, *, start: int | None) -> int:
        """The position of a token; `start` when there is none, and None there means the present end."""
        if text == START:
            return 0
        if text == LATEST or (text is None and start is None):
            return int(http.call("reporting", "latest_position", seconds=RPC_SECONDS)["position"])
        if text is None:
            return start or 0
        (position,) = paging.decode_cursor(self._secret, text, self._digest)
        return int(position)

    def page(self, after: int, limit: int) -> dict[str, Any]:
        """The events after a position as the archive has them now, with `position` where to go on."""
        found: dict[str, Any] = http.call(
            "reporting", "events", self._wanted(after, limit), seconds=RPC_SECONDS
        )
        return found

    def shared_page(self, after: int) -> dict[str, Any]:
        """The same for a stream: read once for all streams of the workspace, by the gateway itself.

        It may be an older page, which ends before the archive does. A stream goes on from its end; who wants to
        know whether there is more needs `page`. `shown` cuts it for each caller.
        """

        def fetch() -> dict[str, Any]:
            ctx = replace(
                context.system(g.identity.workspace_id, "live", request_id=g.request_id),
                deadline=time.time() + RPC_SECONDS,
            )
            found: dict[str, Any] = state.current().call(
                "reporting", "events", ctx, **self._wanted(after, AT_ONCE)
            )
            return found

        return self.feed.page(after, self.types, fetch)

    def _wanted(self, after: int, limit: int) -> dict[str, Any]:
        return {"after": after, "types": list(self.types), "limit": limit}

    def shown(self, page: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The events of a page as the caller sees them: of records they may read, and addressed to nobody else."""
        for event in page["data"]:
            is_ours = event.get("addressee") in (None, self._user_id)
            if is_ours and event["subjecttype"] not in self._forbidden:
                seen = {name: value for name, value in event.items() if name not in HIDDEN}
                yield {**seen, "position": self.token(event["position"])}


def _poll(reader: Reader, after: int) -> dict[str, Any]:
    wait = http.number("wait", 0, 0, LONGEST_WAIT)
    limit = http.number("limit", 100, 1, AT_ONCE)
    until = time.monotonic() + wait
    while True:
        seen = reader.feed.news
        page = reader.page(after, limit)
        shown = list(reader.shown(page))
        left = until - time.monotonic()
        if shown or left <= 0 or state.current().is_stopping():
            break
        after = page["position"]
        if not page["has_more"]:
            reader.feed.wait(seen, min(left, HEARTBEAT))
    return {
        "data": shown,
        "position": reader.token(page["position"]),
        "has_more": page["has_more"],
    }


def _stream(reader: Reader, after: int, first: dict[str, Any]) -> Iterator[str]:
    """The stream's text. A heartbeat carries the position too: readers of rare types need not look far back."""
    yield f"retry: 1000\nid: {reader.token(after)}\n: connected\n\n"
    page: dict[str, Any] | None = first
    said = checked = time.monotonic()
    seen = -1
    while not state.current().is_stopping():
        if page is not None:
            for shown in reader.shown(page):
                yield f"id: {shown['position']}\nevent: {shown['type']}\ndata: {codec.dumps(shown)}\n\n"
                said = time.monotonic()
            after = page["position"]
        if time.monotonic() - checked >= CHECK:
            if not _still_allowed():
                return
            checked = time.monotonic()
        is_due = time.monotonic() - said >= HEARTBEAT
        if is_due:
            yield f"id: {reader.token(after)}\n: beat\n\n"
            said = time.monotonic()
        has_more = page is not None and page["has_more"]
        if has_more or is_due or reader.feed.wait(seen, SLICE):
            # The number is taken first: what happens while the page is read wakes this stream once more.
            seen = reader.feed.news
            page = _next(reader, after)
        else:
            page = None


def _next(reader: Reader, after: int) -> dict[str, Any] | None:
    """The next page; None while the archive does not answer: the stream stays open and looks again later."""
    try:
        return reader.shared_page(after)
    except AppError as error:
        if error.kind not in ("unavailable", "timeout"):
            raise
        return None


def _still_allowed() -> bool:
    """A key that was revoked, a session that ended: their streams end too. Listening does not keep a session alive."""
    try:
        authentication.identify(is_use=False)
    except Unauthenticated:
        return False
    return True
