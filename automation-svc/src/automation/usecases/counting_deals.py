"""Keep the workload: who has how many open deals, from what deals-svc tells and, once, from what there was before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from automation.domain.workflow import Workflow
from automation.domain.workload import CountedDeal, CountedWorkspace
from chassis import logs
from chassis.context import system
from chassis.envelope import Event
from chassis.errors import AppError
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.reading import table_of
from chassis.sql import insert_if_absent, upsert

log = logs.get("automation.workload")

DEAL_EVENTS = tuple(
    f"deal.{fact}.v1"
    for fact in (
        "created",
        "properties_changed",
        "stage_moved",
        "won",
        "lost",
        "reopened",
        "deleted",
        "restored",
    )
)
OPEN = "open"
PAGE = 200


def count_deals(session: Session, events: Sequence[Event]) -> None:
    """The newest of each deal counts, in whatever order they come."""
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        key = (event.workspace_id, event.subject_id)
        is_there = not event.type.endswith(".deleted.v1")
        if key not in newest or newest[key]["sequence"] < event.sequence:
            newest[key] = _row(event.workspace_id, event.record, event.sequence, is_there=is_there)
    upsert(session, table_of(CountedDeal), list(newest.values()), newer="sequence")


def _row(
    workspace_id: str, deal: Mapping[str, Any], sequence: int, *, is_there: bool = True
) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "deal_id": deal["id"],
        "owner_id": deal.get("owner_id"),
        "is_open": is_there and deal.get("status") == OPEN,
        "sequence": sequence,
    }


def workload(session: Session, workspace_id: str, user_ids: Iterable[str]) -> dict[str, int]:
    """How many open deals each of these users has."""
    wanted = list(user_ids)
    rows = session.execute(
        select(CountedDeal.owner_id, func.count())
        .where(
            CountedDeal.workspace_id == workspace_id,
            CountedDeal.owner_id.in_(wanted),
            CountedDeal.is_open.is_(True),
        )
        .group_by(CountedDeal.owner_id)
    )
    known = {str(owner_id): int(number) for owner_id, number in rows}
    return {user_id: known.get(user_id, 0) for user_id in wanted}


def count_what_was(runtime: Runtime) -> None:
    """Count the open deals of every workspace from before its deals were counted; once."""
    with runtime.database.reading() as session:
        done = select(CountedWorkspace.workspace_id).execution_options(**ACROSS)
        statement = select(Workflow.workspace_id).distinct().where(Workflow.workspace_id.not_in(done))
        waiting = session.scalars(statement.execution_options(**ACROSS)).all()
    for workspace_id in waiting:
        try:
            _count(runtime, workspace_id)
        except AppError as error:
            log.warning("open deals not counted yet", workspace_id=workspace_id, error=str(error))
        except Exception:
            # One workspace that cannot be counted holds up no other.
            log.exception("open deals not counted", workspace_id=workspace_id)


def _count(runtime: Runtime, workspace_id: str) -> None:
    if runtime.client is None:
        return
    ctx, after = system(workspace_id, "workload"), None
    while True:
        page = runtime.client.call(
            "deals", "list_deals", ctx, filter=f"status = {OPEN}", sort="created_at", limit=PAGE, after=after
        )
        # What was told meanwhile is newer than any page.
        _keep(runtime, CountedDeal, [_row(workspace_id, deal, 0) for deal in page["data"]])
        after = page["next"]
        if after is None:
            break
    _keep(runtime, CountedWorkspace, [{"workspace_id": workspace_id}])


def _keep(runtime: Runtime, cls: type[Any], rows: list[dict[str, Any]]) -> None:
    runtime.database.transact(lambda session: insert_if_absent(session, table_of(cls), rows))
