"""XLSX workbooks for tests: made of their parts by hand, so that each can be as wrong as a test needs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd.mm.yyyy"/></numFmts>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)


def formula(text: str, value: str | None = None) -> Any:
    """A computed cell, with or without the value that the spreadsheet stored."""
    return ("formula", text, value)


def a_workbook(
    rows: Sequence[Sequence[Any]] = (),
    *,
    sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    parts: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook with these rows, or these sheets; `parts` replace or add parts of the archive."""
    named = sheets if sheets is not None else {"Sheet1": rows}
    texts: list[str] = []
    made: dict[str, str] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": _book(list(named)),
        "xl/_rels/workbook.xml.rels": _relations(len(named)),
        "xl/styles.xml": STYLES,
    }
    for number, some in enumerate(named.values(), start=1):
        made[f"xl/worksheets/sheet{number}.xml"] = _sheet(some, texts)
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    made["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    return an_archive({**made, **(parts or {})})


def an_archive(parts: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def a_sheet_part(content: str) -> str:
    """A sheet of rows written by hand."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{content}</sheetData></worksheet>'


def _book(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, start=1)
    )
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>'


def _relations(count: int) -> str:
    made = "".join(
        f'<Relationship Id="rId{number}" Type="x" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, count + 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{made}</Relationships>'


def _sheet(rows: Sequence[Sequence[Any]], texts: list[str]) -> str:
    made = []
    for number, row in enumerate(rows, start=1):
        if row:
            cells = "".join(
                _cell(value, f"{_letters(place)}{number}", texts) for place, value in enumerate(row)
            )
            made.append(f'<row r="{number}">{cells}</row>')
    return a_sheet_part("".join(made))


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cell(value: Any, where: str, texts: list[str]) -> str:
    match value:
        case None:
            return ""
        case bool():
            return f'<c r="{where}" t="b"><v>{int(value)}</v></c>'
        case datetime():
            return f'<c r="{where}" s="2"><v>{_serial(value)}</v></c>'
        case date():
            return (
                f'<c r="{where}" s="1"><v>{_serial(datetime(value.year, value.month, value.day)):g}</v></c>'
            )
        case int() | float():
            return f'<c r="{where}"><v>{value!r}</v></c>'
        case ("formula", text, stored):
            kept = f"<v>{stored}</v>" if stored is not None else ""
            return f'<c r="{where}"><f>{escape(text)}</f>{kept}</c>'
        case _:
            texts.append(str(value))
            return f'<c r="{where}" t="s"><v>{len(texts) - 1}</v></c>'


def _serial(moment: datetime) -> float:
    since = moment - datetime(1899, 12, 30)
    return since.days + since.seconds / 86400
