"""Uploaded files between their arrival and the import that uses them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import Instant
from chassis.record import Record
from gateway.jobs.domain.base import Base

KEPT = timedelta(hours=24)


class Upload(Record, Base):
    """What a look at the files told; the files themselves lie in a folder of the upload's id."""

    __tablename__ = "upload"
    noun = "upload"
    prefix = "upload"
    is_told = False

    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    suggestion: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    uploaded_by: Mapped[str] = mapped_column(String(40))
    expires_at: Mapped[datetime] = mapped_column(Instant)
