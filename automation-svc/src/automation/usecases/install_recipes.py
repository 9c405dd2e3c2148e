"""Give workspaces their recipes, switched on: a new one all of them, an older one those that came since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from automation.domain.recipes import OFF, RECIPES
from automation.domain.version import WorkflowVersion, version_of
from automation.domain.workflow import DISABLED, PUBLISHED, Workflow
from chassis import ids, logs
from chassis.context import system
from chassis.envelope import Event
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.unit_of_work import UnitOfWork

log = logs.get("automation.recipes")


def install_recipes(uow: UnitOfWork, event: Event) -> None:
    """Their ids follow from the workspace, so that doing it again changes nothing."""
    _install(uow, _missing(uow.session, event.workspace_id), event.time)


def install_new_recipes(runtime: Runtime) -> None:
    """Every workspace that has recipes gets those it never had. One that was switched off or changed stays as it is."""
    with runtime.database.reading() as session:
        known = session.execute(
            select(Workflow.workspace_id, func.count(), func.min(Workflow.created_at))
            .where(Workflow.recipe.in_(list(RECIPES)))
            .group_by(Workflow.workspace_id)
            .execution_options(**ACROSS)
        ).all()
    for workspace_id, number, begun_at in known:
        if number < len(RECIPES):
            _bring_up(runtime, workspace_id, begun_at)


def _bring_up(runtime: Runtime, workspace_id: str, begun_at: datetime) -> None:
    def work(session: Session) -> list[str]:
        missing = _missing(session, workspace_id)
        uow = runtime.unit_of_work(session, system(workspace_id, "recipes"))
        _install(uow, missing, begun_at)
        uow.flush()
        return missing

    installed = runtime.database.transact(work)
    runtime.nudge()
    log.info("recipes installed", workspace_id=workspace_id, recipes=", ".join(installed))


def _missing(session: Session, workspace_id: str) -> list[str]:
    """Those the workspace never had, in order; one that was deleted was there."""
    known = set(
        session.scalars(
            select(Workflow.recipe).where(Workflow.workspace_id == workspace_id, Workflow.recipe.is_not(None))
        )
    )
    return [recipe for recipe in RECIPES if recipe not in known]


def _install(uow: UnitOfWork, recipes: Iterable[str], at: datetime) -> None:
    for recipe in recipes:
        workflow_id = ids.derive("workflow", at, uow.ctx.workspace_id, recipe)
        content = {name: value for name, value in RECIPES[recipe].items() if name != OFF}
        status = DISABLED if RECIPES[recipe].get(OFF) else PUBLISHED
        workflow = Workflow(id=workflow_id, recipe=recipe, status=status, revision=1)
        workflow.write(content)
        workflow.published_by = uow.ctx.actor
        uow.add(workflow)
        uow.append(WorkflowVersion, version_of(workflow, uow.ctx))
