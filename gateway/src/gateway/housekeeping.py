"""What the gateway's database forgets: sent events, old command results, sessions, links and
uploads that are over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from chassis import clock, command_results, guard, outbox
from chassis.database import Database
from gateway.jobs.domain.upload import Upload
from gateway.organisation.domain.sign_in import IDLE, LONGEST, BrowserSession, SignInLink

KEPT = timedelta(days=1)


def tidy(database: Database) -> None:
    """Forget what is over, in every workspace; safe to repeat."""
    outbox.purge(database)
    command_results.purge(database)
    now = clock.now()
    over = or_(BrowserSession.seen_at < now - IDLE, BrowserSession.started_at < now - LONGEST)
    sessions = delete(BrowserSession).where(over)
    links = delete(SignInLink).where(SignInLink.expires_at < now - KEPT)
    uploads = delete(Upload).where(Upload.expires_at < now)

    def forget(session: Session) -> None:
        for statement in (sessions, links, uploads):
            session.execute(statement.execution_options(**guard.ACROSS))

    database.transact(forget)
    database.optimize()
