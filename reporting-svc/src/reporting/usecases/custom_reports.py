"""Keep a report that somebody built. One that could not be run is not kept."""

from __future__ import annotations

from typing import Any

from chassis import ids
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from reporting.domain.custom_report import CustomReport
from reporting.queries.builder import run_report


def create_custom_report(
    uow: UnitOfWork, ctx: Context, *, custom_report_id: str | None = None, **values: Any
) -> CustomReport:
    run_report(uow.session, ctx, definition=values["definition"])
    owner = ctx.caller if ids.is_id(ctx.caller, "user") else None
    report = CustomReport(id=custom_report_id, owner_id=owner)
    report.set(values)
    return uow.add(report)


def update_custom_report(
    uow: UnitOfWork, ctx: Context, *, custom_report_id: str, expected_version: int, changes: dict[str, Any]
) -> CustomReport:
    report = uow.get(CustomReport, custom_report_id, expected_version)
    if "definition" in changes:
        run_report(uow.session, ctx, definition=changes["definition"])
    report.set(changes)
    return report
