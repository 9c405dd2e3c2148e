"""What automation-svc refuses, with codes that callers switch on."""

from __future__ import annotations

from chassis.errors import Invalid, RuleBroken


class TriggerUnfit(Invalid):
    code = "automation.trigger_unfit"
    message = "{word} narrows {fitting} only, not {event}."


class TriggerIncomplete(Invalid):
    code = "automation.trigger_incomplete"
    message = "A trigger with {event} needs `{word}`: {meaning}."


class NotByHand(RuleBroken):
    code = "automation.not_by_hand"
    message = "This workflow does not take records up by hand; its trigger is {trigger}."


class NotSwitchedOn(RuleBroken):
    code = "automation.not_switched_on"
    message = "This workflow is {status}; switch it on first."


class RecordUnfit(Invalid):
    code = "automation.record_unfit"
    message = "This workflow is about {fitting} records, not about {record_id}."


class NoPast(RuleBroken):
    code = "automation.no_past"
    message = (
        "A dry run goes through what was told, and nothing was told yet of records that this workflow will take up. "
        "Look at the list of these records with its filter instead."
    )


class PlaceholderUnknown(Invalid):
    code = "automation.placeholder_unknown"
    message = "There is no field {name} to show in a text; a {subject} has {known}."


class ActionUnfit(Invalid):
    code = "automation.action_unfit"
    message = "{action} is for {fitting} only, not for {event}."


class PoolUnknown(Invalid):
    code = "automation.pool_unknown"
    message = "Who takes turns is a team (`team:Sales`), not {pool}."


class AssigneeUnknown(Invalid):
    code = "automation.assignee_unknown"
    message = "The assignee is `owner` or the id of a user, not {assignee}."


class RecipientUnknown(Invalid):
    code = "automation.recipient_unknown"
    message = (
        "A notification goes to `owner`, `manager`, `admins`, a team (`team:Finance`) or the id of a user, "
        "not to {recipient}."
    )


class RecipeStays(RuleBroken):
    code = "automation.recipe_stays"
    message = "A recipe is not deleted; switch it off instead."


class RunNotFailed(RuleBroken):
    code = "automation.run_not_failed"
    message = "Only a failed run is tried again; this one is {status}."


class RevisionUnknown(Invalid):
    code = "automation.revision_unknown"
    message = "This workflow never had the revision {revision}; its versions say which there were."


class StartsItself(RuleBroken):
    code = "automation.starts_itself"
    message = (
        "Its action {action} tells {event}, which starts it again, and no filter stops that. Narrow it, for instance "
        'with the filter `event.origin != "automation"`.'
    )
