// Where a ledger is found, by the id it is about, and what can be done from it.
import { request } from "../api/request";
import { keys } from "../app/queryClient";
import type { JobLedgerPart, LedgerKind, LedgerPart } from "./types";

const RESOURCES: Record<string, string> = {
  account: "accounts",
  contact: "contacts",
  lead: "leads",
  deal: "deals",
  activity: "activities",
  workflow: "workflows",
  run: "workflow-runs",
  product: "products",
  pipeline: "pipelines",
  user: "users",
  team: "teams",
};

/** Pages of their own; what has none is shown by its ledger. */
const PAGES: Record<string, string> = {
  account: "/accounts",
  contact: "/contacts",
  lead: "/leads",
  deal: "/deals",
  workflow: "/workflows",
  job: "/imports",
};

export function kindOf(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf("_")));
}

export function isRecord(id: string): boolean {
  return kindOf(id) in RESOURCES;
}

function pathOf(id: string): string {
  const kind = kindOf(id);
  if (kind === "job") return `/v1/jobs/${id}/ledger`;
  return kind in RESOURCES ? `/v1/${RESOURCES[kind]}/${id}/ledger` : `/v1/requests/${encodeURIComponent(id)}/ledger`;
}

export function pageOf(id: string): string | null {
  const page = PAGES[kindOf(id)];
  return page ? `${page}/${id}` : null;
}

/** Where a reference leads: to the record's own page, else to its ledger. */
export function addressOfAny(id: string): string {
  return pageOf(id) ?? `/ledger/${encodeURIComponent(id)}`;
}

export const ledgers = {
  of: (id: string, kind: LedgerKind | null, cursor: string | null) =>
    request<LedgerPart | JobLedgerPart>("GET", pathOf(id), { query: { kind: kind ?? undefined, cursor, limit: 50 } }),
  key: (id: string, kind: LedgerKind | null) => [...(kindOf(id) === "job" ? keys.job(id) : keys.record(id)), "ledger", kind] as const,
  retryRun: (runId: string) => request<unknown>("POST", `/v1/workflow-runs/${runId}/retry`, { body: {} }),
  redrive: (service: string, letterId: string) =>
    request<unknown>("POST", "/v1/ledger/redrive", { body: { service, letter_id: letterId } }),
};

const SERVICES: Record<string, string> = {
  automation: "Workflows",
  reporting: "History and reports",
  organisation: "Organisation",
};

export function serviceName(service: string): string {
  return SERVICES[service] ?? service.charAt(0).toUpperCase() + service.slice(1);
}

/** 14 ms, 2.4 s, 3 min. */
export function later(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.round(milliseconds / 60_000)} min`;
}
