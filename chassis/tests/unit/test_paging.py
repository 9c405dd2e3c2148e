"""Keyset paging: every row once and in order, whatever is absent or equal; cursors that cannot be bent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from filter_samples import DATABASES, catalogue, metadata, record, rows, sample_engine, sizes, things
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.dialects import sqlite

from chassis import codec
from chassis.filters import Field
from chassis.paging import (
    CursorMismatch,
    InvalidCursor,
    InvalidLimit,
    InvalidSort,
    SortKey,
    check_limit,
    decode_cursor,
    digest_of,
    encode_cursor,
    next_after,
    page,
    parse_sort,
)

SECRET = b"s" * 32
SORTABLE = [field.name for field in catalogue if field.is_sortable]


@pytest.fixture(params=DATABASES, scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    found = sample_engine(request.param)
    yield found
    metadata.drop_all(found)
    found.dispose()


def sorts() -> st.SearchStrategy[str]:
    signed = st.tuples(st.sampled_from(["", "-"]), st.sampled_from(SORTABLE))
    return st.lists(signed, max_size=3, unique_by=lambda key: key[1]).map(
        lambda keys: ",".join(map("".join, keys))
    )


def expected(stored: list[dict[str, Any]], sort: list[SortKey]) -> list[str]:
    """The ids in order, by stable sorts from the last key to the first: absent last, A to Z without case."""
    found = sorted(stored, key=lambda row: row["id"], reverse=bool(sort) and sort[-1].is_descending)
    for key in reversed(sort):
        named = [(value_of(row, key.field), row) for row in found]
        there = [pair for pair in named if pair[0] is not None]
        there.sort(key=lambda pair: pair[0], reverse=key.is_descending)
        found = [row for _, row in there] + [row for value, row in named if value is None]
    return [row["id"] for row in found]


def value_of(row: dict[str, Any], field: Field) -> Any:
    first, _, rest = field.name.partition(".")
    value = record(row)[first]
    value = value[rest] if rest else value
    if value is not None and field.type in ("text", "select"):
        return "".join(char.lower() if char.isascii() else char for char in value)
    return value


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stored=rows(), text=sorts(), limit=st.integers(1, 5))
def test_walking_the_pages_gives_each_row_once_in_order(
    engine: Engine, stored: list[dict[str, Any]], text: str, limit: int
) -> None:
    sort = parse_sort(text, catalogue)
    digest = digest_of(text)
    seen: list[str] = []
    after: tuple[Any, ...] | None = None
    with engine.connect() as connection:
        connection.execute(things.insert(), stored)
        while True:
            found = connection.execute(page(select(things.c.id), sort, things.c.id, after, limit)).all()
            seen += [row.id for row in found[:limit]]
            after = next_after(found, limit)
            if after is None:
                break
            decoded = decode_cursor(SECRET, encode_cursor(SECRET, after, digest), digest)
            after = tuple(codec.plain(list(decoded)))  # as it arrives at the service that pages
            assert len(seen) <= len(stored)
        connection.rollback()
    assert seen == expected(stored, sort)


def test_a_joined_column_may_be_absent_even_where_its_table_has_none(engine: Engine) -> None:
    by_size = [SortKey(Field("size.id", "reference", sizes.c.id), is_descending=True)]
    joined = select(things.c.id).select_from(things.outerjoin(sizes, sizes.c.id == things.c.size_id))
    wanted = {"a": "s1", "b": None, "c": "s2", "d": None}
    stored = [{"id": key, "title": "", "rank": 1, "size_id": size} for key, size in wanted.items()]
    with engine.connect() as connection:
        connection.execute(things.insert(), stored)
        first = connection.execute(page(joined, by_size, things.c.id, None, 3)).all()
        second = connection.execute(page(joined, by_size, things.c.id, next_after(first, 3), 3)).all()
        connection.rollback()
    assert [row.id for row in [*first[:3], *second]] == ["c", "a", "d", "b"]


def test_a_sort_is_read_key_by_key() -> None:
    assert [str(key) for key in parse_sort("-price, name", catalogue)] == ["-price", "name"]
    assert parse_sort(None, catalogue) == parse_sort(" ", catalogue) == []


@pytest.mark.parametrize(
    ("text", "position", "suggestion"),
    [
        ("nmae", 0, "name"),
        ("-price, -nmae", 9, "name"),
        ("tags", 0, None),
        ("name,-name", 5, None),
        ("name,", 5, None),
        ("--name", 1, "name"),
        ("name,count,price,kind,rank", 22, None),
    ],
)
def test_a_wrong_sort_is_refused_where_it_is_wrong(text: str, position: int, suggestion: str | None) -> None:
    with pytest.raises(InvalidSort) as refused:
        parse_sort(text, catalogue)
    assert (refused.value.position, refused.value.suggestion) == (position, suggestion)
    assert refused.value.as_wire()["code"] == "invalid_sort"


def test_keys_that_cannot_be_absent_page_by_one_range() -> None:
    query = page(select(things.c.id), parse_sort("-rank", catalogue), things.c.id, (3, "thing_1"), 10)
    sql = str(query.compile(dialect=sqlite.dialect()))
    assert "WHERE (filter_samples.rank, filter_samples.id) < (?, ?)" in sql
    assert "ORDER BY filter_samples.rank DESC, filter_samples.id DESC" in sql


@pytest.mark.parametrize("limit", [0, 201, -1, "", "ten", "1.5", "²", "9" * 5000])
def test_a_limit_is_a_whole_number_up_to_200(limit: int | str) -> None:
    with pytest.raises(InvalidLimit):
        check_limit(limit)


def test_a_limit_may_be_text_or_left_out() -> None:
    assert (check_limit(None), check_limit("200"), check_limit(1)) == (50, 200, 1)


def test_the_last_page_has_no_next_key() -> None:
    assert next_after([], 50) is None


VALUES = (
    "Müller",
    "",
    7,
    2.5,
    True,
    None,
    Decimal("12.5000"),
    date(2026, 5, 14),
    datetime(2026, 5, 14, 9, 30, 0, 1000, tzinfo=UTC),
)


def test_a_cursor_brings_back_its_values_with_their_types() -> None:
    found = decode_cursor(SECRET, encode_cursor(SECRET, VALUES, "digest"), "digest")
    assert found == VALUES
    assert list(map(type, found)) == list(map(type, VALUES))


def test_a_cursor_belongs_to_one_list() -> None:
    cursor = encode_cursor(SECRET, ("x",), digest_of("workspace", "things", "", "name"))
    with pytest.raises(CursorMismatch) as refused:
        decode_cursor(SECRET, cursor, digest_of("workspace", "things", "", "-name"))
    assert (refused.value.kind, refused.value.code) == ("malformed", "cursor_mismatch")
    with pytest.raises(CursorMismatch):
        page(select(things.c.id), [], things.c.id, ("a", "b"))
    assert digest_of("a", "bc") != digest_of("ab", "c")


def test_a_damaged_or_forged_cursor_is_refused() -> None:
    cursor = encode_cursor(SECRET, ("x", 1), "digest")
    broken = [
        cursor[:-1],
        cursor[1:],
        "A" + cursor[1:],
        "",
        "%",
        "é",
        "A" * 43,
        cursor + "AAAA",
        encode_cursor(b"other", ("x", 1), "digest"),
    ]
    for text in broken:
        if text != cursor:
            with pytest.raises(InvalidCursor):
                decode_cursor(SECRET, text, "digest")
