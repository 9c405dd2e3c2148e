"""Say that somebody begins to take a list away as a file."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def start_export(uow: UnitOfWork, ctx: Context, *, export_id: str, **asked: Any) -> dict[str, Any]:
    """Told before the first row leaves, so that even one that is cut off is known."""
    uow.tell("export.started.v1", subject_type="export", subject_id=export_id, sequence=1, data=asked)
    return {}
