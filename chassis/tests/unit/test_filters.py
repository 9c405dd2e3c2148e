"""The filter language: what reads, what is refused and how, and that SQL and memory always agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from filter_samples import (
    DATABASES,
    NOW,
    catalogue,
    environment,
    metadata,
    record,
    rows,
    sample_engine,
    things,
    trees,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql

from chassis.filters import (
    Catalogue,
    Environment,
    Field,
    InvalidFilter,
    can_match,
    evaluate,
    parse,
    to_sql,
    to_text,
    to_tree,
)


def matches(text: str | dict[str, Any], values: dict[str, Any], where: Environment = environment) -> bool:
    return evaluate(parse(text, catalogue), values, where).matched


@pytest.fixture(params=DATABASES, scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    found = sample_engine(request.param)
    yield found
    metadata.drop_all(found)
    found.dispose()


# What is read


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ('name = "Acme"', 'name = "Acme"'),
        ("name=acme", 'name = "acme"'),
        ("kind in (open , shut) and count >= -2.50", 'kind IN ("open", "shut") AND count >= -2.5'),
        ("name = 'it\\'s' or name = \"a\\\\b\"", 'name = "it\'s" OR name = "a\\\\b"'),
        ('count = 1 OR count = 2 AND name ~ "x"', 'count = 1 OR (count = 2 AND name ~ "x")'),
        ("NOT count = 1 AND rank = 2", "NOT count = 1 AND rank = 2"),
        ("NOT (count = 1 AND rank = 2)", "NOT (count = 1 AND rank = 2)"),
        ("count NOT IN (1, null)", "NOT count IN (1, null)"),
        ('tags:vip AND NOT tags:"a b"', 'tags:"vip" AND NOT tags:"a b"'),
        ("owner_id = me OR owner_id IN my_teams", "owner_id = me OR owner_id IN (my_teams)"),
        ("made_at > now-30d", "made_at > now - 30d"),
        ("made_at > now - 2w - 12h", "made_at > now - 348h"),
        ('due_on <= "today + 7d" and due_on != null', "due_on <= today + 7d AND due_on != null"),
        (
            "made_at = 2026-05-14 or made_at<2026-05-14T10:00:00+02:00",
            "made_at = 2026-05-14 OR made_at < 2026-05-14T08:00:00Z",
        ),
        ("price > 0.5 and price<=1_000.00".replace("1_000", "1000"), "price > 0.5 AND price <= 1000"),
        ("size.label = Small", 'size.label = "Small"'),
        ('name = "null" AND name != null', 'name = "null" AND name != null'),
        ("((count = 1))", "count = 1"),
        ("  ", ""),
    ],
)
def test_a_text_reads_as_its_canonical_form(text: str, canonical: str) -> None:
    assert to_text(parse(text, catalogue)) == canonical


def test_and_binds_tighter_than_or() -> None:
    assert parse("rank = 1 OR rank = 2 AND count = 3", catalogue) == parse(
        "rank = 1 OR (rank = 2 AND count = 3)", catalogue
    )
    assert parse("rank = 1 OR rank = 2 AND count = 3", catalogue) != parse(
        "(rank = 1 OR rank = 2) AND count = 3", catalogue
    )


def test_text_and_tree_say_the_same() -> None:
    text = 'price >= 50000 AND (kind = "open" OR NOT tags:"vip") AND owner_id IN (me, null)'
    tree = {
        "and": [
            {"field": "price", "op": ">=", "value": 50000},
            {
                "or": [
                    {"field": "kind", "op": "=", "value": "open"},
                    {"not": {"field": "tags", "op": ":", "value": "vip"}},
                ]
            },
            {"field": "owner_id", "op": "in", "value": ["me", None]},
        ]
    }
    assert parse(tree, catalogue) == parse(text, catalogue)
    assert to_tree(parse(text, catalogue)) == tree


def test_an_empty_filter_matches_everything() -> None:
    for empty in (None, "", " ", {}):
        assert matches(empty, {})  # type: ignore[arg-type]


def test_a_filter_names_the_fields_it_reads() -> None:
    assert parse("count = 1 AND NOT (name ~ x OR count > 3)", catalogue).fields == {"count", "name"}


@settings(max_examples=100, deadline=None)
@given(tree=trees())
def test_both_forms_return_to_the_same_filter(tree: dict[str, Any]) -> None:
    found = parse(tree, catalogue)
    assert parse(to_tree(found), catalogue) == found
    assert parse(to_text(found), catalogue) == found


# What is refused


@pytest.mark.parametrize(
    ("text", "position", "suggestion"),
    [
        ("nmae = 1", 0, "name"),
        ("count = 1 AND sise.label = x", 14, "size.label"),
        ("a.b.c = 1", 0, None),
        ("count == 1", 6, "="),
        ("name like x", 5, "~"),
        ("name > x", 5, None),
        ("name:x", 4, "~"),
        ("tags = x", 5, ":"),
        ("tags ~ x", 5, ":"),
        ("is_ready", 8, "is_ready = true"),
        ("is_ready = yes", 11, None),
        ("kind = opne", 7, "open"),
        ("count > many", 8, None),
        ("count > null", 8, None),
        ("count = 99999999999999999999", 8, None),
        ("price = 0.00001", 8, None),
        ("price = 9999999999999", 8, None),
        ("due_on = 2026-02-30", 9, None),
        ("due_on = 2026-02-03T00:00:00Z", 9, None),
        ("due_on = 0001-01-01", 9, None),
        ("made_at = 2026-02-03T00:00:00", 10, None),
        ("made_at = this_qarter", 10, "this_quarter"),
        ("made_at = this_month - 1d", 10, None),
        ("made_at > today - 3h", 10, None),
        ("made_at > now - 3y", 10, None),
        ("made_at > now - 999999999w", 10, None),
        ("made_at > now -", 15, None),
        ("count = 1 rank = 2", 10, None),
        ("count = 1 && rank = 2", 10, "AND"),
        ("count = 1 an rank = 2", 10, "AND"),
        ("count = ", 8, None),
        ("(count = 1", 10, None),
        ("count = 1)", 9, None),
        ("count IN (1, 2", 14, None),
        ("count IN ()", 10, None),
        ("count NOT 3", 10, None),
        ("AND count = 1", 0, None),
        ('name = "abc', 7, None),
        ("name = a@b", 8, None),
        ('name = "\0"', 7, None),
        ('name = "\ud800"', 7, None),
        ("name = " + "x" * 1001, 7, None),
        ("x" * 10_001, 10_000, None),
        ("rank = 1" + " OR rank = 1" * 200, 9 + 199 * 12 - 1 + 4, None),
        ("(" * 1000, 64, None),
        ("NOT " * 1000, 256, None),
    ],
)
def test_a_wrong_text_is_refused_where_it_is_wrong(text: str, position: int, suggestion: str | None) -> None:
    with pytest.raises(InvalidFilter) as refused:
        parse(text, catalogue)
    assert (refused.value.position, refused.value.suggestion) == (position, suggestion)


@pytest.mark.parametrize(
    ("tree", "position"),
    [
        ({"field": "nmae", "op": "=", "value": 1}, "/field"),
        (
            {"and": [{"field": "count", "op": "=", "value": 1}, {"field": "count", "op": "?", "value": 1}]},
            "/and/1/op",
        ),
        ({"field": "count", "op": "in", "value": [1, "x"]}, "/value/1"),
        ({"field": "count", "op": "=", "value": [1]}, "/value"),
        ({"field": "count", "op": "in", "value": []}, "/value"),
        ({"field": "count", "op": "=", "value": float("nan")}, "/value"),
        ({"field": "count", "op": "=", "value": 10**5000}, "/value"),
        ({"field": "count", "op": "=", "value": {"a": 1}}, "/value"),
        ({"field": 3, "op": "=", "value": 1}, "/field"),
        ({"field": "count", "op": "="}, ""),
        ({"and": []}, "/and"),
        ({"not": []}, "/not"),
        ({"and": [], "or": []}, ""),
    ],
)
def test_a_wrong_tree_is_refused_by_pointer(tree: dict[str, Any], position: str) -> None:
    with pytest.raises(InvalidFilter) as refused:
        parse(tree, catalogue)
    assert refused.value.position == position


def test_a_refusal_tells_programs_and_people_what_is_allowed() -> None:
    with pytest.raises(InvalidFilter) as refused:
        parse("kind > open", catalogue)
    wire = refused.value.as_wire()
    assert (wire["kind"], wire["code"]) == ("malformed", "invalid_filter")
    assert wire["details"] == {"position": 5, "allowed": ["=", "!=", "in"], "suggestion": None}
    assert wire["errors"][0]["pointer"] == "/filter"
    assert "at position 5" in wire["message"] and "Allowed: =, !=, in." in wire["message"]


def test_a_filter_is_at_most_eight_levels_deep() -> None:
    tree: dict[str, Any] = {"field": "count", "op": "=", "value": 1}
    for _ in range(8):
        tree = {"not": tree}
    assert to_text(parse(tree, catalogue)) == "NOT " * 8 + "count = 1"
    with pytest.raises(InvalidFilter, match="8 levels"):
        parse({"not": tree}, catalogue)
    with pytest.raises(InvalidFilter, match="8 levels"):
        parse("NOT " * 9 + "count = 1", catalogue)


def test_a_filter_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidFilter):
        parse(["count"], catalogue)  # type: ignore[arg-type]


def test_me_is_refused_where_nobody_is_signed_in() -> None:
    nobody = Environment(None, [], NOW)
    with pytest.raises(InvalidFilter, match="signed-in"):
        matches("owner_id = me", {}, nobody)
    with pytest.raises(InvalidFilter, match="signed-in"):
        to_sql(parse("owner_id = me", catalogue), nobody)


def test_a_catalogue_takes_each_plain_name_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Catalogue([Field("a", "text"), Field("a", "text")])
    with pytest.raises(ValueError, match="no field name"):
        Catalogue([Field("a.b.c", "text")])
    with pytest.raises(ValueError, match="no column"):
        to_sql(parse("a = b", Catalogue([Field("a", "text")])), environment)


def test_the_catalogue_describes_itself() -> None:
    described = {row["name"]: row for row in catalogue.describe()}
    assert described["kind"] == {
        "name": "kind",
        "type": "select",
        "operators": ["=", "!=", "in"],
        "sortable": True,
        "enum": ["open", "shut", "ajar"],
    }
    assert described["tags"]["operators"] == [":"] and not described["tags"]["sortable"]


# What it means


def test_absent_values_are_different_from_any_value() -> None:
    assert matches("count != 1", {"count": None})
    assert matches("NOT count > 1", {})
    assert matches("count NOT IN (1, 2)", {})
    assert not matches("count < 1", {}) and not matches("count = 1", {})
    assert matches("count IN (1, null)", {})
    assert matches("tags = null", {"tags": []}) and not matches("tags != null", {"tags": []})


def test_texts_are_found_in_either_case_and_without_wildcards() -> None:
    assert matches('name ~ "mÜL"', {"name": "Hans Müller"})
    assert matches('name ~ "ACME"', {"name": "the acme co"})
    assert not matches('name ~ "a%c"', {"name": "abc"}) and not matches('name ~ "a_c"', {"name": "abc"})
    assert not matches('name = "acme"', {"name": "Acme"})


def test_a_day_is_a_span_in_the_time_zone() -> None:
    # Midnight in Auckland (UTC+12 in May) is noon UTC of the day before.
    first, last = datetime(2026, 5, 13, 12, tzinfo=UTC), datetime(2026, 5, 14, 12, tzinfo=UTC)
    for text in ("made_at = 2026-05-14", "made_at = today", "made_at >= today", "made_at <= today"):
        assert matches(text, {"made_at": first})
    assert not matches("made_at <= today", {"made_at": last})
    assert not matches("made_at = today", {"made_at": last}) and matches("made_at > today", {"made_at": last})
    assert not matches("made_at > today", {"made_at": first}) and not matches(
        "made_at < today", {"made_at": first}
    )


@pytest.mark.parametrize(
    ("period", "inside", "outside"),
    [
        ("this_week", "2026-05-11", "2026-05-18"),
        ("last_week", "2026-05-10", "2026-05-11"),
        ("next_week", "2026-05-24", "2026-05-25"),
        ("this_month", "2026-05-31", "2026-06-01"),
        ("last_month", "2026-04-30", "2026-03-31"),
        ("this_quarter", "2026-04-01", "2026-07-01"),
        ("last_quarter", "2026-01-01", "2025-12-31"),
        ("next_quarter", "2026-09-30", "2026-10-01"),
        ("this_year", "2026-12-31", "2027-01-01"),
        ("last_year", "2025-01-01", "2026-01-01"),
        ("yesterday", "2026-05-13", "2026-05-14"),
        ("tomorrow + 1w", "2026-05-22", "2026-05-15"),
        ("now - 1d", "2026-05-13", "2026-05-14"),
    ],
)
def test_named_periods(period: str, inside: str, outside: str) -> None:
    assert matches(f"due_on = {period}", {"due_on": inside})
    assert not matches(f"due_on = {period}", {"due_on": outside})


def test_periods_cross_the_turn_of_the_year() -> None:
    january = Environment(None, [], datetime(2026, 1, 15, tzinfo=UTC))
    assert matches("due_on = last_quarter", {"due_on": "2025-12-31"}, january)
    assert matches("due_on = last_month", {"due_on": "2025-12-01"}, january)


def test_records_may_come_as_json() -> None:
    assert matches("price >= 12.5", {"price": {"amount": "12.50", "currency": "EUR"}})
    assert matches("made_at > now - 1h", {"made_at": "2026-05-14T09:00:00.000Z"})
    assert matches("due_on = today", {"due_on": "2026-05-14"})
    assert matches("size.label = Small", {"size": {"label": "Small"}})
    assert matches("size.label = Small", {"size.label": "Small"})
    assert matches("size.label = null", {"size": None})
    with pytest.raises(ValueError, match="no number"):
        matches("count = 1", {"count": "one"})


def test_an_explanation_names_what_was_found() -> None:
    found = evaluate(
        parse("price > 100 AND NOT kind = open", catalogue),
        {"price": Decimal(50), "kind": "open"},
        environment,
    )
    assert found.to_dict() == {
        "matched": False,
        "text": 'price > 100 AND NOT kind = "open"',
        "parts": [
            {"matched": False, "text": "price > 100", "field": "price", "actual": Decimal(50)},
            {
                "matched": False,
                "text": 'NOT kind = "open"',
                "parts": [{"matched": True, "text": 'kind = "open"', "field": "kind", "actual": "open"}],
            },
        ],
    }


@settings(deadline=None)
@given(stored=rows(), tree=trees(), hidden=st.sets(st.sampled_from([field.name for field in catalogue])))
def test_what_matches_can_match_by_whatever_is_known_of_it(
    stored: list[dict[str, Any]], tree: dict[str, Any], hidden: set[str]
) -> None:
    filter = parse(tree, catalogue)
    for row in map(record, stored):
        known = {name: value for name, value in row.items() if name not in hidden}
        matched = evaluate(filter, row, environment).matched
        assert can_match(filter, known, environment) or not matched
        if filter.fields <= known.keys():
            assert can_match(filter, known, environment) == matched


def test_plain_comparisons_stay_plain_sql() -> None:
    sql = str(
        to_sql(parse("price >= 5 AND rank = 2", catalogue), environment).compile(dialect=postgresql.dialect())
    )
    assert sql == "filter_samples.price >= %(param_1)s::BIGINT AND filter_samples.rank = %(param_2)s::BIGINT"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stored=rows(), filters=st.lists(trees(), min_size=1, max_size=4))
def test_sql_and_memory_agree(
    engine: Engine, stored: list[dict[str, Any]], filters: list[dict[str, Any]]
) -> None:
    with engine.connect() as connection:
        connection.execute(things.insert(), stored)
        for tree in filters:
            found = parse(tree, catalogue)
            by_sql = set(connection.scalars(select(things.c.id).where(to_sql(found, environment))))
            in_memory = {row["id"] for row in stored if evaluate(found, record(row), environment).matched}
            assert by_sql == in_memory, to_text(found)
        connection.rollback()
