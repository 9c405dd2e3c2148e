// Turns events of the live feed into fresh screens: a deal's card moves at once, everything else an event
// touches is read again shortly after, in one go for a burst of events.
import type { QueryKey } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";

import { missingParts, markPresent, PROBES, subscribe, type Part } from "../api/availability";
import { follow, type LiveState } from "../api/live";
import { request } from "../api/request";
import type { Board, Deal, LiveEvent } from "../api/types";
import { patchCard } from "../board/arrange";
import { noticeFollowUp } from "./followUps";
import { takeNotification } from "./inbox";
import { keys, queryClient } from "./queryClient";

const PROBE_MS = 3000;
const SOON_MS = 500;
const LATEST_MS = 4000;

let state: LiveState = "connecting";
const stateListeners = new Set<() => void>();

function setState(next: LiveState): void {
  state = next;
  for (const tell of stateListeners) tell();
}

/** While a card is held, columns must not change under it; what happened meanwhile is read on release. */
let held = false;
export function holdBoard(hold: boolean): void {
  held = hold;
}

const waiting = new Map<string, QueryKey>();
let timer: ReturnType<typeof setTimeout> | null = null;
let delay = SOON_MS;
let flushedAt = 0;

/** A lone event is followed soon; during a flood, such as an import, less and less often. */
function readAgainSoon(key: QueryKey): void {
  waiting.set(JSON.stringify(key), key);
  if (timer) return;
  delay = Date.now() - flushedAt > LATEST_MS ? SOON_MS : Math.min(LATEST_MS, delay * 2);
  timer = setTimeout(flush, delay);
}

function flush(): void {
  timer = null;
  flushedAt = Date.now();
  if (held || queryClient.isMutating() > 0) {
    timer = setTimeout(flush, 400);
    return;
  }
  const due = [...waiting.values()];
  waiting.clear();
  for (const key of due) void queryClient.invalidateQueries({ queryKey: key });
}

/** What reports and metrics count. */
const COUNTED = new Set(["deal", "contract", "purchase", "spend", "quota", "forecast", "lead"]);

const LISTS: Record<string, string> = {
  account: "accounts",
  contact: "contacts",
  lead: "leads",
  deal: "deals",
  activity: "activities",
  task: "activities",
  call: "activities",
  approval: "approvals",
  contract: "contracts",
  signal: "signals",
};

export function take(event: LiveEvent): void {
  const noun = event.type.split(".")[0] ?? "";
  const record = event.data?.record ?? {};
  const subject = event.subject ?? (typeof record.id === "string" ? record.id : null);
  if (noun === "deal" && subject && !held) {
    const deal = { ...record, id: subject } as Partial<Deal> & { id: string };
    queryClient.setQueriesData<Board>({ queryKey: keys.boards }, (board) => board && patchCard(board, pick(deal)));
  }
  noticeFollowUp(event);
  if (subject) readAgainSoon(keys.record(subject));
  const touched = Array.isArray(record.record_ids) ? record.record_ids : [record.account_id];
  for (const id of touched) if (typeof id === "string") readAgainSoon(keys.record(id));
  const resource = LISTS[noun];
  if (resource) readAgainSoon(keys.lists(resource));
  if (noun === "deal" || resource === "activities") readAgainSoon(keys.boards);
  if (COUNTED.has(noun)) readAgainSoon(keys.reports);
  if (noun === "workflow" || noun === "run") {
    readAgainSoon(keys.workflows);
    readAgainSoon(keys.runs);
  }
  if (noun === "notification") {
    takeNotification(event);
    readAgainSoon(keys.notifications);
  }
  if (noun === "user") readAgainSoon(keys.users);
  if (noun === "pipeline" || noun === "stage") readAgainSoon(keys.pipelines);
}

const CARD_FIELDS = [
  "id", "version", "name", "stage_id", "status", "amount", "probability", "owner_id", "account_id", "stage_entered_at",
  "expected_close_on",
] as const;

/** Only what a card shows, and only in the form the interface knows. */
function pick(deal: Partial<Deal> & { id: string }): Partial<Deal> & { id: string } {
  const known = Object.fromEntries(CARD_FIELDS.filter((name) => deal[name] !== undefined).map((name) => [name, deal[name]]));
  const amount = known.amount as unknown;
  if (amount !== null && (typeof amount !== "object" || !("currency" in (amount as object)))) delete known.amount;
  return known as unknown as Partial<Deal> & { id: string };
}

function probe(part: Part): void {
  request("GET", PROBES[part])
    .then(() => {
      markPresent(part);
      if (missingParts().size === 0) void queryClient.invalidateQueries();
    })
    .catch(() => undefined);
}

/** Follows the feed for as long as the caller is mounted. */
export function useLiveUpdates(): void {
  useEffect(
    () => follow({ onEvent: take, onState: setState, onResync: () => void queryClient.invalidateQueries() }),
    [],
  );
  useEffect(() => {
    const every = setInterval(() => missingParts().forEach(probe), PROBE_MS);
    return () => clearInterval(every);
  }, []);
}

export interface Connection {
  feed: LiveState;
  missing: ReadonlySet<Part>;
}

export function useConnection(): Connection {
  const feed = useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    () => state,
  );
  return { feed, missing: useSyncExternalStore(subscribe, missingParts) };
}

