"""Tell some users something, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.domain.errors import NotificationExists, NotifiedByHand, RecipientUnknown
from activities.domain.notification import Notification
from chassis import codec, copies, ids
from chassis.context import Context
from chassis.tables import reference
from chassis.unit_of_work import UnitOfWork


def notify(
    uow: UnitOfWork,
    ctx: Context,
    *,
    user_ids: Sequence[str],
    key: str,
    happened_at: datetime,
    record_ids: Sequence[str],
    **values: Any,
) -> dict[str, Any]:
    """All of them or nobody. The ids follow from key, time and user, so that doing it again changes nothing."""
    if not ctx.caller.startswith("system:"):
        raise NotifiedByHand()
    recipients = list(dict.fromkeys(user_ids))
    _require_known(uow, recipients)
    records = _named(uow.session, ctx, record_ids)
    digest = hashlib.sha256(codec.dumps({**values, "record_ids": list(record_ids)}).encode()).hexdigest()
    told: list[dict[str, Any]] = []
    for user_id in recipients:
        notification_id = ids.derive("notification", happened_at, key, user_id)
        before = uow.session.get(Notification, (ctx.workspace_id, notification_id))
        if before is not None and before.digest != digest:
            raise NotificationExists(user_id=user_id)
        if before is None:
            uow.add(
                Notification(
                    id=notification_id,
                    user_id=user_id,
                    records=records,
                    happened_at=happened_at,
                    digest=digest,
                    **values,
                )
            )
        told.append({"id": notification_id, "user_id": user_id})
    return {"data": told}


def _require_known(uow: UnitOfWork, user_ids: Sequence[str]) -> None:
    known = copies.labels(uow.session, uow.ctx, "user", user_ids)
    for user_id in user_ids:
        if user_id not in known:
            raise RecipientUnknown(user_id=user_id, service="activities")


def _named(session: Session, ctx: Context, record_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The records with their titles, in the order given; one that was not heard of goes without a title."""
    wanted = list(dict.fromkeys(record_ids))
    if not wanted:
        return []
    rows = session.execute(
        select(reference.c.id, reference.c.label).where(
            reference.c.workspace_id == ctx.workspace_id, reference.c.id.in_(wanted)
        )
    )
    labels = {row.id: row.label for row in rows}
    return [
        {"id": record_id, "type": ids.prefix_of(record_id), "label": labels.get(record_id, "")}
        for record_id in wanted
    ]
