"""Reading files: every usual encoding and delimiter, and a clear refusal of everything else."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from import_builders import a_sheet

from gateway.worker.sheets import FileRefused, open_sheet

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


# --- hostile files ---------------------------------------------------------------------------------------------


def of(error: FileRefused) -> tuple[str, str]:
    return str(error.errors[0]["code"]), error.text


def test_a_line_that_does_not_end_is_refused_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "0.csv"
    with path.open("wb") as file:
        file.write(b"name,town\n")
        file.truncate(1_000_000_000)
    tracemalloc.start()
    with pytest.raises(FileRefused):
        open_sheet("a.csv", path)
    with path.open("r+b") as file:
        for start in range(0, 40_000_000, 4_000_000):
            file.seek(10 + start)
            file.write(b"x" * 4_000_000)
        file.truncate(40_000_010)
    with pytest.raises(FileRefused) as refused:
        open_sheet("a.csv", path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.errors[0]["code"] == "line_too_long"
    assert peak < 30_000_000


def test_two_encodings_in_one_file_are_named_with_their_lines() -> None:
    mixed = "name,town\nJürgen,Köln\n".encode() + "Zoë,Düren\n".encode("cp1252")
    code, text = of(refusal(mixed))
    assert code == "mixed_encodings"
    assert "line 2 is UTF-8, line 3 is not" in text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (",".join(f"c{number}" for number in range(5000)).encode() + b"\n1\n", "too_many_columns"),
        (b'name,town\n"' + b"x" * 200_000, "broken_csv"),
        (b'name,town\n"' + b"x,y\n" * 100_000, "broken_csv"),
        (b"name,town\n" + b"Bo,Bergen\n" * 60_000 + b"Ada,\x00\x00\n", "nul_characters"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "not_a_csv_file"),
        (b"\x7fELF" + b"\0" * 100, "not_a_csv_file"),
    ],
)
def test_hostile_files_are_refused_with_a_reason(content: bytes, code: str) -> None:
    error = refusal(content)
    assert of(error)[0] == code
    assert error.errors[0]["hint"]


def test_columns_without_a_name_of_their_own_get_one() -> None:
    sheet = a_sheet("name,,name,Name,,\nAda,1,2,3,,\n")
    assert sheet.columns == ("name", "column 2", "name (2)", "Name")
    assert sheet.renamed == ("column 2", "name (2)")


def test_a_header_only_is_a_table_without_rows() -> None:
    sheet = a_sheet("name;town\n")
    assert (sheet.columns, sheet.rows) == (("name", "town"), 0)


def test_the_delimiter_that_a_first_line_names_is_taken() -> None:
    sheet = a_sheet("sep=;\nname;town, land\nAda;Oslo, Norway\n")
    assert sheet.columns == ("name", "town, land")
    assert [(row.line, row.cells) for row in sheet.records()] == [(3, ["Ada", "Oslo, Norway"])]


def test_a_comma_in_a_header_does_not_hide_the_delimiter() -> None:
    sheet = a_sheet("name;revenue (EUR, net, last year);town\nAda;1,5;Oslo\nBo;2,5;Bergen\n")
    assert sheet.delimiter == ";"


@pytest.mark.parametrize("text", ["Müller;Köln", "Señor Peña;España", "Hélène;Crêpe à côté", "Åsa;Malmö"])
def test_western_letters_are_read_as_they_were_written(text: str) -> None:
    sheet = a_sheet(f"name;town\n{text}\n".encode("cp1252"))
    assert ";".join(next(sheet.records()).cells) == text


def test_polish_letters_are_no_western_ones() -> None:
    text = "Świętosław;Łódź\nŻółć;Gdańsk\n" * 5
    sheet = a_sheet(f"name;town\n{text}".encode("cp1250"))
    assert next(sheet.records()).cells == ["Świętosław", "Łódź"]
