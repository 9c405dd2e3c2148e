// The records somebody looked at last, kept in this browser for the person signed in.
import { useSyncExternalStore } from "react";

export interface Recent {
  id: string;
  type: string;
  label: string;
}

const MOST = 12;
const listeners = new Set<() => void>();
let known: { user: string; rows: Recent[] } | null = null;

const place = (user: string) => `rapport-recent-${user}`;

function read(user: string): Recent[] {
  if (known?.user === user) return known.rows;
  let rows: Recent[] = [];
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place(user)) ?? "[]");
    if (Array.isArray(kept)) rows = kept.filter((row): row is Recent => typeof row?.id === "string" && typeof row?.label === "string");
  } catch {
    // What cannot be read is as good as nothing: these rows are a convenience.
  }
  known = { user, rows };
  return rows;
}

export function visited(user: string, record: Recent): void {
  const rows = [record, ...read(user).filter((row) => row.id !== record.id)].slice(0, MOST);
  known = { user, rows };
  try {
    localStorage.setItem(place(user), JSON.stringify(rows));
  } catch {
    // A full or forbidden store: they last until the page is closed.
  }
  for (const tell of listeners) tell();
}

export function useRecent(user: string): Recent[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => read(user),
  );
}
