"""Local copies of other services' facts: one row a record, fed by events, smaller or equal sequences skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.context import Context
from chassis.envelope import Event
from chassis.sql import upsert
from chassis.tables import reference

Label = Callable[[Mapping[str, Any]], str]


def name_of(record: Mapping[str, Any]) -> str:
    return str(record.get("name") or record.get("subject") or record.get("id") or "")


def remember(keep: Sequence[str] = (), label: Label = name_of) -> Callable[[Session, Sequence[Event]], None]:
    """A batch listener that keeps the newest label, owner and the fields in `keep` of each record it hears of."""

    def run(session: Session, events: Sequence[Event]) -> None:
        newest: dict[tuple[str, str], dict[str, Any]] = {}
        for event in events:
            record = event.record
            if not record:
                continue
            row = {
                "workspace_id": event.workspace_id,
                "type": event.subject_type,
                "id": event.subject_id,
                "label": label(record)[:400],
                "owner_id": record.get("owner_id"),
                "state": "deleted" if event.type.endswith(".deleted.v1") else "live",
                "sequence": event.sequence,
                "merged_into": None,
                "data": {name: record.get(name) for name in keep if record.get(name) is not None},
            }
            key = (event.workspace_id, event.subject_id)
            if key not in newest or newest[key]["sequence"] < event.sequence:
                newest[key] = row
        if newest:
            upsert(session, reference, list(newest.values()), newer="sequence")

    return run


def copied(kind: str, link: InstrumentedAttribute[Any], column: Any = "label") -> ColumnElement[Any]:
    """A value of the record that the column `link` points to, out of the local copies: one hop for filters.

    `column` is a column's name, or a function of the copies' columns (`lambda copy: copy.data["x"].as_string()`).
    """
    copy = reference.alias()
    value: ColumnElement[Any] = copy.c[column] if isinstance(column, str) else column(copy.c)
    workspace = getattr(link.class_, "workspace_id")
    return (
        select(value)
        .where(copy.c.workspace_id == workspace, copy.c.type == kind, copy.c.id == link)
        .scalar_subquery()
    )


def labels(session: Session, ctx: Context, kind: str, record_ids: Iterable[str | None]) -> dict[str, str]:
    """The labels of some records of another service, by id, in one statement."""
    wanted = {record_id for record_id in record_ids if record_id}
    if not wanted:
        return {}
    rows = session.execute(
        select(reference.c.id, reference.c.label).where(
            reference.c.workspace_id == ctx.workspace_id, reference.c.type == kind, reference.c.id.in_(wanted)
        )
    )
    return {row.id: row.label for row in rows}
