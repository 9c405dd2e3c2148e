"""A saved mapping: how the columns of files become fields, under a name, to be used again next month."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.record import Record
from gateway.jobs.domain.base import Base
from gateway.jobs.domain.errors import MappingIsBuiltin


class Mapping(Record, Base):
    """`mapping` is the document; a built-in one comes with the suite and follows its version."""

    __tablename__ = "import_mapping"
    __table_args__ = (Index("uq_import_mapping_name", "workspace_id", "name", unique=True),)
    noun = "mapping"
    prefix = "mapping"
    is_told = False

    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str | None] = mapped_column(String(1000), default=None)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_builtin: Mapped[bool] = mapped_column(default=False)

    def require_own(self) -> None:
        """Refuse to touch what comes with the suite."""
        if self.is_builtin:
            raise MappingIsBuiltin(name=self.name)
