"""What deals-svc refuses, with codes that callers switch on."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.errors import Conflict, Forbidden, Invalid, RuleBroken


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


class QuotaExists(Conflict):
    code = "deals.quota_exists"
    message = "There is a quota for this person, team or company in {period} already: change {id}."


class QuotaHolders(Invalid):
    code = "deals.quota_holders"
    message = "A quota is one person's (`owner_id`) or one team's (`team_id`), not both; without either, the company's."


class ForecastOfNobody(Invalid):
    code = "deals.forecast_of_nobody"
    message = "Say whose forecast this is (`owner_id`): who asks is not a person."


class DealIsLocked(RuleBroken):
    code = "deals.deal_is_locked"
    message = (
        "The discount of this deal waits for approval ({approval_id}); recall the request to change the deal."
    )


class DiscountNotApproved(RuleBroken):
    code = "deals.discount_not_approved"
    message = "The discount of this deal is not approved ({status}); lower it, or request approval again."


class AmountFollowsLines(RuleBroken):
    code = "deals.amount_follows_lines"
    message = (
        "The amount of this deal is the sum of its lines; change the lines (set-lines), or remove them all."
    )


class CurrenciesDiffer(Invalid):
    code = "deals.currencies_differ"
    message = "All lines of a deal have the same currency."


class PriceMissing(Invalid):
    code = "deals.price_missing"
    message = "Send a `unit_price`: {product} has no list price."


class NobodyToApprove(RuleBroken):
    code = "deals.nobody_to_approve"
    message = (
        "A discount of {discount} % needs the approval of the {role}, and nobody is known as such: give the team of "
        "the deal's owner, and the teams above it, managers, or name a person in the approval rule."
    )


class ApprovalIsOver(RuleBroken):
    code = "deals.approval_is_over"
    message = "This approval is over: it was {status}."


class NotYourApproval(Forbidden):
    code = "deals.not_your_approval"
    message = "It is somebody else's turn to approve; they can delegate it to you."


class NothingToApprove(RuleBroken):
    code = "deals.nothing_to_approve"
    message = "No discount of this deal needs approval."


class ContractIsOver(RuleBroken):
    code = "deals.contract_is_over"
    message = "This contract is {status}; make a new one."


class ArrMoves(RuleBroken):
    code = "deals.arr_moves"
    message = (
        "Change the annual recurring revenue with `change-arr`, so that the change has its day and its kind."
    )


class ArrUnchanged(RuleBroken):
    code = "deals.arr_unchanged"
    message = "The annual recurring revenue is {arr} already."


class CurrencyStays(Invalid):
    code = "deals.currency_stays"
    message = "This contract is in {currency}; a contract keeps its currency."


class TermUnordered(Invalid):
    code = "deals.term_unordered"
    message = "`{field}` is before the term begins ({starts_on})."


class TermsOverlap(Invalid):
    code = "deals.terms_overlap"
    message = "The next term begins on the day of renewal (`{field}`), which must be after this one ends ({ends_on})."


class MoveOutOfOrder(Invalid):
    code = "deals.move_out_of_order"
    message = "The change is before the last one ({last}); give that day or a later one (`on`)."


class DealNotWon(RuleBroken):
    code = "deals.deal_not_won"
    message = "Only a won deal becomes a contract; win it first."


class NothingRecurs(RuleBroken):
    code = "deals.nothing_recurs"
    message = "The deal has no line with a recurring price; send the annual recurring revenue (`arr`)."


class DealWithoutAccount(RuleBroken):
    code = "deals.deal_without_account"
    message = "A contract is with an account; give the deal one first."


class StageGate(Invalid):
    code = "deals.stage_gate"
    message = "The stage {stage} asks for {fields}; fill in what is missing first."

    def __init__(self, stage: str, missing: Sequence[str]) -> None:
        super().__init__(
            stage=stage,
            fields=", ".join(missing),
            errors=[
                {
                    "pointer": f"/{name}",
                    "code": "required_by_stage",
                    "message": f"Fill it in before the deal enters {stage}.",
                }
                for name in missing
            ],
        )
