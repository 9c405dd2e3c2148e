"""Keep uploaded files."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.jobs.domain.upload import KEPT, Upload


def keep_upload(
    uow: UnitOfWork, ctx: Context, *, upload_id: str, files: list[dict[str, Any]], suggestion: dict[str, Any]
) -> Upload:
    """The files lie in the upload's folder already."""
    return uow.add(
        Upload(
            id=upload_id,
            files=files,
            suggestion=suggestion,
            uploaded_by=ctx.caller,
            expires_at=ctx.now + KEPT,
        )
    )
