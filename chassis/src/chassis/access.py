"""Who may do what, decided by pure functions: role and action in, yes or no out.

Deny by default: a partner may do only what the message of an operation opens to partners by naming a scope, and only
with that scope. `system` is the suite's own work. Reading one record and listing many use the same rule.
"""

from __future__ import annotations

from chassis.context import Context
from chassis.errors import Forbidden

PARTNER = "partner"

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


class ScopeMissing(Forbidden):
    """A partner's key lacks a scope; details: `scope`."""

    code = "scope_missing"
    message = "This key lacks the scope {scope}; ask for a key that has it."


class ClosedToPartners(Forbidden):
    code = "closed_to_partners"
    message = "Partners may not do this."


def require_operation(ctx: Context, action: str, scope: str | None) -> None:
    """Raise `Forbidden` unless the caller may run an operation that takes `action`, or for partners `scope`.

    A service that asks another one on a partner's behalf needs no scope: the operation it serves was checked for one.
    """
    if ctx.role != PARTNER:
        require(ctx, action)
    elif scope is None:
        raise ClosedToPartners()
    elif scope not in ctx.scopes and ctx.on_behalf_of is None:
        raise ScopeMissing(scope=scope)
