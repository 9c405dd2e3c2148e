"""Take records up: those whose day or hour has come, and those that somebody chose; then have their owners tell it.

Looking is repeatable: a record is enrolled once for an occasion, whoever looks and however often. Telling is a command
of the owner under the id of the enrollment, so that it is told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from automation.domain.conditions import ACTIVITY, subject_of
from automation.domain.enrollment import (
    HAND,
    PENDING,
    REFUSED,
    TOLD,
    Enrollment,
    condition,
    following,
    is_due,
    is_enrollment,
    occasion_of,
)
from automation.domain.errors import NotByHand, NotSwitchedOn, RecordUnfit
from automation.domain.judging import judge
from automation.domain.workflow import PUBLISHED, Workflow
from automation.usecases.reading_facts import read_facts
from automation.usecases.run_steps import HOPELESS
from chassis import clock, ids, logs
from chassis.context import Context, system
from chassis.envelope import Event
from chassis.errors import AppError
from chassis.guard import ACROSS
from chassis.inbox import is_permanent
from chassis.operation import Runtime
from chassis.reading import table_of
from chassis.sql import insert_if_absent
from chassis.tables import reference
from chassis.unit_of_work import UnitOfWork

log = logs.get("automation.enrolling")

AT_ONCE = 50
PAGE = 200
AGAIN = timedelta(seconds=15)
UNIVERSAL = ZoneInfo("UTC")
OWNERS = {
    "account": "contacts",
    "contact": "contacts",
    "lead": "contacts",
    "deal": "deals",
    "contract": "deals",
    ACTIVITY: "activities",
}
_PLURALS = {ACTIVITY: "activities"}


def enroll_records(
    uow: UnitOfWork, ctx: Context, *, workflow_id: str, record_ids: Sequence[str]
) -> dict[str, Any]:
    """Raises `NotByHand`, `NotSwitchedOn`, or `RecordUnfit` for the first that is of another kind."""
    workflow = uow.get(Workflow, workflow_id)
    event = workflow.trigger["event"]
    if not is_enrollment(event) or workflow.trigger.get("by") != HAND:
        raise NotByHand(trigger=event)
    if workflow.status != PUBLISHED:
        raise NotSwitchedOn(status=workflow.status)
    kind = subject_of(event)
    for record_id in record_ids:
        if not ids.is_id(record_id, kind):
            raise RecordUnfit(fitting=kind, record_id=record_id)
    wanted = list(dict.fromkeys(record_ids))
    rows = _rows(workflow, wanted, HAND, clock.to_text(ctx.now), ctx.request_id, asked_by=ctx.caller)
    insert_if_absent(uow.session, table_of(Enrollment), rows)
    return {"data": [Enrollment(**row).view() for row in rows]}


def _rows(
    workflow: Workflow,
    record_ids: Sequence[str],
    by: str,
    occasion: str,
    request_id: str,
    asked_by: str | None = None,
) -> list[dict[str, Any]]:
    moment = clock.now()
    return [
        {
            "workspace_id": workflow.workspace_id,
            "id": ids.new("enrollment"),
            "workflow_id": workflow.id,
            "record_id": record_id,
            "by": by,
            "occasion": occasion,
            "asked_by": asked_by,
            "request_id": request_id[:80],
            "status": PENDING,
            "reason": None,
            "at": moment,
            "next_at": moment,
        }
        for record_id in record_ids
    ]


def look_for_records(runtime: Runtime) -> None:
    """Every workflow whose time has come looks for its records; one that cannot now looks again in a moment."""
    with runtime.database.reading() as session:
        due = session.scalars(
            select(Workflow)
            .where(
                Workflow.enrolls_at <= clock.now(),
                Workflow.status == PUBLISHED,
                Workflow.deleted_at.is_(None),
            )
            .order_by(Workflow.enrolls_at, Workflow.id)
            .execution_options(**ACROSS)
        ).all()
        session.expunge_all()
    for workflow in due:
        try:
            _look(runtime, workflow)
        except AppError as error:
            log.warning("records not looked for yet", workflow_id=workflow.id, error=str(error))
        except Exception:
            # One workflow that cannot look holds up no other, of whatever workspace.
            log.exception(
                "records not looked for", workspace_id=workflow.workspace_id, workflow_id=workflow.id
            )


def _look(runtime: Runtime, workflow: Workflow) -> None:
    assert workflow.enrolls_at is not None
    moment, zone = workflow.enrolls_at, _zone(runtime, workflow.workspace_id)
    if is_due(workflow.trigger, zone, moment):
        found = _enroll(runtime, workflow, zone, moment)
        log.info("records looked for", workflow_id=workflow.id, found=found)
    _look_next(runtime, workflow, following(workflow.trigger, zone, moment, clock.now()))


def _enroll(runtime: Runtime, workflow: Workflow, zone: ZoneInfo, moment: datetime) -> int:
    """Page through the records of the day or hour, and enroll those that the filter lets pass; returns their number."""
    if runtime.client is None:
        return 0
    kind = subject_of(workflow.trigger["event"])
    ctx = system(workflow.workspace_id, workflow.id)
    occasion = occasion_of(workflow.trigger, zone, moment)
    found, after = 0, None
    while True:
        page = runtime.client.call(
            OWNERS[kind],
            f"list_{_PLURALS.get(kind, f'{kind}s')}",
            ctx,
            filter=condition(workflow.trigger, zone, moment),
            sort="created_at",
            limit=PAGE,
            after=after,
            time_zone=zone.key,
        )
        found += _keep(runtime, workflow, page["data"], occasion, ctx)
        after = page["next"]
        if after is None:
            return found


def _keep(
    runtime: Runtime, workflow: Workflow, records: Sequence[dict[str, Any]], occasion: str, ctx: Context
) -> int:
    def write(session: Session) -> int:
        facts = read_facts(session, [_as_if_told(workflow, record, ctx) for record in records])
        met = [fact.record_id for fact in facts if judge(workflow, fact).is_met]
        rows = _rows(workflow, met, workflow.trigger["by"], occasion, ctx.request_id)
        return len(insert_if_absent(session, table_of(Enrollment), rows))

    return runtime.database.transact(write)


def _as_if_told(workflow: Workflow, record: dict[str, Any], ctx: Context) -> Event:
    """What would be told of a record if it were taken up."""
    event = workflow.trigger["event"]
    return Event(
        id=ids.new("event"),
        type=event,
        source=OWNERS[subject_of(event)],
        workspace_id=workflow.workspace_id,
        subject_type=subject_of(event),
        subject_id=record["id"],
        sequence=0,
        time=ctx.now,
        actor=ctx.actor,
        origin=ctx.origin,
        data={"record": record, "changes": {}, "workflow_id": workflow.id},
        request_id=ctx.request_id,
    )


def _zone(runtime: Runtime, workspace_id: str) -> ZoneInfo:
    """The zone of the workspace, as far as it was heard of."""
    with runtime.database.reading() as session:
        data = session.scalar(
            select(reference.c.data).where(
                reference.c.workspace_id == workspace_id, reference.c.type == "workspace"
            )
        )
    name = (data or {}).get("time_zone")
    return ZoneInfo(name) if name else UNIVERSAL


def _look_next(runtime: Runtime, workflow: Workflow, moment: datetime) -> None:
    """Written past the record: nobody's change of the workflow fails because of it. One that was changed looks anew."""
    table = table_of(Workflow)

    def write(session: Session) -> None:
        session.execute(
            update(table)
            .where(
                table.c.workspace_id == workflow.workspace_id,
                table.c.id == workflow.id,
                table.c.version == workflow.version,
            )
            .values(enrolls_at=moment)
        )

    runtime.database.transact(write)


def tell_enrollments(runtime: Runtime) -> None:
    """Have the owners tell what was taken up; what fails is tried again, what they refuse is kept with the reason."""
    while due := runtime.database.transact(_due):
        for one in due:
            _tell(runtime, one)


def _due(session: Session) -> list[Enrollment]:
    """Some that are to be told, claimed for a moment so that others leave them alone."""
    found = session.scalars(
        select(Enrollment)
        .where(Enrollment.status == PENDING, Enrollment.next_at <= clock.now())
        .order_by(Enrollment.next_at, Enrollment.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(**ACROSS)
    ).all()
    for one in found:
        one.next_at = clock.now() + AGAIN
    session.flush()
    session.expunge_all()
    return list(found)


def _tell(runtime: Runtime, one: Enrollment) -> None:
    if runtime.client is None:
        return
    kind = ids.prefix_of(one.record_id)
    try:
        runtime.client.call(
            OWNERS[kind],
            f"enroll_{kind}",
            _context(one),
            **{f"{kind}_id": one.record_id},
            workflow_id=one.workflow_id,
            by=one.by,
            occasion=one.occasion,
        )
    except AppError as error:
        if error.kind not in HOPELESS and not is_permanent(error):
            log.warning("enrollment not told yet", enrollment_id=one.id, error=str(error))
            return
        _settle(runtime, one, REFUSED, f"{error}")
        return
    _settle(runtime, one, TOLD)


def _context(one: Enrollment) -> Context:
    """The workflow's own doing, on behalf of whoever chose the record."""
    return Context(
        workspace_id=one.workspace_id,
        actor=f"system:{one.workflow_id}",
        role="system",
        on_behalf_of=one.asked_by,
        origin="automation",
        request_id=one.request_id,
        command_id=one.id,
    )


def _settle(runtime: Runtime, one: Enrollment, status: str, reason: str | None = None) -> None:
    table = table_of(Enrollment)

    def write(session: Session) -> None:
        session.execute(
            update(table)
            .where(table.c.workspace_id == one.workspace_id, table.c.id == one.id)
            .values(status=status, reason=reason)
        )

    runtime.database.transact(write)
