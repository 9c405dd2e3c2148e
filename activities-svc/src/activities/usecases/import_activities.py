"""Create or update activities from an import. What they are about is here already, by id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from activities.domain.activity import Activity
from activities.domain.errors import KindStays
from activities.usecases.placing import place, put_on
from activities.usecases.references import unknown_record
from chassis import contracts
from chassis.context import Context
from chassis.importing import CREATED, Imported, Importer
from chassis.unit_of_work import UnitOfWork

_ROW = contracts.module_of("activities").ActivityImportRow()
STATE = ("status", "completed_at")
PLACING = frozenset({"record_ids", "occurred_at"})


def import_activities(
    uow: UnitOfWork, ctx: Context, *, unknown: frozenset[str] = frozenset(), **chunk: Any
) -> dict[str, Any]:
    """Answers `{"outcomes": [{row, action, id, errors}]}`; `unknown` are the records that nobody has."""

    def check(values: dict[str, Any]) -> None:
        for index, record_id in enumerate(values.get("record_ids") or ()):
            if record_id in unknown:
                raise unknown_record(record_id, f"/record_ids/{index}")

    def make(uow: UnitOfWork, values: dict[str, Any]) -> Activity:
        check(values)
        activity = Activity(id=Activity.new_id(), kind=values["kind"], origin=ctx.origin, digest="")
        activity.begin_in_the_past(
            {name: value for name, value in values.items() if name != "kind"}, at=ctx.now
        )
        return activity

    def change(uow: UnitOfWork, activity: Activity, values: dict[str, Any]) -> None:
        check(values)
        if values.get("kind", activity.kind) != activity.kind:
            raise KindStays(kind=activity.kind)
        plain = {name: value for name, value in values.items() if name not in ("kind", *STATE)}
        activity.edit(plain, at=ctx.now)
        activity.take_state(values, at=ctx.now)

    def tie(uow: UnitOfWork, imported: Sequence[Imported[Activity]]) -> None:
        new = {one.record.id for one in imported if one.record is not None and one.effect == CREATED}
        touched = {
            one.record.id: one.record
            for one in imported
            if one.record is not None and (one.effect == CREATED or PLACING & (one.before or {}).keys())
        }
        put_on(uow, [activity for activity in touched.values() if activity.id in new])
        place(uow, *(activity for activity in touched.values() if activity.id not in new))

    return Importer(cls=Activity, schema=_ROW, make=make, change=change, tie=tie).run(uow, **chunk)
