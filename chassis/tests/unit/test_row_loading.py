"""The quick way of loading rows says the same as the ordinary one, and what it cannot say it leaves to it."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import RAISE, Schema, fields, validate

from chassis import contracts
from chassis.errors import Invalid


class Row(Schema):
    class Meta:
        unknown = RAISE

    name = fields.String(validate=validate.Length(max=5))
    note = fields.String(allow_none=True)
    size = fields.Integer(strict=True, validate=validate.Range(min=1))
    kind = fields.String(load_default="plain")
    marks = fields.List(fields.String(), load_default=list)


ROWS: list[dict[str, Any]] = [
    {},
    {"name": "abc", "note": None, "size": 3},
    {"kind": "other", "marks": ["a"]},
    {"name": "abcdef", "size": 0},
    {"name": None},
    {"size": "three", "marks": [1]},
    {"nonsense": 1, "name": "abc"},
]


@pytest.mark.parametrize("row", ROWS)
def test_both_ways_say_the_same(row: dict[str, Any]) -> None:
    loader, schema = contracts.RowLoader(Row()), Row()
    try:
        expected = contracts.load(schema, row)
    except Invalid as refusal:
        with pytest.raises(Invalid) as again:
            loader.load(row)
        assert (again.value.text, again.value.errors) == (refusal.text, refusal.errors)
    else:
        assert loader.load(row) == expected


def test_a_schema_with_required_fields_is_asked_the_ordinary_way() -> None:
    class Needing(Schema):
        name = fields.String(required=True)

    with pytest.raises(Invalid):
        contracts.RowLoader(Needing()).load({})
