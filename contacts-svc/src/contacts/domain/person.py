"""What contacts and leads have in common: a name, and how to reach them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.searching import Searchable


class Person(Searchable):
    """Columns of a person. `name` is stored, so that lists filter and sort by it, and follows its parts.

    `source`, `medium`, `campaign`, `content` and `term` say what brought them last; `original_source` is the first
    source, and stays.
    """

    first_name: Mapped[str | None] = mapped_column(String(120), default=None)
    last_name: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(241))
    email: Mapped[str | None] = mapped_column(String(254), default=None)
    phone: Mapped[str | None] = mapped_column(String(60), default=None)
    title: Mapped[str | None] = mapped_column(String(200), default=None)
    owner_id: Mapped[str | None] = mapped_column(String(40), default=None)
    team_id: Mapped[str | None] = mapped_column(String(40), default=None)
    source: Mapped[str | None] = mapped_column(String(120), default=None)
    original_source: Mapped[str | None] = mapped_column(String(120), default=None)
    medium: Mapped[str | None] = mapped_column(String(120), default=None)
    campaign: Mapped[str | None] = mapped_column(String(200), default=None)
    content: Mapped[str | None] = mapped_column(String(200), default=None)
    term: Mapped[str | None] = mapped_column(String(200), default=None)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)

    def set(self, values: Mapping[str, Any]) -> None:
        """Assign plain properties; the name is the first and the last name, the original source the first one."""
        super().set(values)
        self.original_source = self.original_source or self.source
        self.name = " ".join(part for part in (self.first_name, self.last_name) if part)
