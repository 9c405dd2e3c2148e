"""What the organisation refuses, with codes that callers switch on."""

from __future__ import annotations

from chassis.errors import Conflict, Forbidden, Invalid, RuleBroken, Unauthenticated


class EmailTaken(Conflict):
    code = "organisation.email_taken"
    message = "Somebody here has the address {email} already."


class GrantsTooMuch(Forbidden):
    code = "organisation.grants_too_much"
    message = "Your role ({own}) may not give the role {role}: it allows more than you may do."


class LastAdministrator(RuleBroken):
    code = "organisation.last_administrator"
    message = "This is the last active administrator; make somebody else one first."


class TeamUnderItself(RuleBroken):
    code = "organisation.team_under_itself"
    message = "The team {name} would be under itself; choose another parent."


class ReferenceUnknown(Invalid):
    code = "unknown_reference"
    message = "There is no {what} with the id {id}."


class LinkNotValid(Unauthenticated):
    """One answer for unknown, used and expired links, so that guessing learns nothing."""

    code = "sign_in_link_not_valid"
    message = "This sign-in link is not valid: links work once and for 15 minutes. Ask for a new one."


class ViewNotYours(Forbidden):
    code = "organisation.view_not_yours"
    message = "The view {name} belongs to somebody else; save it under a name of your own."


class UserNotActive(RuleBroken):
    code = "organisation.user_not_active"
    message = "{name} is not active; activate them first."


class TooManyKeys(RuleBroken):
    code = "organisation.too_many_keys"
    message = "{name} has {count} active keys; revoke one before you make another."
