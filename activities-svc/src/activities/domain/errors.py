"""What activities-svc refuses, with codes that callers switch on."""

from __future__ import annotations

from chassis.errors import Conflict, Forbidden, Invalid, RuleBroken, Unavailable


class FieldNotOfKind(RuleBroken):
    code = "activities.field_not_of_kind"
    message = "A {kind} has no {field}; only these have one: {kinds}."


class KindStays(RuleBroken):
    code = "activities.kind_stays"
    message = "This is a {kind}, and an activity keeps its kind; leave `kind` out, or add another one."


class NotATask(RuleBroken):
    code = "activities.not_a_task"
    message = "Only tasks are completed and reopened; this is a {kind}."


class TaskIsCompleted(RuleBroken):
    code = "activities.task_is_completed"
    message = "This task is completed; reopen it first."


class TaskIsOpen(RuleBroken):
    code = "activities.task_is_open"
    message = "This task is open already."


class CompleteItInstead(RuleBroken):
    code = "activities.complete_it_instead"
    message = "A task gets completed by the operation `complete`, not by setting its status."


class ActivityExists(Conflict):
    code = "activities.activity_exists"
    message = "There is another activity with the id {id}; use a new id."


class RunNotByHand(Forbidden):
    code = "activities.run_not_by_hand"
    message = "Only automation names the run that caused an activity; leave `workflow_run_id` out."


class ReferenceUnknown(Invalid):
    code = "unknown_reference"
    message = "There is no {what} with the id {id}."


class NotifiedByHand(Forbidden):
    code = "activities.notified_by_hand"
    message = "Only automation notifies; write a workflow with the action `notify` instead."


class NotificationExists(Conflict):
    code = "activities.notification_exists"
    message = "This key has told {user_id} something else at the same time; use another key."


class RecipientUnknown(Unavailable):
    """News of a user may still be on its way here, so whoever asks tries again."""

    code = "activities.recipient_unknown"
    message = (
        "There is no user with the id {user_id} here, or none that was heard of yet; nobody was notified."
    )
