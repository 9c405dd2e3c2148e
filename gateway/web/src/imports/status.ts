import type { ImportPart, Job, JobStatus } from "../api/types";

export const TONES: Record<JobStatus, string> = { queued: "gray", running: "iris", completed: "teal", failed: "red", cancelled: "gray" };

export function isOver(job: Job): boolean {
  return job.status === "completed" || job.status === "failed" || job.status === "cancelled";
}

export const OUTCOMES = ["created", "updated", "unchanged", "skipped", "failed"] as const;

/** Every row that came in has exactly one outcome. */
export function addsUp(part: Pick<ImportPart, "rows" | (typeof OUTCOMES)[number]>): boolean {
  return OUTCOMES.reduce((sum, outcome) => sum + part[outcome], 0) === part.rows;
}
