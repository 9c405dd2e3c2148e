"""The quality of the data: how complete the key fields are, and how many records are there twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import Instant
from chassis.record import Record
from contacts.domain.base import Base

ACCOUNT_FIELDS = ("domain", "industry", "country", "employee_count", "owner_id")
CONTACT_FIELDS = ("email", "phone", "title", "account_id", "owner_id")


@dataclass(frozen=True)
class Counts:
    """What was counted: `filled` of `expected` key fields, `extra` of `records` that others are there for already."""

    expected: int
    filled: int
    records: int
    extra: int

    @property
    def completeness(self) -> float:
        """filled / expected key fields, in percent; 100 where nothing is expected."""
        return round(self.filled * 100 / self.expected, 3) if self.expected else 100.0

    @property
    def duplicate_share(self) -> float:
        """(records in clusters - clusters) / records, in percent."""
        return round(self.extra * 100 / self.records, 3) if self.records else 0.0


class Quality(Record, Base):
    """The figures of a workspace as they were found last; there is one such record."""

    __tablename__ = "quality"
    noun = "quality"
    prefix = "quality"

    completeness: Mapped[float] = mapped_column(default=100.0)
    duplicate_share: Mapped[float] = mapped_column(default=0.0)
    records: Mapped[int] = mapped_column(Integer, default=0)
    expected_fields: Mapped[int] = mapped_column(Integer, default=0)
    filled_fields: Mapped[int] = mapped_column(Integer, default=0)
    duplicates: Mapped[int] = mapped_column(Integer, default=0)
    checked_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    def take(self, counts: Counts, *, at: datetime) -> None:
        """Note what was counted. Found as before, nothing changes but when it was looked at last."""
        self.set(
            {
                "completeness": counts.completeness,
                "duplicate_share": counts.duplicate_share,
                "records": counts.records,
                "expected_fields": counts.expected,
                "filled_fields": counts.filled,
                "duplicates": counts.extra,
                "checked_at": at,
            }
        )
