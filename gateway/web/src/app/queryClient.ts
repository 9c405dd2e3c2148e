// One cache of server data for the whole interface. Reads are repeated a little when a part is missing;
// writes never are, since their outcome belongs in front of the person who made them.
import { QueryClient } from "@tanstack/react-query";

import { ApiError } from "../api/problem";
import type { Session } from "../api/types";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && [0, 429, 502, 503, 504].includes(error.status),
      retryDelay: (attempt) => 400 * 2 ** attempt,
    },
    mutations: { retry: false },
  },
});

/** Names of cached data. Live updates find what an event touches by these. */
export const keys = {
  session: ["session"] as const,
  me: ["me"] as const,
  users: ["users"] as const,
  pipelines: ["pipelines"] as const,
  products: ["products"] as const,
  boards: ["board"] as const,
  board: (pipelineId: string, filter: string, limit: number) => ["board", pipelineId, filter, limit] as const,
  lists: (resource: string) => ["list", resource] as const,
  list: (resource: string, query: Record<string, unknown>) => ["list", resource, query] as const,
  records: ["record"] as const,
  record: (id: string) => ["record", id] as const,
  overview: (id: string) => ["record", id, "overview"] as const,
  timeline: (id: string) => ["record", id, "timeline"] as const,
  timelineOf: (id: string, kinds: string) => ["record", id, "timeline", kinds] as const,
  views: ["views"] as const,
  viewsOf: (resource: string) => ["views", resource] as const,
  score: (id: string) => ["record", id, "score"] as const,
  lines: (id: string) => ["record", id, "lines"] as const,
  stageHistory: (id: string) => ["record", id, "stage-history"] as const,
  reports: ["report"] as const,
  report: (name: string, query: Record<string, unknown>) => ["report", name, query] as const,
  datasets: ["report-datasets"] as const,
  workflows: ["workflows"] as const,
  letters: ["letters"] as const,
  workflowParts: ["workflow-parts"] as const,
  runs: ["workflow-runs"] as const,
  partners: ["partners"] as const,
  notifications: ["notifications"] as const,
  unread: ["notifications", "unread"] as const,
  inboxes: ["notifications", "list"] as const,
  inbox: (view: string) => ["notifications", "list", view] as const,
  jobs: ["jobs"] as const,
  job: (id: string) => ["jobs", id] as const,
  upload: (id: string) => ["upload", id] as const,
  preview: (uploadId: string, mapping: string) => ["upload", uploadId, "preview", mapping] as const,
  importObjects: ["import-objects"] as const,
  mappings: ["import-mappings"] as const,
};

/** Signs the interface in or out: what was cached for the person before is gone, and the session is the new one. */
export function becomeSession(session: Session | null): void {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] });
  // A reading of the session may still be on its way; its answer belongs to the time before.
  void queryClient.cancelQueries({ queryKey: keys.session });
  queryClient.setQueryData(keys.session, session);
}
