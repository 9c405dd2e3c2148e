"""What deals-svc refuses, with codes that callers switch on."""

from __future__ import annotations

from chassis.errors import Invalid, RuleBroken


class StageNotInPipeline(RuleBroken):
    code = "deals.stage_not_in_pipeline"
    message = "The stage {stage_id} does not belong to the pipeline {pipeline}; choose one of its stages."


class DealIsClosed(RuleBroken):
    code = "deals.deal_is_closed"
    message = "A closed deal keeps its stage, amount and dates; reopen it first."


class DealIsOpen(RuleBroken):
    code = "deals.deal_is_open"
    message = "This deal is open already."


class LostReasonMissing(RuleBroken):
    code = "deals.lost_reason_missing"
    message = "Say why the deal was lost (`lost_reason`), so that losses can be learned from."


class NoDefaultPipeline(RuleBroken):
    code = "deals.no_default_pipeline"
    message = "There is no default pipeline; name one (`pipeline_id`) or mark one as default."


class StagesIncomplete(RuleBroken):
    code = "deals.stages_incomplete"
    message = "A pipeline has at least one open stage, exactly one won and exactly one lost stage."


class StageHoldsDeals(RuleBroken):
    code = "deals.stage_holds_deals"
    message = "The stage {name} still holds {count} deals; move them first."


class ReferenceUnknown(Invalid):
    code = "unknown_reference"
    message = "There is no {what} with the id {id}."
