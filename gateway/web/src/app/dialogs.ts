// Dialogs that can be opened from anywhere: a list row, a card, the palette, a key. One is open at a time.
import { useSyncExternalStore } from "react";

import type { RecordResource } from "../api/client";
import type { ActivityKind } from "../api/types";

/** A record by id and name: enough to log something about it. */
export interface Named {
  id: string;
  name: string;
}

export type Dialog =
  | { name: "log"; kind: ActivityKind; about: Named | null; values?: Record<string, unknown> }
  | { name: "create"; resource: RecordResource; preset?: Record<string, unknown> };

let current: { dialog: Dialog; round: number } | null = null;
let round = 0;
const listeners = new Set<() => void>();

function set(next: typeof current): void {
  current = next;
  for (const tell of listeners) tell();
}

export function openDialog(dialog: Dialog): void {
  set({ dialog, round: ++round });
}

export function closeDialog(): void {
  set(null);
}

export function useDialog() {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
