// What somebody was told: how much of it is unread, and what an event of the feed changes about that.
import { useQuery } from "@tanstack/react-query";

import { notifications as api } from "../api/client";
import type { LiveEvent, Notification, Unread } from "../api/types";
import { keys, queryClient } from "./queryClient";

/** How many notifications are unread; 0 until it is known. */
export function useUnread(): number {
  const { data } = useQuery({ queryKey: keys.unread, queryFn: api.unread, staleTime: 60_000 });
  return data?.unread ?? 0;
}

type Listener = (notification: Notification) => void;
const listeners = new Set<Listener>();

/** Hears of each new notification of the person signed in, as it comes. Returns the way to stop. */
export function onNotification(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** An event about one of the caller's notifications; nobody else's ever arrive here. */
export function takeNotification(event: LiveEvent): void {
  if (event.type !== "notification.created.v1") return;
  queryClient.setQueryData<Unread>(keys.unread, (before) => before && { unread: before.unread + 1 });
  const notification = event.data?.record as unknown as Notification | undefined;
  if (notification) for (const tell of listeners) tell(notification);
}

/** Where a notification leads: its record, activity or job; of many records that are one's own now, their list. */
export function addressOfNotification({ target_id, records, kind }: Notification): string | null {
  const candidates = [target_id, ...records.map((record) => record.id)];
  for (const id of candidates) {
    const address = id && placeOf(id);
    if (address) {
      const isOfMany = !target_id && kind === "record_assigned";
      return isOfMany ? `${address.slice(0, address.lastIndexOf("/"))}?view=all&filter=${encodeURIComponent("owner_id = me")}` : address;
    }
  }
  return kind.startsWith("task_") ? "/tasks" : null;
}

const PLACES: Record<string, string> = { account: "accounts", contact: "contacts", lead: "leads", deal: "deals", activity: "activities", job: "imports" };

function placeOf(id: string): string | null {
  const place = PLACES[id.slice(0, id.lastIndexOf("_"))];
  return place ? `/${place}/${id}` : null;
}
