"""A lease: at most one live process does a thing. The epoch grows with each new holder, so a late one can be fenced."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.database import Database
from chassis.sql import insert_if_absent
from chassis.tables import lease


def acquire(database: Database, name: str, owner: str, seconds: float) -> int | None:
    """Take or keep the lease `name` for `seconds`; returns its epoch, or None while somebody else holds it."""

    def work(session: Session) -> int | None:
        moment = clock.now()
        until = moment + timedelta(seconds=seconds)
        if insert_if_absent(
            session, lease, [{"name": name, "owner": owner, "epoch": 1, "expires_at": until}]
        ):
            return 1
        row = session.execute(select(lease).where(lease.c.name == name).with_for_update()).one()
        if row.owner != owner and row.expires_at > moment:
            return None
        epoch = row.epoch if row.owner == owner else row.epoch + 1
        session.execute(
            update(lease).where(lease.c.name == name).values(owner=owner, epoch=epoch, expires_at=until)
        )
        return int(epoch)

    return database.transact(work)


def release(database: Database, name: str, owner: str) -> None:
    """Give the lease back, so that the next process need not wait for its end."""
    database.transact(
        lambda session: session.execute(
            update(lease).where(lease.c.name == name, lease.c.owner == owner).values(expires_at=clock.now())
        )
    )
