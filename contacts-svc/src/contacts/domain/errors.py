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


class GoesBackwards(RuleBroken):
    code = "contacts.goes_backwards"
    message = "From {before} to {stage} is backwards; say so (`is_backwards`) if that is meant."


class NotHandedOver(RuleBroken):
    code = "contacts.not_handed_over"
    message = "Only a lead that marketing has qualified (mql) is accepted, rejected or recycled; this one is {stage}."


class LeadIsConverted(RuleBroken):
    code = "contacts.lead_is_converted"
    message = "This lead was converted to the account {account_id} and the contact {contact_id}."


class AccountAmbiguous(RuleBroken):
    code = "contacts.account_ambiguous"
    message = "Several accounts fit {what}; say which one (`account_id`)."


class ContactAmbiguous(RuleBroken):
    code = "contacts.contact_ambiguous"
    message = "Several contacts have the address {email}; say which one (`contact_id`)."


class ContactElsewhere(RuleBroken):
    code = "contacts.contact_elsewhere"
    message = (
        "The contact {contact} belongs to the account {theirs}; convert the lead to that account (`account_id`), or "
        "move the contact first."
    )


class PossibleDuplicate(Invalid):
    code = "possible_duplicate"
    message = "It was made, but is probably here already: {name} ({id}) {reason}."
