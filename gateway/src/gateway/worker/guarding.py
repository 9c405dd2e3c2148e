"""Cells that a spreadsheet would take for a formula: guarded on the way out, restored on the way back in."""

from __future__ import annotations

import re

ERROR_COLUMN = "error"
GUARD = "'"
_DANGEROUS = re.compile(r"^'*[=+\-@\t\r]")
_NUMBER = re.compile(r"^[+\-]?\d+(\.\d+)?$")


def guarded(cell: str) -> str:
    """The cell so that no spreadsheet runs it; plain numbers stay as they are."""
    return GUARD + cell if _DANGEROUS.match(cell) and not _NUMBER.match(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith(GUARD) and _DANGEROUS.match(cell[1:]) else cell
