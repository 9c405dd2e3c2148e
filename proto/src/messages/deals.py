"""Messages of deals-svc: pipelines, products, deals and their way through the stages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from chassis.money import LIMIT, Money
from messages.common import (
    CURRENCY,
    Command,
    Day,
    EnrollCommand,
    EnrolledEvent,
    Event,
    ExportQuery,
    Id,
    ImportCommand,
    ImportRow,
    Instant,
    ListQuery,
    Message,
    MoneyField,
    Query,
    ReadQuery,
    RecordView,
    SearchQuery,
    ShareCommand,
    SharedEvent,
    SharesQuery,
    Text,
    UndoCommand,
    UnshareCommand,
    UnsharedEvent,
    View,
    custom,
    import_key,
    one_of,
    tags,
    version,
)
from messages.periods import Period

STAGE_KINDS = ("open", "won", "lost")
CATEGORIES = ("omitted", "pipeline", "best_case", "commit", "closed")
TYPES = ("new", "renewal", "expansion")
PURCHASE_KINDS = ("order", "invoice", "payment")
BILLINGS = ("one_off", "monthly", "quarterly", "yearly")
CONTRACT_STATUSES = ("active", "cancelled")
MOVEMENTS = ("new", "expansion", "contraction", "churn")
APPROVAL_STATUSES = ("pending", "approved", "rejected", "recalled")
FORECASTS = ("commit", "best_case", "pipeline")
PIPELINE_TEMPLATES = ("default", "new_lead", "qualified")


def _four_decimals(value: float) -> bool:
    """Refuse a percentage with more decimals than are kept."""
    if value != round(value, 4):
        raise ValidationError("At most 4 decimals.")
    return True


def _an_amount(value: Decimal) -> bool:
    """Refuse what is no amount of money."""
    if not 0 <= value <= LIMIT or value != value.quantize(Decimal("0.0001")):
        raise ValidationError("Send an amount from 0 to 900000000000 with at most 4 decimals.")
    return True


def _not_negative(value: Money) -> bool:
    """Refuse less than nothing."""
    if value.amount < 0:
        raise ValidationError("Not less than 0.")
    return True


def percent(**kwargs: Any) -> fields.Float:
    """A share in percent with at most 4 decimals."""
    return fields.Float(validate=validate.And(validate.Range(min=0, max=100), _four_decimals), **kwargs)


# --- pipelines -------------------------------------------------------------------------------------------------


# What a stage may ask of the deals that enter it.
GATE_FIELDS = (
    "amount",
    "account_id",
    "contact_id",
    "owner_id",
    "product_id",
    "expected_close_on",
    "next_step",
    "competitor",
    "source",
)


class StageWrite(Message):
    """One stage of a pipeline; `probability` in percent.

    A deal enters the stage only when its `required_fields` are filled in.
    """

    id = Id("stage")
    name = Text(longest=80, shortest=1, required=True)
    kind = one_of(*STAGE_KINDS, load_default="open")
    probability = fields.Integer(strict=True, required=True, validate=validate.Range(min=0, max=100))
    forecast_category = one_of(*CATEGORIES, load_default="pipeline")
    rotting_days = fields.Integer(
        strict=True, allow_none=True, load_default=None, validate=validate.Range(min=1, max=3650)
    )
    required_fields = fields.List(
        one_of(*GATE_FIELDS), load_default=list, validate=validate.Length(max=len(GATE_FIELDS))
    )


class StageView(View):
    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = one_of(*STAGE_KINDS, required=True)
    probability = fields.Integer(required=True)
    forecast_category = fields.String(required=True)
    rotting_days = fields.Integer(allow_none=True)
    required_fields = fields.List(fields.String(), required=True)
    position = fields.Integer(required=True)


class PipelineView(RecordView):
    name = fields.String(required=True)
    is_default = fields.Boolean(required=True)
    external_id = fields.String(allow_none=True)
    stages = fields.List(fields.Nested(StageView), required=True)


class PipelineWrite(Message):
    name = Text(longest=120, shortest=1)
    is_default = fields.Boolean()
    external_id = Text(longest=200, allow_none=True)
    stages = fields.List(fields.Nested(StageWrite), validate=validate.Length(min=2, max=30))


class CreatePipeline(Command, PipelineWrite):
    """Make a pipeline with its stages in order; one stage each of kind won and lost is required."""

    permission = "configure"
    answers = PipelineView
    pipeline_id = Id("pipeline")
    name = Text(longest=120, shortest=1, required=True)
    stages = fields.List(fields.Nested(StageWrite), required=True, validate=validate.Length(min=2, max=30))


class UpdatePipeline(Command):
    """Change a pipeline's name, default mark or stages; a stage that holds deals stays."""

    permission = "configure"
    answers = PipelineView
    pipeline_id = Id("pipeline", required=True)
    expected_version = version()
    changes = fields.Nested(PipelineWrite, required=True)


class DeletePipeline(Command):
    permission = "configure"
    pipeline_id = Id("pipeline", required=True)
    expected_version = version()


class GetPipeline(Query):
    answers = PipelineView
    pipeline_id = Id("pipeline", required=True)


class ReadPipelines(ReadQuery):
    pass


class ListPipelines(ListQuery):
    scope = "deals:read"


class ExportPipelines(ExportQuery):
    pass


# --- products --------------------------------------------------------------------------------------------------


class ProductWrite(Message):
    name = Text(longest=200, shortest=1)
    code = Text(longest=80, allow_none=True)
    family = Text(longest=80, allow_none=True)
    list_price = MoneyField(allow_none=True)
    is_active = fields.Boolean()
    external_id = Text(longest=200, allow_none=True)
    custom = custom()


class ProductView(RecordView):
    name = fields.String(required=True)
    code = fields.String(allow_none=True)
    family = fields.String(allow_none=True)
    list_price = fields.Dict(allow_none=True)
    is_active = fields.Boolean(required=True)
    external_id = fields.String(allow_none=True)


class CreateProduct(Command, ProductWrite):
    answers = ProductView
    product_id = Id("product")
    name = Text(longest=200, shortest=1, required=True)


class UpdateProduct(Command):
    answers = ProductView
    product_id = Id("product", required=True)
    expected_version = version()
    changes = fields.Nested(ProductWrite, required=True)


class DeleteProduct(Command):
    permission = "delete"
    product_id = Id("product", required=True)
    expected_version = version()


class RestoreProduct(Command):
    answers = ProductView
    product_id = Id("product", required=True)


class GetProduct(Query):
    answers = ProductView
    product_id = Id("product", required=True)


class ReadProducts(ReadQuery):
    pass


class ListProducts(ListQuery):
    pass


class ExportProducts(ExportQuery):
    pass


# --- deals -----------------------------------------------------------------------------------------------------


class DealWrite(Message):
    """Properties of a deal that anybody who may write can edit; the stage has operations of its own."""

    name = Text(longest=200, shortest=1)
    account_id = Id("account", allow_none=True)
    contact_id = Id("contact", allow_none=True)
    lead_id = Id("lead", allow_none=True)
    product_id = Id("product", allow_none=True)
    owner_id = Id("user", allow_none=True)
    team_id = Id("team", allow_none=True)
    amount = MoneyField(allow_none=True)
    probability = fields.Integer(strict=True, validate=validate.Range(min=0, max=100))
    forecast_category = one_of(*CATEGORIES)
    type = one_of(*TYPES)
    source = Text(longest=120, allow_none=True)
    competitor = Text(longest=200, allow_none=True)
    next_step = Text(longest=500, allow_none=True)
    opened_on = Day(allow_none=True)
    expected_close_on = Day(allow_none=True)
    tags = tags()
    external_id = Text(longest=200, allow_none=True)
    custom = custom()


class DealView(RecordView):
    name = fields.String(required=True)
    account_id = fields.String(allow_none=True)
    contact_id = fields.String(allow_none=True)
    lead_id = fields.String(allow_none=True)
    product_id = fields.String(allow_none=True)
    owner_id = fields.String(allow_none=True)
    team_id = fields.String(allow_none=True)
    pipeline_id = fields.String(required=True)
    stage_id = fields.String(required=True)
    status = one_of(*STAGE_KINDS, required=True)
    amount = fields.Dict(allow_none=True)
    probability = fields.Integer(required=True)
    forecast_category = fields.String(required=True)
    type = fields.String(required=True)
    source = fields.String(allow_none=True)
    competitor = fields.String(allow_none=True)
    next_step = fields.String(allow_none=True)
    lost_reason = fields.String(allow_none=True)
    won_reason = fields.String(allow_none=True)
    opened_on = fields.String(allow_none=True)
    expected_close_on = fields.String(allow_none=True)
    closed_on = fields.String(allow_none=True)
    stage_entered_at = fields.String(allow_none=True)
    tags = fields.List(fields.String())
    external_id = fields.String(allow_none=True)
    list_amount = fields.Dict(allow_none=True)
    approval_status = one_of(*APPROVAL_STATUSES, allow_none=True)
    approval_id = fields.String(allow_none=True)
    contract_id = fields.String(allow_none=True)


class OpenDeal(Command, DealWrite):
    """Open a deal: in the default pipeline's first stage unless told otherwise, owned by the caller."""

    scope = "deals:write"
    answers = DealView
    deal_id = Id("deal")
    name = Text(longest=200, shortest=1, required=True)
    pipeline_id = Id("pipeline")
    stage_id = Id("stage")


class UpdateDeal(Command):
    """Edit plain properties; a closed deal keeps its amount and dates."""

    scope = "deals:write"
    answers = DealView
    deal_id = Id("deal", required=True)
    expected_version = version()
    changes = fields.Nested(DealWrite, required=True)


class MoveStage(Command):
    """Move a deal to another stage of its pipeline; entering a won or lost stage closes it."""

    scope = "deals:write"
    answers = DealView
    deal_id = Id("deal", required=True)
    expected_version = version()
    stage_id = Id("stage", required=True)
    lost_reason = Text(longest=200, allow_none=True, load_default=None)


class WinDeal(Command):
    """Close a deal as won, in its pipeline's won stage."""

    scope = "deals:write"
    answers = DealView
    deal_id = Id("deal", required=True)
    expected_version = version()
    reason = Text(longest=200, allow_none=True, load_default=None)


class LoseDeal(Command):
    """Close a deal as lost; the reason is required."""

    scope = "deals:write"
    answers = DealView
    deal_id = Id("deal", required=True)
    expected_version = version()
    reason = Text(longest=200, shortest=1, required=True)
    competitor = Text(longest=200, allow_none=True, load_default=None)


class ReopenDeal(Command):
    """Open a closed deal again, in the given stage or the one it was closed from."""

    scope = "deals:write"
    answers = DealView
    deal_id = Id("deal", required=True)
    expected_version = version()
    stage_id = Id("stage", allow_none=True, load_default=None)


class LineWrite(Message):
    """One line: a product, or something named; `discount` in percent, `periods` how often a recurring price is paid.

    Without a `unit_price` the list price of the product counts.
    """

    product_id = Id("product", load_default=None, allow_none=True)
    name = Text(longest=200, load_default=None, allow_none=True)
    quantity = fields.Integer(strict=True, load_default=1, validate=validate.Range(min=1, max=1_000_000))
    unit_price = MoneyField(load_default=None, allow_none=True)
    discount = percent(load_default=0.0)
    billing = one_of(*BILLINGS, load_default="one_off")
    periods = fields.Integer(strict=True, load_default=1, validate=validate.Range(min=1, max=1200))

    @validates_schema
    def _is_something(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not data.get("product_id") and not data.get("name"):
            raise ValidationError("Name a product (`product_id`), or say what it is (`name`).", "name")
        price = data.get("unit_price")
        if price is not None and price.amount < 0:
            raise ValidationError("A price is not negative.", "unit_price")


class SetLines(Command):
    """Say what a deal sells; the lines replace those before, and the amount is their sum after discounts.

    A discount above the limit of the approval rule (of any line or of the total) asks for approval, and the deal is
    locked until there is a decision.
    """

    answers = DealView
    deal_id = Id("deal", required=True)
    expected_version = version()
    lines = fields.List(fields.Nested(LineWrite), required=True, validate=validate.Length(max=200))


class RequestApproval(Command):
    """Ask again for the approval of a discount, after a rejection or a recall."""

    answers = DealView
    deal_id = Id("deal", required=True)
    expected_version = version()


class LineView(View):
    """`list_amount` is quantity x price x periods, `amount` the same less the discount (in percent)."""

    id = fields.String(required=True)
    position = fields.Integer(required=True)
    product_id = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    unit_price = fields.Dict(required=True)
    discount = fields.Float(required=True)
    billing = one_of(*BILLINGS, required=True)
    periods = fields.Integer(required=True)
    list_amount = fields.Dict(required=True)
    amount = fields.Dict(required=True)


class LinesView(View):
    data = fields.List(fields.Nested(LineView), required=True)


class Lines(Query):
    """What a deal sells, in order."""

    answers = LinesView
    deal_id = Id("deal", required=True)


class DeleteDeal(Command):
    scope = "deals:delete"
    permission = "delete"
    deal_id = Id("deal", required=True)
    expected_version = version()


class RestoreDeal(Command):
    answers = DealView
    deal_id = Id("deal", required=True)


class GetDeal(Query):
    scope = "deals:read"
    answers = DealView
    deal_id = Id("deal", required=True)


class ReadDeals(ReadQuery):
    scope = "deals:read"


class EnrollDeal(EnrollCommand):
    answers = DealView
    deal_id = Id("deal", required=True)


class ShareDeal(ShareCommand):
    """Let a partner see the deal, or write it too."""

    answers = DealView
    deal_id = Id("deal", required=True)


class UnshareDeal(UnshareCommand):
    """A partner sees the deal no more, also when they made it."""

    answers = DealView
    deal_id = Id("deal", required=True)


class ListDealShares(SharesQuery):
    """The partners that see the deal."""

    deal_id = Id("deal", required=True)


class ListDeals(ListQuery):
    scope = "deals:read"


class ExportDeals(ExportQuery):
    pass


# --- purchases -------------------------------------------------------------------------------------------------


class PurchaseWrite(Message):
    """What a customer bought, as an order, an invoice or a payment says. Reports count one kind, orders by default."""

    name = Text(longest=200, allow_none=True)
    kind = one_of(*PURCHASE_KINDS)
    account_id = Id("account")
    contact_id = Id("contact", allow_none=True)
    deal_id = Id("deal", allow_none=True)
    product_id = Id("product", allow_none=True)
    amount = MoneyField()
    quantity = fields.Integer(strict=True, validate=validate.Range(min=1, max=1_000_000_000))
    billing = one_of(*BILLINGS)
    purchased_on = Day()
    external_id = Text(longest=200, shortest=1, allow_none=True)
    custom = custom()


class PurchaseView(RecordView):
    name = fields.String(allow_none=True)
    kind = one_of(*PURCHASE_KINDS, required=True)
    account_id = fields.String(required=True)
    contact_id = fields.String(allow_none=True)
    deal_id = fields.String(allow_none=True)
    product_id = fields.String(allow_none=True)
    amount = fields.Dict(required=True)
    quantity = fields.Integer(required=True)
    billing = one_of(*BILLINGS, required=True)
    purchased_on = fields.String(required=True)
    external_id = fields.String(allow_none=True)


class CreatePurchase(Command, PurchaseWrite):
    """Note what a customer bought; one with an `external_id` that is here already is refused."""

    answers = PurchaseView
    purchase_id = Id("purchase")
    account_id = Id("account", required=True)
    amount = MoneyField(required=True)
    purchased_on = Day(required=True)


class UpdatePurchase(Command):
    answers = PurchaseView
    purchase_id = Id("purchase", required=True)
    expected_version = version()
    changes = fields.Nested(PurchaseWrite, required=True)


class DeletePurchase(Command):
    permission = "delete"
    purchase_id = Id("purchase", required=True)
    expected_version = version()


class RestorePurchase(Command):
    answers = PurchaseView
    purchase_id = Id("purchase", required=True)


class GetPurchase(Query):
    answers = PurchaseView
    purchase_id = Id("purchase", required=True)


class ReadPurchases(ReadQuery):
    pass


class ListPurchases(ListQuery):
    pass


class ExportPurchases(ExportQuery):
    pass


# --- contracts -------------------------------------------------------------------------------------------------


class ContractChanges(Message):
    """What can be edited; the annual recurring revenue moves by operations of its own, which date it."""

    name = Text(longest=200, shortest=1)
    deal_id = Id("deal", allow_none=True)
    owner_id = Id("user", allow_none=True)
    ends_on = Day()
    renews_on = Day()
    notice_days = fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=0, max=3650))
    terms = Text(longest=10_000, multiline=True, allow_none=True)
    tags = tags()
    external_id = Text(longest=200, shortest=1, allow_none=True)
    custom = custom()
    arr = MoneyField(metadata={"description": "Refused here: change it with `change-arr`."})


class ContractView(RecordView):
    """`arr` is the annual recurring revenue now, `term` the number of the term that runs."""

    name = fields.String(required=True)
    account_id = fields.String(required=True)
    deal_id = fields.String(allow_none=True)
    owner_id = fields.String(allow_none=True)
    status = one_of(*CONTRACT_STATUSES, required=True)
    arr = fields.Dict(required=True)
    term = fields.Integer(required=True)
    starts_on = fields.String(required=True)
    ends_on = fields.String(required=True)
    renews_on = fields.String(required=True)
    cancelled_on = fields.String(allow_none=True)
    notice_days = fields.Integer(allow_none=True)
    terms = fields.String(allow_none=True)
    renewal_deal_id = fields.String(allow_none=True)
    tags = fields.List(fields.String())
    external_id = fields.String(allow_none=True)


def _revenue(**kwargs: Any) -> MoneyField:
    return MoneyField(validate=_not_negative, **kwargs)


class CreateContract(Command, ContractChanges):
    """Begin a contract; it renews the day after it ends unless told otherwise."""

    answers = ContractView
    contract_id = Id("contract")
    name = Text(longest=200, shortest=1, required=True)
    account_id = Id("account", required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    arr = _revenue(required=True)


class UpdateContract(Command):
    answers = ContractView
    contract_id = Id("contract", required=True)
    expected_version = version()
    changes = fields.Nested(ContractChanges, required=True)


class DeleteContract(Command):
    permission = "delete"
    contract_id = Id("contract", required=True)
    expected_version = version()


class RestoreContract(Command):
    answers = ContractView
    contract_id = Id("contract", required=True)


class EnrollContract(EnrollCommand):
    answers = ContractView
    contract_id = Id("contract", required=True)


class GetContract(Query):
    answers = ContractView
    contract_id = Id("contract", required=True)


class ReadContracts(ReadQuery):
    pass


class ListContracts(ListQuery):
    pass


class ExportContracts(ExportQuery):
    pass


class ChangeArr(Command):
    """From a day on, today by default, the contract brings more or less a year."""

    answers = ContractView
    contract_id = Id("contract", required=True)
    expected_version = version()
    arr = _revenue(required=True)
    on = Day(load_default=None, allow_none=True)
    reason = Text(longest=500, load_default=None, allow_none=True)


class CancelContract(Command):
    """The customer is lost from a day on (today); the reason is required."""

    answers = ContractView
    contract_id = Id("contract", required=True)
    expected_version = version()
    on = Day(load_default=None, allow_none=True)
    reason = Text(longest=500, shortest=1, required=True)


class RenewContract(Command):
    """Begin the next term on the day of renewal, as long as the one before unless its end is given."""

    answers = ContractView
    contract_id = Id("contract", required=True)
    expected_version = version()
    ends_on = Day(load_default=None, allow_none=True)
    arr = _revenue(load_default=None, allow_none=True)


class OpenRenewal(Command):
    """The deal that renews the term, with the ARR as its amount: one for each term, whoever asks how often."""

    answers = DealView
    contract_id = Id("contract", required=True)
    owner_id = Id("user", load_default=None, allow_none=True)


class OpenExpansion(Command):
    """Open a deal to sell more to the customer of a contract."""

    answers = DealView
    contract_id = Id("contract", required=True)
    amount = MoneyField(load_default=None, allow_none=True)
    name = Text(longest=200, shortest=1, load_default=None, allow_none=True)


class MakeContract(Command):
    """The contract of a won deal: exactly one, whoever asks how often.

    Its annual recurring revenue is what the deal's lines with a recurring price bring in a year, unless it is given.
    """

    answers = ContractView
    deal_id = Id("deal", required=True)
    expected_version = version()
    starts_on = Day(load_default=None, allow_none=True)
    ends_on = Day(required=True)
    arr = _revenue(load_default=None, allow_none=True)


class MovementView(View):
    """A dated change of the annual recurring revenue."""

    id = fields.String(required=True)
    kind = one_of(*MOVEMENTS, required=True)
    moved_on = fields.String(required=True)
    amount = fields.Dict(required=True)
    arr_before = fields.Dict(required=True)
    arr_after = fields.Dict(required=True)
    reason = fields.String(required=True, allow_none=True)


class MovementsView(View):
    data = fields.List(fields.Nested(MovementView), required=True)


class ArrMovements(Query):
    """Every change of a contract's annual recurring revenue, in order."""

    answers = MovementsView
    contract_id = Id("contract", required=True)


# --- approvals -------------------------------------------------------------------------------------------------


class BandWrite(Message):
    """Who approves from which amount after discount on: `approver_id`, or the next manager up the owner's teams."""

    role = Text(longest=60, shortest=1, required=True)
    from_amount = fields.Decimal(required=True, validate=_an_amount)
    approver_id = Id("user", load_default=None, allow_none=True)


class BandView(View):
    role = fields.String(required=True)
    from_amount = fields.String(required=True)
    approver_id = fields.String(required=True, allow_none=True)


class ApprovalRuleView(RecordView):
    """Discounts above `discount_above` percent need those whose band the amount after discount reaches, in order."""

    name = fields.String(required=True)
    discount_above = fields.Float(required=True)
    currency = fields.String(required=True)
    bands = fields.List(fields.Nested(BandView), required=True)


class ApprovalRuleWrite(Message):
    name = Text(longest=120, shortest=1)
    discount_above = percent()
    currency = fields.String(validate=validate.Regexp(CURRENCY))
    bands = fields.List(fields.Nested(BandWrite), validate=validate.Length(min=1, max=10))
    custom = custom()

    @validates_schema
    def _in_order(self, data: dict[str, Any], **kwargs: Any) -> None:
        amounts = [band["from_amount"] for band in data.get("bands", ())]
        if amounts and (amounts[0] != 0 or amounts != sorted(set(amounts))):
            raise ValidationError(
                "The first band begins at 0, and each of the others above the one before.", "bands"
            )


class UpdateApprovalRule(Command):
    """Change from which discount on who approves; requests that are under way stay as they are."""

    permission = "configure"
    answers = ApprovalRuleView
    approval_rule_id = Id("approval_rule", required=True)
    expected_version = version()
    changes = fields.Nested(ApprovalRuleWrite, required=True)


class GetApprovalRule(Query):
    answers = ApprovalRuleView
    approval_rule_id = Id("approval_rule", required=True)


class ReadApprovalRules(ReadQuery):
    pass


class ListApprovalRules(ListQuery):
    pass


class ExportApprovalRules(ExportQuery):
    pass


class ApprovalStep(View):
    """One of those who approve: whose turn it is (`pending`), who comes later (`waiting`), and what was decided."""

    role = fields.String(required=True)
    approver_id = fields.String(required=True)
    status = fields.String(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = fields.String(required=True, allow_none=True)
    delegated_by = fields.String()
    comment = fields.String(required=True, allow_none=True)


class ApprovalView(RecordView):
    """A request to agree to a discount (percent, rounded up). `owner_id` is whose turn it is."""

    name = fields.String(required=True)
    deal_id = fields.String(required=True)
    discount = fields.Float(required=True)
    amount = fields.Dict(required=True)
    status = one_of(*APPROVAL_STATUSES, required=True)
    owner_id = fields.String(required=True, allow_none=True)
    requested_by = fields.String(required=True)
    steps = fields.List(fields.Nested(ApprovalStep), required=True)


def _comment(**kwargs: Any) -> Text:
    return Text(longest=2000, multiline=True, **kwargs)


class ApproveDiscount(Command):
    """Agree; the next one's turn begins, or the deal is free and its discount approved."""

    answers = ApprovalView
    approval_id = Id("approval", required=True)
    expected_version = version()
    comment = _comment(load_default=None, allow_none=True)


class RejectDiscount(Command):
    """Refuse, and say why; nobody else is asked, and the deal is free to be changed."""

    answers = ApprovalView
    approval_id = Id("approval", required=True)
    expected_version = version()
    comment = _comment(shortest=1, required=True)


class DelegateApproval(Command):
    """Let somebody else decide in your place."""

    answers = ApprovalView
    approval_id = Id("approval", required=True)
    expected_version = version()
    to_user_id = Id("user", required=True)
    comment = _comment(load_default=None, allow_none=True)


class RecallApproval(Command):
    """Take the request back; the deal is free to be changed, and not to be won with this discount."""

    answers = ApprovalView
    approval_id = Id("approval", required=True)
    expected_version = version()


class GetApproval(Query):
    answers = ApprovalView
    approval_id = Id("approval", required=True)


class ReadApprovals(ReadQuery):
    pass


class ListApprovals(ListQuery):
    pass


class ExportApprovals(ExportQuery):
    pass


# --- quotas and forecasts --------------------------------------------------------------------------------------


class QuotaView(RecordView):
    owner_id = fields.String(allow_none=True)
    team_id = fields.String(allow_none=True)
    period = fields.String(required=True)
    amount = fields.Dict(required=True)


class QuotaChanges(Message):
    amount = MoneyField()
    custom = custom()


class CreateQuota(Command):
    """What a person (`owner_id`), a team (`team_id`) or, without either, the company is to win in a period."""

    permission = "configure"
    answers = QuotaView
    quota_id = Id("quota")
    owner_id = Id("user", load_default=None, allow_none=True)
    team_id = Id("team", load_default=None, allow_none=True)
    period = Period(required=True)
    amount = MoneyField(required=True)
    custom = custom()


class UpdateQuota(Command):
    """Change the amount; a quota for somebody else or another period is a quota of its own."""

    permission = "configure"
    answers = QuotaView
    quota_id = Id("quota", required=True)
    expected_version = version()
    changes = fields.Nested(QuotaChanges, required=True)


class DeleteQuota(Command):
    permission = "configure"
    quota_id = Id("quota", required=True)
    expected_version = version()


class GetQuota(Query):
    answers = QuotaView
    quota_id = Id("quota", required=True)


class ReadQuotas(ReadQuery):
    pass


class ListQuotas(ListQuery):
    pass


class ExportQuotas(ExportQuery):
    pass


class ForecastView(RecordView):
    owner_id = fields.String(required=True)
    period = fields.String(required=True)
    category = one_of(*FORECASTS, required=True)
    amount = fields.Dict(required=True)
    submitted_by = fields.String(required=True)
    note = fields.String(allow_none=True)


class SubmitForecast(Command):
    """Say what `owner_id` (the caller unless told otherwise) will win in a period.

    A submission is never changed: the newest counts, and those before it stay for the accuracy of forecasts.
    """

    answers = ForecastView
    forecast_id = Id("forecast")
    owner_id = Id("user", allow_none=True, load_default=None)
    period = Period(required=True)
    category = one_of(*FORECASTS, load_default="commit")
    amount = MoneyField(required=True)
    note = Text(longest=2000, multiline=True, allow_none=True)
    custom = custom()


class GetForecast(Query):
    answers = ForecastView
    forecast_id = Id("forecast", required=True)


class ReadForecasts(ReadQuery):
    pass


class ListForecasts(ListQuery):
    pass


class ExportForecasts(ExportQuery):
    pass


# --- the board and a deal's history ----------------------------------------------------------------------------


class Board(Query):
    """Every stage of a pipeline with its deals, counts, totals and weighted totals."""

    pipeline_id = Id("pipeline", required=True)
    filter = fields.Raw(load_default=None, allow_none=True)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200))
    time_zone = Text(longest=60, load_default="UTC")


class StageStep(View):
    """One entry into a stage; `seconds_in_stage` is how long the deal had been in the one before."""

    from_stage_id = fields.String(required=True, allow_none=True)
    from_stage = fields.String(required=True, allow_none=True)
    to_stage_id = fields.String(required=True)
    to_stage = fields.String(required=True)
    moved_at = fields.String(required=True)
    moved_on = fields.String(required=True)
    moved_by = fields.String(required=True, allow_none=True)
    seconds_in_stage = fields.Integer(required=True, allow_none=True)
    amount = fields.Dict(required=True, allow_none=True)
    probability = fields.Integer(required=True, allow_none=True)


class StageHistoryView(View):
    data = fields.List(fields.Nested(StageStep), required=True)


class StageHistory(Query):
    """Every stage that a deal was in, in order."""

    answers = StageHistoryView
    deal_id = Id("deal", required=True)


class Describe(Query):
    """The fields of a kind of record that filters and sorting know."""

    resource = Text(longest=60, required=True)


class SearchDeals(SearchQuery):
    pass


class SearchProducts(SearchQuery):
    pass


class DealImportRow(ImportRow, DealWrite):
    """A deal as an import brings it, with business days of its own.

    `pipeline` and `stage` are names (or external id, id); without them a new deal enters the default pipeline's first
    open stage.
    """

    required_to_create = ("name",)
    pipeline = Text(longest=200, shortest=1, allow_none=True)
    stage = Text(longest=80, shortest=1, allow_none=True)
    closed_on = Day(allow_none=True)
    lost_reason = Text(longest=200, allow_none=True)


class ImportDeals(ImportCommand):
    """Into the pipeline `pipeline_id`, or the default one, unless a row names its own.

    A dry run may describe the pipeline (`pipeline`) that the import itself would have made before.
    """

    key = import_key("external_id", "name")
    pipeline_id = Id("pipeline", load_default=None, allow_none=True)
    pipeline = fields.Nested(PipelineWrite, load_default=None, allow_none=True)


class ProductImportRow(ImportRow, ProductWrite):
    """A product as an import brings it."""

    required_to_create = ("name",)


class ImportProducts(ImportCommand):
    key = import_key("external_id", "name")


class PipelineImportRow(ImportRow):
    """A pipeline as an import needs it. One that is here already stays as people have arranged it since."""

    required_to_create = ("name", "stages")
    external_id = Text(longest=200, shortest=1)
    name = Text(longest=120, shortest=1)
    stages = fields.List(fields.Nested(StageWrite), validate=validate.Length(min=2, max=30))


class ImportPipelines(ImportCommand):
    permission = "configure"


class UndoImport(UndoCommand):
    entity = one_of("deals", "products", "pipelines", required=True)


# --- events ----------------------------------------------------------------------------------------------------


class PipelineCreated(Event):
    wire = "pipeline.created.v1"


class PipelinePropertiesChanged(Event):
    wire = "pipeline.properties_changed.v1"


class PipelineDeleted(Event):
    wire = "pipeline.deleted.v1"


class ProductCreated(Event):
    wire = "product.created.v1"


class ProductPropertiesChanged(Event):
    wire = "product.properties_changed.v1"


class ProductDeleted(Event):
    wire = "product.deleted.v1"


class ProductRestored(Event):
    wire = "product.restored.v1"


class PurchaseCreated(Event):
    wire = "purchase.created.v1"


class PurchasePropertiesChanged(Event):
    wire = "purchase.properties_changed.v1"


class PurchaseDeleted(Event):
    wire = "purchase.deleted.v1"


class PurchaseRestored(Event):
    wire = "purchase.restored.v1"


class QuotaCreated(Event):
    wire = "quota.created.v1"


class QuotaPropertiesChanged(Event):
    wire = "quota.properties_changed.v1"


class QuotaDeleted(Event):
    wire = "quota.deleted.v1"


class ForecastPropertiesChanged(Event):
    wire = "forecast.properties_changed.v1"


class ApprovalRuleCreated(Event):
    wire = "approval_rule.created.v1"


class ApprovalRulePropertiesChanged(Event):
    wire = "approval_rule.properties_changed.v1"


class ApprovalCreated(Event):
    """A discount needs the approval of `owner_id`."""

    wire = "approval.created.v1"


class ApprovalPropertiesChanged(Event):
    """It is another one's turn to approve (`owner_id`)."""

    wire = "approval.properties_changed.v1"


class ApprovalApproved(Event):
    """Everybody agreed to a discount."""

    wire = "approval.approved.v1"


class ApprovalRejected(Event):
    """Somebody refused a discount; nobody else is asked."""

    wire = "approval.rejected.v1"
    comment = fields.String(required=True)


class ApprovalRecalled(Event):
    """The request for the approval of a discount was taken back."""

    wire = "approval.recalled.v1"


class ContractCreated(Event):
    wire = "contract.created.v1"


class ContractPropertiesChanged(Event):
    wire = "contract.properties_changed.v1"


class ContractDeleted(Event):
    wire = "contract.deleted.v1"


class ContractRestored(Event):
    wire = "contract.restored.v1"


class ContractEnrolled(EnrolledEvent):
    wire = "contract.enrolled.v1"


class ContractArrMoved(Event):
    """A contract brings more or less a year from `moved_on` on; `kind` says why. The first movement is `new`."""

    wire = "contract.arr_moved.v1"
    kind = one_of(*MOVEMENTS, required=True)
    moved_on = Day(required=True)
    amount = MoneyField(required=True)
    arr_before = MoneyField(required=True)
    arr_after = MoneyField(required=True)


class ContractRenewed(Event):
    """The term `ended_term`, which was due on `due_on`, was followed by the next one."""

    wire = "contract.renewed.v1"
    ended_term = fields.Integer(required=True)
    due_on = Day(required=True)
    arr_before = MoneyField(required=True)


class ContractCancelled(Event):
    """The customer is lost from `cancelled_on` on."""

    wire = "contract.cancelled.v1"
    cancelled_on = Day(required=True)
    reason = fields.String(required=True)


class ContractRenewalOpened(Event):
    """There is a deal to renew the term."""

    wire = "contract.renewal_opened.v1"
    term_number = fields.Integer(required=True)
    renewal_deal_id = fields.String(required=True)


class ContractRenewalDue(Event):
    """A contract is to be renewed in 120 days (`due_on`): told once a term, at once where the day is nearer."""

    wire = "contract.renewal_due.v1"
    due_on = Day(required=True)
    account_tier = fields.String(allow_none=True)


class ContractReviewDue(Event):
    """A contract is to be renewed in 90 days (`due_on`): told once a term, at once where the day is nearer."""

    wire = "contract.review_due.v1"
    due_on = Day(required=True)
    account_tier = fields.String(allow_none=True)


class ContractLapsed(Event):
    """The day on which a contract was to be renewed (`due_on`) has passed, and it was neither renewed nor cancelled."""

    wire = "contract.lapsed.v1"
    due_on = Day(required=True)
    account_tier = fields.String(allow_none=True)


class ContractAnniversary(Event):
    """A contract has run for so many `years`; `is_expanded` says whether it came to bring more in the last of them."""

    wire = "contract.anniversary.v1"
    due_on = Day(required=True)
    years = fields.Integer(required=True)
    is_expanded = fields.Boolean(required=True)
    account_tier = fields.String(allow_none=True)


class ForecastCreated(Event):
    """Somebody said what they will win in a period."""

    wire = "forecast.created.v1"


class DealCreated(Event):
    wire = "deal.created.v1"


class DealPropertiesChanged(Event):
    wire = "deal.properties_changed.v1"


class DealDeleted(Event):
    wire = "deal.deleted.v1"


class DealRestored(Event):
    wire = "deal.restored.v1"


class DealEnrolled(EnrolledEvent):
    wire = "deal.enrolled.v1"


class DealShared(SharedEvent):
    wire = "deal.shared.v1"


class DealUnshared(UnsharedEvent):
    wire = "deal.unshared.v1"


class DealStageMoved(Event):
    """A deal entered another stage. `to_stage_kind` tells open, won and lost apart."""

    wire = "deal.stage_moved.v1"
    from_stage_id = fields.String(allow_none=True)
    from_stage = fields.String(allow_none=True)
    to_stage_id = fields.String(required=True)
    to_stage = fields.String(required=True)
    to_stage_kind = one_of(*STAGE_KINDS, required=True)
    moved_at = Instant(required=True)


class DealWon(Event):
    wire = "deal.won.v1"


class DealLost(Event):
    wire = "deal.lost.v1"
    reason = fields.String(allow_none=True)


class DealReopened(Event):
    wire = "deal.reopened.v1"


class DealAdopted(Event):
    """The deal is that of the lead `lead_id`, which was converted."""

    wire = "deal.adopted.v1"
    lead_id = fields.String(required=True)


class DealStalled(Event):
    """Nobody has done anything about an open deal for `quiet_days`: told once, and again after the next activity."""

    wire = "deal.stalled.v1"
    quiet_since = Instant(required=True)
    quiet_days = fields.Integer(required=True)
