// Putting filters together in the text form of the filter language, and finding where the server says one is wrong.
import type { Problem } from "../api/problem";

export function quote(value: string): string {
  return `"${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;
}

/** All of the given filters, each kept whole. */
export function allOf(...filters: (string | null | undefined | false)[]): string {
  const parts = filters.filter((each): each is string => Boolean(each && each.trim()));
  if (parts.length < 2) return parts[0] ?? "";
  return parts.map((part) => (/\b(AND|OR)\b/i.test(part) ? `(${part})` : part)).join(" AND ");
}

/** Plain words become a search in the name; anything with an operator is taken as it is. */
export function fromTyped(text: string, nameField: string): string {
  const trimmed = text.trim();
  if (!trimmed || /[=<>~:()]/.test(trimmed)) return trimmed;
  return `${nameField} ~ ${quote(trimmed)}`;
}

export interface FilterFault {
  message: string;
  hint: string | null;
  position: number | null;
}

export function filterFault(problem: Problem): FilterFault | null {
  if (!problem.code.includes("filter")) return null;
  const first = problem.errors[0] as (Problem["errors"][number] & { position?: number }) | undefined;
  const told = first?.position ?? (problem.position as number | undefined);
  const inPointer = /(\d+)$/.exec(first?.pointer ?? "")?.[1];
  const inText = /(?:position|column|character) (\d+)/i.exec(`${first?.message ?? ""} ${problem.detail}`)?.[1];
  const position = told ?? (inPointer ?? inText);
  return {
    message: first?.message || problem.detail || problem.title,
    hint: first?.hint ?? null,
    position: position === undefined ? null : Number(position),
  };
}
