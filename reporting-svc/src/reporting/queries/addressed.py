"""Who may read an event that is for one user: that user, whatever anybody else's role."""

from __future__ import annotations

from chassis.context import Context


def may_read(ctx: Context, addressee: str | None) -> bool:
    """Whether the caller may read an event with this addressee; a service that asks for a user is that user."""
    is_the_suite = ctx.role == "system" and ctx.on_behalf_of is None
    return addressee is None or is_the_suite or addressee == ctx.caller
