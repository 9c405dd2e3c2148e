"""Messages of deals-svc: pipelines, products, deals and their way through the stages."""

from __future__ import annotations

from marshmallow import fields, validate

from messages.common import (
    Command,
    Day,
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

STAGE_KINDS = ("open", "won", "lost")
CATEGORIES = ("omitted", "pipeline", "best_case", "commit", "closed")
TYPES = ("new", "renewal", "expansion")
PIPELINE_TEMPLATES = ("default", "new_lead", "qualified")

# --- pipelines -------------------------------------------------------------------------------------------------


class StageWrite(Message):
    """One stage of a pipeline; `probability` in percent."""

    id = Id("stage")
    name = Text(longest=80, shortest=1, required=True)
    kind = one_of(*STAGE_KINDS, load_default="open")
    probability = fields.Integer(strict=True, required=True, validate=validate.Range(min=0, max=100))
    forecast_category = one_of(*CATEGORIES, load_default="pipeline")
    rotting_days = fields.Integer(
        strict=True, allow_none=True, load_default=None, validate=validate.Range(min=1, max=3650)
    )


class StageView(View):
    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = one_of(*STAGE_KINDS, required=True)
    probability = fields.Integer(required=True)
    forecast_category = fields.String(required=True)
    rotting_days = fields.Integer(allow_none=True)
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


class DealCreated(Event):
    wire = "deal.created.v1"


class DealPropertiesChanged(Event):
    wire = "deal.properties_changed.v1"


class DealDeleted(Event):
    wire = "deal.deleted.v1"


class DealRestored(Event):
    wire = "deal.restored.v1"


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


class DealStalled(Event):
    """Nobody has done anything about an open deal for `quiet_days`: told once, and again after the next activity."""

    wire = "deal.stalled.v1"
    quiet_since = Instant(required=True)
    quiet_days = fields.Integer(required=True)
