"""Messages of reporting-svc: reports over deals, and the archive of everything that happened."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from messages.common import (
    Command,
    Day,
    Event,
    ExportQuery,
    Id,
    Instant,
    ListQuery,
    Message,
    Query,
    ReadQuery,
    RecordView,
    Text,
    View,
    custom,
    one_of,
    version,
)
from messages.deals import FORECASTS, PURCHASE_KINDS

GROUPS = ("none", "owner", "manager", "region", "product", "industry", "account", "quarter")
OUTCOMES = ("won", "lost")
DATASETS = ("deals", "leads", "purchases", "contracts", "spend")
ATTRIBUTION_MODELS = (
    "original_source",
    "first_touch",
    "last_touch",
    "linear",
    "u_shaped",
    "w_shaped",
    "full_path",
    "time_decay",
)
METRIC_GROUPS = ("none", "channel", "region", "industry", "owner")

# --- reports ---------------------------------------------------------------------------------------------------


class WatermarkView(View):
    """The position of the event archive that an answer was computed at, and the time of the event there."""

    position = fields.Integer(required=True)
    at = fields.String(required=True, allow_none=True)


class PeriodView(View):
    """The days a report covers, both included; null is open."""

    since = fields.String(required=True, allow_none=True, data_key="from")
    until = fields.String(required=True, allow_none=True, data_key="to")


class ReportView(View):
    """What every report says besides its data.

    `row_count` is the number of deals behind the answer and `records` the filter that lists them;
    `rows_without_amount` and `rows_in_other_currencies` are those among them whose amount no sum contains. With `as_of`
    the figures are those of that instant, by the names of today, and there are no lists behind them.
    """

    formula = fields.String(required=True)
    source_fields = fields.List(fields.String(), required=True)
    period = fields.Nested(PeriodView, required=True)
    row_count = fields.Integer(required=True)
    rows_without_amount = fields.Integer(required=True)
    rows_in_other_currencies = fields.Integer(required=True)
    currency = fields.String(required=True, allow_none=True)
    watermark = fields.Nested(WatermarkView, required=True)
    records = fields.String(required=True, allow_none=True)
    as_of = fields.String(required=True, allow_none=True)


class WinRateRow(View):
    """One group. `key` is its label and `id` its record, null for what has none; `reason` says why a rate is null."""

    key = fields.String(required=True, allow_none=True)
    id = fields.String(required=True, allow_none=True)
    won = fields.Integer(required=True)
    lost = fields.Integer(required=True)
    won_value = fields.Dict(required=True, allow_none=True)
    win_rate = fields.Float(required=True, allow_none=True)
    reason = fields.String()
    rows_without_amount = fields.Integer(required=True)
    records = fields.String(required=True, allow_none=True)


class WinRateView(ReportView):
    data = fields.List(fields.Nested(WinRateRow), required=True)


class LeaderboardRow(WinRateRow):
    """`place` is shared by equal values: 1, 2, 2, 4."""

    place = fields.Integer(required=True)


class LeaderboardView(ReportView):
    data = fields.List(fields.Nested(LeaderboardRow), required=True)


class SalesCycleData(View):
    """Days from opening to closing; `skipped` deals miss one of the two days."""

    mean_days = fields.Float(required=True, allow_none=True)
    median_days = fields.Float(required=True, allow_none=True)
    p90_days = fields.Float(required=True, allow_none=True)
    count = fields.Integer(required=True)
    skipped = fields.Integer(required=True)
    reason = fields.String()


class SalesCycleView(ReportView):
    data = fields.Nested(SalesCycleData, required=True)


class PipelineStageRow(View):
    """One stage of a pipeline; `weighted` is the value times each deal's chance to be won."""

    pipeline_id = fields.String(required=True)
    pipeline = fields.String(required=True)
    stage_id = fields.String(required=True)
    key = fields.String(required=True)
    kind = fields.String(required=True)
    probability = fields.Integer(required=True, allow_none=True)
    count = fields.Integer(required=True)
    value = fields.Dict(required=True, allow_none=True)
    weighted = fields.Dict(required=True, allow_none=True)
    rows_without_amount = fields.Integer(required=True)
    records = fields.String(required=True, allow_none=True)


class PipelineView(ReportView):
    data = fields.List(fields.Nested(PipelineStageRow), required=True)


class Dated(Message):
    """At which instant the figures are to be told; now without one."""

    as_of = Instant(load_default=None, allow_none=True)


class ClosedPeriod(Message):
    """The period of a report over closed deals; `from` and `to` are days of closing, both included."""

    from_on = Day(data_key="from", load_default=None, allow_none=True)
    to_on = Day(data_key="to", load_default=None, allow_none=True)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("from_on") and data.get("to_on") and data["from_on"] > data["to_on"]:
            raise ValidationError("The period ends before it begins.", "to")


class WinRate(Query, ClosedPeriod, Dated):
    """won / (won + lost), by count, of closed deals; with the value won."""

    permission = "report"
    answers = WinRateView
    group_by = one_of(*GROUPS, load_default="none")
    pipeline_id = Id("pipeline", load_default=None, allow_none=True)


class SalesCycle(Query, ClosedPeriod, Dated):
    """Mean, median and 90th percentile of the days from opening to closing."""

    permission = "report"
    answers = SalesCycleView
    outcome = one_of(*OUTCOMES, load_default="won")
    pipeline_id = Id("pipeline", load_default=None, allow_none=True)


class Pipeline(Query, Dated):
    """Count, value and weighted value of each stage, in order; of one pipeline or of all."""

    permission = "report"
    answers = PipelineView
    pipeline_id = Id("pipeline", load_default=None, allow_none=True)


class Leaderboard(Query, ClosedPeriod, Dated):
    """Owners by the value they won."""

    permission = "report"
    answers = LeaderboardView


# --- metrics ---------------------------------------------------------------------------------------------------


class MetricInput(View):
    """What a metric is made of: a count, a sum or another metric. `records` lists the records behind it."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    unit = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    list = fields.String(required=True, allow_none=True)
    records = fields.String(required=True, allow_none=True)


class ComparedView(View):
    """The figure of another period, and the change since; `change_points` is for shares in percent only."""

    value = fields.Raw(required=True, allow_none=True)
    change_percent = fields.Float(required=True, allow_none=True)
    change_points = fields.Float(required=True, allow_none=True)
    reason = fields.String(allow_none=True)


class MetricFigure(View):
    """A value: money, or a number in the metric's unit; null with the `reason`."""

    value = fields.Raw(required=True, allow_none=True)
    reason = fields.String(allow_none=True)
    is_target_met = fields.Boolean()
    inputs = fields.List(fields.Nested(MetricInput))
    row_count = fields.Integer()
    rows_in_other_currencies = fields.Integer()
    compared = fields.Nested(ComparedView)


class MetricGroup(MetricFigure):
    """The figure of one group; `key` is null for what has none."""

    key = fields.String(required=True, allow_none=True)


class MetricExample(View):
    """Inputs, and what the formula makes of them."""

    inputs = fields.Dict(required=True)
    value = fields.Float(required=True)


class MetricRow(MetricFigure):
    """A metric: what it means, and its figure, or those of its `groups` when it is grouped."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    about = fields.String(required=True, allow_none=True)
    group = fields.String(required=True)
    unit = fields.String(required=True)
    formula = fields.String(required=True)
    example = fields.Nested(MetricExample, required=True)
    target = fields.String(required=True, allow_none=True)
    groupings = fields.List(fields.String(), required=True)
    source_fields = fields.List(fields.String(), required=True)
    groups = fields.List(fields.Nested(MetricGroup))


class MetricsView(View):
    data = fields.List(fields.Nested(MetricRow), required=True)
    period = fields.Nested(PeriodView, required=True)
    compared_to = fields.Nested(PeriodView, required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    watermark = fields.Nested(WatermarkView, required=True)


class Metrics(Query, ClosedPeriod):
    """Figures of a period with their formulas and what they are made of; without days of the last twelve months.

    `names` chooses some; `group_by` leaves out those that cannot be told apart that way. `gross_margin` is in percent.
    `horizon_days` asks for the forecast as it was so many days before the period ended.
    """

    permission = "report"
    answers = MetricsView
    names = fields.List(Text(longest=60, shortest=1), load_default=list, validate=validate.Length(max=50))
    group_by = one_of(*METRIC_GROUPS, load_default="none")
    compare_to = one_of("previous", "year_before", load_default=None, allow_none=True)
    gross_margin = fields.Float(
        load_default=None, allow_none=True, validate=validate.Range(min=0, min_inclusive=False, max=100)
    )
    purchase_kind = one_of(*PURCHASE_KINDS, load_default="order")
    forecast_category = one_of(*FORECASTS, load_default="commit")
    horizon_days = fields.Integer(load_default=0, validate=validate.Range(min=0, max=365))


# --- attribution -----------------------------------------------------------------------------------------------


class AttributionRow(View):
    """The credit of a source or campaign; `key` is null for what names none.

    `touches` counts those that got some of it, `deals` the won deals they led to. `roas` and `roi` are null where
    nothing was spent.
    """

    key = fields.String(required=True, allow_none=True)
    credit = fields.Dict(required=True, allow_none=True)
    deals = fields.Integer(required=True)
    touches = fields.Integer(required=True)
    spend = fields.Dict(required=True, allow_none=True)
    roas = fields.Float(required=True, allow_none=True)
    roi = fields.Float(required=True, allow_none=True)
    reason = fields.String()


class AttributionView(ReportView):
    """`total` is the sum of all credits: the value of the won deals in the currency of the workspace."""

    model = fields.String(required=True)
    total = fields.Dict(required=True, allow_none=True)
    data = fields.List(fields.Nested(AttributionRow), required=True)


class Attribution(Query, ClosedPeriod, Dated):
    """What brought the revenue in: the value of won deals, divided among the touches before they were won."""

    permission = "report"
    answers = AttributionView
    model = one_of(*ATTRIBUTION_MODELS, load_default="linear")
    group_by = one_of("source", "campaign", load_default="source")


# --- reports that people build ---------------------------------------------------------------------------------


class MeasureWrite(Message):
    """What is measured: `count`, or `sum`, `average`, `min`, `max`, `count_distinct` of a `field`; `ratio` in percent.

    `filter` counts only some of the group; `at_least` leaves out groups that stay below; a ratio is `of` one measure
    `to` another, by their names.
    """

    name = Text(longest=60, shortest=1, required=True)
    function = one_of("count", "sum", "average", "min", "max", "count_distinct", "ratio", required=True)
    field = Text(longest=60, load_default=None, allow_none=True)
    filter = Text(longest=2000, load_default=None, allow_none=True)
    at_least = fields.Float(load_default=None, allow_none=True)
    of = Text(longest=60, load_default=None, allow_none=True)
    to = Text(longest=60, load_default=None, allow_none=True)


class ReportDefinition(Message):
    """A report: facts of a `dataset`, those that the `filter` lets pass, one row for each group."""

    dataset = one_of(*DATASETS, required=True)
    filter = Text(longest=10_000, load_default=None, allow_none=True)
    group_by = fields.List(Text(longest=60, shortest=1), load_default=list, validate=validate.Length(max=4))
    measures = fields.List(
        fields.Nested(MeasureWrite), required=True, validate=validate.Length(min=1, max=10)
    )
    sort = Text(longest=70, load_default=None, allow_none=True)
    limit = fields.Integer(strict=True, load_default=200, validate=validate.Range(min=1, max=1000))
    as_of = Instant(load_default=None, allow_none=True)


class ReportColumn(View):
    name = fields.String(required=True)
    type = fields.String(required=True)


class BuiltReport(View):
    """What a report found: a value for each of the `columns`; `groups` counts all of them, also beyond the limit."""

    columns = fields.List(fields.Nested(ReportColumn), required=True)
    data = fields.List(fields.Dict(), required=True)
    groups = fields.Integer(required=True)
    row_count = fields.Integer(required=True)
    rows_in_other_currencies = fields.Integer(required=True)
    currency = fields.String(required=True, allow_none=True)
    watermark = fields.Nested(WatermarkView, required=True)
    as_of = fields.String(required=True, allow_none=True)


class RunReport(Query):
    """Run a report by its definition."""

    permission = "report"
    answers = BuiltReport
    definition = fields.Nested(ReportDefinition, required=True)


class DatasetField(View):
    name = fields.String(required=True)
    type = fields.String(required=True)
    values = fields.List(fields.String(), required=True)


class DatasetView(View):
    name = fields.String(required=True)
    fields_ = fields.List(fields.Nested(DatasetField), required=True, data_key="fields", attribute="fields")


class DatasetsView(View):
    data = fields.List(fields.Nested(DatasetView), required=True)


class Datasets(Query):
    """What reports can be built over, with the fields of each."""

    permission = "report"
    answers = DatasetsView


class CustomReportView(RecordView):
    name = fields.String(required=True)
    description = fields.String(allow_none=True)
    owner_id = fields.String(allow_none=True)
    definition = fields.Dict(required=True)


class CustomReportChanges(Message):
    name = Text(longest=120, shortest=1)
    description = Text(longest=2000, multiline=True, allow_none=True)
    definition = fields.Nested(ReportDefinition)
    custom = custom()


class CreateCustomReport(Command, CustomReportChanges):
    """Keep a report; one that could not be run is refused."""

    permission = "report"
    answers = CustomReportView
    custom_report_id = Id("custom_report")
    name = Text(longest=120, shortest=1, required=True)
    definition = fields.Nested(ReportDefinition, required=True)


class UpdateCustomReport(Command):
    permission = "report"
    answers = CustomReportView
    custom_report_id = Id("custom_report", required=True)
    expected_version = version()
    changes = fields.Nested(CustomReportChanges, required=True)


class DeleteCustomReport(Command):
    permission = "report"
    custom_report_id = Id("custom_report", required=True)
    expected_version = version()


class RestoreCustomReport(Command):
    permission = "report"
    answers = CustomReportView
    custom_report_id = Id("custom_report", required=True)


class GetCustomReport(Query):
    permission = "report"
    answers = CustomReportView
    custom_report_id = Id("custom_report", required=True)


class ReadCustomReports(ReadQuery):
    permission = "report"


class ListCustomReports(ListQuery):
    permission = "report"


class ExportCustomReports(ExportQuery):
    permission = "report"


class RunCustomReport(Query):
    """What a report that was kept finds now."""

    permission = "report"
    answers = BuiltReport
    custom_report_id = Id("custom_report", required=True)


class CustomReportCreated(Event):
    wire = "custom_report.created.v1"


class CustomReportPropertiesChanged(Event):
    wire = "custom_report.properties_changed.v1"


class CustomReportDeleted(Event):
    wire = "custom_report.deleted.v1"


class CustomReportRestored(Event):
    wire = "custom_report.restored.v1"


# --- the archive -----------------------------------------------------------------------------------------------


class EventPage(View):
    """Events in the order of the archive, each a CloudEvent with its `position`.

    `position` is where to go on; with no further events of the wanted types it is the newest there is.
    """

    data = fields.List(fields.Dict(), required=True)
    position = fields.Integer(required=True)
    latest_position = fields.Integer(required=True)
    has_more = fields.Boolean(required=True)


def _position(**kwargs: Any) -> fields.Integer:
    return fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=0), **kwargs)


class Events(Query):
    """Events after a position, oldest first; `types` are names (`deal.won.v1`) or families (`deal.*`)."""

    answers = EventPage
    after = _position(load_default=0)
    types = fields.List(Text(longest=120, shortest=1), load_default=list, validate=validate.Length(max=50))
    limit = fields.Integer(strict=True, load_default=100, validate=validate.Range(min=1, max=1000))


class RawEventPage(View):
    """Events as they were told, each as one text."""

    data = fields.List(fields.String(), required=True)
    position = fields.Integer(required=True)
    has_more = fields.Boolean(required=True)


class RawEvents(Query):
    """Events of these types after a position, oldest first, for a service that reads very many of them."""

    permission = "configure"
    answers = RawEventPage
    after = _position(load_default=0)
    types = fields.List(Text(longest=120, shortest=1), required=True, validate=validate.Length(min=1, max=50))
    limit = fields.Integer(strict=True, load_default=1000, validate=validate.Range(min=1, max=1000))


class WatchedEvents(Query):
    """A partner's events after a position, oldest first; without a position only where the archive ends."""

    scope = "events:read"
    answers = EventPage
    after = _position(required=True)
    types = fields.List(Text(longest=120, shortest=1), load_default=list, validate=validate.Length(max=50))
    limit = fields.Integer(strict=True, load_default=100, validate=validate.Range(min=1, max=500))


class SharedEvents(Query):
    """The next positions of the archive: the events that partners may see, each with `partner_ids`."""

    permission = "administer"
    answers = EventPage
    after = _position(required=True)
    limit = fields.Integer(strict=True, load_default=500, validate=validate.Range(min=1, max=1000))


class RecordEvents(Query):
    """The events of one record; `after` goes on in the chosen direction."""

    answers = EventPage
    record_id = Id(required=True)
    after = _position(load_default=None)
    newest_first = fields.Boolean(load_default=False)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200))


class LedgerEventPage(View):
    """Events, newest first, those they `caused` on other records, and the heads of the `newest` of all."""

    data = fields.List(fields.Dict(), required=True)
    caused = fields.List(fields.Dict(), required=True)
    newest = fields.List(fields.Dict(), required=True)
    total = fields.Integer(required=True)
    latest_position = fields.Integer(required=True)
    has_more = fields.Boolean(required=True)


class LedgerEvents(Query):
    """The events of one record, or of everything one request caused; `before` goes on to older ones."""

    answers = LedgerEventPage
    record_id = Id(load_default=None, allow_none=True)
    request_id = Text(longest=80, load_default=None, allow_none=True)
    before = _position(load_default=None)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200))


class PositionBefore(Query):
    """Where the archive was at a moment: the position of the last event before it."""

    answers = WatermarkView
    moment = Instant(required=True)


class LatestPosition(Query):
    """Where the archive of the workspace ends."""

    answers = WatermarkView


class GapRow(View):
    """A record of which events are missing: `highest` is the last number seen, `archived` how many there are."""

    subject_type = fields.String(required=True)
    subject_id = fields.String(required=True)
    highest = fields.Integer(required=True)
    archived = fields.Integer(required=True)
    since = fields.String(required=True)


class GapsView(View):
    data = fields.List(fields.Nested(GapRow), required=True)
    total = fields.Integer(required=True)


class Gaps(Query):
    """Records whose events have a hole, the oldest hole first."""

    permission = "administer"
    answers = GapsView
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200))


class Describe(Query):
    """The fields of a kind of record that filters and sorting know."""

    resource = Text(longest=60, required=True)
