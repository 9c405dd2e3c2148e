"""The server: its services, who is let in, health, reflection, and how it stops."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
from google.protobuf import message_factory
from grpc_health.v1 import health_pb2
from grpc_health.v1._async import HealthServicer
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server
from grpc_reflection.v1alpha import reflection

from chassis import ids, logs
from chassis.errors import AppError
from gateway.partner import errors
from gateway.partner.callers import Caller, Keyring
from gateway.partner.calls import Desk, current, unary
from gateway.partner.changes import Changes
from gateway.partner.kinds import KINDS
from gateway.partner.records import Records
from gateway.partner.settings import Door
from gateway.state import State
from rapport.partner.v1 import events_pb2

log = logs.get("gateway.partner")

LARGEST_MESSAGE = 4 * 1024 * 1024
LOOK_SECONDS = 2.0
GRACE_SECONDS = 8.0
HEALTH, REFLECTION = "/grpc.health.v1.Health/", "/grpc.reflection."
PACKAGE = "rapport.partner.v1"
EVENTS = f"{PACKAGE}.EventService"
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._:-]{1,80}$")
OPTIONS = (
    ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ("grpc.max_send_message_length", LARGEST_MESSAGE),
    ("grpc.max_metadata_size", 16 * 1024),
    ("grpc.max_concurrent_streams", 1200),
    # A dead peer is noticed within two minutes; a live one may ask every twenty seconds whether we are.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 20_000),
    ("grpc.so_reuseport", 0),
)
Next = Callable[[Any], Awaitable[Any]]


class Gate(grpc.aio.ServerInterceptor):  # type: ignore[misc]
    """Lets callers in before anything of their request is read. Only health answers everybody."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def intercept_service(self, continuation: Next, details: Any) -> Any:
        if details.method.startswith(HEALTH):
            return await continuation(details)
        handler = await continuation(details)
        metadata = details.invocation_metadata or ()
        sent = next((value for name, value in metadata if name == "x-request-id"), "")
        request_id = sent if isinstance(sent, str) and _REQUEST_ID.match(sent) else ids.new("request")
        try:
            holder = await self._keyring.identify(metadata)
            self._keyring.spend(holder)
        except AppError as error:
            known: AppError = error
        except Exception:
            log.exception("nobody could be identified", request_id=request_id)
            known = AppError()
        else:
            current.set(Caller(holder, request_id))
            return handler
        return _refusal(handler, errors.status_of(known, request_id))


def _refusal(handler: Any, status: Any) -> Any:
    """A handler like `handler` that only says no; it does not read the request."""

    async def refuse(_: Any, context: grpc.aio.ServicerContext) -> Any:
        await errors.abort(context, status)

    if handler is not None and handler.request_streaming:
        return grpc.stream_stream_rpc_method_handler(refuse)
    if handler is not None and handler.response_streaming:
        return grpc.unary_stream_rpc_method_handler(refuse)
    return grpc.unary_unary_rpc_method_handler(refuse)


class Server:
    """Everything of the partners' door. Make it inside a running event loop."""

    def __init__(self, state: State, door: Door) -> None:
        self.state, self.door = state, door
        self.desk = Desk(state)
        self.keyring = Keyring(state, self.desk.in_thread, door.streams)
        self.changes = Changes(self.desk, self.keyring, state.settings.secret, door.slow_seconds)
        self.health = HealthServicer()
        self._server = grpc.aio.server(interceptors=(Gate(self.keyring),), options=OPTIONS)
        self._services = {f"{PACKAGE}.{kind.service}": kind.resource.service for kind in KINDS}
        self._services[EVENTS] = "reporting"
        self._add_services()
        self._tasks: list[asyncio.Task[None]] = []

    def _add_services(self) -> None:
        for kind in KINDS:
            records = Records(kind, self.state.settings.secret)
            methods = records.methods()
            service = kind.module.DESCRIPTOR.services_by_name[kind.service]
            handlers = {
                method.name: _unary_handler(
                    method, unary(self.desk, methods[method.name], kind.noun, records.visible)
                )
                for method in service.methods
            }
            self._add(service.full_name, handlers)
        service = events_pb2.DESCRIPTOR.services_by_name["EventService"]
        watch = grpc.unary_stream_rpc_method_handler(
            self.changes.watch,
            events_pb2.WatchEventsRequest.FromString,
            # Answers are made once for all streams of a partner, as bytes.
            bytes,
        )
        self._add(service.full_name, {"WatchEvents": watch})
        add_HealthServicer_to_server(self.health, self._server)
        names = (*self._services, health_pb2.DESCRIPTOR.services_by_name["Health"].full_name)
        reflection.enable_server_reflection((*names, reflection.SERVICE_NAME), self._server)

    def _add(self, name: str, handlers: dict[str, Any]) -> None:
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, handlers),))

    async def start(self) -> int:
        """Listen; returns the port. Raises `RuntimeError` when it is taken."""
        door = self.door
        if door.certificate is None or door.key is None:
            port = self._server.add_insecure_port(door.bind)
        else:
            credentials = grpc.ssl_server_credentials([(door.key, door.certificate)])
            port = self._server.add_secure_port(door.bind, credentials)
        await self._look_at_services()
        await self._server.start()
        self._tasks = [
            asyncio.ensure_future(self._again(self._look_at_services)),
            asyncio.ensure_future(self._again(self._look_at_keys)),
        ]
        return int(port)

    async def stop(self) -> None:
        """Say so, end the streams with their tokens, let calls end, stop."""
        await self.health.enter_graceful_shutdown()
        self.changes.drain()
        await self._server.stop(GRACE_SECONDS)
        for task in self._tasks:
            task.cancel()
        self.desk.close()

    @staticmethod
    async def _again(duty: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await duty()
            except Exception:
                log.exception("a duty failed, will be done again")

    async def _look_at_keys(self) -> None:
        """Streams of keys that ended end within five seconds."""
        if await self.keyring.renew():
            self.changes.wake()

    async def _look_at_services(self) -> None:
        """A service whose queue nobody serves is not serving here either."""
        states: dict[str, bool] = {}
        for name in set(self._services.values()):
            counts = await self.desk.in_thread(self.state.client.watch.counts, name)
            states[name] = counts is not None and counts[0] > 0
        serving, away = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING
        for full_name, name in self._services.items():
            await self.health.set(full_name, serving if states[name] else away)
        await self.health.set("", serving if any(states.values()) else away)


def _unary_handler(method: Any, serve: Any) -> Any:
    request = message_factory.GetMessageClass(method.input_type)
    answer = message_factory.GetMessageClass(method.output_type)
    return grpc.unary_unary_rpc_method_handler(serve, request.FromString, answer.SerializeToString)
