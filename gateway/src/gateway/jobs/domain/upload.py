"""Uploaded files between their arrival and the import that uses them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import Instant
from chassis.record import Record
from gateway.jobs.domain.base import Base

KEPT = timedelta(hours=24)


class Upload(Record, Base):
    """What a look at the files told; the files themselves lie in a folder of the upload's id."""

    __tablename__ = "upload"
    __table_args__ = (
        # Without the workspace in front: what is over is forgotten in all of them at once.
        Index("ix_upload_expires", "expires_at"),
    )
    noun = "upload"
    prefix = "upload"
    is_told = False

    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    suggestion: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    uploaded_by: Mapped[str] = mapped_column(String(40))
    expires_at: Mapped[datetime] = mapped_column(Instant)
