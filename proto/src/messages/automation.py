"""Messages of automation-svc: workflows stored as data, and the ledger of their runs and steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from messages.activities import MOST_RECIPIENTS, NOTIFICATION_KINDS
from messages.common import (
    ENROLLED_BY,
    Command,
    Event,
    ExportQuery,
    Id,
    ListQuery,
    Message,
    Query,
    ReadQuery,
    RecordView,
    Text,
    View,
    custom,
    ids,
    one_of,
    version,
)
from messages.contacts import LIFECYCLE_STAGES
from messages.deals import TYPES as DEAL_TYPES
from messages.ledger import After

STATUSES = ("draft", "published", "disabled")
RUN_STATUSES = ("pending", "running", "completed", "failed", "suppressed")
STEP_STATUSES = ("waiting", "pending", "running", "completed", "failed", "skipped")
ACTIONS = (
    "create_task",
    "create_meeting",
    "create_deal",
    "open_renewal",
    "assign_owner",
    "set_lifecycle",
    "notify",
    "wait",
)
# What each action has to say; anything else it says is refused.
ACTION_FIELDS: Mapping[str, tuple[str, ...]] = {
    "create_task": ("subject", "due_in", "assignee", "priority"),
    "create_meeting": ("subject", "starts_in", "assignee"),
    "create_deal": ("name", "deal_type", "assignee"),
    "open_renewal": ("assignee",),
    "assign_owner": ("pool", "order", "by", "capacity"),
    "set_lifecycle": ("stage", "reason"),
    "notify": ("title", "body", "to", "kind", "title_of_many"),
    "wait": ("duration",),
}
REQUIRED_OF_ACTIONS = {
    "create_task": "subject",
    "create_meeting": "subject",
    "create_deal": "name",
    "set_lifecycle": "stage",
    "notify": "title",
    "wait": "duration",
}
OWNER, MANAGER, ADMINS = "owner", "manager", "admins"
# Before the name of a team, all of whose members are meant.
TEAM = "team:"
# How an owner is found, one way after the other.
ACCOUNT_OWNER, TERRITORY, POOL = "account_owner", "territory", "pool"
ASSIGNING_ORDER = (ACCOUNT_OWNER, TERRITORY, POOL)
TURNS, LEAST_BUSY = "turns", "least_busy"
PRIORITIES = ("low", "medium", "high")
TRIGGERS = (
    "account.created.v1",
    "account.properties_changed.v1",
    "account.deleted.v1",
    "account.enrolled.v1",
    "contact.created.v1",
    "contact.properties_changed.v1",
    "contact.deleted.v1",
    "contact.enrolled.v1",
    "lead.created.v1",
    "lead.properties_changed.v1",
    "lead.deleted.v1",
    "lead.enrolled.v1",
    "deal.created.v1",
    "deal.properties_changed.v1",
    "deal.deleted.v1",
    "deal.stage_moved.v1",
    "deal.won.v1",
    "deal.lost.v1",
    "deal.reopened.v1",
    "deal.stalled.v1",
    "deal.enrolled.v1",
    "contract.created.v1",
    "contract.properties_changed.v1",
    "contract.arr_moved.v1",
    "contract.renewal_due.v1",
    "contract.review_due.v1",
    "contract.lapsed.v1",
    "contract.anniversary.v1",
    "contract.renewed.v1",
    "contract.cancelled.v1",
    "contract.enrolled.v1",
    "approval.created.v1",
    "approval.properties_changed.v1",
    "approval.approved.v1",
    "approval.rejected.v1",
    "approval.recalled.v1",
    "activity.created.v1",
    "activity.properties_changed.v1",
    "activity.completed.v1",
    "activity.enrolled.v1",
    "call.missed.v1",
    "quality.created.v1",
    "quality.properties_changed.v1",
    "signal.created.v1",
    "signal.properties_changed.v1",
    "task.due.v1",
    "job.completed.v1",
    "job.failed.v1",
)
ENROLLMENT_STATUSES = ("pending", "told", "refused")
MOST_ENROLLED = 200
DURATION = r"^[1-9][0-9]{0,4}[mhd]$"

# --- why, and why not ------------------------------------------------------------------------------------------


class WhyRow(View):
    """An event that could have started a workflow, and what decided.

    `trigger` and `filter` say whether they held, the filter comparison by comparison with the value the record had;
    `run` is what it started, and `said` the answer in one sentence. The workflow is taken as it was then, in its
    `revision`.
    """

    event_id = fields.String(required=True)
    event_type = fields.String(required=True)
    at = fields.String(required=True)
    is_met = fields.Boolean(required=True)
    trigger = fields.Dict(required=True, allow_none=True)
    filter = fields.Dict(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    run = fields.Dict(required=True, allow_none=True)
    said = fields.String(required=True)


class WhyView(View):
    """What a workflow made of the newest events of a record; `said` when none of them could have started it."""

    workflow = fields.Dict(required=True)
    waits_for = fields.List(fields.String(), required=True)
    looked_at = fields.Integer(required=True)
    data = fields.List(fields.Nested(WhyRow), required=True)
    said = fields.String(required=True, allow_none=True)


class Why(Query):
    """Why a workflow acted on a record, or why not; `events` are those of the record, as the archive has them."""

    answers = WhyView
    workflow_id = Id("workflow", required=True)
    events = fields.List(fields.Dict(), required=True, validate=validate.Length(max=200))


# --- scores ----------------------------------------------------------------------------------------------------


class Contribution(View):
    """What adds to a score or speaks against it: what is known (fit), or one thing that happened."""

    group = fields.String(required=True)
    label = fields.String(required=True)
    points = fields.Integer(required=True)
    at = fields.String(required=True, allow_none=True)


class ThresholdView(View):
    """A threshold; `way` is the shortest way there, null when no signals lead there."""

    at = fields.Integer(required=True)
    is_reached = fields.Boolean(required=True)
    way = fields.List(fields.String(), required=True, allow_none=True)


class ScoreView(View):
    score = fields.Integer(required=True, allow_none=True)
    model = fields.String(required=True, metadata={"description": "Its version."})
    begins_with = fields.Integer(required=True)
    contributions = fields.List(fields.Nested(Contribution), required=True)
    thresholds = fields.List(fields.Nested(ThresholdView), required=True)


class LeadScore(Query):
    """The score of a lead with all that contributed, and the shortest way to the next threshold."""

    answers = ScoreView
    lead_id = Id("lead", required=True)


class AccountHealth(Query):
    """The health of a customer by the model, explained; no score for who never had a contract."""

    answers = ScoreView
    account_id = Id("account", required=True)


# --- territories -----------------------------------------------------------------------------------------------


class TerritoryChanges(Message):
    """Leads that the filter lets pass belong to one of these users, by turns; the lowest position that fits counts."""

    name = Text(longest=120, shortest=1)
    position = fields.Integer(strict=True, validate=validate.Range(min=0, max=100_000))
    filter = Text(longest=10_000, shortest=1)
    user_ids = ids("user", most=200)
    custom = custom()


class TerritoryView(RecordView):
    name = fields.String(required=True)
    position = fields.Integer(required=True)
    filter = fields.String(required=True)
    user_ids = fields.List(fields.String(), required=True)


class CreateTerritory(Command, TerritoryChanges):
    """Say which leads belong to whom: `country = "DE" AND industry = "manufacturing" AND employee_count < 500`."""

    permission = "configure"
    answers = TerritoryView
    territory_id = Id("territory")
    name = Text(longest=120, shortest=1, required=True)
    filter = Text(longest=10_000, shortest=1, required=True)
    user_ids = ids("user", most=200, required=True)


class UpdateTerritory(Command):
    permission = "configure"
    answers = TerritoryView
    territory_id = Id("territory", required=True)
    expected_version = version()
    changes = fields.Nested(TerritoryChanges, required=True)


class DeleteTerritory(Command):
    permission = "configure"
    territory_id = Id("territory", required=True)
    expected_version = version()


class RestoreTerritory(Command):
    permission = "configure"
    answers = TerritoryView
    territory_id = Id("territory", required=True)


class GetTerritory(Query):
    answers = TerritoryView
    territory_id = Id("territory", required=True)


class ReadTerritories(ReadQuery):
    pass


class ListTerritories(ListQuery):
    pass


class ExportTerritories(ExportQuery):
    pass


# --- workflows -------------------------------------------------------------------------------------------------


def _span() -> fields.String:
    """A time after the fact."""
    return fields.String(
        validate=validate.Regexp(DURATION, error="Write minutes, hours or days like 30m, 2h or 7d."),
        allow_none=True,
    )


class TriggerWrite(Message):
    """What starts a workflow.

    `stage` narrows `deal.stage_moved.v1` to deals that enter the stage of this name, also by being opened in it.
    `field`, `before` and `after` narrow an event to changes of one property; with `or_created`, a record that is made
    with a value there counts as well. `falls_below`, `rises_above` and `reaches` narrow to the change that takes a
    number over a threshold: from 60 to 59 falls below 60, from 80 to 81 rises above 80, from 64 to 65 reaches 65. A
    first value that lies beyond it counts; further changes on the same side do not.

    `count` waits for so many such facts about one record `within` a time (30 days): it starts once when the number is
    reached, and again only after that time passed without any. Signals are counted by person, activities by account,
    contact or lead.

    Events like `deal.enrolled.v1` are told when the workflow itself takes records up, `by` one of three ways. By
    `date`, when their `field` says a day that is `days` ago (-7: in seven days), from the time `at` of that day on,
    once for each such day. By `schedule`, `every` day, week or month `on` its day (1 is Monday, or the first) and `at`
    its time, all those that pass the filter. By `hand`, those that somebody chooses. Times are in the workspace's zone.
    """

    event = one_of(*TRIGGERS, required=True)
    stage = Text(longest=80, shortest=1, allow_none=True)
    field = Text(longest=60, shortest=1, allow_none=True)
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
    falls_below = fields.Float()
    rises_above = fields.Float()
    reaches = fields.Float()
    or_created = fields.Boolean()
    count = fields.Integer(strict=True, validate=validate.Range(min=2, max=1000))
    within = _span()
    by = one_of(*ENROLLED_BY, allow_none=True)
    days = fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=-1000, max=1000))
    every = one_of("day", "week", "month", allow_none=True)
    on = fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=1, max=31))
    at = fields.String(
        allow_none=True,
        validate=validate.Regexp(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", error="Write a time like 08:00."),
    )


class ActionWrite(Message):
    """What a workflow does, with the record's fields in its texts (`{name}`).

    `create_task` makes a task about the record: `subject`, `due_in`, `assignee`, `priority`. `create_meeting` plans a
    meeting: `subject`, `starts_in`, `assignee`. `create_deal` opens a deal with the account, contact or lead that the
    record is or belongs to: `name`, `deal_type`, `assignee`. `open_renewal` opens the deal that renews a contract's
    term, of which there is one however often it is asked for: `assignee`. `assign_owner` gives a lead to the owner of
    its account, else by territory, else to somebody of a team (`pool`), or in another `order`; in territory and team
    `by` turns, or to the least busy; open deals only count as load, and whoever has `capacity` of them gets no more.
    `set_lifecycle` says how far a lead has come:
    `stage`. `notify` tells people: `title`, `body`, `to`, `kind`; of what an import did to many records it tells once,
    with `title_of_many`. `wait` lets a `duration` pass before the next action.

    An action with `only_if`, a filter over the same fields as that of the workflow, is left out where it does not hold;
    two actions with opposite filters are a branch. It is decided when the run begins, by the record as it was then.
    """

    type = one_of(*ACTIONS, required=True)
    only_if = Text(longest=2000, allow_none=True)
    subject = Text(longest=300, shortest=1)
    due_in = _span()
    starts_in = _span()
    duration = _span()
    assignee = Text(longest=40, metadata={"description": "`owner` (of the record) or the id of a user."})
    priority = one_of(*PRIORITIES)
    name = Text(longest=200, shortest=1)
    deal_type = one_of(*DEAL_TYPES)
    title = Text(longest=300, shortest=1)
    body = Text(
        longest=2000,
        multiline=True,
        allow_none=True,
        metadata={"description": "Parts between ` · ` that turn out empty are left out."},
    )
    to = fields.List(
        Text(longest=130, shortest=1),
        validate=validate.Length(min=1, max=MOST_RECIPIENTS),
        metadata={
            "description": "`owner` (of the record), `manager` (of the owner's teams), `admins`, `team:Finance` "
            "(everybody in the team of that name) or ids of users; the owner when absent. Nobody is told of what they "
            "did themselves."
        },
    )
    stage = one_of(*LIFECYCLE_STAGES)
    reason = Text(longest=500, shortest=1)
    pool = Text(longest=130, shortest=1, metadata={"description": "Who takes turns, like `team:Sales`."})
    order = fields.List(one_of(*ASSIGNING_ORDER), validate=validate.Length(min=1, max=len(ASSIGNING_ORDER)))
    by = one_of(TURNS, LEAST_BUSY)
    capacity = fields.Integer(
        strict=True,
        validate=validate.Range(min=1, max=10_000),
        metadata={"description": "So many open deals at most, for whoever is to get one more."},
    )
    kind = one_of(*NOTIFICATION_KINDS)
    title_of_many = Text(longest=300, shortest=1, allow_none=True)

    @validates_schema
    def _fits(self, data: dict[str, Any], **kwargs: Any) -> None:
        action = data.get("type", "")
        if action not in ACTION_FIELDS:
            return
        required = REQUIRED_OF_ACTIONS.get(action)
        if required and not data.get(required):
            raise ValidationError("Missing data for required field.", required)
        for name in data.keys() - {"type", "only_if", *ACTION_FIELDS[action]}:
            allowed = ", ".join((*ACTION_FIELDS[action], "only_if"))
            raise ValidationError(f"{action} has no {name}; it takes {allowed}.", name)


# --- dry run ---------------------------------------------------------------------------------------------------


class DryRunExample(View):
    """An event that would have started the workflow, and what the filter found."""

    event_id = fields.String(required=True)
    event_type = fields.String(required=True)
    at = fields.String(required=True)
    record_id = fields.String(required=True)
    said = fields.String(required=True, allow_none=True)


class TallyView(View):
    """What a workflow would have made of the events looked at so far.

    Of `events` of the kinds that it `waits_for`, `runs` would have begun, and `actions` been taken, by type;
    `on_closed_deals` of the runs are about a deal that was won or lost by then. `suppressed` and `skipped` count the
    reasons why runs would not have begun and actions had nothing to do. `by_day` counts runs; `examples` are the
    newest ones, and `until` is when the newest event looked at was told.
    """

    waits_for = fields.List(fields.String(), required=True)
    events = fields.Integer(required=True)
    runs = fields.Integer(required=True)
    on_closed_deals = fields.Integer(required=True)
    actions = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    suppressed = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    skipped = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    by_day = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    until = fields.String(required=True, allow_none=True)
    examples = fields.List(fields.Nested(DryRunExample), required=True)


class DryRunView(TallyView):
    """What a workflow would have made of the events from `since` on, as far as they were looked at.

    Until all are (`is_complete`), `next_cursor` goes on from there and adds to what was counted.
    """

    since = fields.String(required=True)
    is_complete = fields.Boolean(required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class DryRunTally(View):
    """A tally, and what the next events need to know of those before them."""

    tally = fields.Nested(TallyView, required=True)
    memory = fields.Dict(required=True)


class DryRun(Query):
    """Count what a workflow would have done with events of the past, on from what was counted before; changes nothing.

    `events` are texts as they were told; `so_far` is the answer for those before them.
    """

    permission = "configure"
    answers = DryRunTally
    trigger = fields.Nested(TriggerWrite, required=True)
    filter = Text(longest=10_000, multiline=True, load_default=None, allow_none=True)
    actions = fields.List(fields.Nested(ActionWrite), required=True, validate=validate.Length(min=1, max=20))
    events = fields.List(fields.String(), required=True, validate=validate.Length(max=1000))
    so_far = fields.Dict(load_default=None, allow_none=True)


class DryRunWindow(Message):
    """How far back to look, or where to go on."""

    days = fields.Integer(strict=True, load_default=90, validate=validate.Range(min=1, max=3650))
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1_000_000))


class DryRunDefinition(DryRunWindow):
    trigger = fields.Nested(TriggerWrite, required=True)
    filter = Text(longest=10_000, multiline=True, load_default=None, allow_none=True)
    actions = fields.List(fields.Nested(ActionWrite), required=True, validate=validate.Length(min=1, max=20))


class WorkflowWrite(Message):
    name = Text(longest=120, shortest=1)
    description = Text(longest=2000, multiline=True, allow_none=True)
    trigger = fields.Nested(TriggerWrite)
    filter = Text(longest=10_000, multiline=True, allow_none=True)
    actions = fields.List(fields.Nested(ActionWrite), validate=validate.Length(min=1, max=20))
    custom = custom()


class WorkflowView(RecordView):
    name = fields.String(required=True)
    description = fields.String(allow_none=True)
    trigger = fields.Dict(required=True)
    filter = fields.String(allow_none=True)
    actions = fields.List(fields.Dict(), required=True)
    status = one_of(*STATUSES, required=True)
    revision = fields.Integer(required=True, metadata={"description": "Moves when what it does changes."})
    recipe = fields.String(allow_none=True)
    published_by = fields.String(allow_none=True)
    enrolls_at = fields.String(
        allow_none=True,
        metadata={
            "description": "When records are looked for next, by date or schedule; null for other triggers."
        },
    )


class CreateWorkflow(Command, WorkflowWrite):
    """Write a workflow down as a draft; it does nothing until it is enabled."""

    permission = "configure"
    answers = WorkflowView
    workflow_id = Id("workflow")
    name = Text(longest=120, shortest=1, required=True)
    trigger = fields.Nested(TriggerWrite, required=True)
    actions = fields.List(fields.Nested(ActionWrite), required=True, validate=validate.Length(min=1, max=20))


class UpdateWorkflow(Command):
    """Change a workflow; runs that began keep what they began with."""

    permission = "configure"
    answers = WorkflowView
    workflow_id = Id("workflow", required=True)
    expected_version = version()
    changes = fields.Nested(WorkflowWrite, required=True)


class EnableWorkflow(Command):
    """Publish a workflow: from now on it answers its trigger."""

    permission = "configure"
    answers = WorkflowView
    workflow_id = Id("workflow", required=True)
    expected_version = version()


class DisableWorkflow(Command):
    """Switch a workflow off; runs that began go on."""

    permission = "configure"
    answers = WorkflowView
    workflow_id = Id("workflow", required=True)
    expected_version = version()


class RevertWorkflow(Command):
    """Make a workflow do again what it did in an earlier `revision`; it stays on or off as it is."""

    permission = "configure"
    answers = WorkflowView
    workflow_id = Id("workflow", required=True)
    expected_version = version()
    revision = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))


class WorkflowVersionView(View):
    """What a workflow was from `changed_at` until the next version."""

    name = fields.String(required=True)
    status = one_of(*STATUSES, required=True)
    revision = fields.Integer(required=True)
    trigger = fields.Dict(required=True)
    filter = fields.String(required=True, allow_none=True)
    actions = fields.List(fields.Dict(), required=True)
    changed_at = fields.String(required=True)
    changed_by = fields.String(required=True)


class WorkflowVersionsView(View):
    data = fields.List(fields.Nested(WorkflowVersionView), required=True)


class WorkflowVersions(Query):
    """What a workflow was, and who changed it: the newest 200 versions, newest first."""

    answers = WorkflowVersionsView
    workflow_id = Id("workflow", required=True)


class EnrollmentView(View):
    """A record that a workflow took up: `told`, or still `pending`, or `refused` for a `reason`."""

    id = fields.String(required=True)
    record_id = fields.String(required=True)
    by = one_of(*ENROLLED_BY, required=True)
    occasion = fields.String(required=True)
    asked_by = fields.String(required=True, allow_none=True)
    status = one_of(*ENROLLMENT_STATUSES, required=True)
    reason = fields.String(required=True, allow_none=True)
    at = fields.String(required=True)


class EnrollmentsView(View):
    data = fields.List(fields.Nested(EnrollmentView), required=True)


class Enrollments(Query):
    """The records that a workflow took up: the newest 200, newest first."""

    answers = EnrollmentsView
    workflow_id = Id("workflow", required=True)


class EnrollRecords(Command):
    """Have a workflow that takes records up by hand take up these, each once; its filter still decides."""

    answers = EnrollmentsView
    workflow_id = Id("workflow", required=True)
    record_ids = fields.List(
        Text(longest=40, shortest=1), required=True, validate=validate.Length(min=1, max=MOST_ENROLLED)
    )


class TriggerPart(View):
    """An event that can start a workflow, and the kind of record it is about.

    With `is_change` a trigger may name a field and its values; with `enters_stage`, a stage. With `is_enrollment` it
    says by which way records are taken up.
    """

    event = fields.String(required=True)
    subject = fields.String(required=True)
    is_change = fields.Boolean(required=True)
    enters_stage = fields.Boolean(required=True)
    is_enrollment = fields.Boolean(required=True)


class SubjectPart(View):
    """A kind of record, with the fields that filters may ask and texts may name."""

    name = fields.String(required=True)
    fields_ = fields.List(fields.Dict(), required=True, data_key="fields", attribute="fields")


class ActionPart(View):
    """An action, what it may and must say; `only_for` is the one kind of record that it fits, null when it fits all."""

    type = fields.String(required=True)
    arguments = fields.List(fields.String(), required=True)
    required = fields.List(fields.String(), required=True)
    only_for = fields.String(required=True, allow_none=True)


class WorkflowPartsView(View):
    triggers = fields.List(fields.Nested(TriggerPart), required=True)
    subjects = fields.List(fields.Nested(SubjectPart), required=True)
    actions = fields.List(fields.Nested(ActionPart), required=True)


class WorkflowParts(Query):
    """What workflows are made of."""

    answers = WorkflowPartsView


class FindingView(View):
    """A `loop`: workflows that start each other in this order; or a `conflict`: two that decide the same otherwise."""

    kind = one_of("loop", "conflict", required=True)
    text = fields.String(required=True)
    workflow_ids = fields.List(fields.String(), required=True)


class AnalysisView(View):
    data = fields.List(fields.Nested(FindingView), required=True)


class Analysis(Query):
    """What to know before a workflow is switched on: circles and conflicts with those that are."""

    answers = AnalysisView
    workflow_id = Id("workflow", required=True)


class DeleteWorkflow(Command):
    """Delete a workflow; a recipe stays and can be switched off."""

    permission = "configure"
    workflow_id = Id("workflow", required=True)
    expected_version = version()


class RestoreWorkflow(Command):
    permission = "configure"
    answers = WorkflowView
    workflow_id = Id("workflow", required=True)


class GetWorkflow(Query):
    answers = WorkflowView
    workflow_id = Id("workflow", required=True)


class ReadWorkflows(ReadQuery):
    pass


class ListWorkflows(ListQuery):
    pass


class ExportWorkflows(ExportQuery):
    pass


# --- runs ------------------------------------------------------------------------------------------------------


class StepView(View):
    """One effect of a run: what it was to do, under which key, and what came of it."""

    id = fields.String(required=True)
    position = fields.Integer(required=True)
    action = fields.String(required=True)
    status = one_of(*STEP_STATUSES, required=True)
    effect_key = fields.String(required=True)
    attempts = fields.Integer(required=True)
    input = fields.Dict(required=True)
    output = fields.Dict(allow_none=True)
    error = fields.String(allow_none=True)
    reason = fields.String(
        allow_none=True, metadata={"description": "Why there was nothing to do, or who was left out."}
    )
    next_at = fields.String(allow_none=True)
    started_at = fields.String(allow_none=True)
    finished_at = fields.String(allow_none=True)


class RunView(RecordView):
    workflow_id = fields.String(required=True)
    workflow_name = fields.String(allow_none=True)
    revision = fields.Integer(required=True)
    trigger_event_id = fields.String(required=True)
    trigger_type = fields.String(required=True)
    record_type = fields.String(required=True)
    record_id = fields.String(required=True)
    status = one_of(*RUN_STATUSES, required=True)
    reason = fields.String(
        allow_none=True, metadata={"description": "Why it was suppressed, or what failed."}
    )
    verdict = fields.String(
        allow_none=True, metadata={"description": "What the filter found in the record, in words."}
    )
    depth = fields.Integer(required=True)
    events = fields.Integer(
        metadata={"description": "How many events it stands for: one, or all of an import that were alike."}
    )
    request_id = fields.String()
    finished_at = fields.String(allow_none=True)
    steps = fields.List(fields.Nested(StepView), required=True)


class GetRun(Query):
    answers = RunView
    run_id = Id("run", required=True)


class ReadRuns(ReadQuery):
    pass


class ListRuns(ListQuery):
    pass


class ExportRuns(ExportQuery):
    pass


class LedgerRunPage(View):
    """Runs, newest first; `totals` by status; `because`: the runs that the events asked for began."""

    data = fields.List(fields.Nested(RunView), required=True)
    has_more = fields.Boolean(required=True)
    totals = fields.Dict(keys=fields.String(), required=True)
    because = fields.List(fields.Nested(RunView), required=True)


class LedgerRuns(Query):
    """The runs that a record began or that are about it, or those that one request caused."""

    answers = LedgerRunPage
    record_id = Id(load_default=None, allow_none=True)
    request_id = Text(longest=80, load_default=None, allow_none=True)
    event_ids = ids("event", most=500, load_default=list)
    statuses = fields.List(one_of(*RUN_STATUSES), load_default=list)
    after = fields.Nested(After, load_default=None, allow_none=True)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200))


class RetryRun(Command):
    """Try the failed step of a run again, and go on from there."""

    answers = RunView
    run_id = Id("run", required=True)


class Describe(Query):
    """The fields of a kind of record that filters and sorting know; also those that conditions of workflows know."""

    resource = Text(longest=60, required=True)


# --- events ----------------------------------------------------------------------------------------------------


class WorkflowCreated(Event):
    wire = "workflow.created.v1"


class WorkflowPropertiesChanged(Event):
    wire = "workflow.properties_changed.v1"


class WorkflowDeleted(Event):
    wire = "workflow.deleted.v1"


class WorkflowRestored(Event):
    wire = "workflow.restored.v1"


class WorkflowPublished(Event):
    """A workflow was switched on."""

    wire = "workflow.published.v1"


class WorkflowDisabled(Event):
    """A workflow was switched off."""

    wire = "workflow.disabled.v1"


class RunCompleted(Event):
    """All steps of a run are done."""

    wire = "run.completed.v1"


class RunFailed(Event):
    """A step of a run failed for good; `reason` says why."""

    wire = "run.failed.v1"
    reason = fields.String(required=True)


class TerritoryCreated(Event):
    wire = "territory.created.v1"


class TerritoryPropertiesChanged(Event):
    wire = "territory.properties_changed.v1"


class TerritoryDeleted(Event):
    wire = "territory.deleted.v1"


class TerritoryRestored(Event):
    wire = "territory.restored.v1"
