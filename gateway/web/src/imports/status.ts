import type { ImportPart, Job, JobStatus } from "../api/types";
import { count } from "../ui/format";

export const TONES: Record<JobStatus, string> = { queued: "gray", running: "iris", completed: "teal", failed: "red", cancelled: "gray" };

export function isOver(job: Job): boolean {
  return job.status === "completed" || job.status === "failed" || job.status === "cancelled";
}

export const IMPORTED = ["created", "updated", "unchanged", "skipped", "failed"] as const;
export const UNDONE = ["removed", "restored", "kept"] as const;
export type Outcome = (typeof IMPORTED)[number] | (typeof UNDONE)[number];

export function outcomesOf(job: Job): readonly Outcome[] {
  return job.kind === "undo" ? UNDONE : IMPORTED;
}

/** Every row that came in has exactly one outcome. */
export function addsUp(part: Partial<Record<Outcome, number>> & Pick<ImportPart, "rows">, outcomes: readonly Outcome[]): boolean {
  return outcomes.reduce((sum, outcome) => sum + (part[outcome] ?? 0), 0) === part.rows;
}

/** What a job is called: its files, else the mapping that was used. */
export function titleOf(job: Job): string {
  const names = (job.files ?? []).map((file) => file.name);
  if (names.length === 0) return job.mapping_name ?? "Import";
  return names.length > 2 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ");
}

const WORDS: Record<Outcome, string> = {
  created: "added",
  updated: "changed",
  unchanged: "unchanged",
  skipped: "skipped",
  failed: "failed",
  removed: "removed",
  restored: "restored",
  kept: "kept",
};

/** The counts that say something, such as `200 added, 3 failed`. */
export function countsOf(job: Job): string {
  const said = outcomesOf(job).filter((outcome) => (job[outcome] ?? 0) > 0);
  return said.map((outcome) => `${count(job[outcome])} ${WORDS[outcome]}`).join(", ") || "nothing yet";
}
