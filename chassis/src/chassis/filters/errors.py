"""The one refusal of the filter language: where, what is wrong, what is allowed, what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar

from chassis.errors import AppError, FieldError

Position = int | str
"""An offset (from 0) in the text form, or a JSON pointer in the tree form."""


class InvalidFilter(AppError):
    """A filter that cannot be read. Details: `position`, `allowed` (names or operators), `suggestion`."""

    kind = "malformed"
    code = "invalid_filter"
    parameter: ClassVar[str] = "filter"

    def __init__(
        self,
        position: Position,
        message: str,
        allowed: Iterable[str] = (),
        suggestion: str | None = None,
        parameter: str | None = None,
    ) -> None:
        # Where it stands in the request, if that is not where filters usually do.
        parameter = parameter or self.parameter
        self.position, self.said = position, message
        self.allowed = tuple(allowed)
        self.suggestion = suggestion
        hint = f"Did you mean {suggestion}?" if suggestion else ""
        if not hint and self.allowed:
            hint = "Allowed: " + ", ".join(self.allowed) + "."
        pointer = f"/{parameter}" + (position if isinstance(position, str) else "")
        error: FieldError = {"pointer": pointer, "code": self.code, "message": message}
        if hint:
            error["hint"] = hint
        where = (
            f" at position {position}"
            if isinstance(position, int)
            else (f" at {position}" if position else "")
        )
        super().__init__(
            f"Invalid {parameter}{where}: {message}" + (f" {hint}" if hint else ""),
            errors=[error],
            position=position,
            allowed=list(self.allowed),
            suggestion=suggestion,
        )

    def within(self, parameter: str) -> InvalidFilter:
        """The same refusal of a filter that stands elsewhere in the request."""
        return type(self)(self.position, self.said, self.allowed, self.suggestion, parameter)


def closest(word: str, names: Iterable[str]) -> str | None:
    """The name that `word` most resembles, or None."""
    found = get_close_matches(word.lower(), list(names), n=1, cutoff=0.6)
    return found[0] if found else None
