"""What contacts-svc refuses, with codes that callers switch on."""

from __future__ import annotations

from chassis.errors import Invalid, RuleBroken


class AccountAboveItself(RuleBroken):
    code = "contacts.account_above_itself"
    message = "{name} is the chosen parent itself or stands above it; choose another parent."


class LeadNotConverted(RuleBroken):
    code = "contacts.lead_not_converted"
    message = "A lead becomes `converted` by converting it, not by setting its status."


class AccountUnknown(Invalid):
    code = "unknown_reference"
    message = "There is no account {id}; it may be deleted."


class ParentAwaited(Invalid):
    code = "parent_awaited"
    message = "No account with the external id {external_id} has come yet; the parent is set when it does."


class ParentUnknown(Invalid):
    code = "unknown_parent"
    message = "No account has the external id {external_id}; the row is saved, but its parent is not set."
