"""One table with a column of every type, its catalogue, and random rows and filters for property tests."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    select,
)

from chassis.clock import Instant
from chassis.filters import Catalogue, Environment, Field, prepare_sqlite
from chassis.money import Amount

metadata = MetaData()
sizes = Table(
    "filter_sample_sizes",
    metadata,
    Column("id", String, primary_key=True),
    Column("label", String, nullable=True),
)
things = Table(
    "filter_samples",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String),
    Column("count", Integer),
    Column("price", Amount),
    Column("due_on", Date),
    Column("made_at", Instant),
    Column("is_ready", Boolean),
    Column("owner_id", String),
    Column("kind", String),
    Column("tags", JSON(none_as_null=False)),
    Column("size_id", String),
    Column("rank", Integer, nullable=False),
    Column("title", String, nullable=False),
)
KINDS = ("open", "shut", "ajar")
catalogue = Catalogue(
    [
        Field("name", "text", things.c.name),
        Field("count", "number", things.c.count),
        Field("price", "money", things.c.price),
        Field("due_on", "date", things.c.due_on),
        Field("made_at", "instant", things.c.made_at),
        Field("is_ready", "boolean", things.c.is_ready),
        Field("owner_id", "reference", things.c.owner_id),
        Field("kind", "select", things.c.kind, KINDS),
        Field("tags", "list", things.c.tags),
        Field(
            "size.label",
            "text",
            select(sizes.c.label).where(sizes.c.id == things.c.size_id).scalar_subquery(),
        ),
        Field("rank", "number", things.c.rank),
        Field("title", "text", things.c.title),
    ]
)
SIZES = {"s1": "Small", "s2": "LARGE", "s3": None}
NOW = datetime(2026, 5, 14, 9, 30, tzinfo=UTC)
environment = Environment("user_1", ["team_1", "team_2"], NOW, "Pacific/Auckland")

TEXTS = [
    "",
    "Acme",
    "ACME",
    "acme 50%",
    "50_",
    "Müller",
    "MÜLLER & co",
    "a/b\\c",
    "it's",
    'q"q',
    "ΟΔΟΣ",
    "İ",
    "ß",
    "null",
]
NUMBERS = [-3, 0, 1, 2, 3, 50]
AMOUNTS = [Decimal(text) for text in ("-1", "0", "0.1", "12.5", "50000", "50000.0001")]
DAYS = [date(2026, 5, 14) + timedelta(days=days) for days in (-120, -44, -30, -1, 0, 1, 2, 30)]
INSTANTS = [
    NOW + timedelta(hours=h, milliseconds=ms) for h in (-3000, -720, -22, -21, -1, 0, 2, 3) for ms in (0, 1)
]
USERS = ["user_1", "user_2", "team_1"]
TAGS = ["vip", "VIP", "1", "null", 'a"b']


def absent_or(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


def rows(text: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Lists of rows of `things`, with distinct ids."""
    words = text or st.sampled_from(TEXTS)
    row = st.fixed_dictionaries(
        {
            "name": absent_or(words),
            "count": absent_or(st.sampled_from(NUMBERS)),
            "price": absent_or(st.sampled_from(AMOUNTS)),
            "due_on": absent_or(st.sampled_from(DAYS)),
            "made_at": absent_or(st.sampled_from(INSTANTS)),
            "is_ready": absent_or(st.booleans()),
            "owner_id": absent_or(st.sampled_from(USERS)),
            "kind": absent_or(st.sampled_from(KINDS)),
            "tags": absent_or(st.lists(st.sampled_from(TAGS), max_size=2)),
            "size_id": absent_or(st.sampled_from([*SIZES, "gone"])),
            "rank": st.sampled_from(NUMBERS),
            "title": words,
        }
    )
    return st.lists(row, min_size=1, max_size=12).map(
        lambda found: [entry | {"id": f"thing_{index:02}"} for index, entry in enumerate(found)]
    )


def record(row: dict[str, Any]) -> dict[str, Any]:
    """The row as the evaluator in memory sees it."""
    return row | {"size": {"label": SIZES.get(row["size_id"])}}


MOMENTS = ["now", "now - 30d", "now - 1h + 5m", "today", "today - 30d", "yesterday", "tomorrow"]
PERIODS = ["this_week", "last_month", "this_month", "this_quarter", "last_quarter", "next_year", "this_year"]
VALUES: dict[str, list[Any]] = {
    "text": [*TEXTS, "acm", "ü", "%", "_", "\\", "Σ", "Small", "large"],
    "number": [*NUMBERS, 2.5, -0.1],
    "money": ["-1", 0, "0.1", 12.5, 50000, "50000.0001", {"amount": "12.50", "currency": "EUR"}],
    "date": [day.isoformat() for day in DAYS] + MOMENTS + PERIODS,
    "instant": [moment.isoformat() for moment in INSTANTS]
    + [day.isoformat() for day in DAYS]
    + MOMENTS
    + PERIODS,
    "boolean": [True, False],
    "reference": [*USERS, "me", "my_teams"],
    "select": list(KINDS),
    "list": TAGS,
}


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, Any]:
    field = draw(st.sampled_from(list(catalogue)))
    operator = draw(st.sampled_from(["null", *field.operators]))
    values = st.sampled_from(VALUES[field.type])
    if operator == "null":
        return {"field": field.name, "op": draw(st.sampled_from(["=", "!="])), "value": None}
    wanted = st.lists(absent_or(values), min_size=1, max_size=3) if operator == "in" else values
    return {"field": field.name, "op": operator, "value": draw(wanted)}


def trees() -> st.SearchStrategy[dict[str, Any]]:
    """Random filters in their JSON form."""

    def grown(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        parts = st.lists(inner, min_size=1, max_size=3)
        return st.one_of(
            parts.map(lambda found: {"and": found}),
            parts.map(lambda found: {"or": found}),
            inner.map(lambda found: {"not": found}),
        )

    return st.recursive(comparisons(), grown, max_leaves=6).filter(lambda tree: depth(tree) <= 8)


def depth(tree: dict[str, Any]) -> int:
    if "not" in tree:
        return 1 + depth(tree["not"])
    parts = tree.get("and") or tree.get("or")
    return 1 + max(map(depth, parts)) if parts else 0


POSTGRES = os.environ.get("RAPPORT_TEST_POSTGRES_URL")
DATABASES = [
    pytest.param("sqlite://", id="sqlite"),
    pytest.param(
        POSTGRES or "",
        id="postgresql",
        marks=pytest.mark.skipif(not POSTGRES, reason="RAPPORT_TEST_POSTGRES_URL names no database"),
    ),
]


def sample_engine(url: str) -> Engine:
    """An engine with the sample tables, the sizes filled in; drop them with `metadata.drop_all`."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: prepare_sqlite(connection))
    metadata.drop_all(engine)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sizes.insert(), [{"id": key, "label": label} for key, label in SIZES.items()])
    return engine
