"""Pipelines and their ordered stages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis import ids
from chassis.record import Record, Row, Shown
from deals.domain.base import Base
from deals.domain.errors import StageGate, StageNotInPipeline, StagesIncomplete

OPEN, WON, LOST = "open", "won", "lost"


class Stage(Row, Base):
    """A step of a pipeline. `probability` is the chance in percent that a deal in it is won."""

    __tablename__ = "stage"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "pipeline_id"], ["pipeline.workspace_id", "pipeline.id"]),
        Index("ix_stage_pipeline", "workspace_id", "pipeline_id", "position"),
    )

    pipeline_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(8), default=OPEN)
    probability: Mapped[int] = mapped_column(Integer)
    forecast_category: Mapped[str] = mapped_column(String(12), default="pipeline")
    rotting_days: Mapped[int | None] = mapped_column(Integer, default=None)
    required_fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(Integer)

    def view(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "probability": self.probability,
            "forecast_category": self.forecast_category,
            "rotting_days": self.rotting_days,
            "required_fields": list(self.required_fields or ()),
            "position": self.position,
        }

    def require_of(self, deal: Any) -> None:
        """Refuse a deal that does not say what this stage asks for; raises `StageGate` naming each field."""
        missing = [name for name in self.required_fields or () if getattr(deal, name) in (None, "")]
        if missing:
            raise StageGate(self.name, missing)


class Pipeline(Record, Base):
    """A way of selling: stages in order, one of them won, one lost."""

    __tablename__ = "pipeline"
    __table_args__ = (Index("uq_pipeline_external", "workspace_id", "external_id", unique=True),)
    noun = "pipeline"
    prefix = "pipeline"
    shown_to_partners = Shown.ALL

    name: Mapped[str] = mapped_column(String(120))
    is_default: Mapped[bool] = mapped_column(default=False)
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)
    stages: Mapped[list[Stage]] = relationship(
        order_by=Stage.position, lazy="selectin", cascade="all, delete-orphan"
    )

    def view(self) -> dict[str, Any]:
        return {**super().view(), "stages": [stage.view() for stage in self.stages]}

    def arrange(self, wanted: Sequence[dict[str, Any]]) -> list[Stage]:
        """Set the stages in order; those named by id are kept and changed. Returns the stages that fell away."""
        kinds = [stage["kind"] for stage in wanted]
        if kinds.count(WON) != 1 or kinds.count(LOST) != 1 or OPEN not in kinds:
            raise StagesIncomplete()
        known = {stage.id: stage for stage in self.stages}
        arranged: list[Stage] = []
        for position, values in enumerate(wanted):
            stage = known.pop(values["id"], None) if values.get("id") else None
            if stage is None:
                stage = Stage(workspace_id=self.workspace_id, id=values.get("id") or ids.new("stage"))
            for name in ("name", "kind", "probability", "forecast_category", "rotting_days"):
                setattr(stage, name, values.get(name))
            stage.required_fields = list(dict.fromkeys(values.get("required_fields") or ()))
            stage.position = position
            arranged.append(stage)
        self.stages = arranged
        return list(known.values())

    def stage(self, stage_id: str) -> Stage:
        """The stage with this id; raises `StageNotInPipeline`."""
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise StageNotInPipeline(stage_id=stage_id, pipeline=self.name)

    def first_stage(self) -> Stage:
        """Where a new deal begins."""
        return next(stage for stage in self.stages if stage.kind == OPEN)

    def closing_stage(self, kind: str) -> Stage:
        """The won or the lost stage."""
        return next(stage for stage in self.stages if stage.kind == kind)


def stages(*rows: tuple[str, str, int, str]) -> list[dict[str, Any]]:
    """Stages from (name, kind, probability, forecast category)."""
    return [
        {
            "name": name,
            "kind": kind,
            "probability": probability,
            "forecast_category": category,
            "rotting_days": None,
        }
        for name, kind, probability, category in rows
    ]


DEFAULT_STAGES = stages(
    ("Qualification", OPEN, 20, "pipeline"),
    ("Discovery", OPEN, 30, "pipeline"),
    ("Demo/Evaluation", OPEN, 40, "best_case"),
    ("Proposal", OPEN, 60, "best_case"),
    ("Negotiation", OPEN, 75, "commit"),
    ("Closed Won", WON, 100, "closed"),
    ("Closed Lost", LOST, 0, "omitted"),
)
