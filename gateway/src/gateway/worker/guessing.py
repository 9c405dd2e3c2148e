"""Guesses a mapping: which kind of record a file holds, which field each column is, and how its cells are written.

Names of columns count most (synonyms in several languages, also misspelt ones), what the cells look like next, the
name of the file for the kind of record. Every guess says how sure it is; people correct it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from rapidfuzz import fuzz, process

from gateway.worker import cells
from gateway.worker.cells import Unreadable
from gateway.worker.guarding import ERROR_COLUMN
from gateway.worker.objects import EXTERNAL_ID, OBJECTS, SHOWN, Field, is_here
from gateway.worker.sheets import Sheet
from gateway.worker.synonyms import FIELDS, LANGUAGES, OBJECT_NAMES, REGIONS, VALUES

SURE = 0.98
FUZZY = 86
LEAST = 0.5
MOST_VALUES = 30
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}$")
_URL = re.compile(r"(https?://|www\.)\S+$", re.IGNORECASE)
_DOMAIN = re.compile(r"([a-z0-9-]+\.)+[a-z]{2,}$", re.IGNORECASE)
_PHONE = re.compile(r"(?=(\D*\d){6})[+(]?[\d ()./\-]{6,24}$")
_AMOUNT = re.compile(r"^\D{0,4}[\d.,'’\s]*\d\D{0,5}$")
_BOOLEAN = cells.TRUE | cells.FALSE

Rows = Sequence[Sequence[str]]


def suggestion(sheets: Sequence[Sheet], rows: Sequence[Rows], wanted: str | None = None) -> dict[str, Any]:
    """A mapping for these files, out of their columns and first rows; as the kind of record `wanted` if given."""
    tables = []
    regions: list[str] = []
    for sheet, some in zip(sheets, rows, strict=True):
        language = language_of(sheet.columns)
        regions += [REGIONS[language]] if language in REGIONS else []
        tables.append(_table(sheet, some, language, wanted))
    found: dict[str, Any] = {"tables": tables}
    if regions:
        found["region"] = regions[0]
    return found


def words(text: str) -> str:
    """A column's name as it is compared: words in small letters without accents and punctuation."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    flat = unicodedata.normalize("NFKD", spaced.casefold()).replace("ß", "ss")
    flat = "".join(char for char in flat if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", flat))


def language_of(columns: Iterable[str]) -> str:
    """The language of a header: `de`, `fr`, `es`, or `en` when nothing speaks for another."""
    named = {word for column in columns for word in words(column).split()}
    score = {
        language: len(named & {word for one in known.split() for word in words(one).split()})
        for language, known in LANGUAGES.items()
    }
    best = max(score, key=lambda language: score[language])
    return best if score[best] else "en"


# --- tables ----------------------------------------------------------------------------------------------------


def _table(sheet: Sheet, rows: Rows, language: str, wanted: str | None) -> dict[str, Any]:
    columns = [(place, name) for place, name in enumerate(sheet.columns) if words(name) != ERROR_COLUMN]
    texts = {place: _texts(rows, place) for place, _ in columns}
    by_object = {
        name: _fields(name, columns, texts)
        for name in ((wanted,) if wanted is not None else SHOWN)
        if name in FIELDS and is_here(name)
    }
    scores = {name: _score(name, sheet, found) for name, found in by_object.items()}
    chosen = max(scores, key=lambda name: scores[name])
    ordered = sorted(scores.values(), reverse=True)
    lead = ordered[0] - ordered[1] if len(ordered) > 1 else ordered[0]
    fields = by_object[chosen]
    mapped = {name for name, _ in fields.values()}
    keys = OBJECTS[chosen].keys
    key = next(
        (name for name in (EXTERNAL_ID, *OBJECTS[chosen].natural) if name in keys and name in mapped), None
    )
    return {
        "file": sheet.name,
        "object": chosen,
        "confidence": round(min(1.0, max(0.0, 0.5 + lead / 4)), 2),
        "mode": "upsert",
        "key": key,
        "columns": [
            _column(chosen, name, fields.get(place), texts.get(place, []), language)
            for place, name in enumerate(sheet.columns)
            if words(name) != ERROR_COLUMN
        ],
        "constants": _constants(chosen, mapped),
    }


def _texts(rows: Rows, place: int) -> list[str]:
    found = (row[place].strip() for row in rows if place < len(row))
    return [text for text in found if text and not cells.means_nothing(text)]


def _constants(name: str, mapped: set[str]) -> dict[str, Any]:
    """What a new record must have and no column brings."""
    return {"kind": "note"} if name == "activities" and "kind" not in mapped else {}


def _score(name: str, sheet: Sheet, fields: Mapping[int, tuple[str, float]]) -> float:
    """How well a file fits a kind of record: its columns, what a record must have, and the name of the file."""
    mapped = dict(fields.values())
    score = sum(mapped.values()) + sum(
        _TELLING.get((name, field), 0.0) * sure for field, sure in mapped.items()
    )
    needed = [one.name for one in OBJECTS[name].fields.values() if one.is_required]
    missing = [
        one for one in needed if one not in mapped and not (one == "last_name" and "full_name" in mapped)
    ]
    score -= 1.5 * len([one for one in missing if one not in (EXTERNAL_ID, "kind", "stage")])
    stem = set(words(sheet.name.rpartition(".")[0] or sheet.name).split())
    known = {word for one in OBJECT_NAMES[name].split() for word in words(one).split()}
    if stem & known:
        score += 2.0
    return score


# Fields that only one kind of record has, so that they speak for it; and those that speak against.
_TELLING: Mapping[tuple[str, str], float] = {
    ("deals", "stage"): 1.0,
    ("deals", "amount"): 1.0,
    ("deals", "expected_close_on"): 1.0,
    ("deals", "probability"): 0.5,
    ("activities", "kind"): 0.5,
    ("activities", "occurred_at"): 0.5,
    ("activities", "duration_seconds"): 1.0,
    ("activities", "direction"): 1.0,
    ("activities", "due_at"): 0.5,
    ("activities", "outcome"): 0.5,
    ("accounts", "annual_revenue"): 0.7,
    ("accounts", "employee_count"): 0.7,
    ("accounts", "website"): 0.7,
    ("contacts", "first_name"): 0.3,
    ("contacts", "account_id"): 0.4,
    ("leads", "status"): 0.6,
    ("leads", "source"): 0.2,
    ("products", "list_price"): 0.8,
    ("products", "code"): 0.5,
    ("users", "role"): -0.5,
    ("users", "name"): -1.5,
}


# --- columns ---------------------------------------------------------------------------------------------------


@cache
def _names(name: str) -> Mapping[str, str]:
    """The words for the fields of a kind of record: words -> field, the first field of a word first."""
    known = OBJECTS[name].fields
    found: dict[str, str] = {}
    for field in known:
        found.setdefault(words(field.replace(".", " ")), field)
    for field, synonyms in FIELDS[name].items():
        if field in known:
            for synonym in synonyms.split("|"):
                found.setdefault(words(synonym), field)
    return found


def _fields(
    name: str, columns: Sequence[tuple[int, str]], texts: Mapping[int, Sequence[str]]
) -> dict[int, tuple[str, float]]:
    """The field of each column and how sure that is; the surest column of a field gets it."""
    known = OBJECTS[name].fields
    wishes: list[tuple[float, int, str]] = []
    for place, column in columns:
        for field, sure in _candidates(name, column, texts[place]).items():
            fit = _fit(known[field], texts[place], column)
            if sure * fit >= LEAST:
                wishes.append((round(sure * fit, 3), place, field))
    found: dict[int, tuple[str, float]] = {}
    taken: set[str] = set()
    for sure, place, field in sorted(wishes, key=lambda wish: (-wish[0], wish[1])):
        if place in found or field in taken or (field == "full_name" and "last_name" in taken):
            continue
        if field == "last_name" and "full_name" in taken:
            continue
        found[place] = (field, sure)
        taken.add(field)
    return found


def _candidates(name: str, column: str, texts: Sequence[str]) -> dict[str, float]:
    """The fields that a column may be by its name, and by what its cells look like where the name says nothing."""
    names = _names(name)
    asked = words(column)
    found: dict[str, float] = {}
    if asked in names:
        found[names[asked]] = SURE
        # A word may stand for several fields of one kind; the cells decide.
        for field, synonyms in FIELDS[name].items():
            if field in OBJECTS[name].fields and asked in {words(one) for one in synonyms.split("|")}:
                found.setdefault(field, SURE - 0.03)
    else:
        near = process.extractOne(asked, names.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY)
        if near is not None:
            found[names[near[0]]] = near[1] / 100 * 0.9
        within = [
            (known, field)
            for known, field in names.items()
            if len(known) > 3 and f" {known} " in f" {asked} "
        ]
        for known, field in within:
            found[field] = max(found.get(field, 0.0), 0.6 + 0.3 * len(known) / max(len(asked), 1))
    if not found and texts:
        for kind, shape in _SHAPES.items():
            field = next((one.name for one in OBJECTS[name].fields.values() if one.type == kind), "")
            if field and _share(texts, shape) > 0.9:
                found[field] = 0.65
    return found


_SHAPES: Mapping[str, Callable[[str], bool]] = {
    "email": lambda text: bool(_EMAIL.match(text)),
    "url": lambda text: bool(_URL.match(text)),
}


def _share(texts: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, texts)) / len(texts) if texts else 0.0


def _fit(field: Field, texts: Sequence[str], column: str) -> float:
    """How well the cells fit a field, 0..1; an empty column says nothing."""
    if not texts:
        return 0.9
    match field.type:
        case "email":
            return _share(texts, lambda text: bool(_EMAIL.match(text)))
        case "url":
            return _share(texts, lambda text: bool(_URL.match(text) or _DOMAIN.match(text)))
        case "domain":
            return _share(texts, lambda text: bool(_URL.match(text) or _DOMAIN.match(text)))
        case "phone":
            return _share(texts, lambda text: bool(_PHONE.match(text)))
        case "money" | "whole" | "number":
            if field.name.endswith("_seconds"):
                return _share(texts, lambda text: _reads(cells.seconds, text))
            return _share(texts, lambda text: bool(_AMOUNT.match(text)))
        case "day" | "instant":
            return _share(texts, _is_day)
        case "boolean":
            return _share(texts, lambda text: text.casefold() in _BOOLEAN)
        case "currency":
            return _share(texts, lambda text: _reads(cells.currency_code, text))
        case "choice":
            few = len({text.casefold() for text in texts}) <= MOST_VALUES
            return 1.0 if few and _share(texts, lambda text: not _is_day(text)) > 0.8 else 0.3
        case "full_name":
            spaced = _share(texts, lambda text: " " in text.strip() or "," in text)
            return 0.55 + 0.45 * spaced if _share(texts, lambda text: bool(_EMAIL.match(text))) < 0.2 else 0.2
        case "link" if field.links_to == "accounts" or field.is_list:
            return 1.0
        case "text":
            if _share(texts, lambda text: bool(_EMAIL.match(text))) > 0.8 and field.name != EXTERNAL_ID:
                return 0.5
            if field.name == EXTERNAL_ID:
                unique = len(set(texts)) / len(texts)
                return 1.0 if unique > 0.98 else 0.3
            if (
                field.name in ("name", "last_name", "first_name")
                and _share(texts, lambda text: text.isdigit()) > 0.8
            ):
                return 0.3
            return 1.0
        case _:
            return 1.0


def _reads(read: Callable[[str], Any], text: str) -> bool:
    try:
        read(text)
    except Unreadable:
        return False
    return True


def _is_day(text: str) -> bool:
    return any(_reads(cells.instant(order), text) for order in ("DD/MM/YYYY", "MM/DD/YYYY"))


def _column(
    name: str, column: str, found: tuple[str, float] | None, texts: Sequence[str], language: str
) -> dict[str, Any]:
    """One column of the suggested mapping."""
    if found is None:
        return {"column": column, "field": None, "confidence": 0.0, "format": None, "values": {}}
    field_name, sure = found
    field = OBJECTS[name].fields[field_name]
    made: dict[str, Any] = {
        "column": column,
        "field": field_name,
        "confidence": round(sure, 2),
        "format": None,
        "values": {},
    }
    if field.type in ("day", "instant"):
        made["format"], doubt = date_format(texts, language)
        made["confidence"] = round(sure * doubt, 2)
    elif field.type in ("money", "whole", "number") and not field.name.endswith("_seconds"):
        made["format"] = number_format(texts, language)
    elif field.type == "choice":
        made["values"] = _values(name, field, texts)
    elif field.type == "link":
        made["link"] = _link(name, field, texts)
    return made


def _link(name: str, field: Field, texts: Sequence[str]) -> dict[str, Any]:
    """Which records a column names, and by what."""
    to = field.links_to
    if field.is_list and _share(texts, lambda text: bool(_EMAIL.match(text))) > 0.8:
        to = "contacts"
    if to == "accounts":
        by = "domain" if _share(texts, lambda text: bool(_DOMAIN.match(text))) > 0.8 else "name"
        return {"to": to, "by": [by], **({"create": True} if by == "name" and not field.is_list else {})}
    by = "email" if _share(texts, lambda text: bool(_EMAIL.match(text))) > 0.8 else "name"
    return {"to": to, "by": [by]}


def _values(name: str, field: Field, texts: Sequence[str]) -> dict[str, str]:
    """What the words of a column mean, where they are not those of the field."""
    known = {words(value) for value in field.choices}
    meanings = {
        words(word): value
        for value, synonyms in VALUES.get(f"{name}.{field.name}", {}).items()
        for word in synonyms.split("|")
    }
    found: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        asked = words(text)
        if asked in known or cells.letters(text) in {cells.letters(value) for value in field.choices}:
            continue
        if asked in meanings:
            found[text] = meanings[asked]
            continue
        near = process.extractOne(asked, meanings.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY)
        if near is not None:
            found[text] = meanings[near[0]]
        if len(found) >= MOST_VALUES:
            break
    return found


# --- formats ---------------------------------------------------------------------------------------------------


def date_format(texts: Sequence[str], language: str) -> tuple[str | None, float]:
    """The order of day, month and year that every cell allows, and how sure that is."""
    numeric = [
        match for text in texts if (match := re.match(r"(\d{1,4})([./\-])(\d{1,2})[./\-](\d{1,4})", text))
    ]
    if not numeric:
        return None, 1.0
    first, mark = numeric[0][1], numeric[0][2]
    if len(first) == 4:
        return ("YYYY-MM-DD" if mark == "-" else "YYYY/MM/DD" if mark == "/" else None), 1.0
    day_first = f"DD{mark}MM{mark}YYYY"
    month_first = f"MM{mark}DD{mark}YYYY"
    if mark == ".":
        return day_first, 1.0
    firsts = [int(match[1]) for match in numeric]
    seconds = [int(match[3]) for match in numeric]
    if any(number > 12 for number in firsts):
        return day_first, 1.0 if all(number <= 12 for number in seconds) else 0.5
    if any(number > 12 for number in seconds):
        return month_first, 1.0
    return (month_first if language == "en" else day_first), 0.6


def number_format(texts: Sequence[str], language: str) -> str | None:
    """The marks that every number allows; None where none has any."""
    bare = [re.sub(r"[^\d.,'’\s\u00a0\u202f]", "", text).strip().strip(".,") for text in texts]
    marked = [text for text in bare if re.search(r"\D", text)]
    if not marked:
        return None
    both = next((text for text in marked if "." in text and "," in text), None)
    if both is not None:
        return "1,234.56" if both.rindex(".") > both.rindex(",") else "1.234,56"
    if any(re.search(r"['’]", text) for text in marked):
        return "1'234.56"
    if any(re.search(r"\d[\s\u00a0\u202f]\d", text) for text in marked):
        return "1 234,56"
    for mark, other in ((",", "."), (".", ",")):
        if any(re.search(rf"\{mark}\d{{1,2}}$|\{mark}\d{{4,}}$", text) for text in marked):
            return f"1{other}234{mark}56"
        if any(text.count(mark) > 1 for text in marked):
            return f"1{mark}234{other}56"
    # Only numbers like 1,234: the language decides.
    return "1,234.56" if language == "en" else "1.234,56"
