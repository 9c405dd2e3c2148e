"""Give a new workspace its recipes, switched on."""

from __future__ import annotations

from automation.domain.recipes import RECIPES
from automation.domain.workflow import PUBLISHED, Workflow
from chassis import ids
from chassis.envelope import Event
from chassis.unit_of_work import UnitOfWork


def install_recipes(uow: UnitOfWork, event: Event) -> None:
    """Their ids follow from the workspace, so that doing it again changes nothing."""
    for recipe, values in RECIPES.items():
        workflow_id = ids.derive("workflow", event.time, event.workspace_id, recipe)
        if uow.session.get(Workflow, (event.workspace_id, workflow_id)) is not None:
            continue
        workflow = Workflow(id=workflow_id, recipe=recipe, status=PUBLISHED, revision=1)
        workflow.write(values)
        workflow.published_by = uow.ctx.actor
        uow.add(workflow)
