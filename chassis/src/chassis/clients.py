"""What an operation may ask of other services, and the shape of a bus client it needs for that."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import select

from chassis.context import Context
from chassis.database import Database
from chassis.errors import Unavailable
from chassis.tables import reference

# How many ids a batch read of another service takes.
AT_ONCE = 200


class Client(Protocol):
    """A thread-safe caller of operations: `call(service, operation, ctx, **arguments)`."""

    def call(self, service: str, operation: str, ctx: Context, /, **arguments: Any) -> Any: ...


class Asker:
    """Asks on behalf of one request, before its transaction opens."""

    def __init__(self, client: Client | None, database: Database, ctx: Context) -> None:
        self._client = client
        self._database = database
        self.ctx = ctx

    def call(self, service: str, operation: str, **arguments: Any) -> Any:
        """The answer of another service; raises its error, `Unavailable` or `TimedOut`."""
        if self._client is None:
            raise Unavailable(service=service)
        return self._client.call(service, operation, self.ctx, **arguments)

    def knows(self, kind: str, record_id: str) -> bool:
        """Whether the local copies hold this record of another service."""
        with self._database.reading() as session:
            found = session.execute(
                select(reference.c.id).where(
                    reference.c.workspace_id == self.ctx.workspace_id,
                    reference.c.type == kind,
                    reference.c.id == record_id,
                )
            ).first()
        return found is not None

    def unknown(self, kind: str, record_ids: Collection[str]) -> set[str]:
        """Those of `record_ids` that the local copies do not hold as living records, in one statement."""
        if not record_ids:
            return set()
        with self._database.reading() as session:
            known = session.scalars(
                select(reference.c.id).where(
                    reference.c.workspace_id == self.ctx.workspace_id,
                    reference.c.type == kind,
                    reference.c.id.in_(record_ids),
                    reference.c.state.is_distinct_from("deleted"),
                )
            ).all()
        return set(record_ids).difference(known)


def portions(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """`values` in order, at most `size` at a time."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
