"""Turns a plain function into an operation of a service: `command(fn)` writes, `query(fn)` reads.

An operation loads its arguments by the message schema, checks the right, opens the unit of work (or a read
session), calls the function, stores the result and gives back plain values. Transport is somebody else's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema
from sqlalchemy.exc import IntegrityError

from chassis import access, codec, command_results, contracts, suppressed
from chassis.clients import Asker, Client
from chassis.context import Context
from chassis.database import Database, is_duplicate
from chassis.errors import AlreadyExists, TimedOut
from chassis.reading import Decorate
from chassis.record import Record
from chassis.unit_of_work import UnitOfWork


@dataclass
class Runtime:
    """What an operation runs on: the service's name (source of its events), its database, the bus client.

    `nudge()` wakes the relay; `broadcast(exchange, key, body)` hints at news to whoever listens right now.
    """

    name: str
    database: Database
    client: Client | None = None
    nudge: Callable[[], None] = field(default=lambda: None)
    broadcast: Callable[[str, str, Mapping[str, Any]], None] = field(default=lambda exchange, key, body: None)

    def unit_of_work(self, session: Any, ctx: Context) -> UnitOfWork:
        return UnitOfWork(session, ctx, self.name, contracts.check_event)


class _Trial(Exception):
    """Ends the transaction of a trial, so that nothing of it stays."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer


class Operation:
    """One line of a service's menu. `kind` is `command` or `query`."""

    kind = "operation"

    def __init__(
        self,
        fn: Callable[..., Any],
        *,
        ask: Callable[..., dict[str, Any]] | None = None,
        show: Decorate | None = None,
    ) -> None:
        self.fn = fn
        self.ask = ask
        self.show = show
        self.name = fn.__name__
        self.schema: type[Schema]
        self._loader: Schema

    def bind(self, service: str, name: str, contract: str = "") -> None:
        """Find the contract of this menu line, in the messages of the service or of `contract`.

        Raises `AttributeError` when there is none.
        """
        self.name = name
        self.service = service
        self.schema = contracts.schema_of(contract or service, name)
        self._loader = self.schema()
        self.permission: str = getattr(self.schema, "permission", "write")
        self.scope: str | None = getattr(self.schema, "scope", None)
        self.answers: type[Schema] | None = getattr(self.schema, "answers", None)

    def execute(self, runtime: Runtime, ctx: Context, values: dict[str, Any]) -> Any:
        """Run for `ctx` with unchecked `values`; returns plain values; raises `AppError`."""
        arguments = contracts.load(self._loader, values)
        access.require_operation(ctx, self.permission, self.scope)
        _in_time(ctx, self.service)
        if self.ask is not None:
            arguments.update(
                self.ask(Asker(runtime.client, runtime.database, ctx.asked_by(runtime.name)), arguments)
            )
        return self._run(runtime, ctx, values, arguments)

    def _run(self, runtime: Runtime, ctx: Context, values: dict[str, Any], arguments: dict[str, Any]) -> Any:
        raise NotImplementedError


class Command(Operation):
    """Writes. The same command id answers the same, without doing it again."""

    kind = "command"

    def _run(self, runtime: Runtime, ctx: Context, values: dict[str, Any], arguments: dict[str, Any]) -> Any:
        told = 0

        def work(session: Any) -> Any:
            nonlocal told
            is_kept = ctx.command_id is not None and not ctx.is_trial
            if is_kept:
                replay = command_results.claim(session, ctx, command_results.digest(self.name, values))
                if replay is not None:
                    suppressed.note_command(session, ctx, self.name, values, replay.response)
                    return replay.response
            uow = runtime.unit_of_work(session, ctx)
            result = self.fn(uow, ctx, **arguments)
            uow.flush()
            told = uow.told
            answer = plain(result)
            if self.show is not None:
                self.show(session, ctx, [answer])
                answer = codec.plain(answer)
            contracts.check_answer(self.answers, answer)
            if ctx.is_trial:
                raise _Trial(answer)
            if is_kept:
                command_results.store(session, ctx, answer)
            _in_time(ctx, self.service)
            return answer

        try:
            answer = runtime.database.transact(work)
        except _Trial as trial:
            return trial.answer
        except IntegrityError as error:
            if is_duplicate(error):
                raise AlreadyExists() from error
            raise
        if told:
            runtime.nudge()
        return answer


class Query(Operation):
    """Reads: SQL to plain values, never writes."""

    kind = "query"

    def _run(self, runtime: Runtime, ctx: Context, values: dict[str, Any], arguments: dict[str, Any]) -> Any:
        with runtime.database.reading() as session:
            answer = self.fn(session, ctx, **arguments)
        if contracts.STRICT:
            contracts.check_answer(self.answers, codec.plain(answer))
        return answer


def _in_time(ctx: Context, service: str) -> None:
    """Nothing runs, and nothing commits, after its caller has gone."""
    left = ctx.left()
    if left is not None and left <= 0:
        raise TimedOut(service=service)


def plain(result: Any) -> Any:
    """The answer of a command as JSON values."""
    return codec.plain(result.view() if isinstance(result, Record) else result)


def command(
    fn: Callable[..., Any],
    *,
    ask: Callable[..., dict[str, Any]] | None = None,
    show: Decorate | None = None,
) -> Command:
    """A menu line that writes: `fn(uow, ctx, **arguments)`.

    `ask(asker, arguments)` runs before the transaction and returns further arguments: the place to ask another service.
    `show(session, ctx, [view])` adds derived values to the answer, as it does in lists.
    """
    return Command(fn, ask=ask, show=show)


def query(fn: Callable[..., Any]) -> Query:
    """A menu line that reads: `fn(session, ctx, **arguments)`."""
    return Query(fn)
