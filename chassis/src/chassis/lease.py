"""A lease: at most one live process does a thing. The epoch grows with each new holder, so a late one can be fenced."""

from __future__ import annotations

import time
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


class Keeper:
    """A lease that a process takes and keeps by renewing it well before its end; thread-safe to ask.

    `held` is true only while the lease is surely this process's: it counts from before the database was asked.
    """

    def __init__(self, database: Database, name: str, owner: str, seconds: float) -> None:
        self._database = database
        self._name = name
        self._owner = owner
        self._seconds = seconds
        self._until = 0.0

    @property
    def held(self) -> bool:
        return time.monotonic() < self._until

    @property
    def is_due(self) -> bool:
        """Whether a third of it is over, so that it is time to renew it."""
        return time.monotonic() > self._until - self._seconds * 2 / 3

    def renew(self) -> bool:
        """Take or keep it; false while somebody else holds it."""
        asked = time.monotonic()
        mine = acquire(self._database, self._name, self._owner, self._seconds) is not None
        self._until = asked + self._seconds if mine else 0.0
        return mine

    def release(self) -> None:
        self._until = 0.0
        release(self._database, self._name, self._owner)
