"""Reads of uploads: each by who uploaded it only."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.errors import NotFound
from chassis.reading import get_record
from gateway.jobs.domain.upload import Upload


def get_upload(session: Session, ctx: Context, *, upload_id: str) -> dict[str, Any]:
    """Raises `NotFound` for what is over, and for what somebody else uploaded."""
    found = get_record(session, ctx, Upload, upload_id)
    if found["uploaded_by"] != ctx.caller or found["expires_at"] <= ctx.now:
        raise NotFound(what=Upload.noun, id=upload_id)
    return found
