// After a missed call a workflow sets a task. Whoever logged the call is told so when it happens, wherever they are.
import type { LiveEvent } from "../api/types";
import { shortInstant } from "../ui/format";
import { inform } from "../ui/toast";

const PATIENCE_MS = 60_000;
const awaited = new Map<string, number>();

export function expectFollowUp(recordIds: string[]): void {
  for (const id of recordIds) awaited.set(id, Date.now() + PATIENCE_MS);
}

export function noticeFollowUp(event: LiveEvent): void {
  const record = event.data?.record ?? {};
  if (event.type !== "activity.created.v1" || record.kind !== "task" || record.origin !== "automation") return;
  const about = Array.isArray(record.record_ids) ? (record.record_ids as string[]) : [];
  const hit = about.find((id) => (awaited.get(id) ?? 0) > Date.now());
  if (!hit) return;
  awaited.delete(hit);
  const due = typeof record.due_at === "string" ? `, due ${shortInstant(record.due_at)}` : "";
  inform("A workflow set a task", `${String(record.subject)}${due}`);
}
