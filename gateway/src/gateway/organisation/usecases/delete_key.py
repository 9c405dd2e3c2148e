"""Revoke an API key."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.key import Key


def delete_key(uow: UnitOfWork, ctx: Context, *, key_id: str) -> Key:
    """It takes no version: whoever finds a leaked key must not be told to look again first."""
    key = uow.get(Key, key_id)
    uow.delete(key)
    return key
