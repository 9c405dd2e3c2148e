"""Who may do what, decided by one pure function: role and action in, yes or no out.

Deny by default. `system` is the suite's own work. Reading one record and listing many use the same rule.
"""

from __future__ import annotations

from chassis.context import Context
from chassis.errors import Forbidden

ROLES = ("admin", "manager", "rep", "support", "read_only", "integration")
_ALL = frozenset({"read", "write", "delete", "report", "import", "configure", "administer"})
_RIGHTS: dict[str, frozenset[str]] = {
    "system": _ALL,
    "admin": _ALL,
    "manager": frozenset({"read", "write", "delete", "report", "import", "configure"}),
    "rep": frozenset({"read", "write", "delete", "report"}),
    "support": frozenset({"read", "write", "report"}),
    "integration": frozenset({"read", "write", "delete", "report", "import"}),
    "read_only": frozenset({"read", "report"}),
}


def permissions(role: str) -> list[str]:
    """The actions of a role, sorted; empty for a role nobody knows."""
    return sorted(_RIGHTS.get(role, frozenset()))


def may(ctx: Context, action: str) -> bool:
    """Whether the caller's role grants `action`, and the key's scopes (when it has any) do not take it away."""
    granted = action in _RIGHTS.get(ctx.role, frozenset())
    return granted and (not ctx.scopes or action in ctx.scopes)


def require(ctx: Context, action: str) -> None:
    """Raise `Forbidden` unless the caller may do `action`."""
    if not may(ctx, action):
        raise Forbidden(
            f"Your role ({ctx.role}) does not allow you to {action} here.", action=action, role=ctx.role
        )
