"""The mapping document: what cannot be meant is refused, naming table, column, field and remedy."""

from __future__ import annotations

from typing import Any

import pytest
from import_builders import a_sheet

from chassis.errors import AppError, Invalid
from gateway.jobs.builtin import builtin
from gateway.jobs.domain.errors import BadMapping
from gateway.worker import document, planning
from gateway.worker.lines import Line
from gateway.worker.sheets import FileRefused


def a_mapping(*columns: dict[str, Any], **table: Any) -> dict[str, Any]:
    listed = list(columns) or [{"column": "Name", "field": "last_name"}, {"column": "Mail", "field": "email"}]
    return {"tables": [{"object": "contacts", "columns": listed, **table}]}


def wrong(mapping: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises((BadMapping, Invalid)) as refused:
        document.load(mapping)
    return [(str(error["pointer"]), str(error["code"])) for error in refused.value.errors]


def lines(mapping: dict[str, Any], text: str, **around: Any) -> list[Line]:
    plan = planning.plan(document.load(mapping), [a_sheet(text, "f.csv")], planning.Around(**around))
    return [line for part in plan.parts for line in part.lines()]


def test_what_comes_with_the_suite_is_valid() -> None:
    objects = {
        name: {table.object.name for table in document.load(one["mapping"]).tables}
        for name, one in builtin().items()
    }
    assert objects, "nothing comes with the suite"
    assert all(objects.values()), objects


@pytest.mark.parametrize(
    ("mapping", "errors"),
    [
        ({}, [("/tables", "required")]),
        ({"tables": []}, [("/tables", "invalid_value")]),
        ({"tables": [{"object": "contacs"}]}, [("/tables/0/object", "unknown_object")]),
        (
            a_mapping({"column": "Name", "field": "last_nam"}),
            [("/tables/0/columns/0/field", "unknown_field"), ("/tables/0/columns", "required")],
        ),
        (
            a_mapping({"column": "A", "field": "last_name"}, {"column": "B", "field": "last_name"}),
            [("/tables/0/columns/1/field", "field_twice")],
        ),
        (a_mapping(key="phone"), [("/tables/0/key", "unknown_key")]),
        (a_mapping(key="external_id"), [("/tables/0/key", "key_not_mapped")]),
        (a_mapping(mode="replace"), [("/tables/0/mode", "invalid_value")]),
        (a_mapping(colour="red"), [("/tables/0/colour", "unknown_field")]),
        (a_mapping(constants={"colour": "red"}), [("/tables/0/constants/colour", "unknown_field")]),
        (a_mapping({"column": "Mail", "field": "email"}), [("/tables/0/columns", "required")]),
        (
            {
                "tables": [
                    {
                        "object": "deals",
                        "columns": [
                            {"column": "D", "field": "name"},
                            {"column": "C", "field": "opened_on", "format": "soon"},
                            {"column": "A", "field": "amount", "format": "dozens"},
                        ],
                    }
                ]
            },
            [
                ("/tables/0/columns/1/format", "unknown_format"),
                ("/tables/0/columns/2/format", "unknown_format"),
            ],
        ),
        (
            {
                "tables": [
                    {
                        "object": "leads",
                        "columns": [
                            {"column": "N", "field": "last_name"},
                            {"column": "S", "field": "status", "values": {"Kalt": "frozen"}},
                        ],
                    }
                ]
            },
            [("/tables/0/columns/1/values/Kalt", "unknown_value")],
        ),
        ({**a_mapping(), "time_zone": "Middle/Earth"}, [("/time_zone", "unknown_time_zone")]),
        ({**a_mapping(), "currency": "euro"[:3]}, [("/currency", "unknown_currency")]),
    ],
)
def test_what_cannot_be_meant_is_named(mapping: dict[str, Any], errors: list[tuple[str, str]]) -> None:
    assert wrong(mapping) == errors


def test_an_update_needs_no_more_than_its_key() -> None:
    (table,) = document.load(
        a_mapping({"column": "Mail", "field": "email"}, mode="update", key="email")
    ).tables
    assert (table.mode, table.key) == ("update", "email")


def test_a_missing_column_is_named_with_its_remedy() -> None:
    with pytest.raises(FileRefused) as refused:
        lines(a_mapping(file="f.csv"), "Name,E-Mail\nBerg,a@b.example\n")
    assert refused.value.errors[0]["code"] == "missing_column"
    assert "Rename 'E-Mail' to 'Mail'" in refused.value.text


def test_a_saved_mapping_finds_its_file_by_the_columns() -> None:
    [line] = lines(a_mapping(file=None), "Mail,Name,More\na@b.example,Berg,x\n")
    assert line.values == {"last_name": "Berg", "email": "a@b.example"}


def test_values_are_mapped_and_the_others_kept_refused_or_emptied() -> None:
    def with_(others: str) -> Line:
        column = {
            "column": "S",
            "field": "source",
            "values": {"Messe": "fair", "": "unknown"},
            "others": others,
        }
        mapping = a_mapping({"column": "Name", "field": "last_name"}, column)
        return lines(mapping, "Name,S\nBerg,web\n")[0]

    assert with_("keep").values["source"] == "web"
    assert "source" not in with_("empty").values
    assert [complaint.code for complaint in with_("refuse").complaints] == ["unknown_value"]


def test_constants_templates_custom_fields_and_whole_names() -> None:
    mapping = a_mapping(
        {"column": "Name", "field": "full_name"},
        {"column": "Shoe", "field": "custom.shoe_size"},
        constants={"source": "Fair"},
        derived={"title": "{Role|Guest} of {Name}"},
    )
    [line] = lines(mapping, "Name,Role,Shoe\nAda Berg,,42\n")
    assert line.values["custom"] == {"shoe_size": "42"}
    assert (line.values["first_name"], line.values["source"]) == ("Ada", "Fair")
    assert line.values["title"] == "Guest of Ada Berg"


def test_an_amount_takes_the_currency_of_cell_column_mapping_or_workspace() -> None:
    def amount(text: str, *, column: dict[str, Any] | None = None, **mapping: Any) -> Any:
        columns = [{"column": "D", "field": "name"}, {"column": "A", "field": "amount", **(column or {})}]
        found = {"tables": [{"object": "deals", "columns": columns}], **mapping}
        [line] = lines(found, f"D;A\nCrane;{text}\n", currency="USD")
        return line.values["amount"]["currency"]

    assert amount("5 €", column={"currency": "CHF"}) == "EUR"
    assert amount("5", column={"currency": "CHF"}, currency="GBP") == "CHF"
    assert amount("5", currency="GBP") == "GBP"
    assert amount("5") == "USD"


def test_a_formula_fails_its_row_and_a_guarded_one_is_text() -> None:
    first, second = lines(a_mapping(), "Name,Mail\n=1+1,a@b.example\n'=Berg,c@d.example\n")
    assert [complaint.code for complaint in first.complaints] == ["formula_cell"]
    assert second.values["last_name"] == "=Berg"


def test_words_that_mean_nothing_are_empty_but_names_are_names() -> None:
    [line] = lines(a_mapping(), "Name,Mail\nNull,n/a\n")
    assert line.values.keys() - {"external_id"} == {"last_name"}
    assert line.values["last_name"] == "Null"


def test_a_row_without_a_key_is_known_by_its_content() -> None:
    mapping = a_mapping({"column": "Name", "field": "last_name"})
    first, second, third = lines(mapping, "Name,Mail\nBerg,x\nBerg,y\nBerg,x\n")
    assert first.key != second.key
    assert third.skipped is not None


def test_rows_too_wide_and_too_narrow_fail_unless_the_rest_is_empty() -> None:
    found = lines(a_mapping(), "Name,Mail\nBerg,a@b.example,,\nFalk\nDale,c@d.example,x\n")
    assert [[complaint.code for complaint in line.complaints] for line in found] == [
        [],
        ["too_few_columns"],
        ["too_many_columns"],
    ]


def test_a_mapping_that_is_refused_says_so_in_one_sentence() -> None:
    with pytest.raises(AppError, match="No column becomes last_name"):
        document.load(a_mapping({"column": "Mail", "field": "email"}))
