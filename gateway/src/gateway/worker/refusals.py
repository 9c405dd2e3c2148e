"""The refusal of a whole file."""

from __future__ import annotations

from chassis.errors import Invalid


class FileRefused(Invalid):
    """A file that cannot be imported at all; nothing was written. `errors` name file, line and column."""

    code = "jobs.file_refused"

    def __init__(
        self, file: str, what: str, remedy: str, *, code: str, line: int = 0, column: str = ""
    ) -> None:
        message = f"{file}{f', line {line}' if line else ''}: {what} {remedy} Nothing was imported."
        pointer = f"/{file}" + (f"/{column}" if column else "")
        super().__init__(
            message, errors=[{"pointer": pointer, "code": code, "message": what, "hint": remedy}]
        )
        self.parts = {
            "file": file,
            "what": what,
            "remedy": remedy,
            "code": code,
            "line": line,
            "column": column,
        }
