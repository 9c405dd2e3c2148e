"""Fields that point to many records through a table of links: the same answers from SQL and in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Column, ColumnElement, MetaData, String, Table, create_engine, select

from chassis.filters import Catalogue, Environment, Field, evaluate, parse, to_sql

metadata = MetaData()
things = Table("linked_things", metadata, Column("id", String, primary_key=True))
links = Table(
    "links",
    metadata,
    Column("thing_id", String, primary_key=True),
    Column("target_id", String, primary_key=True),
)


def linked(ids: Sequence[Any] | None, workspace_id: str | None) -> ColumnElement[bool]:
    found = select(links.c.thing_id).where(links.c.thing_id == things.c.id)
    return (found if ids is None else found.where(links.c.target_id.in_(ids))).exists()


CATALOGUE = Catalogue([Field("target_id", "references", linked=linked)])
THINGS = {"both": ["a", "b"], "one": ["a"], "none": []}
HERE = Environment(None, (), datetime(2026, 5, 14, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('target_id = "a"', {"both", "one"}),
        ('target_id != "b"', {"one", "none"}),
        ('target_id IN ("b", "c")', {"both"}),
        ("target_id = null", {"none"}),
        ("target_id != null", {"both", "one"}),
        ('target_id = "a" AND NOT target_id = "b"', {"one"}),
    ],
)
def test_a_record_is_found_by_any_of_its_links(text: str, expected: set[str]) -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    found = parse(text, CATALOGUE)
    with engine.begin() as connection:
        connection.execute(things.insert(), [{"id": name} for name in THINGS])
        rows = [
            {"thing_id": name, "target_id": target} for name, targets in THINGS.items() for target in targets
        ]
        connection.execute(links.insert(), rows)
        by_sql = set(connection.scalars(select(things.c.id).where(to_sql(found, HERE))))
    in_memory = {
        name for name, targets in THINGS.items() if evaluate(found, {"target_id": targets}, HERE).matched
    }
    engine.dispose()
    assert by_sql == in_memory == expected


def test_links_are_no_order_to_sort_by() -> None:
    assert not CATALOGUE.field("target_id").is_sortable
