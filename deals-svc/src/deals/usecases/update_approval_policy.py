"""Change from which discount on who approves."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.approval import ApprovalPolicy


def update_approval_policy(
    uow: UnitOfWork,
    ctx: Context,
    *,
    approval_policy_id: str,
    expected_version: int,
    changes: dict[str, Any],
) -> ApprovalPolicy:
    policy = uow.get(ApprovalPolicy, approval_policy_id, expected_version)
    if "bands" in changes:
        bands = [{**band, "from_amount": str(band["from_amount"])} for band in changes["bands"]]
        changes = {**changes, "bands": bands}
    policy.set(changes)
    return policy
