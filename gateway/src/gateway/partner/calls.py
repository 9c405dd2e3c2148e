"""One call: who makes it, until when, and how it asks the services. Whatever goes wrong ends as one form of status."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial
from typing import Any

import grpc
import grpc.aio

from chassis import logs
from chassis.errors import AppError, TimedOut
from gateway.partner import errors
from gateway.partner.callers import Caller
from gateway.state import State

log = logs.get("gateway.partner")

DEFAULT_SECONDS, LONGEST_SECONDS = 5.0, 30.0
THREADS, STREAM_THREADS = 24, 8

current: ContextVar[Caller] = ContextVar("caller")


class Desk:
    """Asks services for the calls of this process, on a bounded number of threads; none waits for an open stream."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="call")
        # Streams that come back all at once ask for their pages on threads of their own: no call waits behind them.
        self._stream_threads = ThreadPoolExecutor(STREAM_THREADS, thread_name_prefix="stream")

    async def in_thread(self, fn: Callable[..., Any], *arguments: Any) -> Any:
        """The result of a function that waits for something outside."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(fn, *arguments))

    async def ask(self, service: str, operation: str, ctx: Any, **arguments: Any) -> Any:
        """The answer of an operation; raises its `AppError`, or `TimedOut` at the context's deadline."""
        return await self._ask(self._threads, service, operation, ctx, arguments)

    async def ask_for_stream(self, service: str, operation: str, ctx: Any, **arguments: Any) -> Any:
        """As `ask`, on the threads of the streams."""
        return await self._ask(self._stream_threads, service, operation, ctx, arguments)

    async def _ask(
        self, threads: ThreadPoolExecutor, service: str, operation: str, ctx: Any, arguments: dict[str, Any]
    ) -> Any:
        fn = partial(self.state.call, service, operation, ctx, **arguments)
        call = asyncio.get_running_loop().run_in_executor(threads, fn)
        try:
            return await asyncio.wait_for(call, ctx.left())
        except TimeoutError:
            raise TimedOut(service=service) from None

    def close(self) -> None:
        for threads in (self._threads, self._stream_threads):
            threads.shutdown(wait=False, cancel_futures=True)


class Call:
    """A unary call in progress."""

    def __init__(self, desk: Desk, context: grpc.aio.ServicerContext) -> None:
        self.desk = desk
        self.caller = current.get()
        left = context.time_remaining()
        seconds = DEFAULT_SECONDS if left is None else min(left, LONGEST_SECONDS)
        self.deadline = time.time() + seconds

    async def ask(
        self,
        service: str,
        operation: str,
        arguments: dict[str, Any],
        *,
        command_id: str = "",
        is_trial: bool = False,
    ) -> Any:
        """The answer of a service on the caller's behalf."""
        ctx = self.caller.context(deadline=self.deadline, command_id=command_id or None, is_trial=is_trial)
        return await self.desk.ask(service, operation, ctx, **arguments)


Method = Callable[[Call, Any], Awaitable[Any]]


def unary(desk: Desk, method: Method, noun: str, visible: Callable[[Caller], Any]) -> Any:
    """The servicer's function of a unary method: its errors become statuses, those unforeseen without their text."""

    async def serve(request: Any, context: grpc.aio.ServicerContext) -> Any:
        call = Call(desk, context)
        try:
            return await method(call, request)
        except AppError as error:
            known: AppError = error
        except Exception:
            log.exception("call failed", request_id=call.caller.request_id)
            known = AppError()
        names = visible(call.caller)
        await errors.abort(context, errors.status_of(known, call.caller.request_id, noun=noun, visible=names))

    return serve
