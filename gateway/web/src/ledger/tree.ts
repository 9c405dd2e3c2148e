// Entries as a tree: what an event led to stands below the event. Only entries of the list are used, so an entry
// whose cause is further down, or on another record, is a root.
import type { LedgerEntry } from "./types";

export interface Branch {
  entry: LedgerEntry;
  branches: Branch[];
}

export function treeOf(entries: LedgerEntry[]): Branch[] {
  const branches = new Map<string, Branch>(entries.map((entry) => [entry.id, { entry, branches: [] }]));
  const roots: Branch[] = [];
  for (const branch of branches.values()) {
    const cause = branch.entry.because?.event_id;
    const above = cause ? branches.get(cause) : undefined;
    if (above && above !== branch && !reaches(branch, above)) above.branches.push(branch);
    else roots.push(branch);
  }
  // The list is newest first; what an event led to reads in the order it came.
  for (const branch of branches.values()) branch.branches.reverse();
  return roots;
}

function reaches(from: Branch, to: Branch): boolean {
  return from.branches.some((each) => each === to || reaches(each, to));
}
