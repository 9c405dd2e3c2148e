// Every endpoint the interface uses, typed, one line each. Screens import from here and never build paths.
import { request, type QueryValue } from "./request";
import type * as t from "./types";

export interface ListQuery {
  filter?: string;
  sort?: string;
  limit?: number;
  cursor?: string | null;
  expand?: string;
  fields?: string;
  count?: boolean;
  ids?: string;
  [name: string]: QueryValue;
}

/** The resources that share list, get, create and change, and the record each carries. */
export interface Resources {
  accounts: t.Account;
  contacts: t.Contact;
  leads: t.Lead;
  deals: t.Deal;
  activities: t.Activity;
  users: t.User;
  pipelines: t.Pipeline;
  products: t.Product;
  workflows: t.Workflow;
  "workflow-runs": t.WorkflowRun;
  views: t.SavedView;
  notifications: t.Notification;
  approvals: t.Approval;
  contracts: t.Contract;
  signals: t.Signal;
}
export type Resource = keyof Resources;

export const list = <R extends Resource>(resource: R, query: ListQuery = {}, signal?: AbortSignal) =>
  request<t.Page<Resources[R]>>("GET", `/v1/${resource}`, { query, signal });
export const get = <R extends Resource>(resource: R, id: string, expand?: string) =>
  request<Resources[R]>("GET", `/v1/${resource}/${id}`, { query: { expand } });
export const create = <R extends Resource>(resource: R, body: Record<string, unknown>, idempotencyKey?: string) =>
  request<Resources[R]>("POST", `/v1/${resource}`, { body, idempotencyKey });
export const change = <R extends Resource>(resource: R, id: string, version: number, body: Record<string, unknown>) =>
  request<Resources[R]>("PATCH", `/v1/${resource}/${id}`, { body, version });

export const remove = (resource: Resource, id: string, version: number) =>
  request<void>("DELETE", `/v1/${resource}/${id}`, { version });
export const restore = <R extends Resource>(resource: R, id: string) =>
  request<Resources[R]>("POST", `/v1/${resource}/${id}/restore`, { body: {} });

export const possibleDuplicates = (query: Record<string, string | undefined>) =>
  request<{ data: t.PossibleDuplicate[] }>("GET", "/v1/possible-duplicates", { query });

export const views = {
  makeDefault: (id: string) => request<t.SavedView>("POST", `/v1/views/${id}/make-default`, { body: {} }),
  clearDefault: (id: string) => request<t.SavedView>("POST", `/v1/views/${id}/clear-default`, { body: {} }),
};

export const session = {
  read: () => request<t.Session>("GET", "/v1/session"),
  open: (token: string) => request<t.Session>("POST", "/v1/session", { body: { token } }),
  close: () => request<void>("DELETE", "/v1/session"),
};

export const me = () => request<t.Me>("GET", "/v1/me");

export const deals = {
  board: (pipelineId: string, query: { filter?: string; limit?: number }, signal?: AbortSignal) =>
    request<t.Board>("GET", `/v1/pipelines/${pipelineId}/board`, { query, signal }),
  moveStage: (id: string, version: number, stageId: string) =>
    request<t.Deal>("POST", `/v1/deals/${id}/move-stage`, { version, body: { stage_id: stageId } }),
  win: (id: string, version: number, reason?: string) =>
    request<t.Deal>("POST", `/v1/deals/${id}/win`, { version, body: reason ? { reason } : {} }),
  lose: (id: string, version: number, reason: string, competitor?: string) =>
    request<t.Deal>("POST", `/v1/deals/${id}/lose`, { version, body: competitor ? { reason, competitor } : { reason } }),
  reopen: (id: string, version: number, stageId?: string) =>
    request<t.Deal>("POST", `/v1/deals/${id}/reopen`, { version, body: stageId ? { stage_id: stageId } : {} }),
  lines: (id: string) => request<{ data: t.Line[] }>("GET", `/v1/deals/${id}/lines`),
  setLines: (id: string, version: number, lines: Record<string, unknown>[]) =>
    request<t.Deal>("POST", `/v1/deals/${id}/set-lines`, { version, body: { lines } }),
  requestApproval: (id: string, version: number) =>
    request<t.Deal>("POST", `/v1/deals/${id}/request-approval`, { version, body: {} }),
  stageHistory: (id: string) => request<{ data: t.StageMove[] }>("GET", `/v1/deals/${id}/stage-history`),
};

export const tasks = {
  complete: (id: string, version: number) =>
    request<t.Activity>("POST", `/v1/activities/${id}/complete`, { version, body: {} }),
  reopen: (id: string, version: number) =>
    request<t.Activity>("POST", `/v1/activities/${id}/reopen`, { version, body: {} }),
};

export type RecordResource = "accounts" | "contacts" | "leads" | "deals";

export const overview = <R extends RecordResource>(resource: R, id: string) =>
  request<t.Overview<Resources[R]>>("GET", `/v1/${resource}/${id}/overview`);
export const timeline = (resource: RecordResource, id: string, cursor: string | null, kinds?: string) =>
  request<t.Page<t.TimelineItem>>("GET", `/v1/${resource}/${id}/timeline`, { query: { cursor, kinds, limit: 50 } });

export const notifications = {
  unread: () => request<t.Unread>("GET", "/v1/notifications/unread"),
  markRead: (id: string) => request<t.Notification>("POST", `/v1/notifications/${id}/mark-read`, { body: {} }),
  markUnread: (id: string) => request<t.Notification>("POST", `/v1/notifications/${id}/mark-unread`, { body: {} }),
  archive: (id: string) => request<t.Notification>("POST", `/v1/notifications/${id}/archive`, { body: {} }),
  unarchive: (id: string) => request<t.Notification>("POST", `/v1/notifications/${id}/unarchive`, { body: {} }),
  markAllRead: (until?: string) => request<{ changed: number }>("POST", "/v1/notifications/mark-all-read", { body: until ? { until } : {} }),
};

export const workflows = {
  enable: (id: string, version: number) =>
    request<t.Workflow>("POST", `/v1/workflows/${id}/enable`, { version, body: {} }),
  disable: (id: string, version: number) =>
    request<t.Workflow>("POST", `/v1/workflows/${id}/disable`, { version, body: {} }),
  revert: (id: string, version: number, revision: number) =>
    request<t.Workflow>("POST", `/v1/workflows/${id}/revert`, { version, body: { revision } }),
  parts: () => request<t.WorkflowParts>("GET", "/v1/workflow-parts"),
  versions: (id: string) => request<{ data: t.WorkflowVersion[] }>("GET", `/v1/workflows/${id}/versions`),
  enrollments: (id: string) => request<{ data: t.Enrollment[] }>("GET", `/v1/workflows/${id}/enrollments`),
  enroll: (id: string, recordIds: string[]) =>
    request<{ data: t.Enrollment[] }>("POST", `/v1/workflows/${id}/enroll`, { body: { record_ids: recordIds } }),
  analysis: (id: string) => request<{ data: t.Finding[] }>("GET", `/v1/workflows/${id}/analysis`),
  dryRun: (definition: t.WorkflowDefinition, days: number, cursor: string | null) =>
    request<t.DryRun>("POST", "/v1/workflows/dry-run", { body: { ...definition, days, cursor } }),
};

export const partners = {
  list: () => request<t.Page<t.Partner>>("GET", "/v1/partners", { query: { limit: 200, sort: "name" } }),
  keys: () => request<t.Page<t.PartnerKey>>("GET", "/v1/partner-keys", { query: { limit: 200 } }),
  add: (name: string) => request<t.Partner>("POST", "/v1/partners", { body: { name } }),
  change: (id: string, version: number, body: Record<string, unknown>) =>
    request<t.Partner>("PATCH", `/v1/partners/${id}`, { body, version }),
  makeKey: (id: string, name: string, scopes: string[]) =>
    request<t.NewPartnerKey>("POST", `/v1/partners/${id}/keys`, { body: { name, scopes } }),
  revoke: (id: string) => request<void>("DELETE", `/v1/partner-keys/${id}`),
};

export const why = (workflowId: string, recordId: string) =>
  request<t.Why>("GET", `/v1/workflows/${workflowId}/why`, { query: { record_id: recordId } });

export const leads = {
  convert: (id: string) => request<t.Lead>("POST", `/v1/leads/${id}/convert`, { body: {} }),
  answer: (id: string, version: number, verb: "accept" | "recycle") =>
    request<t.Lead>("POST", `/v1/leads/${id}/${verb}`, { version, body: {} }),
};

/** The score of a lead, or the health of a customer as the model has it. */
export const score = (resource: "leads" | "accounts", id: string) =>
  request<t.Score>("GET", `/v1/${resource}/${id}/${resource === "leads" ? "score" : "health"}`);

export const approvals = {
  decide: (id: string, version: number, verb: "approve" | "reject" | "delegate" | "recall", body: Record<string, unknown>) =>
    request<t.Approval>("POST", `/v1/approvals/${id}/${verb}`, { version, body }),
};

export const reports = {
  metrics: (query: Record<string, string | undefined>) => request<t.Metrics>("GET", "/v1/reports/metrics", { query }),
  attribution: (query: Record<string, string | undefined>) => request<t.Attribution>("GET", "/v1/reports/attribution", { query }),
  winRate: (groupBy: string, pipelineId?: string, asOf?: string) =>
    request<t.Report<t.WinRateRow[]>>("GET", "/v1/reports/win-rate", {
      query: { group_by: groupBy, pipeline_id: pipelineId, as_of: asOf },
    }),
  leaderboard: (asOf?: string) => request<t.Report<t.LeaderRow[]>>("GET", "/v1/reports/leaderboard", { query: { as_of: asOf } }),
  pipeline: (pipelineId?: string, asOf?: string) =>
    request<t.Report<t.PipelineRow[]>>("GET", "/v1/reports/pipeline", { query: { pipeline_id: pipelineId, as_of: asOf } }),
  salesCycle: (outcome: "won" | "lost", pipelineId?: string, asOf?: string) =>
    request<t.Report<t.SalesCycle>>("GET", "/v1/reports/sales-cycle", { query: { outcome, pipeline_id: pipelineId, as_of: asOf } }),
};

export const customReports = {
  datasets: () => request<{ data: t.Dataset[] }>("GET", "/v1/report-datasets"),
  run: (definition: t.ReportDefinition) => request<t.BuiltReport>("POST", "/v1/report-queries", { body: { ...definition } }),
  list: () => request<t.Page<t.CustomReport>>("GET", "/v1/custom-reports", { query: { limit: 100, sort: "name" } }),
  create: (name: string, definition: t.ReportDefinition) =>
    request<t.CustomReport>("POST", "/v1/custom-reports", { body: { name, definition } }),
  change: (report: t.CustomReport, changes: { name: string; definition: t.ReportDefinition }) =>
    request<t.CustomReport>("PATCH", `/v1/custom-reports/${report.id}`, { version: report.version, body: changes }),
};

export const jobs = {
  list: () => request<t.Page<t.Job>>("GET", "/v1/jobs", { query: { limit: 100, sort: "-created_at" } }),
  get: (id: string) => request<t.Job>("GET", `/v1/jobs/${id}`),
  cancel: (id: string) => request<t.Job>("POST", `/v1/jobs/${id}/cancel`, { body: {} }),
  undo: (id: string) => request<t.Job>("POST", `/v1/jobs/${id}/undo`, { body: {} }),
  errorsUrl: (id: string) => `/v1/jobs/${id}/errors.csv`,
};

export interface ImportOrder {
  upload_id: string;
  mapping: t.Mapping;
  dry_run: boolean;
  automation: "run" | "suppress";
}

export const imports = {
  upload: (files: File[]) => {
    const form = new FormData();
    for (const file of files) form.append("file", file, file.name);
    return request<t.Upload>("POST", "/v1/uploads", { body: form });
  },
  get: (uploadId: string) => request<t.Upload>("GET", `/v1/uploads/${uploadId}`),
  objects: () => request<{ data: t.ImportObject[] }>("GET", "/v1/import-objects"),
  preview: (uploadId: string, mapping: t.Mapping) =>
    request<{ data: t.PreviewRow[] }>("POST", `/v1/uploads/${uploadId}/preview`, { body: { mapping } }),
  start: (order: ImportOrder) => request<t.Job>("POST", "/v1/imports", { body: order }),
  mappings: () => request<t.Page<t.SavedMapping>>("GET", "/v1/import-mappings", { query: { limit: 100, sort: "name" } }),
  saveMapping: (name: string, mapping: t.Mapping) =>
    request<t.SavedMapping>("POST", "/v1/import-mappings", { body: { name, mapping } }),
  changeMapping: (saved: t.SavedMapping, mapping: t.Mapping) =>
    request<t.SavedMapping>("PATCH", `/v1/import-mappings/${saved.id}`, { version: saved.version, body: { mapping } }),
};

export const search = (q: string, { types, limit, signal }: { types?: string; limit?: number; signal?: AbortSignal } = {}) =>
  request<{ data: t.SearchHit[]; warnings: t.Warning[] }>("GET", "/v1/search", { query: { q, types, limit }, signal });
export const schema = (resource: string) =>
  request<{ fields: t.SchemaField[] }>("GET", `/v1/schema/${resource}`);

const LETTERS = "/v1/admin/dead-letters";
type OfACause = { service: string; cause: string };

export const deadLetters = {
  list: (query: { status: string; service?: string; cause?: string; limit: number }) => request<t.DeadLetters>("GET", LETTERS, { query }),
  get: (id: string) => request<t.DeadLetter & { body: string; trace: string | null }>("GET", `${LETTERS}/${id}`),
  redrive: (of: OfACause) => request<{ settled: number; left: number }>("POST", `${LETTERS}/redrive`, { body: of }),
  discard: (of: OfACause, reason: string) =>
    request<{ settled: number; left: number }>("POST", `${LETTERS}/discard`, { body: { ...of, reason } }),
  redriveOne: (id: string) => request<{ letter_id: string }>("POST", `${LETTERS}/${id}/redrive`, { body: {} }),
  discardOne: (id: string, reason: string) => request<{ id: string }>("POST", `${LETTERS}/${id}/discard`, { body: { reason } }),
};
