"""The mappings that come with the suite, as data: each a file with name, description and document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from chassis import ids

_SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def builtin() -> Mapping[str, Mapping[str, Any]]:
    """All of them by name: `{name, description, mapping}`."""
    found = (json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("*.json")))
    return {one["name"]: one for one in found}


def id_of(workspace_id: str, name: str) -> str:
    """The id of a built-in mapping in a workspace: the same whoever puts it there."""
    return ids.derive("mapping", _SINCE, workspace_id, name)
