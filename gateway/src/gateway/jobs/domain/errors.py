"""What jobs refuse, with codes that callers switch on."""

from __future__ import annotations

from chassis.errors import AppError, Conflict, Invalid, RuleBroken


class JobIsOver(RuleBroken):
    code = "jobs.job_is_over"
    message = "This job is over ({status}); there is nothing left to cancel."


class UnknownProfile(Invalid):
    code = "jobs.unknown_profile"
    message = "There is no import profile {profile!r}; choose one of {allowed}."


class PositionLost(Conflict):
    """Somebody else has done this chunk meanwhile: this worker no longer holds the job."""

    code = "jobs.position_lost"
    message = "The job {job_id} is at another place than this worker thought."


class ReceiptMismatch(AppError):
    """A defect of the program that must never pass in silence."""

    code = "jobs.receipt_does_not_add_up"
    message = (
        "The receipt does not add up: {what}. Please report this; start the import again to complete it."
    )


class GaveUp(AppError):
    code = "jobs.gave_up"
    message = "The worker ended {attempts} times at the same place of this job; its log says why."
