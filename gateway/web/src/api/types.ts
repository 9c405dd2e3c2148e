// The records of /v1 as the interface sees them. Written by hand against the REST surface; every
// name is the wire's name.

export interface Money {
  amount: string;
  currency: string;
}

export interface Base {
  id: string;
  created_at: string;
  updated_at: string;
  version: number;
  custom: Record<string, unknown>;
}

export interface Owned {
  owner_id: string | null;
  team_id: string | null;
  source: string | null;
  tags: string[];
  external_id: string | null;
}

export type Role = "admin" | "manager" | "rep" | "support" | "read_only" | "integration";

export interface User extends Base {
  name: string;
  email: string;
  role: Role;
  is_active: boolean;
  time_zone: string | null;
  team_ids: string[];
}

export interface Me {
  user: User;
  role: Role;
  permissions: string[];
  workspace: Workspace;
}

export interface Workspace {
  id: string;
  name: string;
  currency: string;
  time_zone: string;
}

export interface Session {
  user: User;
  workspace: Workspace;
  csrf_token: string;
}

export interface Account extends Base, Owned {
  name: string;
  domain: string | null;
  website: string | null;
  industry: string | null;
  employee_count: number | null;
  annual_revenue: Money | null;
  founded_year: number | null;
  country: string | null;
  city: string | null;
  address: string | null;
  parent_id: string | null;
  tier: string | null;
  relationship: string | null;
  lifecycle_stage: string | null;
  health: number | null;
  health_source: string | null;
  description: string | null;
  open_deal_count?: number | null;
  last_activity_at?: string | null;
}

export interface Contact extends Base, Owned {
  first_name: string | null;
  last_name: string;
  name: string;
  email: string | null;
  phone: string | null;
  title: string | null;
  account_id: string | null;
  lifecycle_stage: string | null;
  language: string | null;
  time_zone: string | null;
}

export interface Lead extends Base, Owned {
  first_name: string | null;
  last_name: string;
  name: string;
  company: string | null;
  email: string | null;
  phone: string | null;
  title: string | null;
  status: string;
  industry: string | null;
  country: string | null;
  employee_count: number | null;
  score: number | null;
  lifecycle_stage: string;
  converted_at: string | null;
  account_id: string | null;
  contact_id: string | null;
  deal_id: string | null;
}

/** A record that is probably the same as one about to be made. */
export interface PossibleDuplicate {
  kind: "account" | "contact" | "lead";
  id: string;
  name: string;
  score: number;
  reason: string;
}

export interface Score {
  score: number | null;
  model: string;
  begins_with: number;
  contributions: { group: string; label: string; points: number; at: string | null }[];
  thresholds: { at: number; is_reached: boolean; way: string[] | null }[];
}

export type StageKind = "open" | "won" | "lost";

export interface Stage {
  id: string;
  name: string;
  kind: StageKind;
  probability: number;
  forecast_category: string | null;
  rotting_days: number | null;
  required_fields: string[];
  position: number;
}

export interface Pipeline extends Base {
  name: string;
  is_default: boolean;
  stages: Stage[];
}

export interface Product extends Base {
  name: string;
  code: string | null;
  family: string | null;
  list_price: Money | null;
  is_active: boolean;
}

export interface Deal extends Base, Owned {
  name: string;
  account_id: string | null;
  contact_id: string | null;
  lead_id: string | null;
  pipeline_id: string;
  stage_id: string;
  status: StageKind;
  amount: Money | null;
  probability: number | null;
  forecast_category: string | null;
  type: string | null;
  product_id: string | null;
  opened_on: string | null;
  expected_close_on: string | null;
  closed_on: string | null;
  stage_entered_at: string | null;
  lost_reason: string | null;
  won_reason: string | null;
  competitor: string | null;
  next_step: string | null;
  list_amount: Money | null;
  approval_status: ApprovalStatus | null;
  approval_id: string | null;
  contract_id: string | null;
}

export type ApprovalStatus = "pending" | "approved" | "rejected" | "recalled";

export interface Line {
  id: string;
  position: number;
  product_id: string | null;
  name: string;
  quantity: number;
  unit_price: Money;
  discount: number;
  billing: string;
  periods: number;
  list_amount: Money;
  amount: Money;
}

export interface ApprovalStep {
  role: string;
  approver_id: string;
  status: ApprovalStatus | "waiting";
  decided_by: string | null;
  decided_at: string | null;
  comment: string | null;
}

export interface Approval extends Base {
  name: string;
  deal_id: string;
  discount: number;
  amount: Money;
  status: ApprovalStatus;
  owner_id: string | null;
  requested_by: string;
  steps: ApprovalStep[];
}

export interface Contract extends Base {
  name: string;
  account_id: string;
  deal_id: string | null;
  owner_id: string | null;
  status: "active" | "cancelled";
  arr: Money;
  term: number;
  starts_on: string;
  ends_on: string;
  renews_on: string;
  renewal_deal_id: string | null;
}

export interface Signal extends Base {
  kind: string;
  occurred_at: string;
  record_id: string | null;
  url: string | null;
  title: string | null;
  campaign: string | null;
}

export interface Measure {
  name: string;
  function: string;
  field?: string | null;
  filter?: string | null;
  at_least?: number | null;
  of?: string | null;
  to?: string | null;
}

export interface ReportDefinition {
  dataset: string;
  filter: string | null;
  group_by: string[];
  measures: Measure[];
  sort?: string | null;
  limit?: number;
}

export interface CustomReport extends Base {
  name: string;
  description: string | null;
  owner_id: string | null;
  definition: ReportDefinition;
}

export interface Dataset {
  name: string;
  fields: { name: string; type: string; values: string[] }[];
}

export interface BuiltReport {
  columns: { name: string; type: string }[];
  data: Record<string, unknown>[];
  groups: number;
  row_count: number;
  rows_in_other_currencies: number;
  currency: string | null;
  watermark: { position: number; at: string | null };
}

export interface WhyRow {
  event_id: string;
  event_type: string;
  at: string;
  is_met: boolean;
  trigger: { matched: boolean; text: string } | null;
  filter: Explained | null;
  run: { id: string; status: string; reason: string | null } | null;
  said: string;
}

export interface Explained {
  matched: boolean;
  text: string;
  field?: string;
  actual?: unknown;
  parts?: Explained[];
}

export interface Why {
  waits_for: string[];
  looked_at: number;
  data: WhyRow[];
  said: string | null;
}

export interface AttributionRow {
  key: string | null;
  credit: Money | null;
  deals: number;
  touches: number;
  spend: Money | null;
  roas: number | null;
  roi: number | null;
  reason?: string;
}

export interface Attribution extends Report<AttributionRow[]> {
  model: string;
  total: Money | null;
}

export interface MetricInput {
  name: string;
  label: string;
  unit: string;
  value: Money | number | null;
  records: string | null;
}

export interface MetricFigure {
  value: Money | number | null;
  reason?: string | null;
  is_target_met?: boolean;
  inputs?: MetricInput[];
  compared?: { value: Money | number | null; change_percent: number | null; change_points: number | null; reason?: string | null };
}

export interface Metric extends MetricFigure {
  name: string;
  label: string;
  about: string | null;
  group: string;
  unit: string;
  formula: string;
  example: { inputs: Record<string, number>; value: number };
  target: string | null;
  groupings: string[];
  groups?: (MetricFigure & { key: string | null })[];
}

export interface Metrics {
  data: Metric[];
  period: { from: string; to: string };
  compared_to: { from: string; to: string } | null;
  currency: string | null;
  watermark: { position: number; at: string | null };
}

export interface Card extends Deal {
  account_name: string | null;
  owner_name: string | null;
  next_activity_at: string | null;
  is_rotting: boolean;
}

export interface BoardStage {
  id: string;
  name: string;
  kind: StageKind;
  probability: number;
  count: number;
  /** Null where no deal of the board has an amount. */
  total: Money | null;
  weighted: Money | null;
  rows_without_amount: number;
  deals: Card[];
  has_more: boolean;
}

export interface Board {
  pipeline: { id: string; name: string };
  stages: BoardStage[];
  currency: string | null;
}

export interface StageMove {
  from_stage_id: string | null;
  to_stage_id: string;
  from_stage: string | null;
  to_stage: string;
  moved_at: string;
  moved_on: string | null;
  moved_by: string | null;
  seconds_in_stage: number | null;
  amount: Money | null;
  probability: number | null;
}

export type ActivityKind = "call" | "email" | "meeting" | "note" | "task";

export interface Activity extends Base {
  kind: ActivityKind;
  subject: string;
  body: string | null;
  owner_id: string | null;
  record_ids: string[];
  direction: string | null;
  outcome: string | null;
  duration_seconds: number | null;
  occurred_at: string | null;
  due_at: string | null;
  status: string | null;
  priority: string | null;
  completed_at: string | null;
  origin: string | null;
  workflow_run_id: string | null;
}

export interface TimelineEvent {
  type: string;
  summary: string | null;
  actor_id: string | null;
  changes: Record<string, [unknown, unknown]> | null;
}

export interface TimelineItem {
  at: string;
  kind: "activity" | "event";
  activity?: Activity;
  event?: TimelineEvent;
}

export interface Warning {
  service: string;
  code: string;
}

export interface Overview<R> {
  record: R;
  account?: Account | null;
  contacts?: Contact[];
  deals?: Deal[];
  activities?: Activity[];
  /** The first page; null when activities-svc does not answer. */
  timeline?: Page<TimelineItem> | null;
  /** How many there are in all; null where nobody could be asked. */
  counts?: Record<"contacts" | "deals" | "activities", number | null>;
  warnings?: Warning[];
}

export interface Page<R> {
  data: R[];
  next_cursor: string | null;
  total?: number;
}

export interface Trigger {
  event: string;
  [more: string]: unknown;
}

export interface Action {
  type: string;
  [more: string]: unknown;
}

/** What a workflow does. */
export interface WorkflowDefinition {
  trigger: Trigger;
  filter: string | null;
  actions: Action[];
}

export interface Workflow extends Base, WorkflowDefinition {
  name: string;
  description: string | null;
  revision: number;
  status: "draft" | "published" | "disabled";
  recipe: string | null;
  enrolls_at: string | null;
}

/** A record that a workflow took up. */
export interface Enrollment {
  id: string;
  record_id: string;
  by: "date" | "schedule" | "hand";
  occasion: string;
  asked_by: string | null;
  status: "pending" | "told" | "refused";
  reason: string | null;
  at: string;
}

export interface WorkflowVersion extends WorkflowDefinition {
  name: string;
  status: Workflow["status"];
  revision: number;
  changed_at: string;
  changed_by: string;
}

export interface WorkflowParts {
  triggers: { event: string; subject: string; is_change: boolean; enters_stage: boolean; is_enrollment: boolean }[];
  subjects: { name: string; fields: SchemaField[] }[];
  actions: { type: string; arguments: string[]; required: string[]; only_for: string | null }[];
}

/** A circle of workflows, or two that decide the same otherwise. */
export interface Finding {
  kind: "loop" | "conflict";
  text: string;
  workflow_ids: string[];
}

/** What a workflow would have made of the past, as far as it was looked at. */
export interface DryRun {
  waits_for: string[];
  events: number;
  runs: number;
  on_closed_deals: number;
  actions: Record<string, number>;
  suppressed: Record<string, number>;
  skipped: Record<string, number>;
  by_day: Record<string, number>;
  examples: { event_id: string; event_type: string; at: string; record_id: string; said: string | null }[];
  since: string;
  until: string | null;
  is_complete: boolean;
  next_cursor: string | null;
}

export interface RunStep {
  action: string;
  status: string;
  effect_key?: string | null;
  output?: unknown;
  error?: unknown;
  attempts?: number | null;
  /** Why there was nothing to do, or who was left out. */
  reason?: string | null;
}

export interface WorkflowRun extends Base {
  workflow_id: string;
  trigger_event_id: string | null;
  record_id: string | null;
  status: "pending" | "running" | "completed" | "failed" | "suppressed";
  /** Why it was kept from beginning, or what failed. */
  reason?: string | null;
  /** How many events it stands for. */
  events?: number;
  steps: RunStep[];
}

export interface Watermark {
  position: string | null;
  at: string | null;
}

export interface Report<Row> {
  data: Row;
  formula: string;
  row_count: number;
  watermark: Watermark | null;
  rows_without_amount?: number;
  rows_in_other_currencies?: number;
  currency?: string | null;
  records?: string | null;
  /** The past instant that the figures are of; null for now. */
  as_of?: string | null;
}

export interface WinRateRow {
  key: string | null;
  id: string | null;
  won: number;
  lost: number;
  won_value: Money | null;
  win_rate: number | null;
  records?: string | null;
}

export interface LeaderRow {
  key: string | null;
  id: string | null;
  won: number;
  won_value: Money | null;
  win_rate: number | null;
  records?: string | null;
}

export interface PipelineRow {
  pipeline_id?: string;
  pipeline?: string;
  stage_id: string;
  key: string;
  kind: StageKind;
  count: number;
  value: Money | null;
  weighted: Money | null;
  rows_without_amount: number;
  records?: string | null;
}

export interface SalesCycle {
  mean_days: number | null;
  median_days: number | null;
  p90_days: number | null;
  count: number;
  skipped?: number;
  reason?: string;
}

export interface Correction {
  code: string;
  count: number;
  message: string;
  examples: unknown[];
}

/** Why rows were skipped or failed, or records kept by an undo, and how many for the same reason. */
export interface Reason {
  outcome: "skipped" | "failed" | "kept";
  code: string;
  message: string;
  count: number;
}

export interface ImportPart {
  entity: string;
  file: string | null;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  skipped: number;
  failed: number;
  removed?: number;
  restored?: number;
  kept?: number;
}

export type JobStatus = "queued" | "running" | "completed" | "failed" | "cancelled";

export interface JobError {
  code: string;
  message: string;
  errors?: Record<string, unknown>[];
}

export interface Job {
  id: string;
  kind: string;
  status: JobStatus;
  stage: string | null;
  mapping_id?: string | null;
  mapping_name?: string | null;
  files?: { name: string; size: number }[];
  total: number | null;
  processed: number;
  created: number;
  updated: number;
  unchanged: number;
  skipped: number;
  failed: number;
  removed?: number;
  restored?: number;
  kept?: number;
  corrections: Correction[];
  reasons?: Reason[];
  parts: ImportPart[];
  error: JobError | null;
  eta_seconds: number | null;
  dry_run: boolean;
  requested_by?: string | null;
  /** The import that this undo takes back. */
  undoes_id?: string | null;
  /** The undo that took back this import. */
  undo_id?: string | null;
  created_at?: string;
  started_at?: string | null;
  finished_at?: string | null;
}

export interface UploadColumn {
  name: string;
  samples: string[];
  /** Share of the rows looked at that have a value, 0 to 1. */
  filled: number;
}

export interface UploadedFile {
  index: number;
  name: string;
  size: number;
  format: "csv" | "xlsx";
  sheet: string | null;
  sheets?: string[];
  encoding: string | null;
  delimiter: string | null;
  rows: number | null;
  columns: UploadColumn[];
}

export interface Upload {
  id: string;
  files: UploadedFile[];
  suggestion: Mapping;
  expires_at: string;
}

export type ImportMode = "create" | "update" | "upsert";

/** `field` null leaves the column out; `confidence` is null for what a person chose. */
export interface MappingColumn {
  column: string;
  field: string | null;
  confidence?: number | null;
  format?: string | null;
  currency?: string | null;
  values?: Record<string, string | null> | null;
  link?: { to?: string; by?: string[]; create?: boolean } | null;
  [more: string]: unknown;
}

export interface MappingTable {
  file: string | null;
  object: string;
  mode: ImportMode;
  key: string | null;
  columns: MappingColumn[];
  constants: Record<string, unknown>;
  [more: string]: unknown;
}

/** How the columns of files become fields. What the interface does not know of it, it keeps. */
export interface Mapping {
  tables: MappingTable[];
  [more: string]: unknown;
}

export interface SavedMapping {
  id: string;
  name: string;
  description: string | null;
  mapping: Mapping;
  is_builtin: boolean;
  version: number;
}

export interface ImportField {
  name: string;
  type: string;
  choices: string[];
  is_required: boolean;
  is_list: boolean;
  links_to: string | null;
}

export interface ImportObject {
  name: string;
  /** The fields by which a record that is here is found. */
  keys: string[];
  fields: ImportField[];
}

export interface Complaint {
  column: string | null;
  value: string | null;
  code: string;
  message: string;
}

export interface PreviewRow {
  file: string;
  line: number;
  object: string;
  values: Record<string, unknown>;
  complaints: Complaint[];
  skipped: string | null;
}

export interface SearchHit {
  type: "account" | "contact" | "lead" | "deal" | "activity" | "product" | "user";
  id: string;
  label: string;
  detail: string | null;
  rank: "exact" | "prefix" | "word" | "part";
  /** Why it is a hit; spans are [from, to) in characters of `text`. */
  matched: { field: string; text: string; spans: [number, number][] };
}

export interface SavedView extends Base {
  name: string;
  resource: string;
  filter: string;
  sort: string;
  columns: string[];
  owner_id: string;
  is_shared: boolean;
  is_default: boolean;
}

export interface Partner extends Base {
  name: string;
  is_active: boolean;
  shown_fields: string[];
  requests_per_second: number;
  streams: number;
}

export interface PartnerKey extends Base {
  partner_id: string;
  name: string;
  scopes: string[];
  expires_at: string | null;
  last_used_at: string | null;
}

export interface NewPartnerKey extends PartnerKey {
  key: string;
}

export interface Notification {
  id: string;
  version: number;
  created_at: string;
  user_id: string;
  kind: string;
  title: string;
  body: string | null;
  records: { id: string; type: string; label: string }[];
  target_id: string | null;
  actor_id: string | null;
  workflow_id: string | null;
  workflow_run_id: string | null;
  happened_at: string;
  read_at: string | null;
  archived_at: string | null;
}

export interface Unread {
  unread: number;
}

export interface LiveEvent {
  id: string;
  type: string;
  subject: string | null;
  time: string;
  data: { record?: Record<string, unknown> | null; changes?: Record<string, [unknown, unknown]> | null };
  position: string;
}

export interface SchemaField {
  name: string;
  type: string;
  operators?: string[];
  enum?: string[];
  writable?: boolean;
  required?: boolean;
}

/** An event that a service gave up on. */
export interface DeadLetter {
  id: string;
  service: string;
  event_id: string | null;
  type: string | null;
  subject_id: string | null;
  request_id: string | null;
  reason: string;
  cause: string;
  attempts: number;
  at: string;
  status: "parked" | "redriven" | "discarded";
  settled_by: string | null;
  settled_at: string | null;
  note: string | null;
}

export interface DeadLetterCause {
  service: string;
  cause: string;
  count: number;
  first_at: string;
  last_at: string;
  reason: string;
}

export interface DeadLetters {
  causes: DeadLetterCause[];
  data: DeadLetter[];
  next_cursor: string | null;
  nameless: Record<string, number>;
  warnings: { service: string; code: string }[];
}
