"""Give a new workspace its default pipeline and its approval rule."""

from __future__ import annotations

from chassis import ids
from chassis.envelope import Event
from chassis.unit_of_work import UnitOfWork
from deals.domain.pipeline import DEFAULT_STAGES, Pipeline
from deals.usecases.approving import default_rule


def install_defaults(uow: UnitOfWork, event: Event) -> None:
    """All ids are derived from the workspace, so that doing it again would change nothing."""
    pipeline = Pipeline(
        id=ids.derive("pipeline", event.time, event.workspace_id, "default"), name="Sales", is_default=True
    )
    uow.add(pipeline)
    pipeline.arrange(
        [
            {**stage, "id": ids.derive("stage", event.time, event.workspace_id, stage["name"])}
            for stage in DEFAULT_STAGES
        ]
    )
    if event.record.get("currency"):
        rule = default_rule(event.record["currency"])
        rule.id = ids.derive("approval_rule", event.time, event.workspace_id)
        uow.add(rule)
