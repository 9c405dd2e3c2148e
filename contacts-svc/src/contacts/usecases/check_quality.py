"""Look at how good the data is: on request, and every hour in every workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis import ids
from chassis.context import Context, system
from chassis.filters.portable import unicode_lower
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.unit_of_work import UnitOfWork
from contacts.domain.account import Account
from contacts.domain.contact import Contact
from contacts.domain.quality import ACCOUNT_FIELDS, CONTACT_FIELDS, Counts, Quality

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def check_quality(uow: UnitOfWork, ctx: Context) -> Quality:
    """The figures as they are now; those before are told by the event of their change."""
    quality_id = ids.derive("quality", EPOCH, ctx.workspace_id)
    there = uow.first(
        select(Quality).where(Quality.workspace_id == ctx.workspace_id, Quality.id == quality_id)
    )
    quality = there or uow.add(Quality(id=quality_id))
    quality.take(count(uow.session, ctx.workspace_id), at=ctx.now)
    return quality


def check_every_workspace(runtime: Runtime) -> None:
    with runtime.database.reading() as session:
        workspaces = session.scalars(
            select(Account.workspace_id).distinct().execution_options(**ACROSS)
        ).all()
    for workspace_id in workspaces:

        def work(session: Session, workspace_id: str = workspace_id) -> None:
            uow = runtime.unit_of_work(session, system(workspace_id, "quality"))
            check_quality(uow, uow.ctx)
            uow.flush()

        runtime.database.transact(work)
        runtime.nudge()


def count(session: Session, workspace_id: str) -> Counts:
    """Every account and contact that is not deleted: three statements for each kind."""
    expected = filled = records = extra = 0
    for cls, names in ((Account, ACCOUNT_FIELDS), (Contact, CONTACT_FIELDS)):
        mine = (cls.workspace_id == workspace_id, cls.deleted_at.is_(None))
        row = session.execute(
            select(func.count(), *(func.count(getattr(cls, name)) for name in names)).where(*mine)
        ).one()
        records += row[0]
        expected += row[0] * len(names)
        filled += sum(row[1:])
        extra += sum(_extra(session, key, (*mine, *where)) for key, where in _keys(cls))
    return Counts(expected, filled, records, extra)


def _keys(cls: Any) -> list[tuple[Any, tuple[Any, ...]]]:
    """By what two records are taken for the same: an address; a domain, or without one the name."""
    if cls is Contact:
        return [(Contact.email, (Contact.email.is_not(None),))]
    named = unicode_lower(Account.name)
    return [(Account.domain, (Account.domain.is_not(None),)), (named, (Account.domain.is_(None),))]


def _extra(session: Session, key: Any, where: tuple[Any, ...]) -> int:
    """How many records there would be fewer if each were there once."""
    clusters = (
        select(func.count().label("size")).where(*where).group_by(key).having(func.count() > 1).subquery()
    )
    return int(session.scalar(select(func.sum(clusters.c.size - 1))) or 0)
