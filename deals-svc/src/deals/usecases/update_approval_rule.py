"""Change from which discount on who approves."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.approval import ApprovalRule


def update_approval_rule(
    uow: UnitOfWork,
    ctx: Context,
    *,
    approval_rule_id: str,
    expected_version: int,
    changes: dict[str, Any],
) -> ApprovalRule:
    rule = uow.get(ApprovalRule, approval_rule_id, expected_version)
    if "bands" in changes:
        bands = [{**band, "from_amount": str(band["from_amount"])} for band in changes["bands"]]
        changes = {**changes, "bands": bands}
    rule.set(changes)
    return rule
