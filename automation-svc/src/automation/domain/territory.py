"""Territories: which leads belong to whom, and how turns are taken among several people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from automation.domain.base import Base
from automation.domain.conditions import CATALOGUES
from automation.domain.fact import Fact
from chassis import filters
from chassis.filters import Environment
from chassis.record import Record


class Territory(Record, Base):
    """Leads that `filter` lets pass belong to one of `user_ids`, by turns. The lowest `position` that fits counts."""

    __tablename__ = "territory"
    __table_args__ = (Index("ix_territory_position", "workspace_id", "position"),)
    noun = "territory"
    prefix = "territory"

    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(Integer, default=100)
    filter: Mapped[str] = mapped_column(Text)
    user_ids: Mapped[list[str]] = mapped_column(JSON)

    def write(self, values: dict[str, Any]) -> None:
        """Set its properties; refuses a filter that leads do not have the fields for."""
        self.set(values)
        filters.parse(self.filter, CATALOGUES["lead"])

    def holds(self, fact: Fact) -> bool:
        """Whether the lead that a fact is about belongs here."""
        here = Environment(None, (), fact.told_at)
        return filters.evaluate(filters.parse(self.filter, CATALOGUES["lead"]), fact.record, here).matched


class Turn(Base):
    """Who had the last turn of a pool: a territory, or a team of that name."""

    __tablename__ = "turn"

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    pool: Mapped[str] = mapped_column(String(140), primary_key=True)
    user_id: Mapped[str | None] = mapped_column(String(40), default=None)


def following(pool: Sequence[str], last: str | None) -> str:
    """Whose turn it is after `last`, who may have left the pool meanwhile; the pool is not empty."""
    ordered = sorted(set(pool))
    return next((user_id for user_id in ordered if last is None or user_id > last), ordered[0])
