// What the ledger of a record, a job or a request answers.
export const KINDS = ["arrived", "caused", "suppressed", "waiting", "failed", "parked"] as const;
export type LedgerKind = (typeof KINDS)[number];

export interface Named {
  type: string;
  id: string;
  label: string | null;
}

export interface LedgerEffect {
  summary: string;
  status: string;
  record: Named | null;
  key?: string;
  attempts?: number;
  error?: string | null;
  next_at?: string | null;
  event_id?: string;
}

export interface LedgerEntry {
  id: string;
  at: string;
  kind: LedgerKind;
  summary: string;
  service: string;
  actor: { type: "person" | "workflow" | "suite"; id: string; name: string | null } | null;
  origin: string | null;
  record: Named | null;
  event?: {
    id: string;
    type: string;
    position: number;
    sequence: number;
    request_id: string | null;
    changes: Record<string, [unknown, unknown]>;
  };
  because: {
    event_id?: string;
    workflow?: { id: string; name: string | null; revision?: number };
    run_id?: string;
    record?: Named;
    verdict?: string | null;
    job_id?: string;
    row?: number;
    request_id?: string | null;
  } | null;
  effects: LedgerEffect[];
  handled: { service: string; state: "done" | "waiting" | "parked"; at: string; after_ms: number }[];
  times?: number;
  remedy?: { text: string; action: "retry_run" | "redrive" | null; id: string | null };
  details?: Record<string, unknown>;
}

export type LedgerTotals = Record<LedgerKind | "all" | "times", number>;

export interface LedgerPart {
  record?: Named;
  entries: LedgerEntry[];
  totals: LedgerTotals;
  complete_to: number | null;
  next_cursor: string | null;
  warnings: { service: string; code: string }[];
}

export interface JobLedgerPart extends LedgerPart {
  rows: { adds_up: boolean | null; total: number | null; reasons: { outcome: string; code: string; message: string; count: number }[] };
  events: {
    told: number;
    summary: string;
    services: { service: string; expected: number; done: number; waiting: number; parked: number; missing: number }[];
  };
  runs: Record<string, number>;
  related: { relation: string; job_id: string }[];
}
