"""Words of records and of queries, and how well one fits the other. Nothing here knows of a database.

Texts are folded: no case, no accents, so that two databases with ideas of their own about letters find the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

EXACT, PREFIX, WORD, PART = "exact", "prefix", "word", "part"
RANKS = (EXACT, PREFIX, WORD, PART)
LONGEST_WORD, LONGEST_PHRASE, MOST_WORDS = 60, 90, 80
SHORTEST_DIGITS, LOCAL_DIGITS = 5, 7

_APOSTROPHES = "'\u2019"
_WORD = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*")
_PIECE = re.compile(r"[^\W_]+")
_ONLY_DIGITS = re.compile(r"[\d\s()+./-]+")
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "\u0131": "i"}
# The first two digits of calling codes that have three; 1 and 7 stand alone, all others have two.
_LONG_CODES = re.compile(r"2[1-689]|3[578]|42|50|59|6[7-9]|8[0578]|9[679]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


# --- texts -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _folded_letter(letter: str) -> str:
    found = []
    for part in unicodedata.normalize("NFKD", letter.casefold()):
        if not unicodedata.combining(part):
            found.append(_LETTERS.get(part, part))
    return "".join(found)


def fold(text: str) -> str:
    """The text without case and accents: `Škoda` and `SKODA` are one. Other alphabets stay."""
    return text.lower() if text.isascii() else "".join(map(_folded_letter, text))


def _origins(text: str) -> list[int]:
    """For each letter of the folded text, the place in `text` that it came from."""
    return [place for place, letter in enumerate(text) for _ in _folded_letter(letter)]


def phrase_of(text: str) -> str:
    """The words of a text with one blank between them."""
    return " ".join(_PIECE.findall(fold(text)))


def digits_of(text: str) -> str:
    """The digits of a telephone number without the zeros before it: `0049 30 / 12` and `+49 30 12` are one."""
    return "".join(letter for letter in text if letter.isdecimal()).lstrip("0")


def spellings(word: str) -> tuple[str, ...]:
    """How a word may be written: folded, with its umlauts written out, and in one piece."""
    plain = fold(word)
    found = [plain]
    lower = unicodedata.normalize("NFC", word).lower()
    if not lower.isascii() and (written := fold(lower.translate(_UMLAUTS))) != plain:
        found.append(written)
    pieces = re.split(rf"[{_APOSTROPHES}]", plain)
    if len(pieces) > 1:
        found += ["".join(pieces), *pieces]
    return tuple(dict.fromkeys(found))


def _words(text: str) -> list[str]:
    return [
        spelling
        for word in _WORD.findall(unicodedata.normalize("NFC", text))
        for spelling in spellings(word)
        if spelling.isalnum()
    ]


def _words_of_code(text: str) -> list[str]:
    """`ACC-0042` is found by `acc`, `0042` and `acc0042`."""
    pieces = _PIECE.findall(fold(text))
    return ["".join(pieces), *pieces[1:]]


def _words_of_number(text: str) -> list[str]:
    """A telephone number is found by its beginning: of all of it, inside its country, and of its last digits."""
    digits = digits_of(text)
    found = [digits] if digits else []
    if text.lstrip().startswith(("+", "00")):
        code = 1 if digits[:1] in ("1", "7") else 3 if _LONG_CODES.match(digits) else 2
        found.append(digits[code:].lstrip("0"))
    if len(digits) > LOCAL_DIGITS:
        found.append(digits[-LOCAL_DIGITS:])
    return [one for one in found if one]


_KINDS: Mapping[str, Callable[[str], list[str]]] = {
    "text": _words,
    "code": _words_of_code,
    "number": _words_of_number,
}


# --- what is kept of a record ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Searched:
    """What a kind of record is found by.

    `label` is the column that names it, `by` further columns with their kind: `text`, `code` (an identifier) or
    `number` (a telephone number). `detail` are the columns of which the first with a value stands beside a hit.
    """

    label: str
    by: Mapping[str, str]
    detail: Sequence[str] = ()

    @property
    def kinds(self) -> dict[str, str]:
        return {self.label: "text", **self.by}

    def text_of(self, values: Mapping[str, Any]) -> str:
        """What is kept of a record with these values: its words and its name as one phrase, one a line."""
        found: dict[str, None] = {}
        name = values.get(self.label)
        if name:
            found[f"={phrase_of(name)}"[:LONGEST_PHRASE]] = None
        for column, kind in self.kinds.items():
            value = values.get(column)
            if value:
                found.update(dict.fromkeys(word[:LONGEST_WORD] for word in _KINDS[kind](str(value))))
        return "\n".join(("", *list(found)[:MOST_WORDS], ""))


# --- what a caller looks for -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """A query: its words (each with its spellings), all of it as one phrase, and as a telephone number."""

    words: tuple[tuple[str, ...], ...]
    phrase: str
    digits: str

    @classmethod
    def of(cls, q: str) -> Wanted:
        words = tuple(
            tuple(dict.fromkeys(one[:LONGEST_WORD] for one in spellings(word)))
            for word in _PIECE.findall(unicodedata.normalize("NFC", q))
        )
        digits = digits_of(q) if _ONLY_DIGITS.fullmatch(q.strip()) else ""
        return cls(words, phrase_of(q), digits if len(digits) >= SHORTEST_DIGITS else "")


@dataclass(frozen=True)
class Matched:
    """Why a record is a hit: how well, in which column, where in its text ([from, to) in characters)."""

    rank: str
    column: str
    text: str
    spans: list[list[int]]
    place: int

    @property
    def order(self) -> tuple[int, int, int]:
        return RANKS.index(self.rank), self.place, min(1, self.spans[0][0] if self.spans else 1)


def match(searched: Searched, values: Mapping[str, Any], wanted: Wanted) -> Matched | None:
    """How a record with these values fits a query; None when some word of the query is nowhere in it."""
    texts = [(name, kind, str(values[name])) for name, kind in searched.kinds.items() if values.get(name)]
    for rank in (EXACT, PREFIX):
        for place, (name, kind, text) in enumerate(texts):
            span = _whole(text, kind, wanted, rank)
            if span is not None:
                return Matched(rank, name, text, [span], place)
    best: Matched | None = None
    most = 0
    found: set[int] = set()
    rank = WORD
    for place, (name, kind, text) in enumerate(texts):
        spans = {number: _inside(text, kind, word) for number, word in enumerate(wanted.words)}
        here = {number: one for number, one in spans.items() if one is not None}
        found |= here.keys()
        if len(here) > most:
            most = len(here)
            best = Matched(WORD, name, text, sorted(span for span, _ in here.values()), place)
    if best is None or len(found) < len(wanted.words):
        return None
    starts = {
        number
        for number, word in enumerate(wanted.words)
        for _, kind, text in texts
        if (one := _inside(text, kind, word)) is not None and one[1]
    }
    rank = WORD if len(starts) == len(wanted.words) else PART
    return Matched(rank, best.column, best.text, best.spans, best.place)


def _whole(text: str, kind: str, wanted: Wanted, rank: str) -> list[int] | None:
    if kind == "number":
        digits = digits_of(text)
        if not wanted.digits:
            return None
        if rank == EXACT:
            same = digits == wanted.digits or (len(wanted.digits) >= 7 and digits.endswith(wanted.digits))
            return [0, len(text)] if same else None
        begins = any(one.startswith(wanted.digits) for one in _words_of_number(text))
        return [0, len(text)] if begins else None
    phrase = phrase_of(text)
    if not wanted.phrase:
        return None
    if rank == EXACT:
        return [0, len(text)] if phrase == wanted.phrase else None
    if not phrase.startswith(wanted.phrase):
        return None
    return [0, _end_of(text, len(wanted.phrase.replace(" ", "")))]


def _end_of(text: str, letters: int) -> int:
    """Where the first `letters` letters of a text end."""
    for place, letter in enumerate(text):
        folded = _folded_letter(letter)
        letters -= sum(one.isalnum() for one in folded)
        if letters <= 0:
            return place + 1
    return len(text)


def _inside(text: str, kind: str, word: Sequence[str]) -> tuple[list[int], bool] | None:
    """Where one word of a query stands in a text, and whether a word of the text begins there."""
    if kind == "number":
        digits = digits_of(text)
        return next(
            (([0, len(text)], digits.startswith(one)) for one in word if one.isdecimal() and one in digits),
            None,
        )
    folded, origins = fold(text), _origins(text)
    anywhere: tuple[list[int], bool] | None = None
    for spelling in word:
        place = folded.find(spelling)
        while place >= 0:
            last = place + len(spelling) - 1
            span = [origins[place], origins[last] + 1]
            if place == 0 or not folded[place - 1].isalnum():
                return span, True
            anywhere = anywhere or (span, False)
            place = folded.find(spelling, place + 1)
    if anywhere is not None:
        return anywhere
    # Written out or in one piece (`mueller`, `obrien`): the word is marked as a whole.
    for found in _WORD.finditer(text):
        if any(one.startswith(spelling) for one in spellings(found.group()) for spelling in word):
            return [found.start(), found.end()], True
    joined = re.sub(r"[\W_]", "", folded) if kind == "code" else ""
    return ([0, len(text)], True) if joined and any(joined.startswith(one) for one in word) else None
