"""Say how an export ended."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def end_export(
    uow: UnitOfWork, ctx: Context, *, export_id: str, rows: int, is_complete: bool
) -> dict[str, object]:
    """How many rows left, and whether that was all of them."""
    data = {"rows": rows, "is_complete": is_complete}
    uow.tell("export.ended.v1", subject_type="export", subject_id=export_id, sequence=2, data=data)
    return {}
