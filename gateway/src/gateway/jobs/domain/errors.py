"""What jobs refuse, with codes that callers switch on."""

from __future__ import annotations

from chassis.errors import AppError, Conflict, Invalid, RuleBroken


class JobIsOver(RuleBroken):
    code = "jobs.job_is_over"
    message = "This job is over ({status}); there is nothing left to cancel."


class UnknownMapping(Invalid):
    code = "jobs.unknown_mapping"
    message = "There is no saved mapping {name!r}; there are {known}."


class BadMapping(Invalid):
    code = "jobs.bad_mapping"
    message = "This mapping cannot be used: {what}"


class MappingIsBuiltin(RuleBroken):
    code = "jobs.mapping_is_builtin"
    message = "The mapping {name} comes with the suite and stays as it is; save a copy under another name."


class MappingNameTaken(Conflict):
    code = "jobs.mapping_name_taken"
    message = "There is a mapping called {name!r} already; choose another name, or change that one."


class NothingToUndo(RuleBroken):
    code = "jobs.nothing_to_undo"
    message = "This is {what}; there is nothing to take back."


class UploadGone(Invalid):
    code = "jobs.upload_gone"
    message = (
        "There are no uploaded files {upload_id} of yours any more; they are kept for a day. Send them again."
    )


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
