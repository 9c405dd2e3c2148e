"""The first time: a workspace, its administrator, and a key to go on with."""

from __future__ import annotations

import json

from chassis import context, ids
from gateway import credentials
from gateway.organisation.queries.credentials import any_workspace
from gateway.organisation.service import Organisation
from gateway.settings import Settings
from gateway.state import State


def bootstrap(settings: Settings, *, currency: str, name: str = "Rapport") -> dict[str, object]:
    """Make the workspace unless there is one; answers `workspace_id`, `admin_key` (only of a new one) and `created`."""
    parts = State(settings)
    try:
        return _bootstrap(parts, currency=currency, name=name)
    finally:
        parts.close()


def _bootstrap(parts: State, *, currency: str, name: str) -> dict[str, object]:
    with parts.runtime.database.reading() as session:
        existing = any_workspace(session)
    if existing is not None:
        return {"workspace_id": existing, "admin_key": None, "created": False}
    workspace_id, key_id = ids.new("workspace"), ids.new("key")
    text, secret_hash = credentials.new_key(key_id)
    parts.call(
        Organisation.name,
        "found_workspace",
        context.system(workspace_id, "bootstrap"),
        name=name,
        currency=currency,
        key_id=key_id,
        secret_hash=secret_hash,
    )
    return {"workspace_id": workspace_id, "admin_key": text, "created": True}


def as_line(result: dict[str, object]) -> str:
    return json.dumps(result)
