"""A command answers the same when it comes again: its result is stored in the transaction that did the work.

The row is keyed by workspace, caller and command id; the digest of the request tells a repetition from a misuse.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from chassis import clock, codec
from chassis.context import Context
from chassis.database import Database, is_transient
from chassis.errors import AppError, Conflict
from chassis.sql import insert_if_absent
from chassis.tables import command_result

KEPT = timedelta(hours=24)


class KeyReused(AppError):
    kind = "invalid"
    code = "idempotency_key_reused"
    message = "This idempotency key was used for another request; use a new key for a new request."


class StillRunning(Conflict):
    code = "request_in_progress"
    message = "The first request with this idempotency key is still running; try again in a moment."


@dataclass(frozen=True, slots=True)
class Replay:
    """The stored answer of a command that ran before."""

    response: Any


def digest(operation: str, arguments: dict[str, Any]) -> str:
    return hashlib.sha256(f"{operation}\n{codec.dumps(arguments)}".encode()).hexdigest()


def claim(session: Session, ctx: Context, request_hash: str) -> Replay | None:
    """Reserve the command's row, so that two deliveries at the same time collide here and not in the work.

    Returns the stored answer when the command ran before; raises `KeyReused` or `StillRunning`.
    """
    key = {"workspace_id": ctx.workspace_id, "caller": ctx.caller, "command_id": ctx.command_id}
    row = {**key, "request_hash": request_hash, "response": None, "expires_at": clock.now() + KEPT}
    try:
        if insert_if_absent(session, command_result, [row]):
            return None
    except DBAPIError as error:
        if not is_transient(error) and getattr(error.orig, "sqlstate", "") == "55P03":
            raise StillRunning() from error
        raise
    stored = session.execute(
        select(command_result.c.request_hash, command_result.c.response).where(
            *(command_result.c[name] == value for name, value in key.items())
        )
    ).one()
    if stored.request_hash != request_hash:
        raise KeyReused()
    if stored.response is None:
        raise StillRunning()
    return Replay(codec.loads(stored.response))


def purge(database: Database) -> None:
    """Forget answers older than a day."""
    database.transact(
        lambda session: session.execute(
            delete(command_result).where(command_result.c.expires_at < clock.now())
        )
    )


def store(session: Session, ctx: Context, response: Any) -> None:
    """Keep the answer beside the work, in the same transaction."""
    session.execute(
        update(command_result)
        .where(
            command_result.c.workspace_id == ctx.workspace_id,
            command_result.c.caller == ctx.caller,
            command_result.c.command_id == ctx.command_id,
        )
        .values(response=codec.dumps(response))
    )
