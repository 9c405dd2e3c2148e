"""Reading files: every usual encoding and delimiter, and a clear refusal of everything else."""

from __future__ import annotations

import pytest
from import_builders import a_sheet

from gateway.worker.sheets import FileRefused

TABLE = "name,town\nÅsa,Malmö\nBjörn,Łódź\n"


def refusal(content: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        a_sheet(content)
    return refused.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_with_and_without_its_mark(encoding: str) -> None:
    sheet = a_sheet(TABLE.encode(encoding))
    assert (sheet.columns, sheet.rows, sheet.is_guessed) == (("name", "town"), 2, False)
    assert [row.cells for row in sheet.records()] == [["Åsa", "Malmö"], ["Björn", "Łódź"]]


def test_a_spreadsheet_without_unicode_is_read_by_a_guess_that_is_told() -> None:
    words = "name,town\n" + "Müller,Köln\nGünther,Düsseldorf\nJürgen,Nürnberg\nSören,Lübeck\n" * 5
    sheet = a_sheet(words.encode("cp1252"))
    assert sheet.is_guessed
    assert next(sheet.records()).cells == ["Müller", "Köln"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    sheet = a_sheet(f'name{delimiter}town\n"Berg{delimiter} Ada"{delimiter}Oslo\n'.encode())
    assert next(sheet.records()).cells == [f"Berg{delimiter} Ada", "Oslo"]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    sheet = a_sheet('name,town\n\n"two\nlines",Oslo\n\nBo,Bergen\n')
    assert [row.line for row in sheet.records()] == [3, 6]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \n\n", "empty_file"),
        (b"PK\x03\x04\x14\x00", "not_a_csv_file"),
        (b"%PDF-1.7 ...", "not_a_csv_file"),
        (bytes(range(256)) * 20, "unknown_encoding"),
        ("name,town\nÅsa,Malmö".encode("utf-16-le"), "unknown_encoding"),
        (b'name,town\n"Berg,Oslo\nBo,Bergen\n', "broken_csv"),
        (b'name,town\n"Berg"x,Oslo\n', "broken_csv"),
        (b"\xff\xfen\x00a\x00m", "broken_encoding"),
    ],
)
def test_what_is_no_readable_table_is_refused_as_a_whole(content: bytes, code: str) -> None:
    error = refusal(content)
    assert error.errors[0]["code"] == code
    assert error.errors[0]["hint"]
    assert error.text.startswith("accounts.csv")
    assert "Nothing was imported" in error.text


def test_a_file_cut_off_inside_quotes_names_the_line() -> None:
    assert "line 3" in refusal(b'name,town\nBo,Bergen\n"Berg,Oslo\n').text
