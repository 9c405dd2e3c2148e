"""The words of the text form: a small lexer with positions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from chassis.filters.errors import InvalidFilter

MAX_TEXT = 10_000

Kind = Literal["string", "time", "duration", "number", "word", "symbol", "end"]

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt][0-9:.]+(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?)?)
      | (?P<duration>[0-9]+[^\W\d]\w*)
      | (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
      | (?P<symbol>==|=~|!=|!~|<>|<=|>=|&&|\|\||[=<>~:(),+\-])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str
    position: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words

    def is_symbol(self, *symbols: str) -> bool:
        return self.kind == "symbol" and self.text in symbols

    @property
    def shown(self) -> str:
        return "the end" if self.kind == "end" else f"'{self.text}'"


def tokens(text: str) -> list[Token]:
    """The tokens of `text`, strings unescaped, closed by one of kind "end"."""
    if len(text) > MAX_TEXT:
        raise InvalidFilter(MAX_TEXT, f"A filter has at most {MAX_TEXT:,} characters.")
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise InvalidFilter(position, _stray(text[position]))
        kind = match.lastgroup
        if kind == "string":
            found.append(Token("string", _ESCAPE.sub(r"\1", match[0][1:-1]), position))
        elif kind != "space":
            found.append(Token(kind, match[0], position))  # type: ignore[arg-type]
        position = match.end()
    return [*found, Token("end", "", len(text))]


def _stray(char: str) -> str:
    if char in "\"'":
        return "This text is never closed: a quote is missing."
    return f"'{char}' has no meaning here; put texts into double quotes."
