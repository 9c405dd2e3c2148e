// The list that a record was opened from: the way back to it, and to the records before and after.
interface Trail {
  address: string;
  label: string;
  ids: string[];
  /** How many the list has in all; only those that were read are in `ids`. */
  total: number;
}

const PLACE = "rapport-trail";
let trail: Trail | null = null;

export function leaveTrail(next: Trail): void {
  trail = next;
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(next));
  } catch {
    // Without a store it lasts until the page is loaded again.
  }
}

export interface Steps {
  address: string;
  label: string;
  place: number;
  of: number;
  before: string | null;
  after: string | null;
}

/** Where a record stands in the list it was opened from; null when it came from elsewhere. */
export function stepsFrom(id: string): Steps | null {
  if (!trail) {
    try {
      trail = JSON.parse(sessionStorage.getItem(PLACE) ?? "null") as Trail | null;
    } catch {
      return null;
    }
  }
  const place = trail?.ids.indexOf(id) ?? -1;
  if (!trail || place < 0) return null;
  return {
    address: trail.address, label: trail.label, place: place + 1, of: Math.max(trail.total, trail.ids.length), before: trail.ids[place - 1] ?? null, after: trail.ids[place + 1] ?? null,
  };
}
