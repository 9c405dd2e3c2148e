"""Reads the text of a cell as what its field needs: days in the order of the file, numbers with its comma, money,
phone numbers, lists. Made once for a column and called for every row; what cannot be read says how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

Read = Callable[[str], Any]
"""The value of a cell's text (trimmed, not empty); raises `Unreadable`."""

AUTO = "auto"
DATE_ORDERS = ("YMD", "DMY", "MDY")
UNITS: Mapping[str, int] = {"thousands": 1000, "millions": 1_000_000, "billions": 1_000_000_000, "percent": 1}
FRACTION = "fraction"
NUMBER_FORMATS = ("1,234.56", "1.234,56", "1 234,56", "1'234.56", "1234.56", "1234,56")
DATE_FORMATS = (
    "YYYY-MM-DD",
    "DD.MM.YYYY",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD-MM-YYYY",
    "MM-DD-YYYY",
    "YYYY/MM/DD",
    "YYYYMMDD",
    "D MMM YYYY",
    "MMM D, YYYY",
)
SYMBOLS: Mapping[str, str] = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₺": "TRY",
    "₩": "KRW",
    "₪": "ILS",
    "zł": "PLN",
    "kč": "CZK",
    "us$": "USD",
    "a$": "AUD",
    "c$": "CAD",
    "fr.": "CHF",
    "sfr.": "CHF",
    "euro": "EUR",
    "eur": "EUR",
}
TRUE = frozenset(
    [
        "true",
        "yes",
        "y",
        "1",
        "x",
        "ja",
        "j",
        "oui",
        "o",
        "vrai",
        "wahr",
        "si",
        "sí",
        "verdadero",
        "sim",
        "on",
        "✓",
    ]
)
FALSE = frozenset(["false", "no", "n", "0", "nein", "non", "faux", "falsch", "falso", "não", "off", "-"])
MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän jänner janvier janv enero ene",
            "feb february februar février févr fév febrero",
            "mar march märz mär mrz mars marzo",
            "apr april avril avr abril abr",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet juil julio",
            "aug august août agosto ago",
            "sep sept september septembre septiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember décembre déc diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMERIC_DAY = re.compile(r"(\d{1,4})([./\-])(\d{1,2})\2(\d{1,4})\.?$")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_WORDY_DAY = re.compile(
    r"(?:\w{2,10}\.?,\s+)?(\d{1,2})\.?(?:\s+|-)(?:de\s+)?([^\W\d_]{3,10})\.?,?(?:\s+|-)(?:de\s+)?(\d{4})$"
)
_WORDY_US_DAY = re.compile(
    r"(?:\w{2,10}\.?,\s+)?([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$", re.IGNORECASE
)
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,6})?)?\s*([ap]\.?m\.?)?\s*(Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE
)
_MONEY = re.compile(
    r"^([^\d\s.,'’+\-()]{1,4}\.?)?\s*([(+\-]?\s*[\d.,'’\s\u00a0\u202f]*\d[)]?)\s*([^\d\s.,'’()]{1,5}\.?|,[-–])?$"
)
_CURRENCY = re.compile(r"^[A-Z]{3}$")
_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_PARTICLES = frozenset(
    [
        "von",
        "van",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "la",
        "le",
        "du",
        "dos",
        "das",
        "zu",
        "zur",
        "vom",
        "ter",
        "ten",
        "af",
        "bin",
        "al",
        "el",
    ]
)
_TITLES = re.compile(
    r"^(?:(?:mr|mrs|ms|dr|prof|herr|frau|hr|fr|m|mme|mlle|sr|sra|ing|dipl)\.?\s+)+(?=\S+\s+\S)", re.IGNORECASE
)
_SPLIT = re.compile(r"[;,|]")
_EMPTY = frozenset(("", "-", "--", "n/a", "na", "null", "none", "nil", "k.a.", "k. a.", "—", "–"))
MOST_LISTED = 50


class Unreadable(Exception):
    """A cell that is not what its field needs: a code, and how to write it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def _refuse(code: str, text: str, remedy: str) -> NoReturn:
    raise Unreadable(code, f"{text[:80]!r} {remedy}")


def means_nothing(text: str) -> bool:
    """Whether a cell says in words that it is empty, as `n/a` and `-` do."""
    return text.casefold() in _EMPTY


# --- numbers ---------------------------------------------------------------------------------------------------


def number_marks(format_: str) -> tuple[str, str]:
    """Grouping and decimal mark of a format like `1.234,56`."""
    marks = [char for char in format_ if not char.isdigit()]
    return (marks[0], marks[1]) if len(marks) > 1 else ("", marks[0] if marks else ".")


def number(format_: str | None) -> Callable[[str], Decimal]:
    """Reads decimals. Without a format only what can be read in one way is read."""
    if not format_:
        return _plain_number
    group, mark = number_marks(format_)
    shape = re.compile(r"[+-]?\d+(?:[^\d]\d+)?$")

    def read(text: str) -> Decimal:
        compact = _SPACES.sub("", text)
        if group and not group.isspace() and group not in "'’":
            whole, _, rest = compact.partition(mark)
            if group in whole:
                parts = whole.lstrip("+-").split(group)
                if not (1 <= len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:])):
                    _refuse("not_a_number", text, f"is no number written like {format_}.")
                whole = whole.replace(group, "")
            compact = f"{whole}{mark}{rest}" if rest else whole
        if not shape.match(compact) or (mark != "." and "." in compact) or (mark != "," and "," in compact):
            _refuse("not_a_number", text, f"is no number written like {format_}.")
        return Decimal(compact.replace(mark, "."))

    return read


def _plain_number(text: str) -> Decimal:
    compact = _SPACES.sub("", text)
    dots, commas = compact.count("."), compact.count(",")
    if dots and commas:
        group, mark = (",", ".") if compact.rindex(".") > compact.rindex(",") else (".", ",")
        return number(f"1{group}234{mark}56")(text)
    if commas == 1 and re.fullmatch(r"[+-]?\d{1,3},\d{3}", compact):
        _refuse("ambiguous_number", text, "can be read in two ways; choose the column's number format.")
    if dots > 1 or commas > 1:
        group = "." if dots else ","
        return number(f"1{group}234{',' if dots else '.'}56")(text)
    try:
        if not re.fullmatch(r"[+-]?\d{1,18}([.,]\d{1,10})?", compact):
            raise InvalidOperation
        return Decimal(compact.replace(",", "."))
    except InvalidOperation:
        _refuse("not_a_number", text, "is no number; write it like 1100.04.")


def whole(format_: str | None, unit: int, *, is_fraction: bool) -> Read:
    """Reads whole numbers; a percent sign is left out, and `fraction` makes 0.4 to 40."""
    decimal = number(format_)
    factor = Decimal(100 if is_fraction else unit)

    def read(text: str) -> int:
        bare = text.rstrip("% ") or text
        # A number that is only digits needs no machinery.
        if bare.isdecimal() and factor == 1 and len(bare) < 16:
            return int(bare)
        try:
            value = decimal(bare) * factor
        except Unreadable as error:
            if error.code == "ambiguous_number":
                raise
            _refuse("not_a_whole_number", text, "is no whole number; write it like 2500.")
        if value != value.to_integral_value():
            _refuse("not_a_whole_number", text, "is no whole number; write it like 2500.")
        return int(value)

    return read


def decimal(format_: str | None, unit: int) -> Read:
    """Reads decimals as text."""
    read = number(format_)
    return lambda text: str(read(text.rstrip("% ") or text) * unit)


def money(format_: str | None, unit: int, currency: str | None) -> Read:
    """Reads an amount with or without its currency sign; `{"amount", "currency"}`, the currency None when not told."""
    plain = number(format_)

    def read(text: str) -> dict[str, Any]:
        match = _MONEY.match(text)
        if match is None:
            _refuse("not_a_number", text, "is no amount; write it like 1250.00 or 1250.00 EUR.")
        sign = _currency_of(match[1] or "") or _currency_of((match[3] or "").strip(",-–"))
        if (match[1] or (match[3] or "").strip(",-–.")) and sign is None:
            _refuse("unknown_currency", text, "names a currency that is not known; write its code, like EUR.")
        bare = match[2]
        if bare.startswith("(") and bare.endswith(")"):
            bare = f"-{bare[1:-1]}"
        try:
            amount = plain(bare.strip())
        except Unreadable as error:
            if error.code == "ambiguous_number":
                raise
            _refuse("not_a_number", text, f"is no amount written like {format_ or '1250.00'}.")
        if unit != 1:
            amount *= unit
        return {"amount": str(amount), "currency": sign or currency}

    return read


def _currency_of(sign: str) -> str | None:
    """The ISO code that a sign or code means."""
    bare = sign.strip()
    if not bare:
        return None
    if _CURRENCY.match(bare.upper()) and bare.isascii():
        return bare.upper()
    return SYMBOLS.get(bare.casefold())


def currency_code(text: str) -> str:
    """Reads a currency by code or sign."""
    found = _currency_of(text)
    if found is None:
        _refuse("unknown_currency", text, "is no currency; write its code, like EUR.")
    return found


# --- days and moments ------------------------------------------------------------------------------------------


def order_of(format_: str) -> str:
    """`YMD`, `DMY` or `MDY`: the order of a date format's parts."""
    letters = [letter for letter in format_.upper().partition("H")[0] if letter in "YMD"]
    return "".join(dict.fromkeys(letters))


def day(format_: str | None) -> Read:
    """Reads days in the order of `format_`; without one only what can be read in one way is read."""
    order = order_of(format_) if format_ else ""

    def read(text: str) -> date:
        # A moment where a day is asked for: its day counts.
        head = text[:10] if len(text) > 10 and text[10] in "T " and text[4] == "-" else text
        if len(head) > 10 and ":" in head:
            head = head.partition(" ")[0]
        return _day(head, order, format_ or "2026-11-25")

    return read


def _day(text: str, order: str, wanted: str) -> date:
    parts = _parts(text, order)
    if parts is None:
        _refuse("not_a_day", text, f"is no day; write it like {wanted}.")
    year, month, number_ = parts
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, month, number_)
    except ValueError:
        _refuse("not_a_day", text, f"is no day of the calendar; write it like {wanted}.")


def _parts(text: str, order: str) -> tuple[int, int, int] | None:
    """Year, month, day as written; None when it is no day."""
    match = _NUMERIC_DAY.match(text)
    if match is not None:
        first, second, third = int(match[1]), int(match[3]), int(match[4])
        if len(match[1]) == 4:
            return first, second, third
        if len(match[1]) > 2 or len(match[4]) not in (2, 4):
            return None
        if order == "MDY":
            return third, first, second
        if order == "DMY" or match[2] == ".":
            return third, second, first
        if order == "YMD":
            return None
        if second > 12:
            return third, first, second
        if first > 12 or first == second:
            return third, second, first
        raise Unreadable(
            "ambiguous_day", f"{text!r} can be read in two ways; choose the column's date format."
        )
    match = _COMPACT_DAY.match(text)
    if match is not None:
        return int(match[1]), int(match[2]), int(match[3])
    match = _WORDY_DAY.match(text)
    if match is not None:
        month = MONTHS.get(match[2].casefold())
        return (int(match[3]), month, int(match[1])) if month else None
    match = _WORDY_US_DAY.match(text)
    if match is not None:
        month = MONTHS.get(match[1].casefold())
        return (int(match[3]), month, int(match[2])) if month else None
    return None


def instant(format_: str | None, zone: str = "UTC") -> Read:
    """Reads moments, as RFC 3339 text; one without a zone is meant in `zone`, a day without a time at its noon."""
    order = order_of(format_) if format_ else ""
    wanted = format_ or "2026-11-25T14:30:00Z"
    from zoneinfo import ZoneInfo

    place = ZoneInfo(zone)

    def read(text: str) -> str:
        head, clock = _apart(text)
        found = _day(head, order, wanted)
        if not clock:
            return datetime(found.year, found.month, found.day, 12, tzinfo=place).isoformat()
        match = _CLOCK.match(clock)
        if match is None:
            _refuse("not_a_moment", text, f"is no moment; write it like {wanted}.")
        hour = int(match[1])
        if match[4]:
            hour = hour % 12 + (12 if match[4][0] in "pP" else 0)
        try:
            moment = datetime(found.year, found.month, found.day, hour, int(match[2]), int(match[3] or 0))
        except ValueError:
            _refuse("not_a_moment", text, f"is no moment; write it like {wanted}.")
        offset = match[5]
        if offset is None:
            return moment.replace(tzinfo=place).isoformat()
        if offset in "Zz":
            return f"{moment.isoformat()}+00:00"
        digits = offset[1:].replace(":", "")
        return f"{moment.isoformat()}{offset[0]}{digits[:2]}:{digits[2:]}"

    return read


def _apart(text: str) -> tuple[str, str]:
    """Day and time of a moment's text."""
    if len(text) > 10 and text[4:5] == "-" and text[10] in "Tt ":
        return text[:10], text[11:].strip()
    place = text.find(":")
    if place < 0:
        return text, ""
    start = max(text.rfind(" ", 0, place), text.rfind("T", 0, place))
    return text[:start].rstrip(", "), text[start + 1 :]


def seconds(text: str) -> int:
    """Reads how long something took: `90`, `1:30`, `1:02:03`, `5 min`, `2 h`."""
    match = re.fullmatch(r"(\d{1,3}):(\d{2})(?::(\d{2}))?", text)
    if match is not None:
        first, second, third = int(match[1]), int(match[2]), match[3]
        return first * 3600 + second * 60 + int(third) if third is not None else first * 60 + second
    match = re.fullmatch(
        r"(\d{1,6}(?:[.,]\d{1,2})?)\s*(s|sec|sek|seconds?|m|min|mins|minutes?|minuten|h|hours?|std|stunden)?\.?",
        text.casefold(),
    )
    if match is None:
        _refuse("not_a_duration", text, "is no duration; write seconds like 90, or 1:30.")
    factor = {"m": 60, "h": 3600, "s": 1}.get((match[2] or "s")[0], 1)
    factor = 3600 if (match[2] or "").startswith("std") or (match[2] or "").startswith("stu") else factor
    return int(Decimal(match[1].replace(",", ".")) * factor)


# --- words -----------------------------------------------------------------------------------------------------


def boolean(text: str) -> bool:
    word = text.casefold()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    _refuse("not_a_truth_value", text, "is neither yes nor no.")


def choice(choices: Sequence[str]) -> Read:
    """Reads one of a few words, however its spaces, dashes and letter case are written."""
    known = {letters(one): one for one in choices}

    def read(text: str) -> str:
        found = known.get(letters(text))
        if found is None:
            _refuse(
                "unknown_value",
                text,
                f"is not one of {', '.join(choices)}; say in the mapping which one it means.",
            )
        return found

    return read


def letters(text: str) -> str:
    """A word without what writers differ in."""
    return re.sub(r"[\W_]+", "", text.casefold())


def phone(region: str | None) -> Read:
    """Reads phone numbers; with a region, local ones become international."""
    if not region:
        return _as_written
    import phonenumbers

    def read(text: str) -> str:
        if text.startswith("+"):
            return text
        try:
            parsed = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            return text
        if not phonenumbers.is_valid_number(parsed):
            return text
        written = str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
        return f"{written};ext={parsed.extension}" if parsed.extension else written

    return read


def _as_written(text: str) -> str:
    return text


def listed(text: str) -> list[str]:
    """Reads a short list: split at commas, semicolons and bars, each entry once."""
    return list(dict.fromkeys(word for part in _SPLIT.split(text) if (word := part.strip())))[:MOST_LISTED]


def full_name(text: str) -> dict[str, str]:
    """First and last name out of one text: `Ada Berg`, `Berg, Ada`, `Dr. Ludwig van der Berg`."""
    bare = _TITLES.sub("", " ".join(text.split()))
    last, comma, first = bare.partition(",")
    if comma and first.strip():
        return {"first_name": first.strip(), "last_name": last.strip()}
    words = bare.rstrip(",").split(" ")
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
    found = {"last_name": " ".join(words[start:])}
    if start:
        found["first_name"] = " ".join(words[:start])
    return found


# --- formats ---------------------------------------------------------------------------------------------------


class BadFormat(ValueError):
    """A format that no reader knows."""


def split_format(format_: str | None) -> tuple[str | None, int, bool]:
    """Number format, unit and whether it is a fraction, out of a text like `1.234,56 millions`."""
    style: str | None = None
    unit, is_fraction = 1, False
    for word in _words(format_ or ""):
        if word in UNITS:
            unit = UNITS[word]
        elif word == FRACTION:
            is_fraction = True
        elif word in NUMBER_FORMATS:
            style = word
        elif word != AUTO:
            raise BadFormat(
                f"there is no number format {word!r}; use one of {', '.join(NUMBER_FORMATS)}, with or without one of "
                f"{', '.join((*UNITS, FRACTION))}"
            )
    return style, unit, is_fraction


def _words(format_: str) -> list[str]:
    # A blank may be the mark that groups digits.
    return format_.replace("1 234", "1\x00234").split(" ") and [
        word.replace("\x00", " ") for word in format_.replace("1 234", "1\x00234").split() if word
    ]


def day_format(format_: str | None) -> str | None:
    """A date format as it was given, None for any; raises `BadFormat`."""
    if not format_ or format_ == AUTO:
        return None
    if order_of(format_) not in DATE_ORDERS:
        raise BadFormat(f"there is no date format {format_!r}; use one of {', '.join(DATE_FORMATS)}")
    return format_
