"""Workbooks become CSV in one defined form; hostile ones are refused with bounded memory and a clear reason."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
from workbook_builders import a_sheet_part, a_workbook, an_archive, formula

from gateway.worker import workbooks
from gateway.worker.refusals import FileRefused
from gateway.worker.workbooks import Converted, convert


def converted(content: bytes, tmp_path: Path, sheet: str | None = None) -> tuple[list[list[str]], Converted]:
    path, into = tmp_path / "book.xlsx", tmp_path / "book.csv"
    path.write_bytes(content)
    made = convert("book.xlsx", path, into, sheet=sheet)
    with into.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file)), made


def refusal(content: bytes, tmp_path: Path, sheet: str | None = None) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        converted(content, tmp_path, sheet)
    assert refused.value.errors[0]["hint"]
    assert "Nothing was imported" in refused.value.text
    return refused.value


def test_every_kind_of_cell_has_one_form(tmp_path: Path) -> None:
    row = ["Köln", 12, 12.5, 0.1 + 0.2, True, date(2026, 11, 25), datetime(2026, 11, 25, 14, 30), None, "end"]
    rows, _ = converted(a_workbook([["a"], row]), tmp_path)
    assert rows[1] == [
        "Köln",
        "12",
        "12.5",
        "0.3",
        "true",
        "2026-11-25",
        "2026-11-25T14:30:00",
        "",
        "end",
    ]


def test_rows_keep_their_numbers(tmp_path: Path) -> None:
    rows, _ = converted(a_workbook([["name"], [], ["Ada"]]), tmp_path)
    assert rows == [["name"], [], ["Ada"]]


def test_of_a_formula_the_stored_value_counts_and_one_without_is_visible(tmp_path: Path) -> None:
    rows, made = converted(a_workbook([["n"], [formula("1+1", "2")], [formula("1+1")]]), tmp_path)
    assert rows == [["n"], ["2"], ["=?"]]
    assert made.formulas == 2


def test_the_first_sheet_is_taken_unless_another_is_named(tmp_path: Path) -> None:
    book = a_workbook(sheets={"People": [["name"], ["Ada"]], "Firms": [["firm"], ["Acme"]]})
    assert converted(book, tmp_path)[1] == Converted("People", ("People", "Firms"), 0)
    assert converted(book, tmp_path, "Firms")[0] == [["firm"], ["Acme"]]
    error = refusal(book, tmp_path, "Nothing")
    assert error.errors[0]["code"] == "no_such_sheet"
    assert "People, Firms" in error.text


def test_texts_in_the_cell_and_rich_texts_are_read(tmp_path: Path) -> None:
    sheet = a_sheet_part(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>in</t></is></c>'
        '<c r="B1" t="inlineStr"><is><r><t>ri</t></r><r><t>ch</t></r></is></c>'
        '<c r="C1" t="str"><v>computed</v></c><c r="D1" t="e"><v>#REF!</v></c></row>'
    )
    rows, _ = converted(a_workbook([], parts={"xl/worksheets/sheet1.xml": sheet}), tmp_path)
    assert rows == [["in", "rich", "computed", "#REF!"]]


# --- hostile ---------------------------------------------------------------------------------------------------


def test_a_part_that_unpacks_beyond_measure_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = a_workbook([["a"]], parts={"xl/worksheets/sheet1.xml": " " * 30_000_000})
    assert len(bomb) < 100_000
    assert refusal(bomb, tmp_path).errors[0]["code"] == "unpacks_too_large"


def test_a_part_that_is_larger_than_the_archive_says_is_refused(tmp_path: Path) -> None:
    content = a_sheet_part('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * 5000)
    book = bytearray(a_workbook([["a"]], parts={"xl/worksheets/sheet1.xml": content}))
    size = len(content).to_bytes(4, "little")
    while (place := book.find(size)) >= 0:
        book[place : place + 4] = (100).to_bytes(4, "little")
    assert refusal(bytes(book), tmp_path).errors[0]["code"] == "not_a_workbook"


def test_entities_are_refused(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'
    error = refusal(a_workbook([["a"]], parts={"xl/sharedStrings.xml": laughs}), tmp_path)
    assert "entities" in error.text


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ('<row r="1"><c r="ZZZ1"><v>1</v></c></row>', "too_many_columns"),
        ('<row r="9999999"><c r="A1"><v>1</v></c></row>', "not_a_workbook"),
        ('<row r="2"/><row r="1"/>', "not_a_workbook"),
        ('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', "not_a_workbook"),
        ('<row r="1"><c r="A1"><v>1</c></row>', "not_a_workbook"),
    ],
)
def test_a_sheet_that_no_spreadsheet_writes_is_refused(tmp_path: Path, row: str, code: str) -> None:
    book = a_workbook([], parts={"xl/worksheets/sheet1.xml": a_sheet_part(row)})
    assert refusal(book, tmp_path).errors[0]["code"] == code


def test_a_cell_far_below_costs_no_more_than_its_lines(tmp_path: Path) -> None:
    row = '<row r="1000000"><c r="A1000000"><v>1</v></c></row>'
    book = a_workbook([], parts={"xl/worksheets/sheet1.xml": a_sheet_part(row)})
    rows, _ = converted(book, tmp_path)
    assert (len(rows), rows[-1]) == (1_000_000, ["1"])


def test_more_rows_than_a_file_may_have_are_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, into = tmp_path / "b.xlsx", tmp_path / "b.csv"
    path.write_bytes(a_workbook([["n"], *([number] for number in range(50))]))
    convert("b.xlsx", path, into, most=10)
    assert len(into.read_text().splitlines()) == 10


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (an_archive({"notes.txt": "hello"}), "not_a_workbook"),
        (an_archive({"[Content_Types].xml": "<Types/>"}), "not_a_workbook"),
        (a_workbook([["a"]])[:200], "not_a_workbook"),
        (b"PK\x03\x04 and then nothing", "not_a_workbook"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(content, tmp_path).errors[0]["code"] == code


def test_an_archive_of_very_many_parts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ENTRIES", 3)
    assert refusal(a_workbook([["a"]]), tmp_path).errors[0]["code"] == "unpacks_too_large"


def test_a_relation_leads_to_parts_of_the_archive_only(tmp_path: Path) -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="x" Target="../../../../etc/passwd"/></Relationships>'
    )
    error = refusal(a_workbook([["a"]], parts={"xl/_rels/workbook.xml.rels": relations}), tmp_path)
    assert error.errors[0]["code"] == "not_a_workbook"
