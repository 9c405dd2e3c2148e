"""Reads of the reports that people keep."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.filters import Catalogue, Field
from chassis.reading import get_record
from reporting.domain.custom_report import CustomReport
from reporting.queries.builder import run_report
from reporting.queries.datasets import DATASETS

REPORT_FIELDS = Catalogue(
    [
        Field("id", "reference", CustomReport.id),
        Field("name", "text", CustomReport.name),
        Field("owner_id", "reference", CustomReport.owner_id),
        Field("created_at", "instant", CustomReport.created_at),
        Field("updated_at", "instant", CustomReport.updated_at),
    ]
)


def run_custom_report(session: Session, ctx: Context, *, custom_report_id: str) -> dict[str, Any]:
    """What a report that was kept finds now; raises `NotFound`."""
    report = get_record(session, ctx, CustomReport, custom_report_id)
    return run_report(session, ctx, definition=report["definition"])


def datasets(session: Session, ctx: Context) -> dict[str, Any]:
    """What reports can be built over, with the fields of each."""
    return {
        "data": [
            {
                "name": name,
                "fields": [
                    {"name": field.name, "type": field.type, "values": list(field.values)}
                    for field in dataset.catalogue(session, ctx)
                ],
            }
            for name, dataset in DATASETS.items()
        ]
    }
