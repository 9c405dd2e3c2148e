// Which parts of Rapport answered 503 lately. The shell shows it, so that nobody types into a form
// whose changes cannot be saved; each part is asked again every few seconds until it answers.

export type Part = "broker" | "contacts" | "deals" | "activities" | "automation" | "reporting" | "gateway";

const RESOURCE_OWNERS: Record<string, Part> = {
  accounts: "contacts",
  contacts: "contacts",
  leads: "contacts",
  deals: "deals",
  pipelines: "deals",
  products: "deals",
  activities: "activities",
  notifications: "activities",
  workflows: "automation",
  "workflow-runs": "automation",
  reports: "reporting",
};

export const PROBES: Record<Part, string> = {
  broker: "/v1/pipelines?limit=1",
  contacts: "/v1/accounts?limit=1",
  deals: "/v1/pipelines?limit=1",
  activities: "/v1/activities?limit=1",
  automation: "/v1/workflows?limit=1",
  reporting: "/v1/reports/pipeline",
  gateway: "/v1/session",
};

export function partOf(path: string): Part | null {
  const resource = path.split(/[/?]/)[2] ?? "";
  return RESOURCE_OWNERS[resource] ?? null;
}

let missing: ReadonlySet<Part> = new Set();
const listeners = new Set<() => void>();

function set(next: Set<Part>): void {
  missing = next;
  for (const tell of listeners) tell();
}

export function markMissing(part: Part): void {
  if (!missing.has(part)) set(new Set([...missing, part]));
}

export function markPresent(part: Part): void {
  if (!missing.has(part) && !missing.has("broker")) return;
  const next = new Set(missing);
  next.delete(part);
  next.delete("broker");
  next.delete("gateway");
  set(next);
}

export function missingParts(): ReadonlySet<Part> {
  return missing;
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function isPart(name: unknown): name is Part {
  return typeof name === "string" && name in PROBES;
}
