"""How this package says no: every failure names its cause and its cure, and the command line prints both."""

from __future__ import annotations


class Failure(Exception):
    """Something that stops a command. `cause` says what is wrong, `cure` what the reader can do about it."""

    def __init__(self, cause: str, cure: str, *, code: int = 1) -> None:
        super().__init__(f"{cause} {cure}")
        self.cause = cause
        self.cure = cure
        self.code = code
